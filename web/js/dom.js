// Builds elements. Text goes in as text only, never as markup.

export const byId = (id) => document.getElementById(id);

export function el(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined || value === null || value === false) continue;
    if (name === "class") element.className = value;
    else if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat().filter((child) => child !== undefined && child !== null && child !== ""));
  return element;
}

// A reading is for the eyes: a screen reader would say the word twice.
const reading = (base, over) => el("ruby", {}, base, el("rt", { "aria-hidden": "true" }, over));

// Readings over kanji. Places are counted in code points, as the backend counts them.
export function withRuby(text, ruby = []) {
  const letters = [...text];
  const parts = [];
  let at = 0;
  for (const { start, end, reading: over } of ruby) {
    parts.push(letters.slice(at, start).join(""), reading(letters.slice(start, end).join(""), over));
    at = end;
  }
  parts.push(letters.slice(at).join(""));
  return parts.filter((part) => part !== "");
}

// The page's own words mark readings as {話|はな}.
export const withMarks = (text) =>
  text.split(/(\{[^{}|]+\|[^{}|]+\})/u).filter(Boolean).map((part) => {
    const mark = /^\{([^{}|]+)\|([^{}|]+)\}$/u.exec(part);
    return mark ? reading(mark[1], mark[2]) : part;
  });

export const withoutMarks = (text) => text.replace(/\{([^{}|]+)\|[^{}|]+\}/gu, "$1");

export const paragraphs = (messages) => messages.map((message) => el("p", {}, withRuby(message.text, message.ruby)));

// A link that leaves this site, in a tab of its own so that the conversation stays.
export const outward = (address, properties, ...children) =>
  el("a", { ...properties, href: address, rel: "noreferrer noopener external", target: "_blank" }, ...children);
