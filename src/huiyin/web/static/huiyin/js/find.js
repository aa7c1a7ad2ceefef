// A search field that narrows what the page already shows: <input data-find="id">, items [data-find-item="words"].
const fold = (text) => text.toLowerCase().normalize("NFKC");

function narrow(field, root) {
  const wanted = fold(field.value).split(/\s+/).filter(Boolean);
  let shown = 0;
  for (const item of root.querySelectorAll("[data-find-item]")) {
    const words = fold(item.dataset.findItem);
    item.hidden = !wanted.every((word) => words.includes(word));
    shown += item.hidden ? 0 : 1;
  }
  for (const group of [...root.querySelectorAll("[data-find-group]")].reverse()) {
    group.hidden = !group.querySelector("[data-find-item]:not([hidden])");
  }
  const none = root.parentElement.querySelector("[data-find-none]");
  if (none) none.hidden = shown > 0;
}

for (const field of document.querySelectorAll("[data-find]")) {
  const root = document.getElementById(field.dataset.find);
  if (root) field.addEventListener("input", () => narrow(field, root));
}
