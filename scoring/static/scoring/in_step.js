// What is retained of an amount asked, in euros and in per cent: the one that is typed moves the other. The server reckons it again.
"use strict";

(() => {
  const read = (text) => {
    const bare = text.replace(/[\s\u00a0\u202f€%]/g, "").replace(",", ".");
    return /^\d+(\.\d{1,2})?$/.test(bare) ? Number(bare) : null;
  };
  const written = (value) => value.toFixed(2).replace(".", ",");

  document.querySelectorAll("[data-step]").forEach((row) => {
    const asked = Number(row.dataset.step);
    const amount = row.querySelector('[data-step-role="amount"]');
    const rate = row.querySelector('[data-step-role="rate"]');
    if (!asked || !amount || !rate) return;
    amount.addEventListener("input", () => {
      const typed = read(amount.value);
      if (typed !== null) rate.value = written((typed * 10000) / asked);
    });
    rate.addEventListener("input", () => {
      const typed = read(rate.value);
      if (typed !== null) amount.value = written(Math.round((asked * typed) / 100) / 100);
    });
  });
})();
