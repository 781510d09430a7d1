// One way to reach a desk, with one tap.
import { el, outward } from "./dom.js";
import { asking, telling } from "./tell.js";
import { endonym, language, say, sayAround } from "./words.js";

const BY_TEXT = new Set(["CHAT", "SNS", "SMS", "EMAIL"]);
const CLIENT = { PHONE: "tel", SMS: "sms" };

// Desks in Japan that name no language speak Japanese.
export const speaks = ({ languages }, tag) =>
  languages.length ? languages.some((spoken) => spoken === tag || spoken === tag.split("-")[0]) : tag === "ja";

export const answersInWriting = (contact) => BY_TEXT.has(contact.kind);

// A title: its heading level depends on where the card stands. Without a programme it stands in an answer to a cry for
// help or beside an error: there nothing is asked of the person unless they unfold it.
export function contactCard(contact, title = "h3", programmeId = "") {
  const foreign = contact.nameJa && contact.nameJa !== contact.name;
  const link = way(contact);
  return el("div", { class: "contact" },
    el("div", { class: "who" }, el(title, {}, contact.name), openness(contact)),
    foreign ? el("p", { class: "hint", lang: "ja" }, contact.nameJa) : "",
    link,
    contact.keypadPath ? el("p", { class: "keys" }, say("keypad", { keys: contact.keypadPath })) : "",
    contact.sayFirst ? el("p", { class: "first" }, say("sayFirst", { words: contact.sayFirst })) : "",
    el("ul", { class: "facts" }, facts(contact).map((fact) => el("li", {}, fact))),
    programmeId && link.href ? asking(contact, programmeId, link) : "",
    telling(contact, programmeId),
  );
}

function way(contact) {
  const { kind, value } = contact;
  if (kind in CLIENT) return el("a", { class: "call", href: dial(CLIENT[kind], value) }, el("span", {}, say(kind === "PHONE" ? "call" : "text")), " ", el("bdi", {}, value));
  if (/^https?:\/\//.test(value)) return outward(value, { class: "call" }, el("span", {}, say(kind === "WEB" ? "openPage" : "openChat")));
  if (kind === "EMAIL") return el("a", { class: "call", href: `mailto:${value}` }, value);
  return el("p", {}, value);
}

// What is dialled is what is shown; # must not begin a fragment.
const dial = (scheme, value) => `${scheme}:${value.replace(/[^0-9#*+]/g, "").replaceAll("#", "%23")}`;

function openness(contact) {
  if (contact.openNow === undefined) return "";
  if (contact.openNow) return el("span", { class: "badge open" }, say("openNow"));
  const next = contact.nextOpenTime ? [" · ", ...say("opens", { time: moment(contact.nextOpenTime) })] : [];
  return el("span", { class: "badge closed" }, say("closedNow"), next);
}

// The month in letters where one writes it so: 11/12 is read in two ways. Digits are those one can dial. Where the
// browser does not know the language, no foreign words stand in, but the date as it is written everywhere (ISO 8601).
export function moment(time) {
  const known = Intl.DateTimeFormat.supportedLocalesOf(language()).length > 0;
  const day = known ? { month: "short", day: "numeric", weekday: "short" } : { year: "numeric", month: "2-digit", day: "2-digit" };
  return new Intl.DateTimeFormat(known ? language() : "sv", {
    timeZone: "Asia/Tokyo", ...day, hour: "numeric", minute: "2-digit", numberingSystem: "latn",
  }).format(new Date(time));
}

function facts(contact) {
  const charge = { FREE: "free", CHARGED: "charged" }[contact.charge];
  const hours = contact.hours || (contact.openNow === undefined ? say("hoursUnknown") : "");
  return [charge ? say(charge) : "", hours, spoken(contact), contact.reachableFrom ?? ipPhone(contact), checked(contact)].filter((fact) => fact.length);
}

// Each as it calls itself, so that it is found by who speaks it; Japanese by its name in the page's language, for who
// must know that nothing else is spoken.
function spoken({ languages }) {
  const names = languages.map((tag) => (tag === "ja" ? el("span", {}, say("japanese")) : endonym(tag))).filter(Boolean);
  return names.flatMap((name, place) => (place ? [say("listed"), name] : [name])).flat();
}

// Where words of the desk say from where it can be called, they are more exact.
const ipPhone = ({ ipPhoneOk }) => (ipPhoneOk === undefined ? "" : say(ipPhoneOk ? "ipPhoneYes" : "ipPhoneNo"));

export function checked({ checkedOn, checkState }) {
  if (checkState === "UNCHECKED") return say("unchecked");
  return [...(checkedOn ? sayAround("checkedOn", "date", el("span", { class: "date" }, checkedOn)) : say("checkedUnknown")), ...(checkState === "CHECKED" ? [] : say("needsRecheck"))];
}
