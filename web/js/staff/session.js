// Signing in: authorization code with PKCE. The token lives in this variable and goes with the page; what must outlast
// the way to the identity provider and back (verifier and state, no token) stands in sessionStorage until then.
const KEPT = "staff-sign-in";
const CLIENT = "notalone-staff";

let provider;
let token = "";

export class SignedOut extends Error {}

export const accessToken = () => token;

export function claims() {
  const [, body] = token.split(".");
  const bytes = Uint8Array.from(atob(body.replaceAll("-", "+").replaceAll("_", "/")), (letter) => letter.charCodeAt(0));
  return JSON.parse(new TextDecoder().decode(bytes));
}

export const roles = () => new Set(claims().realm_access?.roles ?? []);

export function forget() {
  token = "";
}

// Whether somebody is signed in; takes up a sign-in that the identity provider has just answered.
export async function resume() {
  const answer = new URLSearchParams(location.search);
  const kept = JSON.parse(sessionStorage.getItem(KEPT) ?? "null");
  sessionStorage.removeItem(KEPT);
  if (!answer.has("state")) return false;
  history.replaceState(null, "", `/staff/${kept?.hash ?? ""}`);
  if (!kept || answer.get("state") !== kept.state || !answer.has("code")) throw new SignedOut(answer.get("error") ?? "");
  const got = await fetch((await described()).token_endpoint, {
    method: "POST",
    credentials: "omit",
    body: new URLSearchParams({
      grant_type: "authorization_code", client_id: CLIENT, code: answer.get("code"), redirect_uri: here(), code_verifier: kept.verifier,
    }),
  });
  if (!got.ok) throw new SignedOut();
  token = (await got.json()).access_token;
  return true;
}

export async function signIn() {
  const { authorization_endpoint: address } = await described();
  const verifier = random();
  const state = random();
  sessionStorage.setItem(KEPT, JSON.stringify({ verifier, state, hash: location.hash }));
  const query = new URLSearchParams({
    response_type: "code", client_id: CLIENT, redirect_uri: here(), scope: "openid", state,
    code_challenge: await challenge(verifier), code_challenge_method: "S256",
  });
  location.assign(`${address}?${query}`);
}

const here = () => `${location.origin}/staff/`;
const encoded = (bytes) => btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
const random = () => encoded(crypto.getRandomValues(new Uint8Array(32)));
const challenge = async (verifier) => encoded(new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(verifier))));

// The identity provider, as the backend names it (RFC 9728) and as it describes itself.
async function described() {
  if (provider) return provider;
  const { authorization_servers: [issuer] } = await fetched("/.well-known/oauth-protected-resource");
  if (!issuer) throw new SignedOut("no issuer");
  provider = await fetched(`${issuer}/.well-known/openid-configuration`);
  return provider;
}

const fetched = async (address) => (await fetch(address, { credentials: "omit", cache: "no-store" })).json();
