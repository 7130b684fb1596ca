// The answer was chosen in the letter: send it as the page opens. Without JavaScript, the button does.
document.querySelector("form[data-one-click]")?.requestSubmit();
