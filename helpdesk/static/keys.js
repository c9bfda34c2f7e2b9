// Single keys for those who work all day: j k o r n a e / ?. Each does what a link or a button on the page does as well.
// They never take a key from a field, a menu or a dialog, nor one that is pressed with another; who speaks to their
// machine or hits keys by accident turns them off in the list that `?` and the account's menu open.
"use strict";

(() => {
  const OFF = "keys-off";
  const dialog = document.getElementById("keys");
  const off = dialog?.querySelector("[data-keys-off]");
  if (!off) return;

  // A browser that keeps nothing keeps the keys on: they can still be turned off until the page is left.
  const kept = { get() { try { return localStorage.getItem(OFF) === "1"; } catch { return off.checked; } },
    set(value) { try { localStorage.setItem(OFF, value ? "1" : "0"); } catch { /* the box itself remembers */ } } };
  off.checked = kept.get();
  off.addEventListener("change", () => kept.set(off.checked));

  const links = () => [...document.querySelectorAll("main a.subject")];
  const current = () => document.activeElement?.closest("tr, li, .card")?.querySelector("a.subject");

  function move(step) {
    const all = links();
    if (!all.length) return;
    const here = all.indexOf(current());
    const next = here < 0 ? (step > 0 ? 0 : all.length - 1) : Math.min(Math.max(here + step, 0), all.length - 1);
    all[next].focus();
    all[next].scrollIntoView({ block: "nearest" });
  }

  // What a key does on a ticket's page: choose the composer's mode, or unfold the panel, and go to its first field.
  function reach(name) {
    const part = document.getElementById(`do-${name}`);
    if (!part) return false;
    const mode = document.querySelector(`.modes input[value="${name}"]`);
    if (mode) { mode.checked = true; mode.dispatchEvent(new Event("change", { bubbles: true })); }
    if (part instanceof HTMLDetailsElement) part.open = true;
    // In the composer that is the text, though a choice of templates stands before it.
    const field = (mode && part.querySelector("textarea")) || part.querySelector("textarea, select, input:not([type=hidden])") ||
      part.querySelector("button, summary");
    field?.focus();
    return Boolean(field);
  }

  // From a list the same key opens the ticket at that part.
  const at = (name) => { if (!reach(name)) { const link = current(); if (link) location.href = `${link.href}#to-${name}`; } };

  const ACTIONS = {
    j: () => move(1),
    k: () => move(-1),
    o: () => current()?.click(),
    r: () => at("reply"),
    n: () => at("note"),
    a: () => at("assignment"),
    e: () => at("resolution"),
    "/": () => document.querySelector("[data-search]")?.focus(),
    "?": () => dialog.showModal(),
  };

  document.addEventListener("keydown", (event) => {
    const action = ACTIONS[event.key];
    if (!action || off.checked || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.target.closest("input, textarea, select, [contenteditable], dialog, details.menu[open]") || document.querySelector("dialog[open]")) return;
    event.preventDefault();
    action();
  });

  // Not the part's own id: going to a fragment would take the focus away again.
  if (location.hash.startsWith("#to-")) reach(location.hash.slice("#to-".length));
})();
