// One entry: what is public, what is open, its contacts, its history.
import { el } from "../dom.js";
import { act, read } from "./calls.js";
import { cell, differences, freshness, linkHealth, linkTo, state, table, withReason } from "./parts.js";
import { ACTION, CHECK, FACT, FLOOR, KIND, moment, ORIGIN } from "./words.js";

export async function entry(page, id) {
  const address = `entries/${encodeURIComponent(id)}`;
  const [{ summary, live, open }, { items }] = await Promise.all([read(address), read(`${address}/history`)]);
  const roles = page.roles();
  const again = (words) => {
    page.go(`#entry/${encodeURIComponent(id)}`, words);
  };
  const run = (path, body, words) => page.attempt(async () => {
    await act(path, body);
    again(words);
  });
  return [
    el("h1", {}, summary.nameJa || id),
    el("p", {}, freshness(summary.freshness), " ", summary.floor ? el("span", { class: "tag bad" }, "緊急の連絡先") : "", ` ${id}`),
    summary.pause ? el("p", { class: "caution" }, `機関が受付を休止しています（${moment(summary.pause.until)}まで）。`) : "",
    summary.floor ? el("p", { class: "caution" }, FLOOR) : "",
    el("div", { class: "actions" },
      roles.has("catalog-editor") && !summary.floor ? el("a", { class: "go", href: `#edit/${encodeURIComponent(id)}` }, open ? "案を書き直す" : "新しい案を書く") : "",
      open && roles.has("catalog-editor") && ["DRAFT", "RETURNED"].includes(open.state) ? el("button", {
        type: "button", class: "primary", onclick: () => run(`${address}:submit`, { revision: open.number }, "承認を依頼しました。"),
      }, "承認を依頼する") : "",
      open?.state === "SUBMITTED" ? linkTo("review", id, "承認の画面へ") : ""),
    open ? [el("h2", {}, "案 ", state(open.state)), await differences(id, live?.number ?? 0, open.number)] : "",
    live ? content(live, summary, roles, run) : el("p", {}, "いまは公開されていません。"),
    live && roles.has("catalog-approver") ? el("details", {}, el("summary", {}, "公開を終える"),
      withReason("公開を終える", "danger", (reason) => run(`${address}:archive`, { revision: live.number, reason }, "公開を終えました。"))) : "",
    el("h2", {}, "履歴"),
    table("履歴", ["時", "人", "したこと", "版", "理由"], items.map((item) => [
      el("td", { class: "whole" }, moment(item.time)), cell(item.actor), el("td", { class: "whole" }, ACTION[item.action] ?? item.action),
      el("td", { class: "whole" }, item.revision ? `第${item.revision}版` : ""), cell(item.reason),
    ]), "まだありません。"),
  ].flat();
}

function content({ number, origin, entry: shown }, summary, roles, run) {
  return [
    el("h2", {}, `公開中（第${number}版、${ORIGIN[origin] ?? ""}）`),
    el("p", {}, shown.summary.ja),
    el("dl", { class: "facts-of" },
      el("dt", {}, "出典"), el("dd", {}, shown.provenance.sources.join("、")),
      el("dt", {}, "確認"), el("dd", {}, `${CHECK[shown.provenance.checkState] ?? ""} ${shown.provenance.asOf}`),
      shown.provenance.note ? [el("dt", {}, "確認する人へ"), el("dd", {}, shown.provenance.note)] : "",
      Object.entries(FACT).filter(([name]) => shown[name] !== undefined).flatMap((fact) => known(shown, ...fact))),
    el("h3", {}, "連絡先"),
    table("連絡先", ["種類", "番号・アドレス", "確認", "操作"], shown.channels.map((channel) => [
      cell(KIND[channel.kind] ?? ""), cell(channel.value),
      cell(`${CHECK[channel.provenance.checkState] ?? ""} ${channel.provenance.asOf}`),
      cell(stop(channel, summary, roles, run)),
    ]), "連絡先はありません。"),
    el("h3", {}, "ページ"),
    table("ページ", ["アドレス", "開けるか"], summary.links.map((link) => [cell(link.url), cell(linkHealth(link))]),
      "ページはまだ開いて確かめていません。"),
  ];
}

// Each with its own source, where it has one.
function known(shown, name, [label, key]) {
  const { sources, asOf, checkState, note } = shown.factProvenance[key] ?? shown.provenance;
  return [
    el("dt", {}, label),
    el("dd", {}, `${shown[name] ? "はい" : "いいえ"}（${CHECK[checkState] ?? ""} ${asOf}、${sources.join("、")}）`, note ? el("p", { class: "hint" }, note) : ""),
  ];
}

// One person is enough: a wrong number must go at once.
function stop({ value }, { id, withdrawn }, roles, run) {
  if (withdrawn.includes(value)) return el("span", { class: "tag bad" }, "停止中");
  if (!roles.has("catalog-approver")) return "";
  return el("details", {}, el("summary", {}, "すぐに止める"),
    withReason(`${value} を止める`, "danger", (reason) => run("contacts:withdraw", { entryId: id, value, reason }, "止めました。1分以内にどこにも表示されなくなります。")));
}
