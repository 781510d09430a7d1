// What partner agencies say is wrong with their entries.
import { el } from "../dom.js";
import { act, read } from "./calls.js";
import { linkTo, withReason } from "./parts.js";
import { moment } from "./words.js";

export async function corrections(page) {
  const { corrections: found } = await read("corrections");
  return [
    el("h1", {}, "機関からの訂正"),
    found.length ? "" : el("p", {}, "まだ見ていない訂正はありません。"),
    ...found.map((one) => card(page, one)),
  ];
}

function card(page, one) {
  const address = `corrections/${encodeURIComponent(one.id)}`;
  const run = (path, body, words) => page.attempt(async () => {
    await act(`${address}:${path}`, body);
    page.go("#corrections", words);
  });
  const accept = () => page.attempt(async () => {
    const { newestRevision } = await read(`entries/${encodeURIComponent(one.entryId)}`);
    await run("accept", { baseRevision: newestRevision }, "下書きにしました。内容を確かめて、承認を依頼してください。");
  });
  return el("section", { class: "sheet" },
    el("h2", {}, linkTo("entry", one.entryId, one.entry.name.ja || one.entryId)),
    el("p", {}, `${one.organizationId}　${moment(one.createTime)}`),
    one.comment ? el("p", {}, one.comment) : "",
    el("details", {}, el("summary", {}, "機関が求める内容"), el("pre", { class: "scroll" }, JSON.stringify(one.entry, null, 2))),
    page.roles().has("catalog-editor") ? [
      el("div", { class: "actions" }, el("button", { type: "button", class: "primary", onclick: accept }, "下書きにする")),
      withReason("受け入れない", "plain", (reason) => run("reject", { reason }, "受け入れないと伝えました。")),
    ] : "");
}
