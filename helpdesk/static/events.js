// Listens for the server's word that something has changed, while the page is in view. A word says only that; whoever
// hears it here, as an event of the document, looks again. Pages do without: they also look by themselves, more often
// while `changes.areHeard` says that no word would come.
"use strict";

const changes = { areHeard: false };

(() => {
  const at = new URL("/events/", location.href);
  if (document.body.dataset.eventsPort) at.port = document.body.dataset.eventsPort;
  const FIRST_WAIT_MS = 5_000, LONGEST_WAIT_MS = 300_000;
  let source = null, again = 0, wait = FIRST_WAIT_MS, heardBefore = false;

  const say = (name) => document.dispatchEvent(new CustomEvent(name));

  function hears(now) {
    if (changes.areHeard === now) return;
    changes.areHeard = now;
    // What happened while nobody listened was not told. The page itself was made just before the first time.
    if (now && heardBefore) for (const topic of ["tickets", "status"]) say(`${topic}-changed`);
    heardBefore ||= now;
    say("changes-heard");
  }

  function told({ data }) {
    if (data === "here") hears(true);
    else if (data === "away") hears(false);
    else say(`${data}-changed`);
  }

  function close() {
    clearTimeout(again);
    source?.close();
    source = null;
    hears(false);
  }

  // A browser comes back by itself from a lost connection, and gives up after a refusal: then we come back, seldom.
  function failed() {
    hears(false);
    if (source?.readyState !== EventSource.CLOSED) return;
    close();
    again = setTimeout(open, wait);
    wait = Math.min(wait * 2, LONGEST_WAIT_MS);
  }

  function open() {
    clearTimeout(again);
    if (source || document.hidden) return;
    source = new EventSource(at, { withCredentials: true });
    source.addEventListener("open", () => { wait = FIRST_WAIT_MS; });
    source.addEventListener("message", told);
    source.addEventListener("error", failed);
  }

  // Out of view it holds no connection.
  document.addEventListener("visibilitychange", () => { if (document.hidden) close(); else open(); });
  addEventListener("pagehide", close);
  addEventListener("pageshow", open);
  open();
})();
