// What every page of the site has: its language, the way out, help in place, dialogs that close.
import { byId, el } from "./dom.js";
import { prepareHelp, readyHelp } from "./help.js";
import { readyExit } from "./leave.js";
import { language, LANGUAGES, preferred, speak } from "./words.js";

// `begin` shows the page anew, `again` the same in another language, `forget` leaves nothing of what was said.
export function readyPage({ audience = () => "GENERAL", begin, again = begin, forget = () => {} }) {
  const select = byId("language");
  const speakAnd = async (start) => {
    await speak(select.value, audience());
    byId("translated").hidden = language() === "ja";
    await start();
    await prepareHelp();
  };

  readyExit(forget);
  readyHelp(audience);
  for (const dialog of document.querySelectorAll("dialog")) {
    dialog.querySelector("[data-close]").addEventListener("click", () => dialog.close());
  }
  select.append(...Object.entries(LANGUAGES).map(([tag, name]) => el("option", { value: tag, lang: tag }, name)));
  select.value = preferred();
  select.addEventListener("change", () => speakAnd(again));
  // Whoever comes back to this page, or looks at it in the browser's memory, finds nothing of what was said.
  addEventListener("pagehide", forget);
  addEventListener("pageshow", (event) => { if (event.persisted) speakAnd(begin); });
  return speakAnd;
}
