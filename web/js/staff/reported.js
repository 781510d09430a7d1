// What people told of trying contacts. It changes nothing by itself: somebody looks, compares, and stops what is wrong.
import { el } from "../dom.js";
import { act, read } from "./calls.js";
import { cell, linkTo, table } from "./parts.js";
import { moment } from "./words.js";

const SIZE = 200;
const COUNTS = [
  ["ledElsewhere", "ちがう所だった"], ["outOfService", "使われていない・開かない"], ["wrongHours", "時間がちがう"],
  ["gotThrough", "つながった"], ["notAnswered", "話し中・返事がない"], ["closed", "受付時間外だった"],
];

export async function reported(page) {
  const found = await all();
  const mark = ({ entryId, value, newWrong }) => page.attempt(async () => {
    await act("contacts:markSeen", { entryId, value, newWrong });
    page.go("#reported", "見たことを記録しました。");
  });
  const may = ["catalog-editor", "catalog-approver"].some((role) => page.roles().has(role));
  return [
    el("h1", {}, "利用者からの知らせ"),
    el("p", {}, "連絡先を使ってみた人が、答えを選んで知らせたものです。30日分を、気になるものから並べています。だれが知らせたかはわかりません。いたずらもありえるので、1つの連絡先・1つの答えについて数えるのは1日20件までです。"),
    el("p", { class: "caution" }, "知らせだけで表示が変わることはありません。運営元のページと見比べて、ちがっていたら項目の画面で止めてください。"),
    table("利用者からの知らせ", ["連絡先", "まだ見ていない「ちがう」", "30日間の知らせ", "最後に見た人", "操作"], found.map((one) => [
      cell(linkTo("entry", one.entryId, one.nameJa || one.entryId), el("p", {}, el("bdi", {}, one.value)),
        one.floor ? el("span", { class: "tag bad" }, "緊急の連絡先") : ""),
      cell(one.newWrong ? `${one.newWrong}件（${one.newDays}日）` : "なし", " ", one.pressing ? el("span", { class: "tag bad" }, "確認が必要") : ""),
      cell(el("ul", {}, COUNTS.filter(([key]) => one[key]).map(([key, label]) => el("li", {}, `${label} ${one[key]}件`)))),
      cell(one.seenBy ? `${moment(one.seenTime)} ${one.seenBy}` : "まだ見ていません"),
      cell(may && one.newWrong ? el("button", { type: "button", class: "plain", onclick: () => mark(one) }, "見ました") : ""),
    ]), "この30日間に知らせはありません。"),
  ];
}

async function all() {
  const found = [];
  let pageToken = "";
  do {
    const got = await read("contacts/reported", { pageSize: SIZE, ...(pageToken ? { pageToken } : {}) });
    found.push(...got.contacts);
    pageToken = got.nextPageToken;
  } while (pageToken);
  return found;
}
