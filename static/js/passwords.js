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
    // As the server does (UserAttributeSimilarityValidator): the names and the address, whole and in words.
    const said = (name) => (box.form.elements[name]?.value ?? "").trim();
    const own = () => [`${said("first_name")} ${said("last_name")}`, said("email")]
      .map((value) => value.trim().toLowerCase())
      .filter(Boolean)
      .flatMap((value) => [...value.split(/[^\p{L}\p{N}_]+/u), value]);
    // How many letters the two have in common, in whatever order.
    const alike = (word, part) => {
      const [signs, left] = [[...word], [...part]];
      const whole = signs.length + left.length;
      if (signs.length >= 10 * left.length && left.length < 0.35 * signs.length) return false;
      const common = signs.filter((sign) => {
        const at = left.indexOf(sign);
        if (at >= 0) left.splice(at, 1);
        return at >= 0;
      }).length;
      return (2 * common) / whole >= 0.7;
    };
    const kept = {
      length: (rule) => [...box.value].length >= Number(rule.dataset.least),
      own: () => {
        const typed = box.value.toLowerCase();
        return !own().some((part) => alike(typed, part));
      },
    };
    const mark = () => {
      for (const rule of rules.querySelectorAll("[data-rule]")) {
        const state = !box.value ? "" : kept[rule.dataset.rule](rule) ? "met" : "unmet";
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
