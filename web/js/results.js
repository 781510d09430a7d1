// What was found, best first.
import { byId, el, outward } from "./dom.js";
import { checked, contactCard, speaks } from "./contact.js";
import { openHandoff } from "./handoff.js";
import { offerForMemo } from "./memo.js";
import { language, say } from "./words.js";

const WHOLE = 2;
const AT_ONCE = 2;

export function showResults(suggestions) {
  byId("results").hidden = suggestions.length === 0;
  byId("cards").replaceChildren(...suggestions.map(card));
  offerForMemo(suggestions.map(({ programme }) => programme));
}

// The best stand whole, the others folded: ten whole cards would be a wall.
export function card({ programme, reasons = [] }, place) {
  const kind = el("span", { class: "kind" }, say(programme.kind === "DESK" ? "desk" : "scheme"));
  const name = el("h3", { lang: other(programme) }, programme.displayName);
  if (place < WHOLE) return el("li", {}, kind, name, ...content(programme, reasons));
  return el("li", { class: "small" }, el("details", {}, el("summary", {}, kind, name), ...content(programme, reasons)));
}

const other = ({ textLanguage }) => (textLanguage && textLanguage !== language() ? textLanguage : undefined);

function content(programme, reasons) {
  const [shown, others] = apart(programme.contacts).map((contacts) => contacts.map((contact) => contactCard(contact, "h4", programme.id)));
  return [
    programme.displayName === programme.displayNameJa ? "" : el("p", { class: "ja", lang: "ja" }, programme.displayNameJa),
    el("p", { lang: other(programme) }, programme.summary),
    reasons.length ? el("ul", { class: "why" }, reasons.map((reason) => el("li", {}, reason))) : "",
    known(programme),
    ...shown,
    others.length ? folded(say("moreContacts"), others) : "",
    programme.handoffAvailable ? el("button", { type: "button", class: "primary wide", onclick: () => openHandoff(programme) }, say("toMunicipality")) : "",
    more(programme),
  ];
}

// What somebody may be afraid of, where a source says: no, yes. What nobody knows is left out.
const FACTS = {
  anonymousOk: ["factNameAsked", "factNameless"],
  asksResidenceStatus: ["factAnyStatus", "factStatusAsked"],
  tellsEmployer: ["factEmployerNot", "factEmployerHears"],
};

function known(programme) {
  const facts = Object.entries(FACTS).filter(([name]) => programme[name] !== undefined);
  return facts.length ? el("ul", { class: "known" }, facts.map(([name, [no, yes]]) =>
    el("li", {}, say(programme[name] ? yes : no), " ", el("span", { class: "hint" }, checked(programme.factChecks[name]))))) : "";
}

// Two at once, those that speak with the person before others.
function apart(contacts) {
  const speaking = contacts.filter((contact) => speaks(contact, language()));
  const shown = (speaking.length ? speaking : contacts).slice(0, AT_ONCE);
  return [shown, contacts.filter((contact) => !shown.includes(contact))];
}

const folded = (title, inside) => el("details", {}, el("summary", {}, title), ...inside);

function more(programme) {
  const rows = [
    ["eligibility", programme.eligibility],
    ["application", programme.application],
    ["operator", programme.operator],
  ].filter(([, text]) => text).map(([key, text]) => row(key, { lang: other(programme) }, text));
  if (programme.questions.length) {
    rows.push(row("questions", { lang: other(programme) }, el("ul", {}, programme.questions.map((question) => el("li", {}, question)))));
  }
  if (/^https?:\/\//.test(programme.url)) rows.push(row("source", {}, outward(programme.url, {}, say("officialPage"))));
  rows.push(row("checked", {}, checked(programme)));
  if (programme.translationUnchecked) rows.push(row("translation", {}, say("translationUnchecked")));
  return folded(say("more"), [el("dl", {}, ...rows.flat())]);
}

const row = (key, properties, ...inside) => [el("dt", {}, say(key)), el("dd", properties, ...inside)];
