// Help on every step: the static help page, shown in place so that nothing of the conversation is lost.
import { byId } from "./dom.js";
import { language } from "./words.js";

let kept = { language: "", parts: [] };

export const helpPage = (tag) => (tag === "ja" ? "/help/" : `/help/${tag}.html`);

export function readyHelp(audience) {
  byId("help").addEventListener("click", async () => {
    byId("help-dialog").showModal();
    await prepareHelp();
    arrange(audience());
    byId("help-dialog").scrollTop = 0;
  });
}

// For the young their own desks come first, after the numbers for now.
function arrange(audience) {
  const [now, ...others] = kept.parts;
  if (!now) return;
  const ofChildren = others.filter((part) => audience !== "GENERAL" && part.querySelector("#children"));
  byId("help-content").replaceChildren(now, ...ofChildren, ...others.filter((part) => !ofChildren.includes(part)));
}

// Fetched ahead, so that the numbers are at hand when the connection is not.
export async function prepareHelp() {
  const tag = language();
  byId("help-link").href = helpPage(tag);
  byId("foot-help").href = helpPage(tag);
  if (kept.language === tag) return;
  try {
    const answer = await fetch(helpPage(tag), { credentials: "omit" });
    if (!answer.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const parts = [...page.querySelectorAll("main > section")].map((part) => document.importNode(part, true));
    kept = { language: tag, parts };
    if (parts.length) byId("help-content").replaceChildren(...parts);
  } catch {
    // The link to the page stays.
  }
}

// Whom to call while the conversation cannot be reached; a copy, since the dialog keeps its own.
export const urgentHelp = () => kept.parts.slice(0, 2).map((part) => {
  const copy = part.cloneNode(true);
  copy.removeAttribute("aria-labelledby");
  for (const element of copy.querySelectorAll("[id]")) element.removeAttribute("id");
  return copy;
});
