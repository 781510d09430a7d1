// What awaits approval; one revision under review.
import { el } from "../dom.js";
import { act, read } from "./calls.js";
import { cell, differences, freshness, linkTo, state, table, withReason } from "./parts.js";
import { moment } from "./words.js";

export async function reviews() {
  const { awaiting } = await read("reviews");
  return [
    el("h1", {}, "承認待ち"),
    table("承認待ち", ["項目", "依頼した人", "依頼した時", "確認の状態"], awaiting.map(({ entry, submitter, submitTime }) => [
      cell(linkTo("review", entry.id, entry.nameJa || entry.id), entry.floor ? el("span", { class: "tag bad" }, "緊急の連絡先") : ""),
      cell(submitter), cell(moment(submitTime)), cell(freshness(entry.freshness)),
    ]), "承認を待っている案はありません。"),
  ];
}

export async function review(page, id) {
  const { summary, live, open } = await read(`entries/${encodeURIComponent(id)}`);
  if (!open) return [
    el("h1", {}, summary.nameJa || id), el("p", { class: "empty" }, "この項目に、承認を待つ案はもうありません。"),
    el("p", {}, linkTo("entry", id, "項目の全体と履歴を見る")),
  ];
  const own = open.submitter === page.me();
  const may = page.roles().has("catalog-approver");
  const address = `entries/${encodeURIComponent(id)}`;
  const decide = (path, body, words) => page.attempt(async () => {
    await act(`${address}:${path}`, { revision: open.number, ...body });
    page.go("#reviews", words);
  });
  return [
    el("h1", {}, summary.nameJa || live?.entry.name.ja || id),
    el("p", {}, state(open.state), ` 第${open.number}版　作成 ${open.author}`, open.submitter ? `　依頼 ${open.submitter}` : ""),
    open.state === "SUBMITTED" ? "" : el("p", { class: "caution" }, "この案は、まだ承認を依頼されていません。"),
    el("h2", {}, "変わるところ"),
    await differences(id, live?.number ?? 0, open.number),
    own ? el("p", { class: "caution" }, "自分が出した案は、自分では承認できません。別の人に見てもらってください。") : "",
    may && !own && open.state === "SUBMITTED" ? el("div", { class: "sheet" },
      el("p", {}, "電話番号・時間・対象を、運営元のページと1つずつ照らし合わせてから承認してください。"),
      el("div", { class: "actions" }, el("button", {
        type: "button", class: "primary", onclick: () => decide("approve", { publish: true }, "公開しました。"),
      }, "承認して公開する")),
      withReason("差し戻す", "plain", (reason) => decide("return", { reason }, "差し戻しました。"))) : "",
    el("p", {}, linkTo("entry", id, "項目の全体と履歴を見る")),
  ];
}
