// Passkeys: the button appears where the browser can use one, and says when it didn't work.
(() => {
  const form = document.querySelector("form[data-passkey]");
  if (!form || !window.PublicKeyCredential) return;
  const forms = window.allauth.webauthn.forms;
  const bind = form.dataset.passkey === "add" ? forms.addForm : forms.authenticateForm;
  const act = document.getElementById("passkey-act");
  const error = document.getElementById("passkey-error");
  const names = { add: act.id, authenticate: act.id, data: "passkey-options" };
  // Before the ceremony, which may fail at once.
  act.addEventListener("click", () => { error.hidden = true; });
  bind({ ids: { ...names, credential: form.elements.credential.id } });
  act.hidden = false;
  document.getElementById("passkey-needs").hidden = true;
  document.addEventListener("allauth.error", (event) => {
    event.preventDefault();
    error.hidden = false;
  });
  // The key Enter in the name would send the form without a passkey.
  form.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.target === act || event.target.matches("a")) return;
    event.preventDefault();
    act.click();
  });
})();
