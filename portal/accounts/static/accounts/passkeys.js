// Passkeys. A button with `data-passkey` asks the device to make a key ("create") or to use one ("get"), then sends the form with
// what it answered. `data-options`: the address that gives what to ask, or the id of the element of the page that holds it.
// Such a button is hidden in the page: it appears here, where the browser knows passkeys.
"use strict";

(() => {
  const known = window.PublicKeyCredential && window.webauthnJSON;
  const WORDS = {
    NotAllowedError: "L’appareil n’a pas répondu, ou vous avez renoncé. Rien n’a changé : recommencez quand vous voulez.",
    InvalidStateError: "Cet appareil garde déjà une clé d’accès pour votre compte.",
    SecurityError: "Cette adresse ne permet pas les clés d’accès : ouvrez le portail par son adresse habituelle.",
  };
  const OTHERWISE = "La clé d’accès n’a pas pu servir. Réessayez, ou choisissez un autre moyen.";

  async function options(button) {
    const where = button.dataset.options;
    if (!where.startsWith("/")) return JSON.parse(document.getElementById(where).textContent);
    const answer = await fetch(where, { headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error(`options: ${answer.status}`);
    return (await answer.json()).request_options;
  }

  async function use(button) {
    const form = button.form;
    const said = document.getElementById(button.getAttribute("aria-describedby"));
    said.textContent = "Suivez ce que demande votre appareil…";
    button.disabled = true;
    try {
      const credential = await window.webauthnJSON[button.dataset.passkey](await options(button));
      form.elements.credential.value = JSON.stringify(credential);
      form.submit();
    } catch (error) {
      said.textContent = WORDS[error.name] || OTHERWISE;
      button.disabled = false;
      button.focus();
    }
  }

  document.querySelectorAll("[data-passkey]").forEach((button) => {
    if (!known) return;
    button.hidden = false;
    button.addEventListener("click", () => use(button));
    // Enter, in the field of a name: the device is asked first, as by the button.
    button.form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (!button.disabled) use(button);
    });
  });
  document.querySelectorAll("[data-no-passkey]").forEach((text) => (text.hidden = Boolean(known)));
})();
