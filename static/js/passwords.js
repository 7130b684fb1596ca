// A password that is being chosen: its rules are marked as they are met, and a button shows what is typed. Comfort only.
(() => {
  "use strict";

  for (const button of document.querySelectorAll("[data-shows]")) {
    const box = button.parentElement.querySelector("input");
    const show = (shown) => {
      box.type = shown ? "text" : "password";
      button.setAttribute("aria-pressed", String(shown));
    };
    button.hidden = false;
    button.addEventListener("click", () => show(box.type === "password"));
    // Sent hidden: browsers would keep a text among what they propose to type.
    box.form.addEventListener("submit", () => show(false));
  }

  for (const box of document.querySelectorAll("input[data-chosen]")) {
    const rules = box.closest(".field").querySelector(".rules");
    if (!rules) continue;
    const own = () => ["first_name", "last_name", "email"]
      .flatMap((name) => (box.form.elements[name]?.value ?? "").toLowerCase().split(/[^\p{L}\p{N}]+/u))
      .filter((part) => part.length > 3);
    const kept = {
      length: (rule) => [...box.value].length >= Number(rule.dataset.least),
      own: () => !own().some((part) => box.value.toLowerCase().includes(part)),
    };
    const mark = () => {
      for (const rule of rules.querySelectorAll("[data-rule]")) {
        const isMet = kept[rule.dataset.rule](rule);
        // That it isn't one's name is sure only once it is sent: nothing is promised here.
        const state = !box.value || (isMet && rule.dataset.rule === "own") ? "" : isMet ? "met" : "unmet";
        rule.dataset.state = state;
        const said = state ? rules.dataset[state] : "";
        const place = rule.querySelector(".rule-said");
        if (place.textContent !== said) place.textContent = said;
      }
    };
    box.form.addEventListener("input", mark);
    mark();
  }
})();
