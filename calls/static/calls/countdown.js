// The time left until a closing, by the server's clock. Without this file the page keeps the words that the server wrote.
//
// The browser's clock may be wrong, be put right while the page is open, or stop while the computer sleeps: the time shown is that of the
// server when the page was made, plus what a clock that nobody sets has counted since; it is asked again after a sleep, when the page is shown
// again, and every five minutes.
"use strict";

(() => {
  const NBSP = "\u00a0";
  const places = [...document.querySelectorAll("[data-closes]")];
  if (!places.length) return;
  const { now: told, clock } = places[0].dataset;
  const AGAIN = 5 * 60 * 1000;
  const DAY = 24 * 3600 * 1000;
  let server = Date.parse(told); // at `steady`
  let steady = performance.getEntriesByType("navigation")[0]?.responseStart || 0; // when the page began to arrive
  let wall = Date.now() - performance.now(); // moves when the computer sleeps or its clock is set
  let asked = 0;

  const current = () => server + (performance.now() - steady);
  const count = (value, one, many) => `${value}${NBSP}${value < 2 ? one : many}`;
  const paris = new Intl.DateTimeFormat("en-CA", { timeZone: "Europe/Paris" });
  const days = (from, to) => Math.round((Date.parse(paris.format(to)) - Date.parse(paris.format(from))) / DAY);

  function words(closes) {
    const left = closes - current();
    if (left <= 0) return "L’heure de clôture est passée.";
    if (left >= DAY) return `Il reste ${count(days(current(), closes), "jour", "jours")}.`;
    const seconds = Math.floor(left / 1000);
    const hours = Math.floor(seconds / 3600);
    const minutes = Math.floor((seconds % 3600) / 60);
    if (hours) return `Il reste ${count(hours, "heure", "heures")} et ${count(minutes, "minute", "minutes")}.`;
    return `Il reste ${count(minutes, "minute", "minutes")} et ${count(seconds % 60, "seconde", "secondes")}.`;
  }

  // The answer's own date is to the second: half a second is added, and half of the time that the answer took.
  async function ask() {
    asked = performance.now();
    const sent = performance.now();
    try {
      const answer = await fetch(clock, { method: "HEAD", cache: "no-store" });
      const date = Date.parse(answer.headers.get("Date"));
      if (Number.isNaN(date)) return;
      server = date + 500 + (performance.now() - sent) / 2;
      steady = performance.now();
      show();
    } catch {
      // Nothing answers: what was known goes on.
    }
  }

  function show() {
    for (const place of places) {
      const text = words(Date.parse(place.dataset.closes));
      if (place.textContent !== text) place.textContent = text;
    }
  }

  function tick() {
    const moved = Date.now() - performance.now() - wall;
    if (Math.abs(moved) > 2000) {
      // Slept, or the clock was set: only the server knows which.
      wall += moved;
      ask();
    } else if (performance.now() - asked > AGAIN && !document.hidden) {
      ask();
    }
    show();
  }

  document.addEventListener("visibilitychange", () => document.hidden || ask());
  window.addEventListener("pageshow", (event) => event.persisted && ask());
  setInterval(tick, 1000);
  ask();
  show();
})();
