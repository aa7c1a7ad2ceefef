// Sentences and patterns that the server wrote in the reader's language.
const patternsNode = document.getElementById("huiyin-words");
export const patterns = patternsNode ? JSON.parse(patternsNode.textContent) : {};

const sentences = new Map(
  [...(document.getElementById("sentences")?.content.querySelectorAll("[data-say]") ?? [])].map((node) => [
    node.dataset.say,
    node.textContent,
  ]),
);

export function say(name, values = {}) {
  return fill(sentences.get(name) ?? name, values);
}

export function fill(pattern, values) {
  return pattern.replace(/\{(\w+)\}/g, (whole, key) => values[key] ?? whole);
}

export function span(seconds) {
  const rest = Math.floor(Math.abs(seconds));
  if (rest >= 86400) return fill(patterns.days, { d: Math.floor(rest / 86400), h: Math.floor((rest % 86400) / 3600) });
  if (rest >= 3600) return fill(patterns.hours, { h: Math.floor(rest / 3600), m: Math.floor((rest % 3600) / 60) });
  if (rest >= 60) return fill(patterns.minutes, { m: Math.floor(rest / 60) });
  return patterns.moment;
}
