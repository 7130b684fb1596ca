// Suggestions under a text box, as WAI-ARIA's combobox. Comfort only: the box works without.
//
//   <div data-combobox="/address/">           the address answers ?q=… with role="option" elements
//     <input type="text">                     that carry data-label (goes in the box) and data-value
//     <input type="hidden" data-combobox-code>  takes data-value; emptied when the words change
//   </div>
//
// A pick sends the event "combobox:pick" with {value, label}; preventDefault() leaves the box as
// it was. What the answer says in data-status is read aloud.
(() => {
  "use strict";

  const WAIT = 120; // milliseconds without a key before we ask
  let made = 0;

  class Combobox {
    constructor(root) {
      this.root = root;
      this.input = root.querySelector("input:not([type=hidden])");
      this.code = root.querySelector("[data-combobox-code]");
      this.answers = new Map();
      this.active = -1;
      this.build();
      this.listen();
    }

    build() {
      this.list = document.createElement("div");
      this.list.id = `combobox-${++made}`;
      this.list.className = "combobox-list";
      this.list.hidden = true;
      this.list.setAttribute("role", "listbox");
      if (this.input.labels?.length) {
        this.input.labels[0].id ||= `${this.list.id}-label`;
        this.list.setAttribute("aria-labelledby", this.input.labels[0].id);
      }
      this.status = document.createElement("div");
      this.status.className = "visually-hidden";
      this.status.setAttribute("role", "status");
      this.input.after(this.list, this.status);
      this.input.setAttribute("role", "combobox");
      this.input.setAttribute("aria-autocomplete", "list");
      this.input.setAttribute("aria-controls", this.list.id);
      this.input.setAttribute("aria-expanded", "false");
      this.input.autocomplete = "off";
    }

    listen() {
      this.input.addEventListener("input", (event) => {
        if (event.isComposing) return;
        if (this.code) this.code.value = "";
        clearTimeout(this.timer);
        this.timer = setTimeout(() => this.ask(), WAIT);
      });
      this.input.addEventListener("keydown", (event) => this.key(event));
      this.input.addEventListener("blur", () => this.close());
      // Without this, pressing the mouse on the list would take the focus from the box.
      this.list.addEventListener("pointerdown", (event) => event.preventDefault());
      this.list.addEventListener("click", (event) => {
        const option = event.target.closest("[role=option]");
        if (option) this.pick(option);
      });
    }

    async ask() {
      const words = this.input.value.trim();
      this.request?.abort();
      if (!words) return this.close();
      if (!this.answers.has(words)) {
        this.request = new AbortController();
        const address = new URL(this.root.dataset.combobox, location.href);
        address.searchParams.set("q", words);
        try {
          const answer = await fetch(address, { signal: this.request.signal });
          if (!answer.ok) return this.close();
          this.answers.set(words, await answer.text());
        } catch {
          return this.close(); // another key was pressed, or the line is down: the box still works
        }
      }
      if (words === this.input.value.trim() && document.activeElement === this.input) {
        this.show(this.answers.get(words));
      }
    }

    show(html) {
      const answer = new DOMParser().parseFromString(html, "text/html");
      const options = [...answer.querySelectorAll("[role=option]")];
      options.forEach((option, index) => {
        option.id = `${this.list.id}-${index}`;
        option.setAttribute("aria-selected", "false");
      });
      this.list.replaceChildren(...options);
      this.mark(-1);
      this.status.textContent = answer.querySelector("[data-status]")?.dataset.status ?? "";
      this.expand(options.length > 0);
      // On a phone the list would open under the edge of the screen.
      if (this.isOpen) this.list.scrollIntoView({ block: "nearest" });
    }

    expand(open) {
      this.list.hidden = !open;
      this.input.setAttribute("aria-expanded", String(open));
    }

    close() {
      clearTimeout(this.timer);
      this.expand(false);
      this.mark(-1);
      this.status.textContent = "";
    }

    get isOpen() {
      return !this.list.hidden;
    }

    key(event) {
      const { key } = event;
      if (event.isComposing || event.ctrlKey || event.metaKey) return;
      if (key === "ArrowDown" || key === "ArrowUp") {
        event.preventDefault();
        if (!this.isOpen) return void this.ask();
        const last = this.list.children.length - 1;
        const next = this.active + (key === "ArrowDown" ? 1 : -1);
        this.mark(next > last ? 0 : next < 0 ? last : next);
      } else if (key === "Escape" && this.isOpen) {
        event.preventDefault();
        event.stopPropagation();
        this.close();
      } else if ((key === "Enter" || key === "Tab") && this.isOpen && this.active >= 0) {
        if (key === "Enter") event.preventDefault();
        this.pick(this.list.children[this.active]);
      }
    }

    mark(index) {
      this.list.children[this.active]?.setAttribute("aria-selected", "false");
      this.active = index;
      const option = this.list.children[index];
      if (!option) return this.input.removeAttribute("aria-activedescendant");
      option.setAttribute("aria-selected", "true");
      option.scrollIntoView({ block: "nearest" });
      this.input.setAttribute("aria-activedescendant", option.id);
    }

    pick(option) {
      const { value, label } = option.dataset;
      this.close();
      const event = new CustomEvent("combobox:pick", {
        bubbles: true, cancelable: true, detail: { value, label },
      });
      if (!this.root.dispatchEvent(event)) return;
      this.input.value = label;
      if (this.code) this.code.value = value;
      this.input.dispatchEvent(new Event("change", { bubbles: true }));
    }
  }

  const wake = (part) => {
    for (const root of part.querySelectorAll("[data-combobox]:not([data-awake])")) {
      root.dataset.awake = "yes";
      new Combobox(root);
    }
  };
  wake(document);
  document.addEventListener("htmx:load", (event) => wake(event.detail.elt.parentNode ?? document));
})();
