// What came of trying a contact, told by a tap on an answer: no words of one's own, nothing of who tells it. The focus
// never moves by it, and nothing that stands above shifts.
import { post } from "./api.js";
import { el } from "./dom.js";
import { say } from "./words.js";

const REPORT = "/v1/contacts:report";
const THROUGH = ["GOT_THROUGH", "tellYes"];
const BUSY = ["NOT_ANSWERED", "tellBusy"];
const ELSEWHERE = ["LED_ELSEWHERE", "tellElsewhere"];
const CAME = [THROUGH, BUSY, ["CLOSED", "tellClosed"]];
const WRONG = [ELSEWHERE, ["OUT_OF_SERVICE", "tellDead"], ["WRONG_HOURS", "tellHours"]];

// One question at a time: that of the contact tried last.
let asked;

// On every contact, folded: the number comes first.
export function telling({ name, value }, programmeId) {
  return el("details", { class: "tell" },
    el("summary", {}, say("tellFold"), el("span", { class: "quiet" }, ` (${name})`)),
    answers({ value, programmeId }, [["tellAsk", CAME], ["tellWrong", WRONG]]));
}

// Stands there for whoever comes back from the link they tapped.
export function asking({ value }, programmeId, link) {
  const box = el("div", { class: "tell asked", hidden: true }, answers({ value, programmeId }, [["tellAsk", [THROUGH, BUSY, ELSEWHERE]]]));
  link.addEventListener("click", () => {
    if (asked) asked.hidden = true;
    asked = box;
    box.hidden = false;
  });
  return box;
}

function answers(about, questions) {
  let busy = false;
  const tell = async (outcome, button) => {
    if (busy) return;
    busy = true;
    // It is said where the tap was: another place might be out of sight.
    const said = button.closest("fieldset").querySelector("[role=status]");
    try {
      await post(REPORT, { ...about, outcome });
      for (const one of all) one.setAttribute("aria-disabled", "true");
      button.setAttribute("aria-pressed", "true");
      said.replaceChildren(...say("tellThanks"), ...(outcome === "GOT_THROUGH" ? [] : [" ", ...say("tellOther")]));
    } catch {
      busy = false;
      said.replaceChildren(...say("tellFailed"));
    }
  };
  const button = ([outcome, words]) =>
    el("button", { type: "button", class: "plain", onclick: ({ currentTarget }) => tell(outcome, currentTarget) }, say(words));
  const fields = questions.map(([title, choices]) =>
    el("fieldset", {}, el("legend", {}, say(title)), choices.map(button), el("p", { role: "status" })));
  const all = fields.flatMap((field) => [...field.querySelectorAll("button")]);
  return [...fields, el("p", { class: "hint" }, say("tellNobody"))];
}
