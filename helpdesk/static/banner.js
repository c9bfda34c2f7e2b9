// The banner keeps itself up to date: it looks when word of a change comes, and by itself, more often while no word would
// come. Nothing is said when a look fails: what stands there stays.
"use strict";

(() => {
  const banner = document.getElementById("status-banner");
  if (!banner) return;
  const EVERY_MS = 20_000, HEARD_MS = 60_000, SPREAD_MS = 500; // all who hear a word do not ask in the same moment
  let timer = 0;

  const plan = (ms) => { clearTimeout(timer); timer = setTimeout(look, ms); };
  const unasked = () => plan(changes.areHeard ? HEARD_MS : EVERY_MS);

  async function look() {
    unasked();
    if (document.hidden) return;
    try {
      const answer = await fetch(banner.dataset.from, { headers: { Accept: "text/html" } });
      if (answer.status !== 200 || answer.redirected) return;
      const said = await answer.text();
      // What holds the keyboard stays until it is left.
      if (said.trim() !== banner.dataset.said && !banner.contains(document.activeElement)) {
        banner.innerHTML = said;
        banner.dataset.said = said.trim();
      }
    } catch { /* the next look tries again */ }
  }

  // A headline is put away without leaving the page, on which something may be half written.
  banner.addEventListener("submit", async (event) => {
    event.preventDefault();
    const line = event.target.closest(".headline");
    try {
      const answer = await fetch(event.target.action, { method: "POST", body: new FormData(event.target), redirect: "manual" });
      if (answer.type !== "opaqueredirect") return;
      line.remove();
      document.getElementById("content").focus();
      look();
    } catch { /* it stays, and can be tried again */ }
  });

  document.addEventListener("status-changed", () => plan(Math.random() * SPREAD_MS));
  document.addEventListener("changes-heard", unasked);
  document.addEventListener("visibilitychange", () => { if (!document.hidden) look(); });
  unasked();
})();
