// Unsent text of forms with data-draft stays in this browser: for a week, for this person, until it was sent.
import { say } from "./words.js";
import { toast } from "./toasts.js";

const PREFIX = "huiyin:draft:";
const WEEK = 7 * 86_400_000;
const SKIPPED = new Set(["hidden", "password", "file", "submit", "button"]);

const keyOf = (form) => `${PREFIX}${document.body.dataset.user}:${form.dataset.draft}`;
const inputs = (form) => [...form.elements].filter((one) => one.name && "value" in one && !SKIPPED.has(one.type));
const isChoice = (one) => one.type === "checkbox" || one.type === "radio";

function load(key) {
  try {
    return JSON.parse(localStorage.getItem(key));
  } catch {
    return null; // storage refused or text damaged: no draft
  }
}

function store(key, draft) {
  try {
    if (draft) localStorage.setItem(key, JSON.stringify(draft));
    else localStorage.removeItem(key);
  } catch {
    /* storage full or refused: nothing to be done, the form still works */
  }
}

function keep(form) {
  const values = inputs(form).map((one) => [one.name, isChoice(one) ? one.value : "", isChoice(one) ? one.checked : one.value]);
  const written = inputs(form).some((one) => !isChoice(one) && one.tagName !== "SELECT" && one.value.trim());
  store(keyOf(form), written ? { at: Date.now(), values } : null);
}

function bringBack(form, draft) {
  for (const [name, choice, value] of draft.values) {
    for (const one of inputs(form)) {
      if (one.name !== name) continue;
      if (!isChoice(one)) one.value = value;
      else if (one.value === choice) one.checked = value;
    }
  }
  form.dispatchEvent(new Event("input", { bubbles: true }));
}

function begin(form) {
  const key = keyOf(form);
  const draft = load(key);
  const discard = { label: say("discard"), run: () => { store(key, null); form.reset(); } };
  if (draft && !form.querySelector('[aria-invalid="true"]')) {
    const arrived = document.querySelector('#toasts [data-tone="good"]');
    if (draft.sent && arrived) store(key, null);
    else if (draft.sent) {
      toast({ text: say("offered"), actions: [{ label: say("bringBack"), run: () => bringBack(form, draft) }, discard] });
    } else {
      bringBack(form, draft);
      toast({ text: say("restored"), actions: [discard] });
    }
  }
  let timer;
  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(() => keep(form), 400);
  });
  // Sent is not arrived: the draft is only marked, and forgotten when the next page brings good news.
  form.addEventListener("submit", () => {
    clearTimeout(timer);
    keep(form);
    const now = load(key);
    if (now) store(key, { ...now, sent: true });
  });
  form.addEventListener("htmx:afterRequest", (event) => {
    if (event.detail.successful) store(key, null);
  });
}

function sweep() {
  const arrived = document.querySelector('#toasts [data-tone="good"]');
  for (const key of Object.keys(localStorage).filter((name) => name.startsWith(PREFIX))) {
    const draft = load(key);
    if (!draft || Date.now() - draft.at > WEEK || (draft.sent && arrived)) store(key, null);
  }
}

try {
  sweep();
} catch {
  /* storage refused */
}
for (const form of document.querySelectorAll("form[data-draft]")) begin(form);
document.addEventListener("htmx:load", (event) => {
  for (const form of event.detail.elt.querySelectorAll?.("form[data-draft]") ?? []) begin(form);
});
document.addEventListener("submit", (event) => {
  if (!event.target.hasAttribute("data-forget-drafts")) return;
  for (const key of Object.keys(localStorage)) if (key.startsWith(PREFIX)) localStorage.removeItem(key);
});
