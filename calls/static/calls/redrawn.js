// A part drawn again as its answers change: what was typed or chosen while the server answered is put back, then sent in its turn.
(function () {
  "use strict";

  var CHOICE = /^(checkbox|radio)$/;

  function answers(part) {
    var found = new Map();
    part.querySelectorAll("input[name]:not([type=hidden]):not([type=file]), select[name], textarea[name]").forEach(function (field) {
      var isChoice = CHOICE.test(field.type);
      found.set(isChoice ? field.name + "=" + field.value : field.name, { field: field, now: isChoice ? field.checked : field.value });
    });
    return found;
  }

  var sent = null; // what the part held when the request left
  var later = null; // what changed since: name → value

  document.addEventListener("htmx:beforeRequest", function (event) {
    if (event.detail.target.hasAttribute("data-redrawn")) sent = answers(event.detail.target);
  });

  document.addEventListener("htmx:beforeSwap", function (event) {
    var part = event.detail.target;
    if (!sent || !part.hasAttribute("data-redrawn")) return;
    later = new Map();
    answers(part).forEach(function (held, name) {
      var before = sent.get(name);
      if (before && before.now !== held.now) later.set(name, held.now);
    });
    sent = null;
  });

  document.addEventListener("htmx:afterSettle", function () {
    if (!later || !later.size) return;
    var drawn = answers(document.querySelector("[data-redrawn]"));
    var last = null;
    later.forEach(function (value, name) {
      var held = drawn.get(name);
      if (!held) return; // asked no more
      if (typeof value === "boolean") held.field.checked = value;
      else held.field.value = value;
      last = held.field;
    });
    later = null;
    if (last) last.dispatchEvent(new Event("change", { bubbles: true }));
  });
})();
