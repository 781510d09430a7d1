// The words of the page itself, one file per language; what a language lacks stands in English.

export const LANGUAGES = {
  ja: "日本語", en: "English", "zh-Hans": "简体中文", "zh-Hant": "繁體中文", ko: "한국어", pt: "Português",
  es: "Español", tl: "Tagalog", th: "ไทย", vi: "Tiếng Việt", ne: "नेपाली", id: "Bahasa Indonesia",
};

let words = {};

const load = async (language) => (await fetch(`/i18n/${language}.json`)).json();

export function preferred() {
  for (const wish of navigator.languages ?? [navigator.language]) {
    const tag = wish.toLowerCase();
    if (tag.startsWith("zh")) return /hant|tw|hk|mo/.test(tag) ? "zh-Hant" : "zh-Hans";
    const found = Object.keys(LANGUAGES).find((known) => tag.split("-")[0] === (known === "tl" && tag.startsWith("fil") ? "fil" : known));
    if (found) return found;
  }
  return "ja";
}

export async function speak(language) {
  const [fallback, wanted] = await Promise.all([load("en"), language === "en" ? {} : load(language).catch(() => ({}))]);
  words = { ...fallback, ...wanted };
  document.documentElement.lang = language;
  for (const element of document.querySelectorAll("[data-text]")) element.textContent = say(element.dataset.text);
}

export function say(key, blanks = {}) {
  return Object.entries(blanks).reduce((text, [name, value]) => text.replaceAll(`{${name}}`, value), words[key] ?? key);
}
