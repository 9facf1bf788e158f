// Joining files: how far the sending is, a way to stop it, and to send again what a cut has stopped. Without this script, the form is sent whole.
(function () {
  "use strict";

  const NBSP = "\u00a0";
  const CUT = `La connexion a été coupée${NBSP}: rien n’est perdu, le fichier reste choisi. Reprenez l’envoi quand la connexion revient.`;
  const ENDED = `Votre session est terminée${NBSP}: reconnectez-vous dans un autre onglet, puis reprenez l’envoi. Le fichier reste choisi.`;

  function made(tag, css, text) {
    const element = document.createElement(tag);
    element.className = css;
    if (text) element.textContent = text;
    return element;
  }

  // What a form shows while it sends: made once, in its own line.
  function shown(form) {
    if (form.sending) return form.sending;
    const line = made("div", "w-100 d-flex flex-wrap gap-2 align-items-center");
    const bar = made("progress", "flex-fill");
    bar.max = 100;
    bar.setAttribute("aria-label", "Envoi du fichier");
    const words = made("span", "pr-small");
    const stop = made("button", "btn btn-quiet btn-sm", "Annuler l’envoi");
    stop.type = "button";
    stop.addEventListener("click", () => form.request?.abort());
    const again = made("button", "btn btn-outline-primary btn-sm", "Reprendre l’envoi");
    again.type = "button";
    again.addEventListener("click", () => send(form, true));
    line.append(bar, words, stop, again);
    form.append(line);
    form.sending = { line, bar, words, stop, again };
    return form.sending;
  }

  function show(form, { text, running = false, retry = false, level = "" }) {
    const parts = shown(form);
    parts.line.hidden = false;
    parts.words.textContent = text;
    parts.bar.hidden = !running;
    parts.stop.hidden = !running;
    parts.again.hidden = !retry;
    form.querySelector("button:not([type=button])").disabled = running;
    form.querySelector("input[type=file]").disabled = running;
    if (level) window.preau.announce(text, level);
  }

  function stopped(form, text, level) {
    show(form, { text, retry: true, level });
    shown(form).again.focus();
  }

  // The answer is where to go, or why nothing was joined; anything else is a page that this script does not know.
  function answered(form, request) {
    let answer = null;
    try {
      answer = JSON.parse(request.responseText);
    } catch {
      const ended = request.status === 401 || request.responseURL.includes("/compte/");
      stopped(form, ended ? ENDED : `Le portail n’a pas pu recevoir le fichier${NBSP}: il reste choisi, réessayez.`, "err");
      return;
    }
    if (answer.errors) {
      show(form, { text: answer.errors.join(" "), level: "err" });
      form.querySelector("input[type=file]").focus();
      return;
    }
    window.preau.announce("Envoi terminé.", "ok");
    const target = new URL(answer.to, location.href);
    history.replaceState(null, "", target);
    location.reload();
  }

  // All of it has left: the portal may be joining it, so that stopping here would say of a joined file that it is not.
  function received(form) {
    const { stop, words } = shown(form);
    const had = document.activeElement === stop;
    stop.hidden = true;
    if (!had) return;
    words.tabIndex = -1;
    words.focus();
  }

  function send(form, again) {
    const data = new FormData(form);
    const request = new XMLHttpRequest();
    let told = 0;
    form.request = request;
    request.upload.addEventListener("progress", (event) => {
      if (!event.lengthComputable) return;
      const part = Math.floor((100 * event.loaded) / event.total);
      shown(form).bar.value = part;
      shown(form).words.textContent = part < 100 ? `${part}${NBSP}%` : "Envoyé, le portail le vérifie…";
      if (part === 100) received(form);
      if (part >= told + 25 && part < 100) {
        told = part - (part % 25);
        window.preau.announce(`${told}${NBSP}% envoyés`);
      }
    });
    request.addEventListener("load", () => answered(form, request));
    request.addEventListener("error", () => stopped(form, CUT, "err"));
    request.addEventListener("timeout", () => stopped(form, CUT, "err"));
    request.addEventListener("abort", () => stopped(form, `Envoi annulé${NBSP}: rien n’a été joint, le fichier reste choisi.`, "warn"));
    request.open("POST", form.action);
    request.setRequestHeader("X-Sending", again ? "again" : "first");
    shown(form).bar.value = 0;
    show(form, { text: `0${NBSP}%`, running: true, level: "info" });
    request.send(data);
  }

  // Before the listener that lets a form be sent once: this one stays on its page.
  document.addEventListener(
    "submit",
    (event) => {
      const form = event.target;
      if (!form.matches("form[data-sending]") || !form.querySelector("input[type=file]").files.length) return;
      event.preventDefault();
      event.stopPropagation();
      if (!form.querySelector("input[type=file]").disabled) send(form, false);
    },
    true,
  );
})();
