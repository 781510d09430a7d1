import { begin, conversation, forgetConversation, readyConversation } from "./conversation.js";
import { byId, el } from "./dom.js";
import { readyHandoff } from "./handoff.js";
import { helpPage, readyHelp } from "./help.js";
import { readyExit } from "./leave.js";
import { forgetMemo, readyMemo } from "./memo.js";
import { LANGUAGES, preferred, speak } from "./words.js";

function forget() {
  forgetConversation();
  forgetMemo();
}

async function speakAndBegin(language) {
  await speak(language);
  byId("foot-help").href = helpPage(language);
  forgetMemo();
  await begin();
}

readyExit(forget);
readyHelp();
readyConversation();
readyMemo(conversation);
readyHandoff();
for (const button of document.querySelectorAll("[data-close]")) button.addEventListener("click", () => button.closest("dialog").close());

const select = byId("language");
select.append(...Object.entries(LANGUAGES).map(([tag, name]) => el("option", { value: tag, lang: tag }, name)));
select.value = preferred();
select.addEventListener("change", () => speakAndBegin(select.value));
byId("audience").addEventListener("change", begin);
// A page taken from the browser's memory after "back" shows nothing of what was said.
addEventListener("pageshow", (event) => { if (event.persisted) speakAndBegin(select.value); });

await speakAndBegin(select.value);
