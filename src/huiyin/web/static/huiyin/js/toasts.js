// Short answers in the corner; those with an undo stay longer, bad news stays until it is read.
const area = document.getElementById("toasts");
const LIFE = { good: 6000, info: 6000, warn: 10_000 };

function live(toast) {
  toast.querySelector("[data-dismiss]")?.addEventListener("click", () => toast.remove());
  const undo = !toast.querySelector(".toast-undo")?.hidden;
  const life = undo ? 15_000 : LIFE[toast.dataset.tone];
  if (!life) return;
  let timer = setTimeout(() => toast.remove(), life);
  const stay = () => clearTimeout(timer);
  const leave = () => {
    clearTimeout(timer);
    timer = setTimeout(() => toast.remove(), life);
  };
  toast.addEventListener("pointerenter", stay);
  toast.addEventListener("focusin", stay);
  toast.addEventListener("pointerleave", leave);
  toast.addEventListener("focusout", leave);
}

// `actions`: buttons {label, run}; `undo`: a local address that takes a POST.
export function toast({ text, tone = "info", undo = "", actions = [] }) {
  const made = document.getElementById("toast-template")?.content.firstElementChild?.cloneNode(true);
  if (!made || !area) return;
  made.className = `toast tone-${tone}`;
  made.dataset.tone = actions.length ? "ask" : tone;
  made.querySelector(".toast-text").textContent = text;
  const form = made.querySelector("form");
  form.hidden = !(undo.startsWith("/") && !undo.startsWith("//"));
  if (!form.hidden) form.action = undo;
  for (const { label, run } of actions) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button button-small";
    button.textContent = label;
    button.addEventListener("click", () => {
      made.remove();
      run();
    });
    made.insertBefore(button, made.lastElementChild);
  }
  area.append(made);
  live(made);
}

for (const one of area?.children ?? []) live(one);
document.addEventListener("toast", (event) => toast(event.detail.value ?? event.detail));
