// Pieces that several of the staff's views are made of.
import { el } from "../dom.js";
import { read } from "./calls.js";
import { fieldName, FRESHNESS, moment, STATE } from "./words.js";

export const linkTo = (view, id, words) => el("a", { href: `#${view}/${encodeURIComponent(id)}` }, words);

export const freshness = (state) =>
  el("span", { class: `tag ${{ FRESH: "good", STALE: "bad", EXPIRING: "bad" }[state] ?? ""}` }, FRESHNESS[state] ?? "");

// How a page answered when it was opened, once a day.
export function linkHealth({ failures, failingSince, checkTime, dead }) {
  const opened = el("span", { class: "hint" }, `最後に開いた時 ${moment(checkTime)}`);
  if (failures === 0) return el("p", {}, el("span", { class: "tag good" }, "開けます"), " ", opened);
  const since = failingSince ? `${moment(failingSince)}から` : "";
  return el("p", {}, el("span", { class: "tag bad" }, dead ? `${since}開けません` : `${since}応答なし（${failures}回）`), " ", opened);
}

export const state = (name) => (name && name !== "REVISION_STATE_UNSPECIFIED" ? el("span", { class: "tag" }, STATE[name] ?? name) : "");

// On a telephone each cell stands below the other under its column's name; the roles keep it a table for who hears it.
export function table(caption, columns, rows, empty) {
  if (rows.length === 0) return el("p", { class: "empty" }, empty);
  const row = (cells) => {
    for (const [at, one] of cells.entries()) {
      one.setAttribute("role", one.tagName === "TH" ? "rowheader" : "cell");
      one.dataset.column = columns[at];
    }
    return el("tr", { role: "row" }, cells);
  };
  return el("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": caption },
    el("table", { role: "table" },
      el("caption", { class: "quiet" }, caption),
      el("thead", { role: "rowgroup" }, el("tr", { role: "row" }, columns.map((column) => el("th", { scope: "col", role: "columnheader" }, column)))),
      el("tbody", { role: "rowgroup" }, rows.map(row))));
}

export const cell = (...inside) => el("td", {}, ...inside);

// What differs between two revisions; everything is new where there was none before.
export async function differences(id, from, to) {
  const { changes } = await read(`entries/${encodeURIComponent(id)}/diff`, { fromRevision: from, toRevision: to });
  const shown = (json) => (json ? plain(JSON.parse(json)) : "");
  return el("div", { class: "differences" }, table("変わるところ", ["項目", "いま", "案"], changes.map(({ path, before, after }) => {
    const [old, next] = marked(shown(before), shown(after));
    return [
      el("th", { scope: "row" }, fieldName(path), el("span", { class: "path" }, path)), el("td", { class: "before" }, old), el("td", { class: "after" }, next),
    ];
  }), "違いはありません。"));
}

// In long texts the eye must not search: what both begin or end with stands plain, the rest is marked.
function marked(before, after) {
  if (!before || !after) return [before || "（なし）", after || "（なし）"];
  const [old, next] = [[...before], [...after]];
  const least = Math.min(old.length, next.length);
  let head = 0;
  while (head < least && old[head] === next[head]) head += 1;
  let tail = 0;
  while (tail < least - head && old.at(-1 - tail) === next.at(-1 - tail)) tail += 1;
  // A mere ending in common says nothing about what was changed.
  if ((head + tail) * 4 < least) head = tail = 0;
  const cut = (letters, tag) => {
    const middle = letters.slice(head, letters.length - tail).join("");
    return [letters.slice(0, head).join(""), middle && el(tag, {}, middle), letters.slice(letters.length - tail).join("")]
      .filter(Boolean);
  };
  return [cut(old, "del"), cut(next, "ins")];
}

const plain = (value) => (typeof value === "string" ? value : JSON.stringify(value, null, 1));

export function field(name, label, value, { rows, hint } = {}) {
  const id = `field-${name}`;
  const input = rows
    ? el("textarea", { id, name, rows, autocomplete: "off" })
    : el("input", { id, name, type: "text", autocomplete: "off" });
  input.value = value;
  return el("div", { class: "field" }, el("label", { for: id }, label), input, hint ? el("p", { class: "hint" }, hint) : "");
}

// A button with a reason beside it: what is said goes into the history.
export function withReason(label, kind, then) {
  const id = `reason-${label}`;
  const reason = el("input", { id, type: "text", maxlength: "1000", autocomplete: "off" });
  const press = () => {
    if (reason.value.trim()) then(reason.value.trim());
    else reason.focus();
  };
  return el("div", { class: "actions" },
    el("label", { for: id }, "理由（履歴に残ります）", reason),
    el("button", { type: "button", class: kind, onclick: press }, label));
}
