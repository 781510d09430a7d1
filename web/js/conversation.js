// The conversation: its sealed state lives only in this variable.
import { byId, el, paragraphs, withRuby } from "./dom.js";
import { post, Refused } from "./api.js";
import { contactCard } from "./contact.js";
import { showCrisis } from "./crisis.js";
import { showResults } from "./results.js";
import { say } from "./words.js";

let sealed = "";
let busy = false;
let first = true;

export const conversation = () => sealed;

export function forgetConversation() {
  sealed = "";
  first = true;
  byId("words").value = "";
  for (const id of ["log", "question", "choices", "cards"]) byId(id).replaceChildren();
  byId("results").hidden = true;
  showCrisis(undefined);
}

export async function begin() {
  forgetConversation();
  await turn("/v1/conversations", { language: document.documentElement.lang, audience: document.querySelector("input[name=audience]:checked").value });
}

export function readyConversation() {
  byId("say").addEventListener("submit", (event) => {
    event.preventDefault();
    sayWords();
  });
  byId("words").addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && !event.isComposing) sayWords();
  });
  byId("back").addEventListener("click", () => reply({ back: true }, say("wentBack")));
  byId("again").addEventListener("click", begin);
}

function sayWords() {
  const text = byId("words").value.trim();
  if (!text) return byId("words").focus();
  reply({ text }, text);
}

const reply = (input, shown) => turn("/v1/conversations:reply", { conversation: sealed, ...input }, shown);

async function turn(path, body, shown) {
  if (busy) return;
  busy = true;
  byId("problem").hidden = true;
  byId("question").classList.add("busy");
  try {
    const next = await post(path, body);
    if (shown !== undefined) remember(shown);
    show(next);
    byId("words").value = "";
  } catch (error) {
    failed(error);
  } finally {
    busy = false;
    byId("question").classList.remove("busy");
  }
}

function remember(shown) {
  const asked = byId("question").textContent;
  const log = byId("log");
  if (asked) log.append(el("li", { class: "ours" }, asked));
  log.append(el("li", { class: "theirs" }, shown));
}

function show(next) {
  sealed = next.conversation;
  byId("question").replaceChildren(...paragraphs(next.messages));
  byId("choices").replaceChildren(...next.choices.map((choice) =>
    el("li", {}, el("button", { type: "button", onclick: () => reply({ choiceId: choice.id }, choice.label) }, withRuby(choice.label, choice.ruby)))));
  byId("back").hidden = !next.canGoBack;
  byId("again").hidden = !next.canGoBack;
  showResults(next.suggestions);
  showCrisis(next.crisis);
  // At first the page is read from its top; later the focus follows the conversation, unless help has it.
  if (!first && !(next.crisis && !next.crisis.folded)) {
    byId("question").focus();
    byId("question").scrollIntoView({ block: "start" });
  }
  first = false;
}

function failed(error) {
  const problem = byId("problem");
  const refused = error instanceof Refused;
  problem.replaceChildren(refused ? error.fields[0]?.description || error.message : say("unreachable"));
  if (refused && error.contacts.length) problem.append(...error.contacts.map(contactCard));
  if (!refused || !error.contacts.length) problem.append(" ", el("a", { href: "/help/" }, say("helpPage")));
  problem.hidden = false;
}
