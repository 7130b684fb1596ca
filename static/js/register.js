// A number that is whole fills the empty fields of its form from the register, as its button does. Comfort only.
(() => {
  "use strict";
  const told = document.getElementById("register-said");
  const button = document.querySelector("button[name=fill]");
  if (!told || !button) return;
  const form = button.form;
  const numbers = ["company_number", "rna"].map((name) => form.elements[name]).filter(Boolean);
  const whole = /^(\d{9}|\d{14}|W[0-9A-Z]\d{8})$/;
  let asking, last;

  const number = (field) => field.value.replace(/[\s.-]/g, "").toUpperCase();
  const isEmpty = (field) => field && !field.value.trim();

  async function fill() {
    asking?.abort();
    asking = new AbortController();
    const typed = new FormData(form, button);
    typed.delete("logo"); // it stays where it is
    try {
      const answer = await fetch(form.action, { method: "POST", body: typed, signal: asking.signal });
      if (!answer.ok) return form.requestSubmit(button);
      take(new DOMParser().parseFromString(await answer.text(), "text/html"));
    } catch (fault) {
      if (fault.name !== "AbortError") told.textContent = button.dataset.silent; // the line is down
    }
  }

  // Only what is still empty: whatever was typed meanwhile stays.
  function take(page) {
    const said = page.getElementById("register-said");
    if (!said) return;
    for (const name of ["company_number", "rna", "name", "legal_form", "commune", "address"]) {
      const [ours, theirs] = [form.elements[name], page.querySelector(`[name="${name}"]`)];
      if (!isEmpty(ours) || isEmpty(theirs) || !theirs) continue;
      ours.value = theirs.value;
      const code = form.elements[`${name}-code`];
      if (code) code.value = page.querySelector(`[name="${name}-code"]`)?.value ?? "";
    }
    last = numbers.map(number).join();
    told.replaceChildren(...said.childNodes);
  }

  for (const field of numbers) {
    field.addEventListener("input", () => {
      const now = numbers.map(number).join();
      if (now === last || !whole.test(number(field))) return;
      last = now;
      fill();
    });
  }
  button.addEventListener("click", (event) => {
    event.preventDefault();
    fill();
  });
})();
