// Pieces that several of the staff's views are made of.
import { el } from "../dom.js";
import { read } from "./calls.js";
import { FRESHNESS, moment, STATE } from "./words.js";

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

export function table(caption, columns, rows, empty) {
  if (rows.length === 0) return el("p", {}, empty);
  return el("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": caption },
    el("table", {},
      el("caption", { class: "quiet" }, caption),
      el("thead", {}, el("tr", {}, columns.map((column) => el("th", { scope: "col" }, column)))),
      el("tbody", {}, rows.map((cells) => el("tr", {}, cells)))));
}

export const cell = (...inside) => el("td", {}, ...inside);

// What differs between two revisions; everything is new where there was none before.
export async function differences(id, from, to) {
  const { changes } = await read(`entries/${encodeURIComponent(id)}/diff`, { fromRevision: from, toRevision: to });
  const shown = (json) => (json ? plain(JSON.parse(json)) : "（なし）");
  return table("変わるところ", ["項目", "いま", "案"], changes.map(({ path, before, after }) => [
    el("td", { class: "path" }, path), el("td", { class: "before" }, shown(before)), el("td", { class: "after" }, shown(after)),
  ]), "違いはありません。");
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
