// From a programme on to the municipality that decides on it.
import { byId, el, outward } from "./dom.js";
import { get, post } from "./api.js";
import { copyable } from "./copy.js";
import { hurtBySomebody } from "./crisis.js";
import { language, say } from "./words.js";

let programme;

export function openHandoff(chosen) {
  programme = chosen;
  byId("handoff-programme").textContent = chosen.displayName;
  clear();
  byId("handoff-dialog").showModal();
  byId("place").focus();
}

export function readyHandoff() {
  byId("place-form").addEventListener("submit", (event) => {
    event.preventDefault();
    clear();
    const words = byId("place").value.trim();
    if (words) attempt(() => find(words));
    else problem(say("placeMissing"));
  });
}

async function find(words) {
  // Seven digits, or the first three or four of them, are a postal code; five or six are a municipality's.
  const digits = words.normalize("NFKC").replace(/[〒\s\p{Pd}ー]/gu, "");
  const wanted = /^(\d{3,4}|\d{7})$/.test(digits) ? { postalCode: digits } : { query: words };
  const { municipalities: places } = await get("/v1/municipalities", { ...wanted, language: language() });
  if (places.length === 0) problem(say("placeUnknown"));
  else if (places.length === 1) await go(places[0]);
  else offer(places);
}

function offer(places) {
  byId("places").replaceChildren(...places.map((place) =>
    el("li", {}, el("button", { type: "button", onclick: () => attempt(() => go(place)) }, named(place)))));
  byId("places").querySelector("button").focus();
}

async function go(place) {
  byId("places").replaceChildren();
  const asked = { programmeId: programme.id, municipalityCode: place.code, language: language() };
  show(await post("/v1/handoffs", watched() ? { ...asked, watched: true } : asked));
}

// After signs of violence, or where somebody else looks at this device: the memo has been made to tell little.
const watched = () => hurtBySomebody() || byId("discreet")?.checked || byId("discreet-advice")?.hidden === false;

// As it is called there; for who does not read kanji also in Roman letters.
const named = ({ prefecture, name, prefectureEn, nameEn }) =>
  [el("span", { lang: "ja" }, `${prefecture} ${name}`), /^(ja|zh)/.test(language()) || !nameEn ? "" : ` (${nameEn}, ${prefectureEn})`];

function show(handoff) {
  // What must be known before anything is opened, then the procedure, then who offers it.
  byId("handoff-result").replaceChildren(...[
    handoff.warning ? el("p", { class: "caution" }, el("strong", {}, handoff.warning)) : "",
    handoff.searchPhrase ? phrase(handoff.searchPhrase) : "",
    handoff.municipality ? el("h3", {}, named(handoff.municipality)) : "",
    el("p", {}, handoff.reason),
    ...handoff.cautions.map((caution) => el("p", { class: "caution" }, caution)),
    handoff.url ? el("p", {}, outward(handoff.url, { class: "go" }, el("span", {}, say("toPortal")))) : "",
  ].filter(Boolean));
  byId("handoff-result").focus({ preventScroll: true });
  byId("handoff-result").scrollIntoView({ block: "start" });
}

const phrase = (words) => copyable(el("span", { lang: "ja" }, words), words);

async function attempt(step) {
  try {
    await step();
  } catch (error) {
    problem(error.words ? [error.words] : say("unreachable"));
  }
}

function clear() {
  byId("places").replaceChildren();
  byId("handoff-result").replaceChildren();
  problem([]);
}

function problem(words) {
  byId("place-problem").replaceChildren(...words);
  byId("place-problem").hidden = words.length === 0;
}
