// Contacts that are shown nowhere now.
import { el } from "../dom.js";
import { act, read } from "./calls.js";
import { cell, linkTo, table, withReason } from "./parts.js";
import { moment } from "./words.js";

export async function withdrawn(page) {
  const { contacts } = await read("contacts/withdrawn");
  const restore = ({ entryId, value }) => (reason) => page.attempt(async () => {
    await act("contacts:restore", { entryId, value, reason });
    page.go("#withdrawn", "再び表示します。");
  });
  return [
    el("h1", {}, "止めた連絡先"),
    table("止めた連絡先", ["項目", "番号・アドレス", "止めた時", "人", "理由", "操作"], contacts.map((one) => [
      cell(linkTo("entry", one.entryId, one.entryId)), cell(one.value), cell(moment(one.time)), cell(one.actor), cell(one.reason),
      cell(page.roles().has("catalog-approver") ? withReason("再び表示する", "plain", restore(one)) : ""),
    ]), "止めている連絡先はありません。"),
  ];
}
