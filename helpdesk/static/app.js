// Everything works without this file. It opens fetched explanations in a dialog, closes menus and dialogs as people
// expect, keeps a form from being sent twice by a double click, and tells when a part of the page could not be fetched.
"use strict";

document.addEventListener("htmx:afterSwap", (event) => {
  const dialog = event.target.closest("dialog");
  if (dialog && !dialog.open) dialog.showModal();
});

document.addEventListener("click", (event) => {
  // A button that names a dialog opens it: `data-opens="id"`.
  const opener = event.target.closest("[data-opens]");
  const wanted = opener && document.getElementById(opener.dataset.opens);
  if (wanted) {
    event.preventDefault();
    wanted.showModal();
    return;
  }
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
  const toast = event.target.closest(".toast");
  if (toast && event.target.closest("[data-close]")) toast.remove();
  const dialog = event.target.closest("dialog");
  if (!dialog) return;
  // A click on the dialog element itself is a click beside its content: on the backdrop.
  if (event.target === dialog || event.target.closest("[data-close]")) {
    event.preventDefault();
    dialog.close();
  }
});

document.addEventListener("keydown", (event) => {
  const menu = event.key === "Escape" && event.target.closest("details.menu[open]");
  if (!menu) return;
  menu.open = false;
  menu.querySelector("summary").focus();
});

// Who leaves an open menu by the keyboard finds it closed, not lying over what they look at.
document.addEventListener("focusout", (event) => {
  const menu = event.target.closest("details.menu[open]");
  if (menu && event.relatedTarget && !menu.contains(event.relatedTarget)) menu.open = false;
});

document.addEventListener("submit", (event) => {
  if (event.target.method !== "post") return;
  const button = event.submitter;
  if (button) requestAnimationFrame(() => { button.disabled = true; });
});

// A page kept by the browser's back button gets its buttons back.
window.addEventListener("pageshow", () => {
  for (const button of document.querySelectorAll("button:disabled")) button.disabled = false;
});

document.addEventListener("change", (event) => {
  if (event.target.closest("[data-submit-on-change]")) event.target.form.requestSubmit();
});

// A severity that is chosen counts: a proposal that is still on its way must not take its place.
document.addEventListener("change", (event) => {
  const asked = document.getElementById("questions");
  if (asked && event.target.matches('#severity-choice input[name="severity"]')) window.htmx?.trigger(asked, "htmx:abort");
});

// --- toasts: `HX-Trigger: {"toast": {"level": "success", "text": "…"}}` in an answer, or `toast(…)` from a script ---
const TOAST_MS = 8000;
function toast(text, level = "info") {
  const region = document.getElementById("toasts");
  if (!region || !text) return;
  const made = document.createElement("p");
  made.className = `flash toast ${["success", "info", "warning", "error"].includes(level) ? level : "info"}`;
  const words = document.createElement("span");
  words.textContent = text;
  const close = document.createElement("button");
  close.type = "button";
  close.className = "button quiet small";
  close.dataset.close = "";
  close.textContent = region.dataset.close;
  made.append(words, close);
  region.append(made);
  // An error stays until it is closed; the rest goes by itself, unless somebody is at it.
  if (level === "error") return;
  const leave = () => { if (made.matches(":hover, :focus-within")) setTimeout(leave, TOAST_MS); else made.remove(); };
  setTimeout(leave, TOAST_MS);
}
window.toast = toast;
document.addEventListener("toast", (event) => toast(event.detail.text, event.detail.level));
document.addEventListener("htmx:responseError", () => toast(document.getElementById("toasts")?.dataset.failed, "error"));
document.addEventListener("htmx:sendError", () => toast(document.getElementById("toasts")?.dataset.unreached, "error"));
