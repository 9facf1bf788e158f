// Keyboard shortcuts of the scoring screen. One-key shortcuts can be switched off, and stay off on this machine.
"use strict";

(() => {
  const KEPT = "preau-raccourcis";
  const form = document.querySelector("[data-grid]");
  const box = document.querySelector("[data-shortcuts]");
  const toggle = document.querySelector("[data-shortcuts-switch]");
  if (box) box.hidden = false;
  const kept = () => {
    try { return localStorage.getItem(KEPT); } catch { return null; }
  };
  let active = kept() !== "non";
  if (toggle) {
    toggle.checked = active;
    toggle.addEventListener("change", () => {
      active = toggle.checked;
      try { localStorage.setItem(KEPT, active ? "oui" : "non"); } catch { /* private browsing: valid for this page only */ }
    });
  }

  const criteria = () => [...document.querySelectorAll("[data-criterion]")];
  const current = () => document.activeElement?.closest?.("[data-criterion]");
  function goTo(criterion) {
    if (!criterion) return;
    const target = criterion.querySelector("input[type=radio]:checked") || criterion.querySelector("input:not([type=hidden])");
    target?.focus();
    criterion.scrollIntoView({ block: "nearest" });
  }
  function step(direction) {
    const all = criteria();
    const here = all.indexOf(current());
    goTo(all[here < 0 ? 0 : here + direction]);
  }
  function choose(key) {
    const radio = (current() || criteria()[0])?.querySelector(`input[data-key="${key}"]`);
    if (!radio) return false;
    radio.focus();
    radio.click();
    return true;
  }
  function remark() {
    const area = (current() || criteria()[0])?.querySelector("textarea");
    if (!area) return;
    area.closest("details").open = true;
    area.focus();
  }
  // Arrows read on: up and down go from criterion to criterion, left and right from level to level. None of them marks: a mark is
  // given by its number, a click or the space bar.
  const moves = { arrowdown: () => step(1), arrowup: () => step(-1), arrowright: (radio) => beside(radio, 1), arrowleft: (radio) => beside(radio, -1) };
  function beside(radio, direction) {
    const all = [...radio.closest("[data-criterion]").querySelectorAll("input[type=radio]")];
    (all[all.indexOf(radio) + direction] || radio).focus();
  }
  document.addEventListener("keydown", (event) => {
    const radio = event.target;
    const move = moves[event.key.toLowerCase()];
    if (!move || !radio.matches?.("[data-criterion] input[type=radio]") || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    move(radio);
  });

  const follow = (key) => document.querySelector(`a[data-key="${key}"]`)?.click();

  document.addEventListener("keydown", (event) => {
    if (!active || event.ctrlKey || event.metaKey || event.altKey) return;
    const writes = event.target.matches("textarea, select, input:not([type=radio]):not([type=checkbox])");
    if (writes) return;
    const acts = { j: () => step(1), k: () => step(-1), r: remark, d: () => document.getElementById("dossier")?.focus(), s: () => follow("s"), p: () => follow("p") };
    const key = event.key.toLowerCase();
    if (form && /^[1-6]$/.test(key)) {
      if (choose(key)) event.preventDefault();
    } else if (acts[key]) {
      event.preventDefault();
      acts[key]();
    }
  });
})();
