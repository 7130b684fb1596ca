// On the page that says the site will be back: asks now and then, and then opens the page that was wanted, or says that
// what was sent may be sent again. Reading isn't cut off before there is something to read. Without JavaScript the page is
// asked for again by itself, and the button sends again.
(() => {
  "use strict";
  const box = document.querySelector("[data-wait]");
  if (!box) return;
  // Not all at once: everybody who waits would come in the same second.
  const soon = () => 10000 + Math.random() * 10000;

  const ask = async () => {
    let back = false;
    try {
      const answer = await fetch("/sante/web/", { headers: { Accept: "text/plain" }, cache: "no-store" });
      back = answer.ok;
    } catch {
      back = false; // no network: as if the site were away
    }
    if (!back) setTimeout(ask, soon());
    else if (box.dataset.wait) box.textContent = box.dataset.wait;
    else location.reload();
  };
  setTimeout(ask, soon());
})();
