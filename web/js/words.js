// The words of the page itself, one file per language; what a language lacks stands in English.
import { el, withMarks, withoutMarks } from "./dom.js";

export const LANGUAGES = {
  ja: "日本語", en: "English", "zh-Hans": "简体中文", "zh-Hant": "繁體中文", ko: "한국어", pt: "Português",
  es: "Español", tl: "Tagalog", th: "ไทย", vi: "Tiếng Việt", ne: "नेपाली", id: "Bahasa Indonesia",
};
const CHILD_WORDS = "ja-x-child";

let words = {};

// The language of the page; conversations and answers are asked for in it.
export const language = () => document.documentElement.lang;

// A language by its name for itself; desks say zh where they mean either script.
export function endonym(tag) {
  const name = LANGUAGES[tag] ?? { zh: "中文", fil: LANGUAGES.tl }[tag];
  return name && el("span", { lang: tag }, name);
}

export function preferred() {
  for (const wish of navigator.languages ?? [navigator.language]) {
    const [tag] = wish.toLowerCase().split("-");
    if (tag === "zh") return /hant|tw|hk|mo/i.test(wish) ? "zh-Hant" : "zh-Hans";
    if (tag === "fil") return "tl";
    if (tag in LANGUAGES) return tag;
  }
  return "ja";
}

export async function speak(wanted, audience) {
  const sheets = wanted === "ja" ? ["ja", ...(audience === "CHILD" ? [CHILD_WORDS] : [])] : ["en", wanted];
  const loaded = await Promise.all(sheets.map((sheet) => load(sheet).catch(() => ({}))));
  words = Object.assign({}, ...loaded);
  document.documentElement.lang = wanted;
  for (const element of document.querySelectorAll("[data-text]")) {
    if (words[element.dataset.text] !== undefined) element.replaceChildren(...say(element.dataset.text));
  }
}

async function load(sheet) {
  const answer = await fetch(`/i18n/${sheet}.json`, { credentials: "omit" });
  return answer.ok ? answer.json() : {};
}

// Nodes, with readings where the words have them.
export const say = (key, blanks = {}) => withMarks(filled(key, blanks));

// The same round an element that stands for one of the blanks.
export function sayAround(key, name, element) {
  const [before, after] = (words[key] ?? key).split(`{${name}}`);
  return [...withMarks(before), element, ...withMarks(after ?? "")];
}

// For attributes, which hold no readings.
export const plainly = (key, blanks = {}) => withoutMarks(filled(key, blanks));

function filled(key, blanks) {
  return Object.entries(blanks).reduce((text, [name, value]) => text.replaceAll(`{${name}}`, () => value), words[key] ?? key);
}
