// The memo for the counter: rendered at once, handed to the browser, kept nowhere by us.
import { byId, el } from "./dom.js";
import { pdf } from "./api.js";
import { chosenProgrammes } from "./results.js";
import { say } from "./words.js";

export function readyMemo(conversation) {
  const button = byId("make-memo");
  button.addEventListener("click", async () => {
    if (button.getAttribute("aria-disabled") === "true") return;
    button.setAttribute("aria-disabled", "true");
    const state = byId("memo-state");
    state.textContent = say("working");
    try {
      const memo = await pdf({
        conversation: conversation(),
        programmeIds: chosenProgrammes(),
        note: byId("note").value,
        language: document.documentElement.lang,
        style: byId("discreet").checked ? "DISCREET" : "STANDARD",
      });
      const address = URL.createObjectURL(memo);
      state.replaceChildren(el("a", { class: "go", href: address, download: "memo.pdf" }, say("saveMemo")));
      state.querySelector("a").click();
      state.querySelector("a").focus();
    } catch (error) {
      state.textContent = error.message || say("unreachable");
    }
    button.removeAttribute("aria-disabled");
  });
}

export function forgetMemo() {
  byId("note").value = "";
  const link = byId("memo-state").querySelector("a");
  if (link) URL.revokeObjectURL(link.href);
  byId("memo-state").replaceChildren();
}
