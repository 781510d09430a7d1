// Calls of the staff API.
import { accessToken, SignedOut } from "./session.js";

export class Refused extends Error {
  constructor(error) {
    const details = error.details ?? [];
    const of = (kind) => details.filter((detail) => (detail["@type"] ?? "").endsWith(`.${kind}`));
    super(of("LocalizedMessage")[0]?.message || error.message || "うまくいきませんでした。");
    this.fields = of("BadRequest").flatMap((detail) => detail.fieldViolations ?? []);
  }
}

export const read = (path, query = {}) => send(`/v1/staff/${path}${Object.keys(query).length ? `?${new URLSearchParams(query)}` : ""}`, {});

// A key of its own for each try of a person, so that a click that is sent twice acts once.
export const act = (path, body, key = crypto.randomUUID()) => send(`/v1/staff/${path}`, {
  method: "POST",
  body: JSON.stringify(body),
  headers: { "Content-Type": "application/json", "Idempotency-Key": key },
});

async function send(path, init) {
  const answer = await fetch(path, {
    ...init,
    credentials: "omit",
    cache: "no-store",
    headers: { ...init.headers, Authorization: `Bearer ${accessToken()}`, "Accept-Language": "ja" },
  });
  if (answer.status === 401) throw new SignedOut();
  const body = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Refused(body.error ?? {});
  return body;
}
