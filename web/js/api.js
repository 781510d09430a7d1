// The only place that talks to the backend. Nothing is kept: no cookie, no storage, no address with words in it.

export class Refused extends Error {
  constructor(error) {
    super(error.message);
    this.fields = details(error, "BadRequest").flatMap((detail) => detail.fieldViolations ?? []);
    this.contacts = details(error, "Crisis").flatMap((detail) => detail.contacts ?? []);
  }
}

const details = (error, kind) => (error.details ?? []).filter((detail) => (detail["@type"] ?? "").endsWith(`.${kind}`));

export async function post(path, body) {
  const answer = await send(path, { method: "POST", body: JSON.stringify(body), headers: { "Content-Type": "application/json" } });
  return answer.json();
}

export async function get(path, query) {
  const answer = await send(`${path}?${new URLSearchParams(query)}`, {});
  return answer.json();
}

export async function pdf(body) {
  const answer = await send("/v1/memos:render", { method: "POST", body: JSON.stringify(body), headers: { "Content-Type": "application/json" } });
  return answer.blob();
}

async function send(path, init) {
  const answer = await fetch(path, { ...init, credentials: "omit", cache: "no-store", referrerPolicy: "no-referrer" });
  if (answer.ok) return answer;
  const body = await answer.json().catch(() => ({}));
  throw new Refused(body.error ?? { message: "" });
}
