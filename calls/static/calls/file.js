// The form of a file: say to assistive tools which field was refused, and say aloud when nothing could be saved.
(function () {
  "use strict";

  function mark(area) {
    area.querySelectorAll("[data-invalid], [data-valid]").forEach(function (status) {
      var id = status.dataset.invalid || status.dataset.valid;
      var field = document.getElementById(id);
      if (!field || field.tagName === "FIELDSET") return;
      field.classList.toggle("is-invalid", "invalid" in status.dataset);
      if ("invalid" in status.dataset) field.setAttribute("aria-invalid", "true");
      else field.removeAttribute("aria-invalid");
    });
  }

  document.addEventListener("htmx:afterSettle", function () {
    mark(document);
  });

  // What the page shows of the questions that depend on others: the answer sends back what changes, and nothing else.
  document.addEventListener("htmx:configRequest", function (event) {
    var shown = document.getElementById("posees");
    if (shown) event.detail.headers["X-Posees"] = shown.dataset.shown;
  });

  function warn() {
    var note = document.getElementById("enregistre");
    if (note) note.textContent = "Non enregistré : le portail ne répond pas. Gardez cette page ouverte, votre texte y est encore.";
  }

  document.addEventListener("htmx:sendError", warn);
  document.addEventListener("htmx:timeout", warn);
  document.addEventListener("htmx:responseError", function (event) {
    var status = event.detail.xhr.status;
    if (status === 409 || status === 422) return;
    warn();
  });
})();
