// Sending once, sending on change, Ctrl+Enter, characters left, and what to say when sending failed.
import { say } from "./words.js";
import { toast } from "./toasts.js";

const sending = new WeakMap();

function release(form) {
  clearTimeout(sending.get(form));
  sending.delete(form);
  for (const button of form.querySelectorAll("[aria-busy]")) button.removeAttribute("aria-busy");
}

document.addEventListener(
  "submit",
  (event) => {
    const form = event.target;
    if (form.method !== "post" && !form.hasAttribute("hx-post")) return;
    if (sending.has(form)) {
      event.preventDefault();
      event.stopImmediatePropagation();
      return;
    }
    // A button must not be disabled before the browser has collected its value.
    event.submitter?.setAttribute("aria-busy", "true");
    sending.set(form, setTimeout(() => release(form), 20_000));
  },
  true,
);
window.addEventListener("pageshow", (event) => {
  if (event.persisted) for (const form of document.forms) release(form);
});
document.addEventListener("htmx:afterRequest", (event) => {
  const form = event.detail.elt.closest("form");
  if (form) release(form);
});

document.addEventListener("change", (event) => {
  if (event.target.matches("[data-submit]")) event.target.form?.requestSubmit();
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) event.target.form?.requestSubmit();
});

for (const area of document.querySelectorAll("textarea[data-count]")) {
  const left = document.createElement("div");
  left.className = "remaining";
  area.after(left);
  const show = () => {
    left.textContent = say("remaining", { n: Number(area.dataset.count) - area.value.length });
  };
  area.addEventListener("input", show);
  show();
}

const SAID = { 409: "conflict", 403: "denied", 401: "denied" };
document.addEventListener("htmx:responseError", (event) => {
  const { xhr } = event.detail;
  // The house's own errors come as plain words for the reader.
  const own = xhr.getResponseHeader("Content-Type")?.startsWith("text/plain") ? xhr.responseText : "";
  toast({ text: own || say(SAID[xhr.status] ?? "failed"), tone: "bad" });
});
document.addEventListener("htmx:sendError", () => toast({ text: say("offline"), tone: "bad" }));
