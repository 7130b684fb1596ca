// Comfort only: every page works without this file.
(() => {
  "use strict";

  // A menu closes when one clicks elsewhere, or on Escape (and gives the focus back).
  document.addEventListener("click", (event) => {
    for (const menu of document.querySelectorAll("details.menu[open]")) {
      if (!menu.contains(event.target)) menu.open = false;
    }
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const menu of document.querySelectorAll("details.menu[open]")) {
      const inside = menu.contains(document.activeElement);
      menu.open = false;
      if (inside) menu.querySelector("summary").focus();
    }
  });

  // A form that came back with errors says so first.
  const summary = document.querySelector(".error-summary");
  if (summary) summary.focus();

  // A second click on a button doesn't send the form twice.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post" || event.defaultPrevented) return;
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "yes";
    setTimeout(() => delete form.dataset.sent, 4000);
  });
  window.addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
  });

  // A form that says data-starts-over asks first, when something was typed in another.
  document.addEventListener("submit", (event) => {
    const question = event.target.dataset.startsOver;
    if (!question) return;
    const typed = [...document.querySelectorAll("form[method=post] :is(textarea, input:not([type]), input[type=text])")];
    const isTyped = typed.some((field) => field.form !== event.target && field.value !== field.defaultValue);
    if (isTyped && !window.confirm(question)) event.preventDefault();
  });

  // Filters that say data-at-once search as soon as one changes; their button stays for the others.
  document.addEventListener("change", (event) => {
    const form = event.target.form;
    if (form && form.hasAttribute("data-at-once") && event.target.matches("select, [type=checkbox], [type=radio]")) {
      form.requestSubmit();
    }
  });
})();
