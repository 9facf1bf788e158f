// The outline of a form: a question is taken by its handle and put elsewhere. The buttons do the same without this file.
(function () {
  "use strict";

  var held = null; // the line that is being moved
  var place = null; // { line, after } or { list }: where it would be put

  function handles() {
    document.querySelectorAll("#formulaire [data-parts] > [data-part]").forEach(function (line) {
      if (line.querySelector(".pr-handle") || !line.querySelector("[name=monter], [name=descendre], [name=retirer]")) return;
      var handle = document.createElement("span"); // with a pointer alone: the keyboard has the buttons
      handle.className = "pr-handle";
      handle.setAttribute("aria-hidden", "true");
      handle.textContent = "\u2261";
      line.prepend(handle);
    });
  }

  function unmark() {
    document.querySelectorAll(".pr-part.is-before, .pr-part.is-after").forEach(function (line) {
      line.classList.remove("is-before", "is-after");
    });
  }

  function under(event) {
    var found = document.elementFromPoint(event.clientX, event.clientY);
    var line = found && found.closest("#formulaire [data-part]");
    if (line) {
      var box = line.getBoundingClientRect();
      return { line: line, after: event.clientY > box.top + box.height / 2 };
    }
    var section = found && found.closest("#formulaire [data-section]");
    return section ? { section: section } : null;
  }

  function send(key, section, rank) {
    var form = document.getElementById("formulaire");
    var given = { deplacer: "question:" + key, vers: section, place: rank };
    var inputs = Object.keys(given).map(function (name) {
      var input = document.createElement("input");
      input.type = "hidden";
      input.name = name;
      input.value = given[name];
      form.append(input);
      return input;
    });
    form.requestSubmit();
    inputs.forEach(function (input) {
      input.remove();
    });
  }

  function drop() {
    var section = place.section || place.line.closest("[data-section]");
    var lines = Array.from(section.querySelectorAll("[data-part]")).filter(function (line) {
      return line !== held;
    });
    var rank = place.line ? lines.indexOf(place.line) + (place.after ? 1 : 0) : lines.length;
    if (place.line !== held) send(held.dataset.part, section.dataset.section, rank);
  }

  document.addEventListener("pointerdown", function (event) {
    var handle = event.target.closest && event.target.closest(".pr-handle");
    if (!handle || event.button) return;
    held = handle.closest("[data-part]");
    held.classList.add("is-dragged");
    event.preventDefault();
  });

  document.addEventListener("pointermove", function (event) {
    if (!held) return;
    if (event.clientY < 60) window.scrollBy(0, -12);
    if (event.clientY > window.innerHeight - 60) window.scrollBy(0, 12);
    unmark();
    place = under(event);
    if (place && place.line && place.line !== held) place.line.classList.add(place.after ? "is-after" : "is-before");
  });

  function end(event) {
    if (!held) return;
    unmark();
    held.classList.remove("is-dragged");
    if (event.type === "pointerup" && place) drop();
    held = place = null;
  }
  document.addEventListener("pointerup", end);
  document.addEventListener("pointercancel", end);
  document.addEventListener("keydown", function (event) {
    if (event.key === "Escape") end(event);
  });

  document.addEventListener("DOMContentLoaded", handles);
  document.addEventListener("htmx:afterSettle", handles);
})();
