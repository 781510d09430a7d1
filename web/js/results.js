// What was found, best first; which of it goes into the memo.
import { byId, el } from "./dom.js";
import { contactCard } from "./contact.js";
import { openHandoff } from "./handoff.js";
import { say } from "./words.js";

const MOST_IN_MEMO = 5;
const OPEN_AT_FIRST = 2;

export function showResults(suggestions) {
  byId("results").hidden = suggestions.length === 0;
  byId("cards").replaceChildren(...suggestions.map((suggestion, place) => card(suggestion, place)));
}

export function chosenProgrammes() {
  return [...document.querySelectorAll("input[name=in-memo]:checked")].map((box) => box.value).slice(0, MOST_IN_MEMO);
}

function card({ programme, reasons }, place) {
  return el("li", {},
    el("p", { class: "kind" }, say(programme.kind === "DESK" ? "desk" : "scheme")),
    el("h3", {}, programme.displayName),
    programme.displayName === programme.displayNameJa ? "" : el("p", { class: "ja", lang: "ja" }, programme.displayNameJa),
    el("p", {}, programme.summary),
    reasons.length ? el("ul", { class: "why", "aria-label": say("why") }, reasons.map((reason) => el("li", {}, reason))) : "",
    ...contacts(programme, place),
    more(programme),
    el("div", { class: "card-actions" },
      programme.handoffAvailable ? el("button", { type: "button", class: "primary", onclick: () => openHandoff(programme) }, say("toMunicipality")) : "",
      el("label", { class: "check" }, el("input", { type: "checkbox", name: "in-memo", value: programme.id, checked: place < 3, autocomplete: "off" }), say("putInMemo")),
    ),
  );
}

function contacts(programme, place) {
  const cards = programme.contacts.map(contactCard);
  if (place < OPEN_AT_FIRST || cards.length <= 1) {
    return cards.length > 2 ? [...cards.slice(0, 2), folded(say("moreContacts"), cards.slice(2))] : cards;
  }
  return [cards[0], folded(say("moreContacts"), cards.slice(1))];
}

const folded = (title, content) => el("details", {}, el("summary", {}, title), ...content);

function more(programme) {
  const rows = [
    ["eligibility", programme.eligibility],
    ["application", programme.application],
    ["operator", programme.operator],
  ].filter(([, text]) => text).map(([key, text]) => [el("dt", {}, say(key)), el("dd", {}, text)]);
  if (programme.questions.length) {
    rows.push([el("dt", {}, say("questions")), el("dd", {}, el("ul", {}, programme.questions.map((question) => el("li", {}, question))))]);
  }
  if (programme.url) {
    rows.push([el("dt", {}, say("source")), el("dd", {}, el("a", { href: programme.url, rel: "noreferrer noopener external", target: "_blank" }, say("officialPage")))]);
  }
  rows.push([el("dt", {}, say("checked")), el("dd", {}, programme.checkedOn || say("unchecked"), programme.checkState === "CHECKED" ? "" : say("needsRecheck"))]);
  if (programme.translationUnchecked) rows.push([el("dt", {}, say("translation")), el("dd", {}, say("translationUnchecked"))]);
  return folded(say("more"), [el("dl", {}, ...rows.flat())]);
}
