// Préau: conveniences. Every page reads and works without this file.
"use strict";

(() => {
  const NBSP = "\u00a0";
  const figure = (value) => String(value).replace(/\B(?=(\d{3})+(?!\d))/g, NBSP);

  // -- Announcements: one place, read aloud, built from text only --------------------------------------------------
  function announce(text, level = "info", link = null) {
    const place = document.getElementById("annonces");
    if (!place) return;
    const box = document.createElement("div");
    box.className = `pr-alert is-${level}`;
    const words = document.createElement("div");
    words.textContent = text;
    if (link) {
      const anchor = document.createElement("a");
      anchor.href = link.href;
      anchor.textContent = link.text;
      anchor.target = "_blank";
      words.append(" ", anchor);
    }
    box.append(words);
    place.replaceChildren(box);
    clearTimeout(announce.timer);
    if (level !== "err") announce.timer = setTimeout(() => place.replaceChildren(), 6000);
  }
  window.preau = { announce };

  // -- What appears with `data-say`, at opening or in a part of the page that htmx brings, is copied into a region that stays there:
  // a region that comes with its text is often read by nobody. The same words are not said twice in a row.
  function say(area) {
    const place = document.getElementById("dit");
    const found = area.matches?.("[data-say]") ? [area] : [...(area.querySelectorAll?.("[data-say]") || [])];
    const words = found.map((element) => element.innerText.replace(/\s+/g, " ").trim()).filter(Boolean).join(" ");
    if (place && words && place.textContent !== words) place.textContent = words;
  }
  window.addEventListener("load", () => setTimeout(() => say(document), 300)); // once the region itself is known
  document.addEventListener("htmx:afterSettle", (event) => say(event.detail.elt));
  document.addEventListener("preau:announce", (event) => announce(event.detail.text)); // sent by the server with a part of a page
  // `if_idle`: the focus goes there unless the person has it somewhere else.
  document.addEventListener("preau:focus", (event) => {
    const { activeElement } = document;
    if (!event.detail.if_idle || activeElement === document.body || activeElement.id === "contenu") document.getElementById(event.detail.id)?.focus();
  });

  // -- Tables that become stacks on a narrow screen: some browsers then forget that they are tables. HTML gives each part its role,
  // and does not allow it to be written; here it is said again.
  const PARTS = { TABLE: "table", THEAD: "rowgroup", TBODY: "rowgroup", TFOOT: "rowgroup", TR: "row", TD: "cell" };
  function sayTables() {
    document.querySelectorAll("table.pr-stack, table.pr-stack :is(thead, tbody, tfoot, tr, th, td)").forEach((part) => {
      part.setAttribute("role", PARTS[part.tagName] || (part.scope === "col" ? "columnheader" : "rowheader"));
    });
  }
  document.addEventListener("DOMContentLoaded", sayTables);
  document.addEventListener("htmx:afterSettle", sayTables);

  // -- Menus: Escape and a click outside close them; the focus goes back to the summary -----------------------------
  const openMenus = () => document.querySelectorAll("details.pr-menu[open]");
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    openMenus().forEach((menu) => {
      menu.open = false;
      menu.querySelector("summary").focus();
    });
    document.getElementById("annonces")?.replaceChildren();
  });
  document.addEventListener("click", (event) => {
    openMenus().forEach((menu) => {
      if (!menu.contains(event.target)) menu.open = false;
    });
  });

  // -- Counters: same words as the server writes ---------------------------------------------------------------------
  function count(area) {
    const place = document.getElementById(area.dataset.counter);
    if (!place) return;
    const limit = Number(place.dataset.limit);
    const length = [...area.value.normalize()].length; // as it will be stored: an accent apart from its letter counts once
    place.textContent = `${figure(length)}${NBSP}${length < 2 ? "signe" : "signes"} sur ${figure(limit)}`;
    if (length > limit) place.append(`, ${figure(length - limit)} de trop`);
    place.classList.toggle("pr-over", length > limit);
  }

  // -- Lists: one box for all, and how many are picked ----------------------------------------------------------------
  function countPicked(name) {
    const boxes = [...document.querySelectorAll(`input[type="checkbox"][name="${CSS.escape(name)}"]`)];
    const picked = boxes.filter((box) => box.checked).length;
    boxes.forEach((box) => box.closest("tr")?.classList.toggle("is-picked", box.checked));
    document.querySelectorAll(`[data-check-all="${CSS.escape(name)}"]`).forEach((all) => {
      all.checked = picked > 0 && picked === boxes.length;
      all.indeterminate = picked > 0 && picked < boxes.length;
    });
    document.querySelectorAll(`[data-picked-count="${CSS.escape(name)}"]`).forEach((place) => {
      place.textContent = figure(picked);
    });
  }

  // Which fields of a form nobody has saved yet, by name: one that saves itself takes its name off.
  const unsaved = new WeakMap();
  const changed = (form) => unsaved.get(form) || unsaved.set(form, new Set()).get(form);
  document.addEventListener("htmx:afterRequest", (event) => {
    const form = event.target.closest?.("form[data-unsaved]");
    const answer = event.detail.xhr;
    if (!form || !answer || !(answer.status < 400 || answer.getResponseHeader("X-Kept"))) return;
    // A group of boxes saves itself as one: the request is its fieldset's.
    const saved = event.target.matches("fieldset") ? event.target.querySelectorAll("[name]") : [event.target];
    for (const field of saved) changed(form).delete(field.name);
    if (changed(form).size === 0) delete form.dataset.changed;
  });
  document.addEventListener("input", (event) => {
    const target = event.target;
    if (target.matches?.("textarea[data-counter]")) count(target);
    const form = target.closest?.("form[data-unsaved]");
    if (form) changed(form).add(target.name);
    if (form) form.dataset.changed = "1";
  });
  document.addEventListener("change", (event) => {
    const target = event.target;
    if (target.matches?.("[data-check-all]")) {
      document.querySelectorAll(`input[type="checkbox"][name="${CSS.escape(target.dataset.checkAll)}"]`).forEach((box) => {
        box.checked = target.checked;
      });
      countPicked(target.dataset.checkAll);
    } else if (target.matches?.('input[type="checkbox"][name]') && document.querySelector(`[data-check-all="${CSS.escape(target.name)}"]`)) {
      countPicked(target.name);
    }
  });

  // -- At sign-out nothing that was typed stays in this browser (calls/keeping.js keeps it until it is sent)
  function forgetTyped() {
    try {
      Object.keys(localStorage).filter((key) => key.startsWith("preau.kept.")).forEach((key) => localStorage.removeItem(key));
    } catch {
      // a browser that keeps nothing
    }
  }

  // -- Forms: sent once, and not left with text that nobody saved -----------------------------------------------------
  document.addEventListener("submit", (event) => {
    const form = event.target;
    delete form.dataset.changed;
    if ((form.getAttribute("action") || "").includes("/logout/")) forgetTyped();
    if (!form.matches("form[data-once]") || event.defaultPrevented) return;
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "1";
  });
  window.addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach((form) => delete form.dataset.sent));
  window.addEventListener("beforeunload", (event) => {
    if (document.querySelector("form[data-unsaved][data-changed]")) event.preventDefault();
  });

  // -- Copying --------------------------------------------------------------------------------------------------------
  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("[data-copy]");
    if (!button || !navigator.clipboard) return;
    navigator.clipboard.writeText(button.dataset.copy).then(
      () => announce("Copié.", "ok"),
      () => announce("La copie n’a pas pu se faire. Sélectionnez le texte pour le copier.", "warn"),
    );
  });

  // -- htmx: saving as one types, errors, an ended session ------------------------------------------------------------
  const statusOf = (element) => element.closest?.("[data-autosave]")?.querySelector("[data-autosave-status]");
  // The hour of Paris, as the server writes it: a page left open elsewhere shows one hour only.
  const PARIS = new Intl.DateTimeFormat("fr-FR", { timeZone: "Europe/Paris", hour: "numeric", minute: "2-digit", hourCycle: "h23" });
  const clock = () => {
    const part = Object.fromEntries(PARIS.formatToParts(new Date()).map(({ type, value }) => [type, value]));
    return `${Number(part.hour)}${NBSP}h${NBSP}${part.minute}`;
  };
  function tellStatus(element, text) {
    const place = statusOf(element);
    if (place) place.textContent = text;
    return Boolean(place);
  }
  document.addEventListener("htmx:beforeRequest", (event) => tellStatus(event.target, "Enregistrement…"));
  document.addEventListener("htmx:afterRequest", (event) => {
    // 422 swaps the reason in, so htmx calls it a success: nothing was kept
    if (event.detail.successful && event.detail.xhr.status < 400) tellStatus(event.target, `Enregistré à ${clock()}`);
  });
  document.addEventListener("htmx:sendError", (event) => {
    tellStatus(event.target, "Non enregistré");
    announce(`La connexion a été interrompue. Ce que vous avez tapé reste dans cette page${NBSP}: réessayez.`, "err");
  });
  // An ended session: the page stays, with what was typed; once signed in again elsewhere, it takes the new token.
  let ended = false;
  document.addEventListener("htmx:beforeOnLoad", (event) => {
    const answer = event.detail.xhr;
    if (answer.status !== 401) return;
    event.preventDefault();
    ended = true;
    tellStatus(event.target, "Non enregistré");
    const login = answer.getResponseHeader("X-Login") || answer.getResponseHeader("HX-Redirect") || "/compte/login/";
    announce("Votre session est terminée. Ce que vous avez tapé reste dans cette page.", "err", { href: login, text: "Se reconnecter dans un nouvel onglet" });
  });
  async function renewToken() {
    if (!ended) return;
    const answer = await fetch(location.href, { headers: { "X-Passive": "1" } }).catch(() => null);
    if (!answer || !answer.ok) return;
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").body;
    if (!fresh.hasAttribute("data-signed-in")) return;
    ended = false;
    const headers = fresh.getAttribute("data-hx-headers");
    document.body.setAttribute("data-hx-headers", headers);
    document.querySelectorAll('input[name="csrfmiddlewaretoken"]').forEach((field) => {
      field.value = JSON.parse(headers)["X-CSRFToken"];
    });
    announce(`La session a repris${NBSP}: vous pouvez enregistrer.`, "ok");
  }
  window.addEventListener("focus", renewToken);

  document.addEventListener("htmx:responseError", (event) => {
    const answer = event.detail.xhr;
    tellStatus(event.target, "Non enregistré");
    if (answer.getResponseHeader("X-Form") === "expired") {
      ended = true;
      renewToken();
      return;
    }
    const reference = answer.getResponseHeader("X-Reference");
    const known = { 403: "Cet acte n’est pas permis.", 409: `Cette page n’est plus à jour${NBSP}: rechargez-la.` };
    announce((known[answer.status] || "L’action n’a pas abouti.") + (reference ? ` Référence ${reference}.` : ""), "err");
  });

  // -- Skip links leave no fragment in the address: after a form is sent, it would take the focus from the summary of errors
  document.querySelectorAll(".pr-skip").forEach((link) => link.addEventListener("click", (event) => {
    event.preventDefault();
    const target = document.querySelector(link.hash);
    target.focus();
    target.scrollIntoView();
  }));

  // -- At opening: the summary of errors takes the focus, last of all: a fragment of the address is followed before `load` ended
  const focusSummary = () => {
    const { activeElement } = document;
    if (activeElement === document.body || activeElement.id === "contenu") document.querySelector("[data-focus]")?.focus();
  };
  document.querySelector("[data-focus]")?.focus();
  window.addEventListener("load", () => setTimeout(focusSummary));
})();
