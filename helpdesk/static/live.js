// The queue keeps itself up to date while somebody reads it. Rows that are there change in place, and the counts with
// them; new, gone and moved ones wait behind a button, so that nothing moves under the reader's hand.
"use strict";

(() => {
  const notice = document.getElementById("live");
  const queue = document.getElementById("queue");
  if (!notice || !queue) return;
  const EVERY_MS = Number(notice.dataset.live) * 1000, LONGEST_MS = 300_000;
  // While word of each change comes, looking unasked only makes up for a word that was lost.
  const UNASKED_MS = 3 * EVERY_MS;
  const SPREAD_MS = 500; // all who hear a word do not ask in the same moment
  const BREATH_MS = 2_000, BREATHS = 20; // a look that took 0.5 s is followed by 10 s of peace, whatever is told
  let wait = EVERY_MS;
  let newest = null;

  const rows = (root) => new Map([...root.querySelectorAll("tr[data-ticket]")].map((row) => [row.dataset.ticket, row]));

  // Cell by cell: what holds the keyboard or a ticked box stays as it is, the rest says what is so now.
  function refresh(shown, fresh) {
    [...shown.cells].forEach((cell, at) => {
      const now = fresh.cells[at];
      if (now && cell.innerHTML !== now.innerHTML && !cell.contains(document.activeElement)) cell.innerHTML = now.innerHTML;
    });
  }

  // The page that was read for its rows also says how many notices are unread.
  function count(fresh) {
    const shown = document.querySelector(".inbox-link");
    if (shown && fresh && shown.innerHTML !== fresh.innerHTML) shown.innerHTML = fresh.innerHTML;
  }

  function tell(shown, fresh) {
    const added = [...fresh.keys()].filter((key) => !shown.has(key)).length;
    const gone = [...shown.keys()].filter((key) => !fresh.has(key)).length;
    const order = (one, other) => [...one.keys()].filter((key) => other.has(key)).join();
    const moved = order(shown, fresh) !== order(fresh, shown);
    const words = [added && `${added} ${notice.dataset.new}`, gone && `${gone} ${notice.dataset.gone}`,
      moved && notice.dataset.moved].filter(Boolean).join(", ");
    const said = words && `${notice.dataset.said} ${words}.`;
    if (notice.dataset.told === said) return;
    notice.dataset.told = said;
    notice.replaceChildren();
    if (!said) return;
    const text = document.createElement("span");
    text.textContent = said;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button small";
    button.textContent = notice.dataset.show;
    button.addEventListener("click", show);
    const line = document.createElement("p");
    line.className = "flash info";
    line.append(text, button);
    notice.append(line);
  }

  const boxes = () => [...queue.querySelectorAll('input[name="ticket"]')];

  function show() {
    if (!newest) return;
    // The bar that the ticks belong to is there only beside rows: a list that begins or ends is read anew, whole.
    if (!rows(newest).size || !document.getElementById("bulk")) { location.reload(); return; }
    const ticked = new Set(boxes().filter((box) => box.checked).map((box) => box.value));
    queue.replaceChildren(...newest.childNodes);
    for (const box of boxes()) box.checked = ticked.has(box.value);
    boxes()[0]?.dispatchEvent(new Event("change", { bubbles: true }));
    newest = null;
    notice.dataset.told = "";
    notice.replaceChildren();
    queue.querySelector("a.subject")?.focus();
  }

  async function look() {
    if (document.hidden) return;
    const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
    // Signed out, or refused: the next thing that the person does says so in full. Here nothing is taken away.
    if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
    const whole = new DOMParser().parseFromString(await answer.text(), "text/html");
    const page = whole.getElementById("queue");
    if (!page) throw new Error("no queue");
    newest = document.importNode(page, true);
    count(whole.querySelector(".inbox-link"));
    const shown = rows(queue), fresh = rows(newest);
    for (const [key, row] of shown) if (fresh.has(key)) refresh(row, fresh.get(key));
    tell(shown, fresh);
    window.htmx?.trigger("#counts", "counts");
  }

  let timer = 0, due = Infinity, peace = 0, looking = false, asked = false;

  function plan(inMs) {
    const at = Math.max(Date.now() + inMs, peace);
    if (at >= due) return;
    due = at;
    clearTimeout(timer);
    timer = setTimeout(turn, at - Date.now());
  }

  const soon = () => Math.random() * SPREAD_MS;
  const unasked = () => Math.max(wait, changes.areHeard ? UNASKED_MS : 0);

  // A server in trouble is asked less often, also when told of changes; one that answers again, as before.
  async function turn() {
    const began = Date.now();
    due = Infinity;
    looking = true;
    asked = false;
    try { await look(); wait = EVERY_MS; } catch { wait = Math.min(wait * 2, LONGEST_MS); }
    looking = false;
    const took = Date.now() - began;
    peace = Date.now() + (wait > EVERY_MS ? wait : Math.min(Math.max(took * BREATHS, BREATH_MS), EVERY_MS));
    plan(asked ? soon() : unasked());
  }

  document.addEventListener("tickets-changed", () => { if (looking) asked = true; else plan(soon()); });
  document.addEventListener("changes-heard", () => { if (!looking) plan(unasked()); });
  document.addEventListener("visibilitychange", () => { if (!document.hidden && !looking) plan(0); });
  plan(wait);
})();
