// Comfort only: the desk and the lists by single keys. All of it is links, boxes and buttons that Tab reaches.
(() => {
  "use strict";
  const form = document.querySelector("[data-desk]");
  if (!form) return;
  const lines = () => [...form.querySelectorAll("[data-line]")]; // the desk changes them where they stand
  const help = document.getElementById("keys");
  const box = help.querySelector("[data-shortcuts]");
  const choice = box.querySelector("input");
  const KEY = "desk-shortcuts";

  // Single letters get in the way of some people's tools: they can be turned off, and stay off.
  box.hidden = false;
  choice.checked = localStorage.getItem(KEY) !== "off";
  choice.addEventListener("change", () => localStorage.setItem(KEY, choice.checked ? "on" : "off"));

  const lineOf = (element) => element && element.closest(".desk-line, .list-row");
  const here = (links) => links.findIndex((link) => lineOf(link) === lineOf(document.activeElement));
  const go = (step) => {
    const links = lines();
    const at = here(links);
    const next = at < 0 ? (step > 0 ? 0 : links.length - 1) : Math.min(Math.max(at + step, 0), links.length - 1);
    links[next].focus();
    links[next].scrollIntoView({ block: "nearest" });
  };
  const inLine = (selector) => {
    const line = lineOf(document.activeElement);
    return line && line.querySelector(selector);
  };
  const acts = {
    j: () => go(1),
    k: () => go(-1),
    x: () => inLine(":is([name=item], [name=rows]):enabled")?.click(),
    h: () => inLine("[data-hand-over]")?.click(),
    a: () => inLine("[data-here]")?.click(),
    "?": () => {
      help.open = !help.open;
      if (help.open) help.querySelector("summary").focus();
    },
  };
  document.addEventListener("keydown", (event) => {
    const typing = event.target.matches("input:not([type=checkbox]), textarea, select, [contenteditable]");
    if (typing || event.ctrlKey || event.metaKey || event.altKey || !choice.checked) return;
    const act = acts[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  });
})();
