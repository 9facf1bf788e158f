// Five minutes before a session stops for lack of activity, asks whether somebody is there. Without this file the session
// stops all the same, and the next page says so.
"use strict";

(() => {
  const script = document.currentScript;
  const idle = Number(script.dataset.idle) * 1000;
  const notice = 5 * 60 * 1000;
  const key = "preau.seen"; // shared by the tabs of one browser: work in one keeps the others
  let timer = null;
  let dialog = null;

  const seen = () => Number(localStorage.getItem(key)) || Date.now();
  function present() {
    localStorage.setItem(key, String(Date.now()));
    wait();
  }
  function wait() {
    clearTimeout(timer);
    dialog?.close();
    timer = setTimeout(look, Math.max(1000, seen() + idle - notice - Date.now()));
  }

  function look() {
    const left = seen() + idle - Date.now();
    if (left > notice) return wait();
    show(left);
    timer = setTimeout(left > 0 ? look : () => null, Math.max(1000, Math.min(left, 30000)));
  }

  function show(left) {
    dialog ??= build();
    const minutes = Math.max(1, Math.ceil(left / 60000));
    dialog.querySelector("p").textContent =
      left > 0
        ? `Sans activité, elle s’arrête dans ${minutes} ${minutes < 2 ? "minute" : "minutes"}. Ce qui est enregistré est gardé.`
        : "Votre session s’est arrêtée. Ce qui était enregistré est gardé ; ce que vous avez tapé reste dans cette page.";
    dialog.querySelector("h2").textContent = left > 0 ? "Votre session va s’arrêter" : "Votre session s’est arrêtée";
    dialog.querySelector("button").textContent = left > 0 ? "Rester connecté" : "Fermer ce message";
    if (!dialog.open) dialog.showModal();
  }

  function build() {
    const box = document.createElement("dialog");
    const title = Object.assign(document.createElement("h2"), { id: "fin-de-session", className: "h3" });
    const button = Object.assign(document.createElement("button"), { type: "button", className: "btn btn-primary" });
    box.className = "pr-panel p-4";
    box.setAttribute("aria-labelledby", title.id);
    box.append(title, document.createElement("p"), button);
    button.addEventListener("click", stay);
    document.body.append(box);
    return box;
  }

  async function stay() {
    if (seen() + idle <= Date.now()) return dialog.close();
    const token = JSON.parse(document.body.getAttribute("data-hx-headers") || "{}")["X-CSRFToken"];
    const answer = await fetch(script.dataset.stay, { method: "POST", headers: { "X-CSRFToken": token } }).catch(() => null);
    if (answer?.status === 204) return present();
    localStorage.setItem(key, "1");
    look();
  }

  document.addEventListener("htmx:afterRequest", (event) => {
    const passive = event.detail.requestConfig?.headers?.["X-Passive"];
    if (!passive && event.detail.successful) present();
  });
  window.addEventListener("storage", (event) => event.key === key && wait());
  present();
})();
