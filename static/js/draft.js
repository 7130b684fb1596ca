// What is typed outlives a cut of the network and a page that is lost: a copy stays in this tab.
// The server keeps its own draft as well; without JavaScript, the refused form brings the text back.
(() => {
  "use strict";
  const form = document.querySelector("form[data-draft]");
  if (!form) return;
  const text = form.querySelector("[name=text]");
  const key = form.querySelector("[name=sent_key]");
  const cut = document.getElementById("draft-cut");
  const place = `draft-${form.dataset.draft}`;
  let store;
  try {
    store = window.sessionStorage;
    store.getItem(place);
  } catch {
    return; // storage is refused in this browser: the server's draft is left
  }

  const kept = JSON.parse(store.getItem(place) || "null");
  if (kept) {
    const arrived = document.querySelector(`[data-sent="${CSS.escape(kept.key)}"]`);
    if (arrived) {
      store.removeItem(place);
    } else if (!text.value.trim()) {
      // The form goes on under its own key: sent again after a cut, it can't make two messages.
      text.value = kept.text;
      key.value = kept.key;
    }
  }

  text.addEventListener("input", () => {
    if (text.value.trim()) store.setItem(place, JSON.stringify({ text: text.value, key: key.value }));
    else store.removeItem(place);
  });
  document.body.addEventListener("htmx:sendError", () => { cut.hidden = false; });
  document.body.addEventListener("htmx:afterOnLoad", () => { cut.hidden = true; });
  window.addEventListener("offline", () => { cut.hidden = false; });
  window.addEventListener("online", () => { cut.hidden = true; });

  // Pressing "Send" without a network would leave the page for the browser's own error.
  form.addEventListener("submit", (event) => {
    if (navigator.onLine) return;
    event.preventDefault();
    cut.hidden = false;
    cut.scrollIntoView({ block: "nearest" });
  });
})();

// A form that says data-keep is sent to its own page half a second after the last key: the server keeps what is typed, and
// shows it when the page is opened again. Without a network a copy waits in this tab; the server refuses it if the form has
// been sent meanwhile.
(() => {
  "use strict";
  const WAIT = 500;

  class Keeper {
    constructor(form) {
      this.form = form;
      this.place = `keep-${form.dataset.keep}`;
      this.state = form.querySelector("[data-typing-state]");
      this.cut = form.querySelector("[data-typing-cut]");
      try {
        this.store = window.sessionStorage;
        this.store.getItem(this.place);
      } catch {
        this.store = null; // storage is refused in this browser: the server's draft is left
      }
      this.last = this.written().toString();
      for (const name of ["input", "change"]) form.addEventListener(name, () => this.wait());
      document.body.addEventListener("htmx:afterSettle", (event) => { if (form.contains(event.target)) this.wait(); });
      form.addEventListener("submit", () => { clearTimeout(this.timer); this.isLeaving = true; });
      window.addEventListener("pageshow", () => { this.isLeaving = false; });
      window.addEventListener("pagehide", () => { if (this.timer && !this.isLeaving) this.keep(true); });
      window.addEventListener("online", () => this.wait());
      this.bringBack();
    }

    // What would be sent, without files and passwords.
    written() {
      const words = new URLSearchParams();
      for (const [name, value] of new FormData(this.form)) {
        const field = this.form.elements[name];
        if (typeof value === "string" && field?.type !== "password") words.append(name, value);
      }
      words.append("keep_typing", "yes");
      return words;
    }

    wait() {
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.keep(), WAIT);
    }

    async keep(keepalive = false) {
      clearTimeout(this.timer);
      this.timer = null;
      const words = this.written().toString();
      if (words === this.last || this.isLeaving) return;
      const answer = await this.post(words, keepalive);
      if (this.isLeaving) return;
      if (answer?.status === 200 || answer?.status === 409) {
        this.last = words;
        this.store?.removeItem(this.place);
        this.state.textContent = await answer.text();
        this.cut.hidden = true;
      } else {
        this.store?.setItem(this.place, words);
        this.cut.hidden = false;
        this.state.textContent = "";
      }
    }

    async post(words, keepalive = false) {
      try {
        return await fetch(this.form.action, {
          method: "POST",
          body: new URLSearchParams(words),
          headers: { "HX-Request": "true" },
          keepalive,
        });
      } catch {
        return null; // the line is down
      }
    }

    // A copy that a cut has left in this tab: the server takes it, or says that its form has been sent.
    async bringBack() {
      const copy = this.store?.getItem(this.place);
      if (!copy) return;
      const words = new URLSearchParams(copy);
      words.set("csrfmiddlewaretoken", this.form.elements.csrfmiddlewaretoken.value);
      const answer = await this.post(words.toString());
      if (answer?.status !== 200 && answer?.status !== 409) return;
      this.store.removeItem(this.place);
      if (answer.status === 200 && this.last === this.written().toString()) location.assign(location.href);
    }
  }

  for (const form of document.querySelectorAll("form[data-keep]")) new Keeper(form);
})();
