// Keyboard shortcuts. Elements declare theirs with data-key; the help dialog is written from them.
const dialog = document.getElementById("keys");
const SWITCH = "huiyin:keys-off";
let prefix = "";
let forget;

const off = () => {
  try {
    return localStorage.getItem(SWITCH) === "1";
  } catch {
    return false;
  }
};
const typing = (target) => target.closest?.("input, textarea, select, [contenteditable]");
const visible = (node) => node.getClientRects().length > 0;

function help() {
  const list = dialog.querySelector("[data-keys]");
  for (const old of list.querySelectorAll("[data-made]")) old.remove();
  const seen = new Set();
  for (const node of document.querySelectorAll("[data-key]")) {
    if (seen.has(node.dataset.key) || node.closest("dialog")) continue;
    seen.add(node.dataset.key);
    const line = document.createElement("div");
    line.dataset.made = "";
    const what = document.createElement("dt");
    what.textContent = node.getAttribute("aria-label") || node.labels?.[0]?.textContent.trim() || node.textContent.trim();
    const keys = document.createElement("dd");
    for (const one of node.dataset.key.split(" ")) {
      const key = document.createElement("kbd");
      key.textContent = one;
      keys.append(key, " ");
    }
    line.append(what, keys);
    list.append(line);
  }
  const box = dialog.querySelector("[data-keys-on]");
  box.checked = !off();
  box.onchange = () => localStorage.setItem(SWITCH, box.checked ? "0" : "1");
}

function move(step) {
  const rows = [...document.querySelectorAll("[data-row]")].filter(visible);
  if (!rows.length) return;
  const here = rows.findIndex((row) => row.classList.contains("is-here"));
  const next = rows[here < 0 ? (step > 0 ? 0 : rows.length - 1) : Math.min(Math.max(here + step, 0), rows.length - 1)];
  rows[here]?.classList.remove("is-here");
  next.classList.add("is-here");
  (next.querySelector("[data-open]") ?? next).focus({ preventScroll: true });
  next.scrollIntoView({ block: "nearest" });
}

function run(chord) {
  const node = [...document.querySelectorAll(`[data-key="${CSS.escape(chord)}"]`)].find((one) => one.isConnected && !one.disabled);
  if (!node) return false;
  if (node.matches("input:not([type=submit]), textarea, select")) {
    node.focus();
    node.select?.();
  } else node.click();
  return true;
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (event.key === "Escape" && typing(event.target)) return event.target.blur();
  if (typing(event.target) || document.querySelector("dialog[open]")) return;
  if (event.key === "?") return event.preventDefault(), help(), dialog?.showModal();
  if (off() || event.key.length !== 1) return;
  const chord = prefix ? `${prefix} ${event.key}` : event.key;
  prefix = "";
  clearTimeout(forget);
  if (chord === "j" || chord === "k") return move(chord === "j" ? 1 : -1);
  if (chord === "o") return document.querySelector(".is-here [data-open]")?.click();
  if (run(chord)) return event.preventDefault();
  if (document.querySelector(`[data-key^="${CSS.escape(event.key)} "]`)) {
    prefix = event.key;
    forget = setTimeout(() => (prefix = ""), 1500);
  }
});
document.querySelector('[data-dialog="keys"]')?.addEventListener("click", help);
