import { audience, begin, beginAgain, forgetConversation, conversation, readyConversation } from "./conversation.js";
import { byId } from "./dom.js";
import { readyHandoff } from "./handoff.js";
import { readyMemo } from "./memo.js";
import { readyPage } from "./page.js";
import { readyShared } from "./shared.js";

readyConversation();
readyMemo(conversation);
readyHandoff();
readyShared();
const speakAnd = readyPage({ audience, begin, again: beginAgain, forget: forgetConversation });
byId("audience").addEventListener("change", () => speakAnd(begin));

await speakAnd(begin);
