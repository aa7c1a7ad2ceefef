// One box that chooses all rows, and says with a dash when some are chosen.
const boxes = (all) => [...document.querySelectorAll(`input[type="checkbox"][name="${CSS.escape(all.dataset.all)}"]`)];

for (const all of document.querySelectorAll("[data-all]")) {
  all.addEventListener("change", () => {
    for (const box of boxes(all)) box.checked = all.checked;
  });
  document.addEventListener("change", (event) => {
    if (event.target.name !== all.dataset.all) return;
    const chosen = boxes(all).filter((box) => box.checked).length;
    all.checked = chosen > 0 && chosen === boxes(all).length;
    all.indeterminate = chosen > 0 && !all.checked;
  });
}
