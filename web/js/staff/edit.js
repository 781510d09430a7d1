// Writing a draft: the fields that change most as a form, everything else as JSON below it.
import { byId, el } from "../dom.js";
import { act, read } from "./calls.js";
import { field, linkTo } from "./parts.js";
import { CHECK, FLOOR, KIND } from "./words.js";

const TEXTS = [["summary", "説明"], ["eligibility", "対象になる人"], ["application", "申請先・相談先"]];
const NEW = {
  id: "", kind: "DESK", status: "ACTIVE", name: { ja: "" }, furigana: "", summary: { ja: "" }, applyAt: "NOTHING_TO_APPLY",
  needs: {}, audiences: ["GENERAL"], channels: [], provenance: { sources: [], asOf: "", checkState: "UNCHECKED" },
};

export async function edit(page, id) {
  const known = id ? await read(`entries/${encodeURIComponent(id)}`) : { newestRevision: 0 };
  if (known.summary?.floor) return [el("h1", {}, known.summary.nameJa), el("p", { class: "caution" }, FLOOR), el("p", {}, linkTo("entry", id, "項目の画面へ"))];
  const draft = structuredClone((known.open ?? known.live)?.entry ?? NEW);
  const save = saving(known.newestRevision);
  const source = el("textarea", { id: "source", class: "source", rows: "20", spellcheck: "false" });
  source.value = JSON.stringify(draft, null, 2);
  const form = el("form", { autocomplete: "off" },
    el("div", { id: "fields" }, fields(draft)),
    el("details", {}, el("summary", {}, "すべての項目（JSON）"), el("label", { for: "source" }, "項目の全体"), source,
      el("button", { type: "button", class: "plain", onclick: () => page.attempt(() => takeSource(source)) }, "上の欄に写す")),
    el("div", { class: "actions" },
      el("button", { type: "submit", class: "primary", value: "save" }, "下書きを保存する"),
      el("button", { type: "submit", class: "plain", value: "submit" }, "保存して承認を依頼する")));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    page.problem();
    page.attempt(async () => {
      const entry = collect(source);
      const saved = await save(entry);
      if (event.submitter?.value === "submit") {
        // Stays in sight where the draft is not fit to be submitted yet.
        byId("done").replaceChildren("下書きは保存しました。");
        await act(`entries/${encodeURIComponent(entry.id)}:submit`, { revision: saved.number });
      }
      page.go(`#entry/${encodeURIComponent(entry.id)}`, event.submitter?.value === "submit" ? "承認を依頼しました。" : "下書きを保存しました。");
    });
  });
  return [
    el("h1", {}, id ? draft.name.ja || id : "新しい項目"),
    el("p", { class: "caution" }, "電話番号・時間・対象は、運営元のページで確かめたものだけを書き、出典と確認した日を入れてください。わからないことは空のままにします。"),
    form,
  ];
}

// Each draft stands on the one saved before. The same draft sent again, since its answer was lost, is saved once.
function saving(newest) {
  let [base, key, sent] = [newest, "", ""];
  return async (entry) => {
    const body = { entry, baseRevision: base };
    if (JSON.stringify(body) !== sent) [key, sent] = [crypto.randomUUID(), JSON.stringify(body)];
    const saved = await act("drafts", body, key);
    base = saved.number;
    return saved;
  };
}

function fields(entry) {
  return [
    entry.id ? "" : field("id", "ID（英小文字と数字、-）", ""),
    field("name.ja", "名前（日本語）", entry.name.ja ?? ""),
    field("name.en", "名前（英語）", entry.name.en ?? ""),
    field("furigana", "ふりがな", entry.furigana),
    ...TEXTS.flatMap(([key, label]) => ["ja", "en"].map((tag) =>
      field(`${key}.${tag}`, `${label}（${tag === "ja" ? "日本語" : "英語"}）`, entry[key]?.[tag] ?? "", { rows: 3 }))),
    ...entry.channels.map(channel),
    field("sources", "出典（1行に1つ）", entry.provenance.sources.join("\n"), { rows: 2 }),
    field("asOf", "確認した日（例：2026-11-26）", entry.provenance.asOf),
    check("checkState", entry.provenance.checkState),
  ];
}

function channel(one, place) {
  return el("fieldset", { class: "channel" },
    el("legend", {}, `連絡先 ${place + 1}（${KIND[one.kind] ?? ""}）`),
    field(`channel.${place}.value`, "番号・アドレス", one.value),
    field(`channel.${place}.keypadPath`, "つながったら押す番号", one.keypadPath ?? ""),
    field(`channel.${place}.asOf`, "確認した日", one.provenance.asOf),
    check(`channel.${place}.checkState`, one.provenance.checkState));
}

function check(name, value) {
  const id = `field-${name}`;
  return el("div", { class: "field" }, el("label", { for: id }, "確認の状態"),
    el("select", { id, name }, Object.entries(CHECK).map(([state, label]) => el("option", { value: state, selected: state === value }, label))));
}

// The form's values laid over the JSON below it.
function collect(source) {
  const entry = parsed(source);
  const value = (name) => byId(`field-${name}`)?.value.trim();
  if (!entry.id) entry.id = value("id") ?? "";
  entry.furigana = value("furigana");
  for (const key of ["name", ...TEXTS.map(([name]) => name)]) {
    for (const tag of ["ja", "en"]) place(entry, key, tag, value(`${key}.${tag}`));
  }
  entry.channels.forEach((one, at) => {
    one.value = value(`channel.${at}.value`);
    one.keypadPath = value(`channel.${at}.keypadPath`);
    one.provenance = { ...one.provenance, asOf: value(`channel.${at}.asOf`), checkState: value(`channel.${at}.checkState`) };
  });
  entry.provenance = {
    ...entry.provenance,
    sources: value("sources").split("\n").map((line) => line.trim()).filter(Boolean),
    asOf: value("asOf"),
    checkState: value("checkState"),
  };
  return entry;
}

function place(entry, key, tag, text) {
  entry[key] ??= {};
  if (text) entry[key][tag] = text;
  else delete entry[key][tag];
}

function takeSource(source) {
  const entry = parsed(source);
  byId("fields").replaceChildren(...fields(entry).filter(Boolean));
}

function parsed(source) {
  try {
    return JSON.parse(source.value);
  } catch {
    source.closest("details").open = true;
    source.focus();
    throw Object.assign(new RangeError("JSONとして読めません。"), { fields: [] });
  }
}
