// The answer to a cry for help: first on the page, unaltered, and it takes the focus.
import { byId, el, paragraphs } from "./dom.js";
import { answersInWriting, contactCard } from "./contact.js";
import { say } from "./words.js";

const SHOWN_AT_ONCE = 4;
// Behind these stands somebody who may look at this device, at letters and accounts.
const BY_SOMEBODY = new Set(["VIOLENCE", "SEXUAL_VIOLENCE", "CHILD_ABUSE"]);

let shown = [];

// Whether somebody hurts the person, as far as the answer says that is shown.
export const hurtBySomebody = (kinds = shown) => kinds.some((kind) => BY_SOMEBODY.has(kind));

// Returns whether the answer is new, and so has the focus.
export function showCrisis(crisis) {
  const box = byId("crisis");
  shown = crisis?.kinds ?? [];
  box.hidden = !crisis;
  box.replaceChildren();
  if (!crisis) return false;
  if (crisis.folded) {
    box.append(el("details", {}, el("summary", { id: "crisis-title" }, say("crisisFolded")), ...content(crisis)));
    byId("question")?.before(box);
    return false;
  }
  box.append(el("h2", { id: "crisis-title" }, say("crisis")), ...content(crisis));
  byId("chat")?.before(box);
  box.focus({ preventScroll: true });
  box.scrollIntoView({ block: "start" });
  return true;
}

function content(crisis) {
  // What was heard, what to do now and whom to tell; then the ways to reach somebody; then the rest.
  const first = crisis.kinds.length > 1 ? 4 : 3;
  const [atOnce, others] = apart(crisis.contacts);
  return [
    el("div", { class: "words" }, paragraphs(crisis.messages.slice(0, first))),
    ...atOnce.map((contact) => contactCard(contact)),
    others.length ? el("details", {}, el("summary", {}, say("moreContacts")), ...others.map((contact) => contactCard(contact))) : "",
    el("div", { class: "words after" }, paragraphs(crisis.messages.slice(first))),
    crisis.translationUnchecked && crisis.messagesJa.length
      ? el("details", {}, el("summary", {}, say("translationUnchecked")), el("div", { class: "beside", lang: "ja" }, paragraphs(crisis.messagesJa)))
      : "",
  ];
}

// The first ones at once; one that answers in writing is always among them, for those who cannot speak.
function apart(contacts) {
  const atOnce = contacts.slice(0, SHOWN_AT_ONCE);
  const written = contacts.find(answersInWriting);
  if (written && !atOnce.includes(written)) atOnce.splice(-1, 1, written);
  return [atOnce, contacts.filter((contact) => !atOnce.includes(contact))];
}
