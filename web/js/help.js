// Help on every step: the static help page, shown in place so that nothing of the conversation is lost.
import { byId, el } from "./dom.js";

export function helpPage(language) {
  return language === "ja" ? "/help/" : `/help/${language}.html`;
}

export function readyHelp() {
  byId("help").addEventListener("click", async () => {
    const address = helpPage(document.documentElement.lang);
    byId("help-link").href = address;
    byId("help-dialog").showModal();
    try {
      const page = new DOMParser().parseFromString(await (await fetch(address)).text(), "text/html");
      const content = page.querySelector("main");
      content.querySelector("h1")?.replaceWith(el("h2", { id: "help-dialog-title" }, content.querySelector("h1").textContent));
      byId("help-content").replaceChildren(...content.childNodes);
    } catch {
      // The link to the page stays.
    }
  });
}
