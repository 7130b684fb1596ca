// The letter of the demonstration is shown as long as it is: its frame cuts no line. Without JavaScript it has its own
// height, and one scrolls within it.
(() => {
  "use strict";
  const frame = document.querySelector(".letter-frame");
  if (!frame) return;
  const fit = () => {
    const page = frame.contentDocument?.documentElement;
    if (!page?.querySelector("body > *")) return; // not there yet
    frame.style.height = "auto"; // a page is never less high than its frame
    frame.style.height = `${page.scrollHeight + frame.offsetHeight - frame.clientHeight}px`;
  };
  frame.addEventListener("load", fit);
  addEventListener("resize", fit);
  fit();
})();
