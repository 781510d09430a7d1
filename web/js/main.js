import { audience, begin, beginAgain, forgetConversation, conversation, readyConversation } from "./conversation.js";
import { byId, el } from "./dom.js";
import { readyHandoff } from "./handoff.js";
import { prepareHelp, readyHelp } from "./help.js";
import { readyExit } from "./leave.js";
import { readyMemo } from "./memo.js";
import { language, LANGUAGES, preferred, speak } from "./words.js";

async function speakAnd(start) {
  await speak(select.value, audience());
  byId("translated").hidden = language() === "ja";
  await start();
  await prepareHelp();
}

readyExit(forgetConversation);
readyHelp(audience);
readyConversation();
readyMemo(conversation);
readyHandoff();
for (const dialog of document.querySelectorAll("dialog")) {
  dialog.querySelector("[data-close]").addEventListener("click", () => dialog.close());
}

const select = byId("language");
select.append(...Object.entries(LANGUAGES).map(([tag, name]) => el("option", { value: tag, lang: tag }, name)));
select.value = preferred();
select.addEventListener("change", () => speakAnd(beginAgain));
byId("audience").addEventListener("change", () => speakAnd(begin));
// Whoever comes back to this page, or looks at it in the browser's memory, finds nothing of what was said.
addEventListener("pagehide", forgetConversation);
addEventListener("pageshow", (event) => { if (event.persisted) speakAnd(begin); });

await speakAnd(begin);
