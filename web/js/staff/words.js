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
export const KIND = {
  PHONE: "電話", SMS: "SMS", CHAT: "チャット", SNS: "SNS", EMAIL: "メール", WEB: "ウェブ", VISIT: "来所", LETTER: "手紙",
};

export const moment = (time) => time
  ? new Intl.DateTimeFormat("ja", { timeZone: "Asia/Tokyo", dateStyle: "medium", timeStyle: "short" }).format(new Date(time))
  : "";
