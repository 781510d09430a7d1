// Searching the list: words go in the body of a call, never into an address, and are kept nowhere.
import { byId, el } from "./dom.js";
import { post, Refused } from "./api.js";
import { contactCard } from "./contact.js";
import { showCrisis } from "./crisis.js";
import { readyHandoff } from "./handoff.js";
import { urgentHelp } from "./help.js";
import { readyPage } from "./page.js";
import { card } from "./results.js";
import { language, plainly, say } from "./words.js";

const SEARCH = "/v1/programmes:search";
const PAGE = 10;

let asking;
let next = "";

const audience = () => document.querySelector("input[name=audience]:checked").value;
const chosen = () => [...byId("topics").querySelectorAll("input:checked")].map((box) => box.value);

function question() {
  return {
    query: byId("query").value.trim(),
    topics: chosen(),
    audience: audience(),
    language: language(),
    openNow: byId("open-now").checked,
    reach: byId("reach").value,
    withoutName: byId("nameless").checked,
    pageSize: PAGE,
  };
}

function forget() {
  asking?.abort();
  byId("query").value = "";
  byId("open-now").checked = byId("nameless").checked = false;
  byId("reach").selectedIndex = 0;
  for (const id of ["topics", "cards", "count", "problem", "problem-contacts"]) byId(id).replaceChildren();
  byId("more").hidden = true;
  byId("problem").hidden = true;
  showCrisis(undefined);
}

// From the first page on; `more` adds the next one.
async function search({ more = false } = {}) {
  asking?.abort();
  const mine = new AbortController();
  asking = mine;
  byId("count").replaceChildren(...say("waiting"));
  try {
    const found = await post(SEARCH, { ...question(), ...(more ? { pageToken: next } : {}) }, mine.signal);
    if (asking === mine) show(found, more);
  } catch (error) {
    if (asking === mine) failed(error);
  }
}

function show(found, more) {
  byId("problem").hidden = true;
  byId("problem-contacts").replaceChildren();
  byId("thin").hidden = found.degraded.length === 0;
  const nothing = found.programmes.length === 0;
  byId("count").replaceChildren(...(nothing ? say("searchNone") : say("searchCount", { count: String(found.totalSize) })));
  const cards = (nothing ? found.instead : found.programmes).map((programme, place) => card({ programme }, more ? Infinity : place));
  if (more) byId("cards").append(...cards);
  else byId("cards").replaceChildren(...cards);
  next = found.nextPageToken;
  byId("more").hidden = !next;
  if (more) cards[0]?.querySelector("summary")?.focus();
  offerTopics(found.facets.find(({ name }) => name === "topics")?.values ?? []);
  if (!more) showCrisis(found.crisis);
}

// What is chosen stays on the list, also where nothing stands under it any more.
function offerTopics(values) {
  const kept = new Set(chosen());
  const labels = new Map([...byId("topics").querySelectorAll("input:checked")].map((box) => [box.value, box.dataset.label]));
  const there = new Map(values.map(({ value, label }) => [value, label]));
  for (const topic of kept) if (!there.has(topic)) there.set(topic, labels.get(topic));
  const held = document.activeElement?.closest?.("#topics") ? document.activeElement.value : undefined;
  byId("topics").replaceChildren(...[...there].map(([value, label]) =>
    el("li", {}, el("label", { class: "check" },
      el("input", { type: "checkbox", value, "data-label": label, checked: kept.has(value), autocomplete: "off" }),
      el("span", {}, label)))));
  if (held) byId("topics").querySelector(`input[value="${CSS.escape(held)}"]`)?.focus();
}

function failed(error) {
  const refused = error instanceof Refused;
  byId("count").replaceChildren();
  byId("problem").replaceChildren(refused && error.words ? error.words : plainly("unreachable"));
  byId("problem").hidden = false;
  const contacts = refused ? error.contacts.map((contact) => contactCard(contact)) : [];
  byId("problem-contacts").replaceChildren(...(contacts.length ? contacts : urgentHelp()));
}

byId("search-form").addEventListener("submit", (event) => {
  event.preventDefault();
  search();
});
byId("topics").addEventListener("change", () => search());
for (const id of ["open-now", "nameless", "reach"]) byId(id).addEventListener("change", () => search());
byId("more").addEventListener("click", () => search({ more: true }));
readyHandoff();
// The field is not cleared here: who was quicker than the page has already written in it.
const begin = () => search();
const speakAnd = readyPage({ audience, begin, forget });
byId("audience").addEventListener("change", () => speakAnd(begin));

await speakAnd(begin);
