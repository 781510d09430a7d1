// The memo for the counter: rendered at once, handed to the browser, kept nowhere by us.
import { byId, el } from "./dom.js";
import { pdf } from "./api.js";
import { hurtBySomebody } from "./crisis.js";
import { forgetDevice, offerDevice, readyDevice, renewDevice } from "./device.js";
import { language, say } from "./words.js";

const MOST = 5;
const AT_FIRST = 3;

let proposed = false;
// Somebody else looks at this device, as the person said.
let watched = false;
// The person decided about the interpreter; until then the language of the page does.
let decided = false;

export function readyMemo(conversation) {
  const asked = () => ({ conversation: conversation(), ...wishes() });
  byId("make-memo").addEventListener("click", () => make(asked()));
  readyDevice(asked);
  byId("picks").addEventListener("change", (event) => {
    const tooMany = picked().length > MOST;
    if (tooMany) event.target.checked = false;
    byId("pick-problem").replaceChildren(...(tooMany ? say("memoMost") : []));
    changed();
  });
  for (const id of ["note", "discreet", "wishes"]) byId(id).addEventListener("input", changed);
  byId("need-interpreter").addEventListener("input", () => (decided = true));
  byId("discreet").addEventListener("input", () => offerDevice(!byId("discreet").checked));
}

export function offerForMemo(programmes) {
  changed();
  if (!decided) byId("need-interpreter").checked = language() !== "ja";
  byId("picks").replaceChildren(...programmes.map(({ id, displayName, textLanguage }, place) =>
    el("li", {}, el("label", { class: "check" },
      el("input", { type: "checkbox", name: "in-memo", value: id, checked: place < AT_FIRST, autocomplete: "off" }),
      el("span", { lang: textLanguage === language() ? undefined : textLanguage }, displayName)))));
}

// Proposed once, and said so; the person decides.
export function proposeDiscreet(kinds) {
  if (!proposed && hurtBySomebody(kinds)) propose();
}

export function preferDiscreet() {
  watched = true;
  propose();
}

function propose() {
  proposed = true;
  chooseDiscreet(true);
}

function chooseDiscreet(chosen) {
  byId("discreet").checked = chosen;
  byId("discreet-advice").hidden = !chosen;
  offerDevice(!chosen);
}

export function forgetMemo() {
  proposed = decided = false;
  for (const box of document.querySelectorAll("#wishes input")) box.checked = false;
  byId("note").value = "";
  chooseDiscreet(watched);
  byId("pick-problem").replaceChildren();
  byId("picks").replaceChildren();
  forgetDevice();
  withdraw();
}

const ticked = (name) => [...document.querySelectorAll(`input[name=${name}]:checked`)].map((box) => box.value);
const picked = () => ticked("in-memo");

// A memo of earlier answers must not be saved for one of these.
function withdraw() {
  const state = byId("memo-state");
  const link = state.querySelector("a");
  if (link) URL.revokeObjectURL(link.href);
  state.replaceChildren();
}

function changed() {
  withdraw();
  renewDevice();
}

const wishes = () => ({
  programmeIds: picked(),
  note: byId("note").value,
  language: language(),
  style: byId("discreet").checked ? "DISCREET" : "STANDARD",
  wants: ticked("want"),
  needs: ticked("need"),
});

async function make(asked) {
  const button = byId("make-memo");
  if (button.getAttribute("aria-disabled") === "true") return;
  button.setAttribute("aria-disabled", "true");
  withdraw();
  const state = byId("memo-state");
  state.replaceChildren(...say("working"));
  try {
    const memo = await pdf(asked);
    const link = el("a", { class: "go", href: URL.createObjectURL(memo), download: "memo.pdf" }, say("saveMemo"));
    state.replaceChildren(link);
    link.click();
    link.focus();
  } catch (error) {
    state.replaceChildren(...(error.words ? [error.words] : say("unreachable")));
  } finally {
    button.removeAttribute("aria-disabled");
  }
}
