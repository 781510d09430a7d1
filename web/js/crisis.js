// The answer to a cry for help: first on the page, unaltered, and it takes the focus.
import { byId, el, paragraphs } from "./dom.js";
import { contactCard } from "./contact.js";
import { say } from "./words.js";

export function showCrisis(crisis) {
  const box = byId("crisis");
  box.hidden = !crisis;
  box.replaceChildren();
  if (!crisis) return;
  const content = [
    el("div", { class: "words" }, paragraphs(crisis.messages)),
    crisis.translationUnchecked && crisis.messagesJa.length
      ? el("details", {}, el("summary", {}, say("translationUnchecked")), el("div", { class: "beside", lang: "ja" }, paragraphs(crisis.messagesJa)))
      : "",
    ...crisis.contacts.map(contactCard),
  ];
  const title = el("h2", { id: "crisis-title" }, say("crisis"));
  if (crisis.folded) box.append(el("details", {}, el("summary", { id: "crisis-title" }, say("crisisFolded")), ...content));
  else box.append(title, ...content);
  if (!crisis.folded) {
    box.focus();
    box.scrollIntoView({ block: "start" });
  }
}
