// Keeps countdowns going by the server's clock, which may be simulated and is never the reader's.
import { fill, patterns, span } from "./words.js";

const sprite = (use) => use.getAttribute("href").split("#")[0];
const served = Date.parse(document.body.dataset.now ?? "");
const offset = Number.isNaN(served) ? 0 : served - Date.now();

function paint(node, now) {
  const left = (Date.parse(node.dataset.due) - now) / 1000;
  const warn = node.dataset.warn ? Date.parse(node.dataset.warn) : Infinity;
  const state = left < 0 ? "late" : now >= warn ? "near" : "ok";
  const text = fill(state === "late" ? patterns.late : patterns.left, { t: span(left) });
  const shown = node.querySelector(".countdown-text");
  if (shown && shown.textContent !== text) shown.textContent = text;
  if (node.classList.contains(`is-${state}`)) return;
  node.classList.remove("is-ok", "is-near", "is-late");
  node.classList.add(`is-${state}`);
  const use = node.querySelector("use");
  if (use) use.setAttribute("href", `${sprite(use)}#${state === "ok" ? "clock" : "alert"}`);
}

function tick() {
  if (document.hidden || !patterns.left) return;
  const now = Date.now() + offset;
  for (const node of document.querySelectorAll("time[data-due]")) paint(node, now);
}

tick();
setInterval(tick, 10_000);
document.addEventListener("visibilitychange", tick);
document.addEventListener("htmx:afterSettle", tick);
