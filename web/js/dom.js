// Builds elements. Text goes in as text only, never as markup.

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

// Readings over kanji. Places are counted in code points, as the backend counts them.
export function withRuby(text, ruby = []) {
  const letters = [...text];
  const parts = [];
  let at = 0;
  for (const { start, end, reading } of ruby) {
    parts.push(letters.slice(at, start).join(""));
    parts.push(el("ruby", {}, letters.slice(start, end).join(""), el("rt", {}, reading)));
    at = end;
  }
  parts.push(letters.slice(at).join(""));
  return parts.filter((part) => part !== "");
}

export const paragraphs = (messages) => messages.map((message) => el("p", {}, withRuby(message.text, message.ruby)));

export const byId = (id) => document.getElementById(id);
