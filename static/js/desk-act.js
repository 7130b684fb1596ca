// Comfort only: the act of a line in the list itself. It is the form of the act's own page, brought here; without this
// file, and wherever a page has none, the button leads to that page.
(() => {
  "use strict";
  const desk = document.querySelector("[data-desk]");
  const status = document.querySelector("[data-status]");
  if (!desk || !status) return;
  const list = () => desk.querySelector(".lines");
  const lines = () => [...desk.querySelectorAll(".desk-line")];
  const read = async (answer) => new DOMParser().parseFromString(await answer.text(), "text/html");
  let place = null; // the open act, under its line

  const shut = () => {
    if (place) place.remove();
    place = null;
  };
  const go = (source) => { location.href = source; };

  const fill = (page, source) => {
    const parts = [...page.querySelectorAll("[data-act]")];
    if (!parts.length) return false;
    place.replaceChildren(close(), ...parts.map((part) => document.importNode(part, true)));
    for (const form of place.querySelectorAll("form:not([action])")) form.setAttribute("action", source);
    const fault = place.querySelector(".error-summary");
    const first = fault || place.querySelector("input:not([type=hidden]), select, textarea, button:not([data-shut])");
    if (fault) fault.setAttribute("tabindex", "-1");
    if (first) first.focus({ preventScroll: true });
    place.scrollIntoView({ block: "nearest" });
    return true;
  };
  const close = () => {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "btn btn-bare btn-sm";
    button.dataset.shut = "yes";
    button.textContent = status.dataset.shut;
    return button;
  };

  const open = async (link) => {
    const line = link.closest(".desk-line");
    const answer = await fetch(link.href).catch(() => null);
    if (!answer || !answer.ok || answer.redirected) return go(link.href);
    const page = await read(answer);
    shut();
    place = document.createElement("li");
    place.className = "line-place stack";
    place.dataset.of = line.id;
    line.after(place);
    if (!fill(page, answer.url)) go(link.href);
  };

  const relist = async () => {
    const page = await read(await fetch(location.href));
    const fresh = page.querySelector("[data-desk] .lines");
    if (!fresh) return false;
    list().replaceWith(fresh);
    for (const words of [".desk-head .lead", "[data-filters]", "[data-helps]"]) {
      const [old, now] = [document.querySelector(words), page.querySelector(words)];
      if (old && now) old.replaceWith(now);
    }
    return true;
  };

  // The list as it is now stands where it stood, and the next line has the focus.
  const renew = async (said) => {
    const at = lines().findIndex((line) => line.id === place.dataset.of);
    const after = lines().slice(at + 1).map((line) => line.id);
    const acted = place.dataset.of;
    shut();
    if (!(await relist())) return location.reload();
    status.replaceChildren(...said);
    const stays = lines().filter((line) => line.id !== acted);
    const next = stays.find((line) => after.includes(line.id)) || stays.at(-1) || lines()[0];
    const link = next && next.querySelector("[data-line]");
    if (link) link.focus();
  };

  const refuse = (words) => {
    const fault = document.createElement("div");
    fault.className = "notice tone-red";
    fault.setAttribute("role", "alert");
    fault.append(...words);
    place.prepend(fault);
    fault.scrollIntoView({ block: "nearest" });
  };

  const send = async (form, button) => {
    const source = form.action;
    const answer = await fetch(source, { method: "POST", body: new FormData(form, button) }).catch(() => null);
    if (!answer || !answer.ok) return refuse([status.dataset.failed]);
    const page = await read(answer);
    const told = [...page.querySelectorAll("[data-told] .notice")].map((one) => document.importNode(one, true));
    const fault = told.find((one) => one.classList.contains("tone-red"));
    const done = [...page.querySelectorAll("[data-done]")].map((one) => document.importNode(one, true));
    if (done.length && !fault) return renew(done);
    if (!answer.redirected) return fill(page, source) || go(source);
    if (new URL(answer.url).pathname.startsWith(status.dataset.login)) return go(location.href);
    if (fault) {
      fill(page, source);
      return refuse([...fault.childNodes]);
    }
    if (!told.length && fill(page, answer.url)) return undefined; // it asked for something first: the register
    return renew(told.length ? told : [status.dataset.done]);
  };

  desk.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-here], a[data-here-too]");
    if (link && !event.ctrlKey && !event.metaKey && !event.shiftKey && event.button === 0) {
      event.preventDefault();
      open(link);
    } else if (event.target.closest("[data-shut]")) {
      const line = document.getElementById(place.dataset.of);
      shut();
      line.querySelector("[data-here]").focus();
    }
  });
  // What was done says so with its undo: the line is back where it stood.
  status.addEventListener("submit", async (event) => {
    event.preventDefault();
    const form = event.target;
    if (form.dataset.pending) return;
    form.dataset.pending = "yes";
    const answer = await fetch(form.action, { method: "POST", body: new FormData(form) }).catch(() => null);
    delete form.dataset.pending;
    if (!answer || !answer.ok) return status.replaceChildren(form, status.dataset.failed);
    const told = [...(await read(answer)).querySelectorAll("[data-told] .notice")];
    shut();
    if (!(await relist())) return location.reload();
    status.replaceChildren(...(told.length ? told.map((one) => document.importNode(one, true)) : [status.dataset.done]));
    const first = desk.querySelector("[data-line]");
    if (first) first.focus();
  });
  desk.addEventListener("submit", (event) => {
    if (!event.target.closest(".line-place") || event.target.method !== "post") return;
    event.preventDefault();
    if (event.target.dataset.pending) return;
    event.target.dataset.pending = "yes";
    send(event.target, event.submitter).finally(() => delete event.target.dataset.pending);
  });
})();
