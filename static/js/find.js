// Comfort only: the search over any page, by the key / or the door in the header, which otherwise leads to its own page.
(() => {
  "use strict";
  const dialog = document.getElementById("find");
  const words = document.getElementById("find-words");
  const choice = document.querySelector("[data-find-key]");
  const KEY = "desk-shortcuts"; // single letters are switched off here and on the desk at once
  const isOn = () => localStorage.getItem(KEY) !== "off";

  if (choice) {
    choice.hidden = false;
    const box = choice.querySelector("input");
    box.checked = isOn();
    box.addEventListener("change", () => localStorage.setItem(KEY, box.checked ? "on" : "off"));
  }

  const open = () => {
    if (dialog && !dialog.open) {
      for (const menu of document.querySelectorAll("details.menu[open]")) menu.open = false;
      dialog.showModal();
    }
    words.focus();
    words.select();
  };
  document.addEventListener("keydown", (event) => {
    const typing = event.target.matches("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]");
    if (event.key !== "/" || typing || event.ctrlKey || event.metaKey || event.altKey || !isOn()) return;
    if (document.querySelector("dialog[open]")) return;
    event.preventDefault();
    open();
  });
  if (!dialog) return;

  document.querySelector("[data-find]")?.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    event.preventDefault();
    open();
  });
  dialog.querySelector("[data-close]").addEventListener("click", () => dialog.close());
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) dialog.close(); // beside it
  });

  const list = document.getElementById("find-list");
  const hits = () => [...list.querySelectorAll("[data-hit]")];
  const typed = () => words.value.trim().replace(/\s+/g, " ");
  const isOfWhatIsTyped = () => list.querySelector("[data-found]")?.dataset.found === typed();
  let awaited = false; // Enter was pressed before the answer was there

  const openTheBest = () => {
    awaited = false;
    hits()[0]?.click();
  };
  words.addEventListener("input", () => { awaited = false; });
  dialog.querySelector("form").addEventListener("submit", (event) => {
    event.preventDefault();
    if (!typed()) return;
    if (isOfWhatIsTyped()) openTheBest();
    else awaited = true;
  });
  list.addEventListener("htmx:afterSwap", () => {
    dialog.querySelector("[data-say]").textContent = list.querySelector("[data-found]")?.dataset.status ?? "";
    list.scrollTop = 0;
    if (awaited && isOfWhatIsTyped()) openTheBest();
  });
  // The line is down, or the session has ended: the page itself says so.
  for (const fault of ["htmx:responseError", "htmx:sendError"]) {
    dialog.addEventListener(fault, () => { if (awaited) dialog.querySelector("form").submit(); });
  }

  dialog.addEventListener("keydown", (event) => {
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    const stops = [words, ...hits()];
    const at = stops.indexOf(document.activeElement);
    if (at < 0) return;
    event.preventDefault();
    const next = at + (event.key === "ArrowDown" ? 1 : -1);
    stops[(next + stops.length) % stops.length].focus();
  });
})();
