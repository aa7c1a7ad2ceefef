// Phrases that are put into a text, and suggestions that fill the proposal's form.
function type(area, words) {
  const begin = area.selectionStart ?? area.value.length;
  const before = area.value.slice(0, begin);
  const gap = before && !/\s$/.test(before) ? "\n" : "";
  area.setRangeText(gap + words, begin, area.selectionEnd ?? begin, "end");
  area.dispatchEvent(new Event("input", { bubbles: true }));
  area.focus();
}

document.addEventListener("click", (event) => {
  const phrase = event.target.closest("[data-insert]");
  const area = phrase && document.getElementById(phrase.dataset.insert);
  if (area) type(area, phrase.textContent.trim());
  const suggestion = event.target.closest("[data-fill]");
  if (suggestion) fill(document.getElementById("proposal"), new URLSearchParams(suggestion.dataset.fill));
});

function fill(form, values) {
  for (const field of form.elements) {
    if (/^(kind|amount|points|note|basis)-\d+$|^words$/.test(field.name)) field.value = values.get(field.name) ?? "";
  }
  form.dispatchEvent(new Event("input", { bubbles: true }));
  form.scrollIntoView({ block: "start", behavior: "smooth" });
}
