// The queue works without this file. It ticks every row of the page at once, and says how many are ticked.
"use strict";

(() => {
  const all = document.getElementById("pick-all");
  const said = document.getElementById("picked");
  if (!all || !said) return;
  const every = all.querySelector("input");
  const boxes = () => [...document.querySelectorAll('.pick input[name="ticket"]')];
  const tell = () => {
    const found = boxes();
    const ticked = found.filter((box) => box.checked).length;
    every.checked = ticked > 0 && ticked === found.length;
    every.indeterminate = ticked > 0 && ticked < found.length;
    said.textContent = ticked ? said.dataset.words.replace("{}", ticked) : "";
  };
  all.hidden = false;
  every.addEventListener("change", () => {
    for (const box of boxes()) box.checked = every.checked;
    tell();
  });
  document.addEventListener("change", (event) => { if (event.target.matches(".pick input")) tell(); });
  window.addEventListener("pageshow", tell); // a page kept by the back button keeps its ticks
})();
