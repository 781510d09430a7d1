// From a programme on to the municipality that decides on it.
import { byId, el } from "./dom.js";
import { get, post } from "./api.js";
import { say } from "./words.js";

let programme;

export function openHandoff(chosen) {
  programme = chosen;
  byId("handoff-programme").textContent = chosen.displayName;
  byId("places").replaceChildren();
  byId("handoff-result").replaceChildren();
  problem("");
  byId("handoff-dialog").showModal();
  byId("place").focus();
}

export function readyHandoff() {
  byId("place-form").addEventListener("submit", async (event) => {
    event.preventDefault();
    problem("");
    byId("handoff-result").replaceChildren();
    const words = byId("place").value.trim();
    if (!words) return problem(say("placeMissing"));
    const digits = words.normalize("NFKC").replace(/[〒\s-]/gu, "");
    try {
      const found = await get("/v1/municipalities", { ...(/^\d{3,7}$/.test(digits) ? { postalCode: digits } : { query: words }), language: document.documentElement.lang });
      await offer(found.municipalities);
    } catch (error) {
      problem(error.fields?.[0]?.description || error.message || say("unreachable"));
    }
  });
}

async function offer(places) {
  byId("places").replaceChildren();
  if (places.length === 0) return problem(say("placeUnknown"));
  if (places.length === 1) return go(places[0]);
  byId("places").replaceChildren(...places.map((place) => el("li", {}, el("button", { type: "button", onclick: () => go(place) }, `${place.prefecture} ${place.name}`))));
  byId("places").querySelector("button").focus();
}

async function go(place) {
  byId("places").replaceChildren();
  try {
    show(await post("/v1/handoffs", { programmeId: programme.id, municipalityCode: place.code, language: document.documentElement.lang }));
  } catch (error) {
    problem(error.fields?.[0]?.description || error.message || say("unreachable"));
  }
}

function show(handoff) {
  const place = handoff.municipality;
  const copied = el("span", { role: "status", class: "hint" });
  const copy = async () => {
    await navigator.clipboard.writeText(handoff.searchPhrase);
    copied.textContent = say("copied");
  };
  byId("handoff-result").replaceChildren(
    place ? el("h3", {}, `${place.prefecture} ${place.name}`) : "",
    el("p", {}, handoff.reason),
    handoff.searchPhrase ? el("div", { class: "phrase" }, el("span", { lang: "ja" }, handoff.searchPhrase), el("button", { type: "button", class: "plain", onclick: copy }, say("copy")), copied) : "",
    ...handoff.cautions.map((caution) => el("p", { class: "caution" }, caution)),
    handoff.url ? el("p", {}, el("a", { class: "go", href: handoff.url, rel: "noreferrer noopener external", target: "_blank" }, say("toPortal"))) : "",
  );
  byId("handoff-result").focus();
}

function problem(text) {
  byId("place-problem").textContent = text;
  byId("place-problem").hidden = !text;
}
