// The composer works without this file. It keeps what is typed when the session is lost, stages files as they are
// chosen, dropped or pasted, offers colleagues behind an "@", and says who else is here.
"use strict";

(() => {
  const composer = document.getElementById("composer");
  if (!composer) return;
  const writers = [...composer.querySelectorAll("[data-writer]")];
  const bodyOf = (form) => form.elements.body;
  const say = (form, text) => { form.querySelector("[data-said]").textContent = text; };
  let typedAt = 0;
  let typedIn = "";

  // --- what is typed stays in this tab until the server has kept it -----------------------------------------------
  const token = JSON.parse(document.body.getAttribute("hx-headers") || "{}")["X-CSRFToken"];
  const keyOf = (form) => `unkept:${composer.dataset.person}:${location.pathname.split("/")[2]}:${form.dataset.writer}`;
  const unkept = {
    get: (form) => { try { return JSON.parse(sessionStorage.getItem(keyOf(form))); } catch { return null; } },
    set: (form) => {
      const text = { body: bodyOf(form).value, seen: form.elements.seen.value };
      try { sessionStorage.setItem(keyOf(form), JSON.stringify(text)); } catch { /* a full or forbidden store */ }
    },
    drop: (form) => { try { sessionStorage.removeItem(keyOf(form)); } catch { /* nothing was kept there */ } },
  };
  const areaOf = (form) => form.querySelector(".write-area");
  const keepDraft = (form) => areaOf(form).dispatchEvent(new Event("keep-draft"));

  // A text that the server had not kept comes back, unless it was sent: the server knows, by the version it was
  // written upon. Beside another draft it is added to that one: neither is lost.
  const bringBack = async (form) => {
    const left = unkept.get(form);
    if (!left?.body?.trim()) return;
    const body = bodyOf(form);
    if (body.value.replaceAll("\r\n", "\n").includes(left.body)) return keepDraft(form);
    const whole = body.value ? `${body.value}\n\n${left.body}` : left.body;
    const answer = await fetch(areaOf(form).getAttribute("hx-post"), {
      method: "POST",
      headers: { "X-CSRFToken": token, "HX-Request": "true" },
      body: new URLSearchParams({ body: whole, seen: left.seen }),
    }).catch(() => null);
    const wasSent = answer?.ok && !(await answer.text()).trim();
    if (answer?.ok) unkept.drop(form);
    if (!wasSent) body.value = whole;
  };

  for (const form of writers) {
    addEventListener("load", () => bringBack(form));
    bodyOf(form).addEventListener("input", () => {
      typedAt = Date.now();
      typedIn = form.dataset.writer;
      unkept.set(form);
    });
    form.addEventListener("submit", (event) => {
      if (event.submitter?.name === "discard") unkept.drop(form);
    });
  }

  const formOf = (element) => element.closest?.("[data-writer]");

  document.addEventListener("htmx:afterRequest", (event) => {
    const form = formOf(event.detail.elt);
    if (!form || !event.detail.elt.classList.contains("write-area")) return;
    if (event.detail.successful) {
      if (event.detail.requestConfig.parameters.body === bodyOf(form).value) unkept.drop(form);
      form.querySelector("[data-lost]").hidden = true;
    }
  });

  document.addEventListener("htmx:beforeSwap", (event) => {
    const { target, xhr } = event.detail;
    if (xhr.status === 401 || xhr.status === 403 || xhr.responseURL.includes("/accounts/login/")) {
      event.detail.shouldSwap = false;
      for (const form of writers) {
        if (bodyOf(form).value) {
          unkept.set(form);
          form.querySelector("[data-lost]").hidden = false;
        }
      }
    } else if (xhr.status === 422 && target.classList.contains("kept-at")) {
      event.detail.shouldSwap = true; // why the draft is not kept
      event.detail.isError = false;
    } else if (target.id === "presence") {
      // The same words again are not read out again.
      event.detail.shouldSwap = xhr.responseText.trim() !== (target.dataset.said ?? "");
      target.dataset.said = xhr.responseText.trim();
    }
  });

  // --- who else is here ---------------------------------------------------------------------------------------------
  document.addEventListener("htmx:configRequest", (event) => {
    if (event.detail.elt.id === "presence" && Date.now() - typedAt < 20000) {
      event.detail.parameters.writing = typedIn;
    }
  });
  document.addEventListener("htmx:beforeRequest", (event) => {
    if (event.detail.elt.id === "presence" && document.hidden) event.preventDefault();
  });

  // --- files ----------------------------------------------------------------------------------------------------------
  const pending = new Map(writers.map((form) => [form, 0]));
  const waiting = new Map(); // a form sent while its files were still on their way, by the button that sent it

  const settled = (form) => {
    pending.set(form, pending.get(form) - 1);
    if (pending.get(form) || !waiting.has(form)) return;
    const button = waiting.get(form);
    waiting.delete(form);
    if (!form.querySelector(".upload .error")) form.requestSubmit(button);
  };

  const upload = (form, file) => {
    const area = form.querySelector("[data-uploads]");
    const line = document.createElement("div");
    const label = document.createElement("span");
    const bar = document.createElement("progress");
    label.textContent = file.name || "image.png";
    bar.max = 100;
    bar.value = 0;
    bar.setAttribute("aria-label", label.textContent);
    line.className = "upload";
    line.append(label, bar);
    area.append(line);
    area.hidden = false;
    pending.set(form, pending.get(form) + 1);

    const content = new FormData();
    content.append("file", file, label.textContent);
    const request = new XMLHttpRequest();
    request.open("POST", area.dataset.uploads);
    request.setRequestHeader("X-CSRFToken", token);
    request.upload.addEventListener("progress", (event) => {
      if (event.lengthComputable) bar.value = Math.round((100 * event.loaded) / event.total);
    });
    request.addEventListener("loadend", () => {
      const isText = (request.getResponseHeader("Content-Type") || "").startsWith("text/html");
      if (request.status === 201) {
        line.innerHTML = request.responseText; // our own template, its texts escaped
        say(form, `${label.textContent} ✓`);
        keepDraft(form);
      } else if (request.status === 422 && isText) {
        bar.remove();
        line.insertAdjacentHTML("beforeend", request.responseText);
      } else {
        bar.remove();
        const failed = document.createElement("span");
        failed.className = "error";
        failed.textContent = area.dataset.failed;
        line.append(failed);
      }
      settled(form);
    });
    request.send(content);
  };

  for (const form of writers) {
    const picker = form.elements.file;
    picker.addEventListener("change", () => {
      for (const file of picker.files) upload(form, file);
      picker.value = "";
    });
    form.addEventListener("submit", (event) => {
      if (!pending.get(form)) return;
      event.preventDefault(); // goes on by itself once the files are there
      event.stopPropagation();
      waiting.set(form, event.submitter);
      say(form, form.querySelector("[data-uploads]").dataset.waits);
    });
    const carriesFiles = (event) => [...(event.dataTransfer?.types ?? [])].includes("Files");
    form.addEventListener("dragover", (event) => {
      if (!carriesFiles(event)) return;
      event.preventDefault();
      form.classList.add("is-target");
    });
    form.addEventListener("dragleave", (event) => {
      if (!form.contains(event.relatedTarget)) form.classList.remove("is-target");
    });
    form.addEventListener("drop", (event) => {
      if (!carriesFiles(event)) return;
      event.preventDefault();
      form.classList.remove("is-target");
      for (const file of event.dataTransfer.files) upload(form, file);
    });
    bodyOf(form).addEventListener("paste", (event) => {
      const files = [...event.clipboardData.files];
      if (!files.length) return;
      event.preventDefault();
      for (const file of files) upload(form, file);
    });
    form.addEventListener("change", (event) => {
      if (event.target.name === "attachments") keepDraft(form);
    });
  }

  // --- colleagues behind an "@" ---------------------------------------------------------------------------------------
  for (const form of writers) {
    const list = form.querySelector("[data-mentions]");
    if (!list) continue;
    const body = bodyOf(form);
    let asked = null;
    body.setAttribute("aria-autocomplete", "list");
    body.setAttribute("aria-controls", list.id);

    const options = () => [...list.querySelectorAll("[role=option]")];
    const chosen = () => list.querySelector("[aria-selected=true]");
    const close = () => {
      list.hidden = true;
      list.replaceChildren();
      body.removeAttribute("aria-activedescendant");
    };
    const choose = (option) => {
      for (const one of options()) one.setAttribute("aria-selected", String(one === option));
      body.setAttribute("aria-activedescendant", option.id);
      option.scrollIntoView({ block: "nearest" });
    };
    const begun = () => /(?:^|[\s(])@([^\s@]*(?: [^\s@]+)?)$/.exec(body.value.slice(0, body.selectionStart));
    const insert = (option) => {
      const match = begun();
      if (!match) return close();
      const start = body.selectionStart - match[1].length;
      body.setRangeText(`${option.dataset.handle} `, start, body.selectionStart, "end");
      close();
      body.dispatchEvent(new Event("input", { bubbles: true }));
      body.focus();
    };

    body.addEventListener("input", async () => {
      const match = begun();
      if (!match) return close();
      const mine = {};
      asked = mine;
      const answer = await fetch(`${list.dataset.mentions}?q=${encodeURIComponent(match[1])}`).catch(() => null);
      if (asked !== mine || !answer?.ok || answer.redirected) return;
      list.innerHTML = await answer.text(); // our own template, its texts escaped
      options().forEach((option, index) => { option.id = `${list.id}-${index}`; });
      list.hidden = options().length === 0;
      if (list.hidden) return close();
      choose(options()[0]);
      say(form, options().map((option) => option.textContent.trim()).join(", "));
    });
    body.addEventListener("keydown", (event) => {
      if (list.hidden) return;
      const all = options();
      const at = all.indexOf(chosen());
      if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        choose(all[(at + (event.key === "ArrowDown" ? 1 : -1) + all.length) % all.length]);
      } else if ((event.key === "Enter" || event.key === "Tab") && chosen()) {
        insert(chosen());
      } else if (event.key === "Escape") {
        close();
      } else {
        return;
      }
      event.preventDefault();
      event.stopPropagation();
    });
    list.addEventListener("mousedown", (event) => {
      event.preventDefault(); // the text keeps the focus
      const option = event.target.closest("[role=option]");
      if (option) insert(option);
    });
    body.addEventListener("blur", close);
  }

  // --- the reader comes to a folded entry by its address ----------------------------------------------------------
  const unfold = () => {
    const entry = document.getElementById(location.hash.slice(1));
    for (let fold = entry?.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
    if (entry?.classList.contains("entry")) entry.scrollIntoView();
  };
  addEventListener("hashchange", unfold);
  unfold();
})();
