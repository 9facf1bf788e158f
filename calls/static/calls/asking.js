// A request for complements: what is chosen or written at a question ticks its box, in sight; emptied again, the box is left to the person.
"use strict";
document.addEventListener("input", (event) => {
  const fold = event.target.closest("[data-ticks]");
  const box = fold && document.getElementById(fold.dataset.ticks);
  if (box && event.target.value.trim()) box.checked = true;
});
