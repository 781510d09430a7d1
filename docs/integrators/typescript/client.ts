// One worry from the first question to the memo, against a running backend: BASE=http://127.0.0.1:8080 node built/client.js
import type { components } from "./schema.js";

type Schema = components["schemas"];
type Turn = Schema["Turn"];

declare const process: { env: Record<string, string | undefined> };

const base = process.env["BASE"] ?? "http://127.0.0.1:8080";

class Refused extends Error {
  constructor(readonly error: Schema["Error"]["error"]) {
    super(error.message);
  }
}

async function post<Answer>(path: string, body: object): Promise<Answer> {
  const answer = await fetch(base + path, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
    referrerPolicy: "no-referrer",
  });
  if (!answer.ok) throw new Refused(((await answer.json()) as Schema["Error"]).error);
  return (await answer.json()) as Answer;
}

// Before everything else, and unaltered: somebody may be in danger.
function showCrisisFirst(turn: Turn): void {
  if (!turn.crisis) return;
  for (const message of turn.crisis.messages) console.log("!", message.text);
  for (const contact of turn.crisis.contacts) console.log("!", contact.name, contact.value);
}

const start: Schema["StartConversationRequest"] = { language: "en", audience: "GENERAL" };
let turn = await post<Turn>("/v1/conversations", start);
console.log(turn.choices.map((choice) => choice.label).join(" / "));

const reply: Schema["ReplyConversationRequest"] = { conversation: turn.conversation, text: "I cannot pay my rent" };
turn = await post<Turn>("/v1/conversations:reply", reply);
showCrisisFirst(turn);
const best = turn.suggestions[0];
if (!best?.programme) throw new Error("free text is never answered without a suggestion");
console.log(best.programme.displayName, "–", best.reasons.join("; "));

const memo: Schema["RenderMemoRequest"] = { conversation: turn.conversation, programmeIds: [best.programme.id] };
const pdf = await fetch(`${base}/v1/memos:render`, {
  method: "POST",
  headers: { "Content-Type": "application/json" },
  body: JSON.stringify(memo),
});
console.log(pdf.headers.get("content-type"), (await pdf.arrayBuffer()).byteLength > 1000);
