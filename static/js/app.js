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

  // What a refused sign-up or login has answered isn't kept by the browser, nor are a need that is begun and the help that a
  // visitor offers: “back” asks for the page anew, in the place of an error of the browser's own.
  const asksAnew = /^\/(?:compte\/|besoins\/(?:nouveau|\d+\/aider)\/)/;
  if (asksAnew.test(location.pathname) && document.querySelector("main .error-summary")) {
    history.replaceState(history.state, "");
  }

  // A long text says how long it is: near its end aloud too, and politely. What is too long is never cut.
  for (const limit of document.querySelectorAll(".counter[data-count]")) {
    const field = document.getElementById(limit.id.replace(/_limit$/, ""));
    const most = Number(field?.dataset.most);
    if (!most) continue;
    const near = Math.min(200, most / 5);
    const atMost = limit.textContent;
    const figures = (number) => number.toLocaleString(document.documentElement.lang);
    field.setAttribute("aria-describedby", `${field.getAttribute("aria-describedby") || ""} ${limit.id}`.trim());
    let said;
    const tell = () => {
      // As the server counts: signs rather than halves of them, and two for the end of a line.
      const length = [...field.value.replace(/\r?\n/g, "\r\n")].length;
      const isOver = length > most;
      const words = isOver ? limit.dataset.over.replace("{n}", figures(length - most))
        : limit.dataset.count.replace("{n}", figures(length)).replace("{most}", figures(most));
      limit.classList.toggle("is-near", !isOver && most - length <= near);
      limit.classList.toggle("is-over", isOver);
      limit.setAttribute("aria-live", most - length <= near ? "polite" : "off");
      clearTimeout(said);
      said = setTimeout(() => { limit.textContent = length ? words : atMost; }, 300);
    };
    field.addEventListener("input", tell);
    tell();
  }

  // The example in the box of the first sentence is of its tab.
  document.addEventListener("change", (event) => {
    const box = event.target.name === "kind" && event.target.form.querySelector("textarea[data-offer]");
    if (box) box.placeholder = event.target.value === "OFFER" ? box.dataset.offer : box.dataset.need;
  });

  // The box of the first sentence: its page isn't stored, so that what is typed and not gone on with stays in this tab, a
  // day at the most, for whoever leaves by another link.
  const sentence = document.querySelector("[data-sentence]");
  if (sentence) {
    const place = `sentence-${sentence.dataset.sentence}`;
    const kind = () => sentence.form.querySelector("[name=kind]:checked")?.value;
    let tab = null;
    try {
      tab = window.sessionStorage;
      const kept = JSON.parse(tab.getItem(place) || "null");
      const asksOther = location.search.includes("pour=") && kept?.kind !== kind();
      if (kept && Date.now() - kept.at < 86400000 && !asksOther) {
        sentence.value = kept.text;
        const tabs = [...sentence.form.elements].filter((field) => field.name === "kind");
        for (const one of tabs) one.checked = one.value === kept.kind;
        window.addEventListener("load", () => sentence.dispatchEvent(new Event("change", { bubbles: true })));
      }
    } catch {
      tab = null; // storage is refused in this browser
    }
    sentence.form.addEventListener("input", () => {
      if (sentence.value.trim()) tab?.setItem(place, JSON.stringify({ text: sentence.value, kind: kind(), at: Date.now() }));
      else tab?.removeItem(place);
    });
    sentence.form.addEventListener("submit", () => tab?.removeItem(place));
  }

  // A form that came back with errors says so first.
  const summary = document.querySelector(".error-summary");
  if (summary) summary.focus();

  // A second click on a button doesn't send the form twice.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post" || event.defaultPrevented) return;
    const act = event.submitter?.getAttribute("formaction") || "";
    const button = `${act} ${event.submitter?.value || "yes"}`;
    // Where files are taken out the page stays, and a list has one form for the acts of all its lines: another button is another act.
    const isAnother = (act || form.hasAttribute("data-files")) && form.dataset.sent !== button;
    if (form.dataset.sent && !isAnother) event.preventDefault();
    form.dataset.sent = button;
    setTimeout(() => delete form.dataset.sent, 4000);
  });
  window.addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
  });

  // What somebody has pressed and htmx couldn't do is said. What is asked while they type, and by the clock, is asked again by
  // itself; the search over any page opens its own.
  const notDone = document.getElementById("not-done");
  const isPressed = ({ requestConfig }) => ["click", "submit", "change"].includes(requestConfig?.triggeringEvent?.type)
    && !requestConfig.elt.closest("dialog.find");
  document.addEventListener("htmx:afterRequest", ({ detail }) => {
    if (notDone && detail.successful && isPressed(detail)) notDone.hidden = true;
  });
  for (const fault of ["htmx:responseError", "htmx:sendError", "htmx:timeout"]) {
    document.addEventListener(fault, ({ detail }) => {
      if (!notDone || !isPressed(detail)) return;
      const isRefused = detail.xhr.status >= 400 && detail.xhr.status < 500;
      notDone.replaceChildren(); // said once more, it is heard once more
      notDone.textContent = isRefused ? notDone.dataset.refused : notDone.dataset.away;
      notDone.hidden = false;
    });
  }

  // A page that the browser brings back as it was, after a logout, isn't shown: the login takes its place, or the page
  // as whoever is logged in by now may see it.
  const bell = document.querySelector("[data-signed-in]");
  window.addEventListener("pageshow", (event) => {
    if (!event.persisted || !bell) return;
    fetch(bell.getAttribute("hx-get"), { headers: { "HX-Request": "true" } }).then((answer) => {
      const same = answer.headers.get("X-Signed-In") === bell.dataset.signedIn;
      if (answer.status !== 200 || !same) location.reload();
    });
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
