// All entries, with how well they are checked.
import { el } from "../dom.js";
import { read } from "./calls.js";
import { cell, freshness, linkHealth, linkTo, state, table } from "./parts.js";
import { FRESHNESS, ORIGIN } from "./words.js";

const SIZE = 200;
const DEAD = "DEAD_LINKS";

export async function entries(page, wanted = "") {
  const found = await all(wanted);
  const choose = el("select", { id: "freshness" },
    el("option", { value: "" }, "すべて"),
    Object.entries({ ...FRESHNESS, [DEAD]: "開けないページあり" }).map(([value, label]) => el("option", { value, selected: value === wanted }, label)));
  choose.addEventListener("change", () => page.go(choose.value ? `#entries/${choose.value}` : "#entries"));
  return [
    el("h1", {}, "すべての項目"),
    el("div", { class: "actions" },
      el("label", { for: "freshness" }, "確認の状態", choose),
      page.roles().has("catalog-editor") ? el("a", { class: "go", href: "#edit/" }, "新しい項目を作る") : ""),
    el("p", { class: "hint" }, `${found.length}件`),
    table("項目", ["名前", "確認の状態", "ページ", "公開中", "案"], found.map((one) => [
      cell(linkTo("entry", one.id, one.nameJa || one.id), one.floor ? el("span", { class: "tag bad" }, "緊急の連絡先") : "",
        one.withdrawn.length ? el("span", { class: "tag bad" }, "停止した連絡先あり") : "", one.pause ? el("span", { class: "tag" }, "休止中") : ""),
      cell(freshness(one.freshness), one.checkedOn ? el("span", { class: "hint whole" }, ` 最も古い確認 ${one.checkedOn}`) : ""),
      cell(one.links.filter(({ failures }) => failures > 0).map(linkHealth)),
      el("td", { class: "whole" }, one.liveRevision ? `第${one.liveRevision}版（${ORIGIN[one.liveOrigin] ?? ""}）` : "公開なし"),
      cell(state(one.openState)),
    ]), "当てはまる項目はありません。"),
  ];
}

async function all(wanted) {
  const only = wanted === DEAD ? { deadLinks: true } : wanted ? { freshness: wanted } : {};
  const found = [];
  let pageToken = "";
  do {
    const got = await read("entries", { pageSize: SIZE, ...only, ...(pageToken ? { pageToken } : {}) });
    found.push(...got.entries);
    pageToken = got.nextPageToken;
  } while (pageToken);
  return found;
}
