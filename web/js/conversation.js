// The conversation: its sealed state and what was said live only in these variables.
import { byId, el, paragraphs, withRuby } from "./dom.js";
import { post, Refused } from "./api.js";
import { contactCard } from "./contact.js";
import { showCrisis } from "./crisis.js";
import { urgentHelp } from "./help.js";
import { forgetMemo, proposeDiscreet } from "./memo.js";
import { showResults } from "./results.js";
import { language, say } from "./words.js";

const START = "/v1/conversations";
const REPLY = "/v1/conversations:reply";
const RESTART = "restart";
// Letters, of which a Japanese one takes the room of two.
const SHORT = 20;

let sealed = "";
let inputs = [];
let asking;
let begun = false;
// Words were sent before there was a conversation to send them to, or while an answer was awaited.
let early = false;

export const conversation = () => sealed;
export const audience = () => document.querySelector("input[name=audience]:checked").value;

export function forgetConversation() {
  forgetAnswers();
  early = false;
  byId("words").value = "";
}

function forgetAnswers() {
  asking?.abort();
  asking = undefined;
  sealed = "";
  inputs = [];
  for (const id of ["intro", "log", "question-words", "choices", "problem", "problem-contacts"]) byId(id).replaceChildren();
  for (const id of ["back", "again", "problem"]) byId(id).hidden = true;
  showResults([]);
  showCrisis(undefined);
  forgetMemo();
}

export async function begin() {
  const there = await start();
  if (there) sayEarlyWords();
  return there;
}

// What is being written stays in the field: who was quicker than the page loses nothing.
function start() {
  begun = true;
  forgetAnswers();
  return ask(START, { language: language(), audience: audience() }, show);
}

// The same conversation in the page's new language: everything is said once more.
export async function beginAgain() {
  const earlier = inputs;
  if (!(await start())) return;
  for (const input of earlier) if (!(await send(input, { following: false }))) return;
  sayEarlyWords();
}

export function readyConversation() {
  byId("say").addEventListener("submit", (event) => {
    event.preventDefault();
    sayWords();
  });
  byId("words").addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && !event.isComposing) sayWords();
  });
  byId("back").addEventListener("click", () => reply({ back: true }));
  byId("again").addEventListener("click", restart);
  byId("write").addEventListener("click", () => byId("words").focus());
}

async function restart() {
  forgetConversation();
  if (await begin()) attend(byId("welcome"));
}

function sayWords() {
  const text = byId("words").value.trim();
  if (!text) byId("words").focus();
  else if (sealed && !asking) reply({ text });
  else {
    early = true;
    if (begun && !asking) begin();
  }
}

function sayEarlyWords() {
  const sent = early && byId("words").value.trim();
  early = false;
  if (sent) sayWords();
}

async function reply(input) {
  if (asking) return;
  if (input.choiceId === RESTART) await restart();
  else if (await send(input)) sayEarlyWords();
}

function send(input, { following = true } = {}) {
  return ask(REPLY, { conversation: sealed, ...input }, (next) => {
    remember(input);
    if (byId("words").value.trim() === input.text) byId("words").value = "";
    if (!show(next) && following) attend(byId("log").lastElementChild?.lastElementChild ?? byId("welcome"));
  });
}

async function ask(path, body, then) {
  const mine = new AbortController();
  asking = mine;
  wait(true);
  try {
    const next = await post(path, body, mine.signal);
    if (asking !== mine) return false;
    byId("problem").hidden = true;
    byId("problem-contacts").replaceChildren();
    then(next);
    return true;
  } catch (error) {
    if (asking === mine) failed(error);
    return false;
  } finally {
    if (asking === mine) {
      asking = undefined;
      wait(false);
    }
  }
}

function wait(on) {
  byId("chat").classList.toggle("busy", on);
  byId("waiting").replaceChildren(...(on && sealed ? say("waiting") : []));
}

function remember(input) {
  if (input.back) {
    inputs.pop();
    byId("log").lastElementChild?.remove();
    return;
  }
  inputs.push(input);
  const asked = byId("question-words").lastElementChild;
  const chosen = [...byId("choices").querySelectorAll("button")].find((button) => button.value === input.choiceId);
  byId("log").append(el("li", {},
    el("p", { class: "ours" }, copies(asked)),
    el("p", { class: "theirs" }, chosen ? copies(chosen) : input.text ?? "")));
}

const copies = (element) => [...(element?.cloneNode(true).childNodes ?? [])];

// Returns whether a new answer to a cry for help has the focus.
function show(next) {
  sealed = next.conversation;
  const opening = !next.canGoBack;
  // The heading stays for those who find their way by headings.
  byId("welcome").classList.toggle("quiet", !opening);
  byId("audience").hidden = !opening;
  byId("log").hidden = byId("log").childElementCount === 0;
  byId("intro").replaceChildren(...(opening ? paragraphs(next.messages.slice(0, -1)) : []));
  byId("question-words").replaceChildren(...paragraphs(opening ? next.messages.slice(-1) : next.messages));
  byId("choices").replaceChildren(...next.choices.map(({ id, label, ruby }) =>
    el("li", {}, el("button", { type: "button", value: id, onclick: () => reply({ choiceId: id }) }, withRuby(label, ruby)))));
  byId("choices").classList.toggle("long", wordy(next.choices));
  byId("back").hidden = !next.canGoBack;
  const arrived = next.choices.some(({ id }) => id === RESTART);
  byId("again").hidden = !next.canGoBack || arrived;
  // At the end of a path and after words of one's own what was found follows at once; on the way there, and beside an
  // answer to a cry for help, the next question comes first.
  const told = inputs.at(-1)?.text && !next.crisis;
  if (arrived || told) byId("question").after(byId("results"));
  else byId("chat").after(byId("results"));
  showResults(next.suggestions);
  byId("thin").hidden = next.degraded.length === 0;
  proposeDiscreet(next.crisis?.kinds ?? []);
  return showCrisis(next.crisis);
}

const room = (letter) => (/\p{M}/u.test(letter) ? 0 : letter > "\u2E7F" ? 2 : 1);

// Short labels stand side by side on a telephone, long ones below each other.
function wordy(choices) {
  const lengths = choices.map(({ label }) => [...label].reduce((sum, letter) => sum + room(letter), 0));
  return lengths.reduce((sum, length) => sum + length, 0) > SHORT * choices.length;
}

// The focus follows the conversation; what was just said stays in sight above the new question.
function attend(top) {
  byId("question").focus({ preventScroll: true });
  top.scrollIntoView({ block: "start" });
}

function failed(error) {
  const refused = error instanceof Refused;
  byId("problem").replaceChildren(...(refused && error.words ? [error.words] : say("unreachable")));
  byId("problem").hidden = false;
  byId("again").hidden = false;
  const contacts = refused ? error.contacts.map((contact) => contactCard(contact)) : [];
  byId("problem-contacts").replaceChildren(...(contacts.length ? contacts : urgentHelp()));
  byId("problem").scrollIntoView({ block: "nearest" });
}
