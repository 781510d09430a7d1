// A copy of the memo for another device: sealed, for a day, opened by its link alone. The link stands in this page
// only; whoever leaves the page can no longer delete the copy from here, and is told so beforehand.
import { byId, el } from "./dom.js";
import { post, remove } from "./api.js";
import { moment } from "./contact.js";
import { copyable } from "./copy.js";
import { say } from "./words.js";

const MEMOS = "/v1/memos";

let kept;
// Counts what was forgotten: an answer that comes later belongs to nobody any more.
let age = 0;
// The same for every try at the same memo, so that a lost answer leaves no second copy.
let key;

// `memo` gives what is to be printed.
export function readyDevice(memo) {
  byId("keep-memo").addEventListener("click", () => attempt(() => keep(memo())));
}

// What was chosen has changed: another copy may be made.
export function renewDevice() {
  key = undefined;
  byId("keep-memo").hidden = false;
}

// Not beside a memo that tells little: there, a copy elsewhere is one more thing to be found.
export function offerDevice(offered) {
  byId("device").hidden = !offered && !kept;
}

export function forgetDevice() {
  age += 1;
  kept = undefined;
  byId("device").open = false;
  byId("device-state").replaceChildren();
  renewDevice();
}

async function keep(body) {
  const mine = age;
  if (kept) await remove(path(kept));
  kept = undefined;
  key ??= crypto.randomUUID?.();
  show(...say("working"));
  const made = await post(MEMOS, body, undefined, key ? { "Idempotency-Key": key } : {});
  if (mine !== age) return remove(path(made));
  kept = made;
  byId("keep-memo").hidden = true;
  show(...link(kept));
  byId("device-state").focus();
}

function link({ downloadUrl, expireTime }) {
  const send = () => navigator.share({ url: downloadUrl }).catch(() => {});
  return [
    copyable(el("bdi", {}, downloadUrl), downloadUrl,
      navigator.share ? el("button", { type: "button", class: "plain", onclick: send }, say("deviceShare")) : ""),
    el("p", { class: "hint" }, say("deviceUntil", { time: moment(expireTime) })),
    el("button", { type: "button", class: "plain wide", onclick: () => attempt(discard) }, say("deviceDelete")),
  ];
}

async function discard() {
  await remove(path(kept));
  kept = undefined;
  renewDevice();
  show(...say("deviceDeleted"));
  byId("device-state").focus();
}

const path = ({ id }) => `${MEMOS}/${id}`;
const show = (...parts) => byId("device-state").replaceChildren(...parts);

// One step at a time. A copy that is there stays in sight with its way to be deleted, whatever failed.
let busy = false;
async function attempt(step) {
  if (busy) return;
  busy = true;
  byId("device-problem").replaceChildren();
  try {
    await step();
  } catch (error) {
    if (!kept) show();
    byId("device-problem").replaceChildren(...(error.words ? [error.words] : say("unreachable")));
  } finally {
    busy = false;
  }
}
