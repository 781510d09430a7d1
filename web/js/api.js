// The only place that talks to the backend. Nothing is kept: no cookie, no storage, no address with words in it.

export class Refused extends Error {
  constructor(error) {
    super(localised(error));
    this.fields = details(error, "BadRequest").flatMap((detail) => detail.fieldViolations ?? []);
    this.contacts = details(error, "Crisis").flatMap((detail) => detail.contacts ?? []);
  }

  // What went wrong, for a person: the field's own sentence where there is one.
  get words() {
    const [field] = this.fields;
    return field?.localizedMessage?.message || field?.description || this.message;
  }
}

const details = (error, kind) => (error.details ?? []).filter((detail) => (detail["@type"] ?? "").endsWith(`.${kind}`));
const localised = (error) => details(error, "LocalizedMessage")[0]?.message || error.message || "";
const posted = (body, signal, headers = {}) => ({
  method: "POST", body: JSON.stringify(body), headers: { "Content-Type": "application/json", ...headers }, signal,
});

export async function post(path, body, signal, headers) {
  return (await send(path, posted(body, signal, headers))).json();
}

export async function remove(path) {
  await send(path, { method: "DELETE" });
}

export async function get(path, query) {
  return (await send(`${path}?${new URLSearchParams(query)}`, {})).json();
}

export async function pdf(body) {
  return (await send("/v1/memos:render", posted(body))).blob();
}

async function send(path, init) {
  const answer = await fetch(path, { ...init, credentials: "omit", cache: "no-store", referrerPolicy: "no-referrer" });
  if (answer.ok) return answer;
  const body = await answer.json().catch(() => ({}));
  throw new Refused(body.error ?? {});
}
