// What is typed in a file is kept in this browser until the portal has it: by person and file, sent when the connection is back,
// forgotten once it is stored and at sign-out (preau.js). Without this file each form still has its button.
"use strict";

(() => {
  const place = document.getElementById("garde");
  if (!place) return;
  const ROOT = "preau.kept.";
  const OWN = `${ROOT}${place.dataset.person}.`;
  const FILE = `${OWN}${place.dataset.file}.`;
  const LONGEST = 30 * 24 * 3600 * 1000; // ms
  const EVERY = 15000; // ms between two tries
  const sent = new Map(); // what the last request of a question carried
  const asked = new WeakMap(); // the question of each request: its block may be replaced by the answer
  let store = null;
  try {
    store = window.localStorage;
    store.setItem(`${ROOT}try`, "1");
    store.removeItem(`${ROOT}try`);
  } catch {
    return; // a browser that keeps nothing: file.js says that the text is in the page
  }

  const keys = (prefix) => Object.keys(store).filter((key) => key.startsWith(prefix));
  const read = (key) => {
    try {
      return JSON.parse(store.getItem(key));
    } catch {
      return null;
    }
  };
  const blockOf = (element) => element?.closest?.("form[data-autosave] [id^='bloc-']");
  const nameOf = (block) => block.id.slice("bloc-".length);
  const tokenOf = (block) => block.querySelector(`input[name="${CSS.escape(`v-${nameOf(block)}`)}"]`);
  const fieldsOf = (block) => [...block.querySelectorAll("input[name], textarea[name], select[name]")].filter(
    (field) => !["hidden", "file", "submit"].includes(field.type),
  );
  const valuesOf = (block) => fieldsOf(block).map((field) => [
    field.name, field.value, ["checkbox", "radio"].includes(field.type) ? field.checked : null,
  ]);

  function say(text, link = null) {
    const words = document.createElement("p");
    words.className = "pr-alert is-info mb-3";
    const inner = document.createElement("span");
    inner.append(text);
    if (link) {
      const anchor = document.createElement("a");
      anchor.href = link.href;
      anchor.textContent = link.text;
      inner.append(" ", anchor);
    }
    words.append(inner);
    place.replaceChildren(...(text ? [words] : []));
  }

  function keep(block) {
    const kept = { values: valuesOf(block), token: tokenOf(block)?.value || "", section: location.pathname, at: Date.now() };
    try {
      store.setItem(FILE + nameOf(block), JSON.stringify(kept));
    } catch {
      say("Ce navigateur n’a plus de place : gardez cette page ouverte tant que la connexion n’est pas revenue.");
    }
  }

  function waiting() {
    say("Connexion perdue. Ce que vous tapez est gardé dans ce navigateur, et partira dès qu’elle reviendra.");
  }

  function settle() {
    const left = keys(FILE).map(read).filter(Boolean);
    const elsewhere = left.find((kept) => kept.section !== location.pathname);
    if (elsewhere) say("Un texte d’une autre section n’est pas encore envoyé.", { href: elsewhere.section, text: "L’ouvrir pour l’envoyer" });
    else if (left.length === 0 && place.childElementCount) say("Tout ce que vous avez tapé est envoyé.");
  }

  // Sends again what waits for this page: the fields send themselves, with the version that was read when they were typed.
  function flush() {
    keys(FILE).forEach((key) => {
      const block = document.getElementById(`bloc-${key.slice(FILE.length)}`);
      const field = blockOf(block) && fieldsOf(block)[0];
      if (field) field.dispatchEvent(new Event("change", { bubbles: true }));
    });
  }

  function restore() {
    keys(FILE).forEach((key) => {
      const kept = read(key);
      if (!kept || Date.now() - kept.at > LONGEST) return store.removeItem(key);
      const block = document.getElementById(`bloc-${key.slice(FILE.length)}`);
      if (kept.section !== location.pathname) return undefined;
      const fields = block && blockOf(block) ? fieldsOf(block) : []; // no block: its question has left the form
      if (fields.length === 0) {
        const text = kept.values.filter(([, , ticked]) => ticked === null).map(([, value]) => value).join("\n");
        say(`Ce texte, tapé sans connexion, n’a pas pu être envoyé ; copiez-le si vous y tenez : ${text}`);
        return store.removeItem(key);
      }
      kept.values.forEach(([name, value, ticked]) => {
        const field = fields.find((each) => each.name === name && (ticked === null || each.value === value));
        if (field && ticked === null) field.value = value;
        else if (field) field.checked = ticked;
      });
      const token = tokenOf(block);
      if (token && kept.token) token.value = kept.token; // an answer changed meanwhile is then shown beside, never written over
      return undefined;
    });
  }

  ["input", "change"].forEach((name) => document.addEventListener(name, (event) => {
    const block = event.isTrusted && blockOf(event.target);
    if (block) keep(block);
  }));
  document.addEventListener("htmx:beforeRequest", (event) => {
    const block = blockOf(event.target);
    if (!block) return;
    sent.set(nameOf(block), JSON.stringify(valuesOf(block)));
    asked.set(event.detail.xhr, { name: nameOf(block), takes: event.target.name?.startsWith("take-") });
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    const answer = event.detail.xhr;
    const about = asked.get(answer);
    if (!about || !answer.status) return;
    const key = FILE + about.name;
    const kept = read(key);
    const isStored = answer.status < 400 || answer.getResponseHeader("X-Kept");
    // A colleague's answer that was taken ends what was typed here, whatever it was.
    if (isStored && kept && (about.takes || JSON.stringify(kept.values) === sent.get(about.name))) store.removeItem(key);
    settle();
  });
  document.addEventListener("htmx:sendError", waiting);
  document.addEventListener("htmx:timeout", waiting);
  window.addEventListener("offline", waiting);
  window.addEventListener("online", flush);
  document.addEventListener("submit", (event) => {
    // Sent by its button: the page that follows says what became of each answer.
    if (event.target.matches("form[data-autosave]") && navigator.onLine) {
      event.target.querySelectorAll("[id^='bloc-']").forEach((block) => store.removeItem(FILE + nameOf(block)));
    }
  });

  keys(ROOT).filter((key) => !key.startsWith(OWN)).forEach((key) => store.removeItem(key)); // somebody else's, on this machine
  window.addEventListener("load", () => {
    restore();
    settle();
    flush();
  });
  setInterval(() => {
    if (navigator.onLine && place.childElementCount) flush();
  }, EVERY);
})();
