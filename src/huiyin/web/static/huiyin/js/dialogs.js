// Native dialogs, forms that ask first, and popovers that close when one looks elsewhere.
const asked = new WeakSet();

document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-dialog]");
  if (opener) document.getElementById(opener.dataset.dialog)?.showModal();
  const closer = event.target.closest("[data-close]");
  if (closer) closer.closest("dialog")?.close();
  if (event.target instanceof HTMLDialogElement) event.target.close(); // its backdrop
  for (const pop of document.querySelectorAll("details.pop[open]")) if (!pop.contains(event.target)) pop.open = false;
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const pop of document.querySelectorAll("details.pop[open]")) {
    pop.open = false;
    pop.querySelector("summary").focus();
  }
});

// Before the guard in forms.js: a form that still has to ask is not being sent yet.
document.addEventListener(
  "submit",
  (event) => {
    const form = event.target;
    const dialog = form.dataset.confirm && document.getElementById(form.dataset.confirm);
    if (!dialog || asked.has(form)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    const submitter = event.submitter;
    dialog.querySelector("[data-yes]").onclick = (click) => {
      click.preventDefault();
      dialog.close();
      asked.add(form);
      form.requestSubmit(submitter);
      asked.delete(form);
    };
    dialog.showModal();
  },
  true,
);
