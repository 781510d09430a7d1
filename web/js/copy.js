// A text with a button that copies it; where the browser does not let us, the text is selected to be copied by hand.
import { el } from "./dom.js";
import { say } from "./words.js";

export function copyable(shown, words, ...more) {
  const copied = el("span", { role: "status", class: "hint" });
  const copy = () => navigator.clipboard.writeText(words)
    .then(() => copied.replaceChildren(...say("copied")), () => getSelection().selectAllChildren(shown));
  return el("div", { class: "phrase" }, shown,
    el("button", { type: "button", class: "plain", onclick: copy }, say("copy")), ...more, copied);
}
