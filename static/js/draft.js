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
