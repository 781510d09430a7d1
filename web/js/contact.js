// One way to reach a desk, with one tap.
import { el } from "./dom.js";
import { LANGUAGES, say } from "./words.js";

const WEB = new Set(["CHAT", "SNS", "WEB", "EMAIL"]);

export function contactCard(contact) {
  return el("div", { class: "contact" },
    el("h4", {}, contact.name, contact.name === contact.nameJa ? "" : el("span", { class: "hint", lang: "ja" }, ` ${contact.nameJa}`)),
    way(contact),
    el("p", { class: "facts" }, openness(contact), ...facts(contact)),
    contact.keypadPath ? el("p", {}, say("keypad", { keys: contact.keypadPath })) : "",
    contact.reachableFrom ? el("p", { class: "hint" }, contact.reachableFrom) : "",
    contact.sayFirst ? el("p", {}, say("sayFirst", { words: contact.sayFirst })) : "",
  );
}

function way(contact) {
  const { kind, value } = contact;
  if (kind === "PHONE" || kind === "SMS") {
    const scheme = kind === "PHONE" ? "tel" : "sms";
    // What is dialled is what is shown; # must not begin a fragment.
    const dialled = value.replaceAll("-", "").replaceAll("#", "%23");
    return el("a", { class: "call", href: `${scheme}:${dialled}` }, `${say(kind === "PHONE" ? "call" : "text")} ${value}`);
  }
  if (kind === "EMAIL" && !value.startsWith("http")) return el("a", { class: "call", href: `mailto:${value}` }, value);
  if (WEB.has(kind) && /^https?:/.test(value)) {
    return el("a", { class: "call", href: value, rel: "noreferrer noopener external", target: "_blank" }, say(kind === "WEB" ? "openPage" : "openChat"));
  }
  return el("p", {}, value);
}

function openness(contact) {
  if (contact.openNow === undefined) return "";
  const next = contact.openNow || !contact.nextOpenTime ? "" : ` ${say("opens", { time: moment(contact.nextOpenTime) })}`;
  return el("span", { class: `badge ${contact.openNow ? "open" : "closed"}` }, say(contact.openNow ? "openNow" : "closedNow"), next);
}

function moment(time) {
  return new Intl.DateTimeFormat(document.documentElement.lang, {
    timeZone: "Asia/Tokyo", month: "numeric", day: "numeric", weekday: "short", hour: "numeric", minute: "2-digit",
  }).format(new Date(time));
}

function facts(contact) {
  const charge = { FREE: "free", CHARGED: "charged" }[contact.charge];
  const spoken = contact.languages.map((tag) => LANGUAGES[tag]).filter(Boolean).join("・");
  return [
    charge ? el("span", {}, say(charge)) : "",
    contact.hours ? el("span", {}, contact.hours) : contact.openNow === undefined ? el("span", {}, say("hoursUnknown")) : "",
    spoken ? el("span", {}, spoken) : "",
    el("span", {}, contact.checkedOn ? say("checkedOn", { date: contact.checkedOn }) : say("unchecked"),
      contact.checkedOn && contact.checkState !== "CHECKED" ? say("needsRecheck") : ""),
  ];
}
