// data-copy: a number or a link to the clipboard.
import { say } from "./words.js";
import { toast } from "./toasts.js";

document.addEventListener("click", async (event) => {
  const source = event.target.closest("[data-copy]");
  if (!source) return;
  try {
    await navigator.clipboard.writeText(source.dataset.copy);
    toast({ text: say("copied"), tone: "good" });
  } catch {
    toast({ text: source.dataset.copy, tone: "warn" }); // no permission: show it, so that it can be copied by hand
  }
});
