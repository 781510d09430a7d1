// How states and fields are called on the staff's pages.
export const STATE = {
  DRAFT: "下書き", SUBMITTED: "承認待ち", RETURNED: "差し戻し", APPROVED: "承認済み", PUBLISHED: "公開中",
  SUPERSEDED: "前の版", DISCARDED: "取り消し", ARCHIVED: "公開終了",
};
export const FRESHNESS = { FRESH: "確認済み", EXPIRING: "まもなく期限", STALE: "再確認が必要", NO_CONTACTS: "連絡先なし" };
export const ORIGIN = { IMPORT: "同梱データ", STAFF: "職員", PARTNER: "機関" };
export const ACTION = {
  IMPORTED: "取り込み", DRAFTED: "下書き", SUBMITTED_FOR_APPROVAL: "承認を依頼", RETURNED_WITH_REASON: "差し戻し",
  APPROVED_BY: "承認", PUBLISHED_LIVE: "公開", ARCHIVED_FROM_PUBLIC: "公開終了", DISCARDED_DRAFT: "取り消し",
  PAUSED: "受付を休止", RESUMED: "受付を再開", CONTACT_WITHDRAWN: "連絡先を停止", CONTACT_RESTORED: "連絡先を再開",
  REPORTS_SEEN: "知らせを確認",
};
export const CHECK = { UNCHECKED: "未確認", NEEDS_RECHECK: "再確認が必要", CHECKED: "運営元と照合済み" };
// What somebody who is afraid wants to know first: how it is called, and its field in the provenance of facts.
export const FACT = {
  anonymousOk: ["名前を言わずに相談できる", "anonymous_ok"],
  asksResidenceStatus: ["在留資格を確かめる", "asks_residence_status"],
  tellsEmployer: ["使うと勤め先に伝わる", "tells_employer"],
};
// The fields that staff meet most, as the form calls them; others keep their name in the data.
const FIELD = {
  name: "名前", furigana: "ふりがな", summary: "説明", eligibility: "対象になる人", application: "申請先・相談先", operator: "運営",
  questions: "窓口で聞くこと", url: "ページ", needs: "悩み", audiences: "だれのため", channels: "連絡先", provenance: "情報", sources: "出典",
  asOf: "確認した日", checkState: "確認の状態", note: "確認する人へ", value: "番号・アドレス", keypadPath: "つながったら押す番号", hours: "受付時間",
  languages: "言語", charge: "通話料", status: "状態", kind: "種類", ja: "日本語", en: "英語",
};

// summary[ja] → 説明（日本語）; channels[0].value → 連絡先1の番号・アドレス.
export function fieldName(path) {
  const parts = path.replace(/^entry\./, "").split(/[.[\]]+/).filter(Boolean)
    .map((part) => part.replace(/_([a-z])/g, (_, letter) => letter.toUpperCase()));
  const [first, ...others] = parts.map((part) => FIELD[part] ?? (/^\d+$/.test(part) ? String(Number(part) + 1) : part));
  return others.reduce((said, part, at) => {
    if (/^(ja|en)$/.test(parts[at + 1])) return `${said}（${part}）`;
    return /^\d+$/.test(part) ? said + part : `${said}の${part}`;
  }, first ?? path);
}

export const FLOOR = "緊急の連絡先です。プログラムと一緒に配られ、この画面では書き直せません。まちがいがあれば、承認する人が「すぐに止める」で止められます。";
export const KIND = {
  PHONE: "電話", SMS: "SMS", CHAT: "チャット", SNS: "SNS", EMAIL: "メール", WEB: "ウェブ", VISIT: "来所", LETTER: "手紙",
};

export const moment = (time) => time
  ? new Intl.DateTimeFormat("ja", { timeZone: "Asia/Tokyo", dateStyle: "medium", timeStyle: "short" }).format(new Date(time))
  : "";
