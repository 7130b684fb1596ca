// Comfort only: the picker of skills works without this file, by its buttons.
(() => {
  "use strict";
  const picker = document.getElementById("skills-picker");
  if (!picker) return;
  // The figures are shown while Alt is held, and to nobody else.
  const shown = document.documentElement.classList;
  for (const name of ["keydown", "keyup"]) {
    document.addEventListener(name, (event) => shown.toggle("shows-keys", event.altKey && !event.ctrlKey));
  }
  window.addEventListener("blur", () => shown.remove("shows-keys"));

  // Alt and a figure add the skill that bears it, without leaving what one writes.
  document.addEventListener("keydown", (event) => {
    const digit = /^(?:Digit|Numpad)([1-9])$/.exec(event.code);
    if (!event.altKey || event.ctrlKey || event.metaKey || !digit) return;
    const button = picker.querySelector(`button[data-key="${digit[1]}"]`);
    if (!button) return;
    event.preventDefault();
    button.click();
  });

  // Enter in the search looks for the skill, in one's own words it proposes them; elsewhere it keeps what is written.
  const BUTTONS = { id_skill_query: "button[name=look]", id_own_words: "button[name=propose][value=own_words]" };
  document.addEventListener("keydown", (event) => {
    const button = BUTTONS[event.target.id];
    if (event.key !== "Enter" || !button) return;
    event.preventDefault();
    picker.querySelector(button).click();
  });

  // The button that was pressed is gone after the swap: the focus goes to its neighbour.
  let inside = null;
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.target !== picker) return;
    const focused = document.activeElement;
    inside = picker.contains(focused) ? focused.name || "pick" : null;
  });
  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.detail.target !== picker || inside === null) return;
    const next =
      (inside === "propose" || inside === "own_words" ? picker.querySelector("#id_own_words") : null) ||
      (["look", "propose", "own_words", "skill_query"].includes(inside) ? picker.querySelector("#id_skill_query") : null) ||
      picker.querySelector("button[name=pick]") ||
      picker.querySelector("button[name=drop]") ||
      picker.querySelector("#id_skill_query");
    if (next) next.focus();
    inside = null;
  });
})();
