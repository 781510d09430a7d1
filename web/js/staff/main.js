// The staff's pages: one view at a time, named in the address after #; the token goes when the page goes.
import { byId, el } from "../dom.js";
import { corrections } from "./corrections.js";
import { entries } from "./entries.js";
import { entry } from "./entry.js";
import { edit } from "./edit.js";
import { reported } from "./reported.js";
import { review, reviews } from "./reviews.js";
import { accessToken, claims, forget, resume, roles, signIn, SignedOut } from "./session.js";
import { withdrawn } from "./withdrawn.js";
import { fieldName } from "./words.js";

const VIEWS = { reviews, review, entries, entry, edit, corrections, reported, withdrawn };
const UNDER = { review: "reviews", entry: "entries", edit: "entries" };

let told = "";
// Counts the views that were asked for: one that comes late must not take the place of a newer one.
let asked = 0;

// What the views use of the page round them.
const page = {
  roles: () => roles(),
  me: () => claims().sub,
  problem,
  attempt,
  // `words` say, on the view one comes to, what was done.
  go: (address, words = "") => {
    told = words;
    if (location.hash === address) show();
    else location.assign(address);
  },
};

async function show() {
  const mine = ++asked;
  const [name, id] = location.hash.slice(1).split("/").map(decodeURIComponent);
  const view = VIEWS[name] ? name : "reviews";
  for (const link of byId("views").querySelectorAll("a")) {
    const current = link.hash === `#${UNDER[view] ?? view}`;
    link.toggleAttribute("aria-current", current);
    if (current) link.setAttribute("aria-current", "page");
  }
  problem();
  const there = await attempt(async () => {
    byId("view").replaceChildren(el("p", { class: "hint" }, "読み込んでいます…"));
    const made = [await VIEWS[view](page, id)].flat();
    if (mine === asked) byId("view").replaceChildren(...made);
  });
  if (mine !== asked) return;
  if (!there && accessToken()) byId("view").replaceChildren(el("p", {}, el("button", { type: "button", class: "plain", onclick: show }, "もう一度読み込む")));
  byId("done").replaceChildren(told);
  told = "";
  byId("main").focus({ preventScroll: true });
}

async function attempt(step) {
  try {
    await step();
    return true;
  } catch (error) {
    if (error instanceof SignedOut) out("ログインの期限が切れました。もう一度ログインしてください。");
    else problem(error.fields ? error : new Error("いまつながりません。少し待って、もう一度お試しください。"));
    return false;
  }
}

function problem(error) {
  byId("problem").hidden = !error;
  const fields = (error?.fields ?? []).map(({ field, description }) => el("li", {}, `${fieldName(field)}： ${description}`));
  byId("problem").replaceChildren(...(error ? [error.message, fields.length ? el("ul", {}, fields) : ""] : []));
  if (!error) byId("done").replaceChildren();
  else byId("problem").scrollIntoView({ block: "nearest" });
}

function out(words = "") {
  forget();
  byId("views").hidden = byId("sign-out").hidden = true;
  byId("who").replaceChildren();
  byId("view").replaceChildren();
  byId("welcome").hidden = false;
  problem(words ? new Error(words) : undefined);
}

byId("sign-in").addEventListener("click", () => attempt(signIn));
byId("sign-out").addEventListener("click", () => out());

let inside = false;
try {
  inside = await resume();
} catch {
  out("ログインできませんでした。もう一度お試しください。");
}
if (inside) {
  byId("views").hidden = byId("sign-out").hidden = false;
  byId("who").replaceChildren(claims().name ?? claims().preferred_username ?? claims().sub);
  addEventListener("hashchange", show);
  await show();
} else {
  byId("welcome").hidden = false;
}
