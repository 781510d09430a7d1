// When each entry was last compared with its operator's own page: all of it, the oldest first.
import { byId, el, outward } from "./dom.js";
import { get } from "./api.js";
import { checked } from "./contact.js";
import { readyPage } from "./page.js";
import { language, say } from "./words.js";

const PAGE = 50;
const STATES = { UNCHECKED: 0, NEEDS_RECHECK: 1, CHECKED: 2 };

async function begin() {
  byId("count").replaceChildren(...say("waiting"));
  try {
    const programmes = (await all()).sort(byAge);
    byId("rows").replaceChildren(...programmes.map(row));
    byId("count").replaceChildren(...say("searchCount", { count: String(programmes.length) }));
    byId("problem").hidden = true;
  } catch {
    byId("count").replaceChildren();
    byId("problem").replaceChildren(...say("unreachable"));
    byId("problem").hidden = false;
  }
}

async function all() {
  const found = [];
  let pageToken = "";
  do {
    const page = await get("/v1/programmes", { language: language(), pageSize: PAGE, ...(pageToken ? { pageToken } : {}) });
    found.push(...page.programmes);
    pageToken = page.nextPageToken;
  } while (pageToken);
  return found;
}

// What was never checked comes before the oldest date.
const age = ({ checkState, checkedOn }) => `${STATES[checkState] ?? 0} ${checkedOn || "0000"}`;
const byAge = (one, other) => (age(one) < age(other) ? -1 : age(one) > age(other) ? 1 : 0);

const page = ({ url }) => (/^https?:\/\//.test(url) ? el("p", {}, outward(url, {}, say("officialPage"))) : "—");

const row = (programme) => el("tr", { role: "row" },
  el("th", { scope: "row", role: "rowheader" }, programme.displayName),
  el("td", { role: "cell" }, programme.contacts.length ? programme.contacts.map(way) : page(programme)),
  el("td", { role: "cell" }, el("p", {}, checked(programme))));

// Each has a check of its own: a new number may stand beside an old one.
const way = (contact) => el("p", {}, el("bdi", {}, contact.value), " ", el("span", { class: "hint" }, checked(contact)));

await readyPage({ begin })(begin);
