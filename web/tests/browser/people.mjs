// People who work on the directory: accounts made with the program itself, signed in as the pages do.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { BASE } from "./support.mjs";

const OWN_PASSWORD = "umi no mieru shigotoba 2026";
let people = 0;

/** Somebody new, with a password of their own. `area` is a municipality's code or a prefecture's number. */
export async function person(role, area = null) {
  const { MACHINAKA_BINARY: program, MACHINAKA_DATABASE: database } = process.env;
  assert.ok(program && database, "run through tests/support/with-server.sh, which names program and database");
  people += 1;
  const name = `${role}-${process.pid}-${people}`;
  const where = area === null ? [] : ["--municipality", area];
  const made = spawnSync(program, ["user", "add", name, "--role", role, ...where, "--database", database], {
    encoding: "utf8",
  });
  assert.equal(made.status, 0, made.stderr);
  const given = made.stdout.trim();
  const first = await signedIn(name, given);
  const answer = await first.ask("/session/password", "PUT", { old: given, new: OWN_PASSWORD });
  assert.ok(answer.ok, `choosing a password: ${answer.status}`);
  return { ...(await signedIn(name, OWN_PASSWORD)), name, password: OWN_PASSWORD };
}

/** A session: its cookie for a browser, and `ask` for what a test does beside the pages. */
async function signedIn(name, password) {
  const headers = { Origin: BASE, "Content-Type": "application/json" };
  const body = JSON.stringify({ name, password });
  const answer = await fetch(`${BASE}/session`, { method: "POST", headers, body });
  assert.equal(answer.status, 201, `signing in as ${name}`);
  const [cookie] = answer.headers.getSetCookie()[0].split(";");
  const { csrf } = await answer.json();
  const ask = (path, method = "GET", json = undefined, more = {}) =>
    fetch(BASE + path, {
      method,
      headers: { ...headers, Cookie: cookie, "X-CSRF-Token": csrf, ...more },
      ...(json !== undefined && { body: json instanceof Uint8Array ? json : JSON.stringify(json) }),
    });
  return { cookie, ask };
}

/** Lets a browser be that person. */
export async function be(context, { cookie }) {
  const [name, value] = cookie.split("=");
  await context.addCookies([{ name, value, url: BASE }]);
}

/** A facility that is there, published by a reviewer. */
export async function published(reviewer, properties, coordinates) {
  const feature = { type: "Feature", geometry: { type: "Point", coordinates }, properties };
  const answer = await reviewer.ask("/collections/facilities/items", "POST", feature, {
    "Content-Type": "application/geo+json",
  });
  assert.equal(answer.status, 201, await answer.clone().text());
  return (await answer.json()).id;
}

/** What somebody hands in, as the API answers it. */
export async function handedIn(editor, name, text, query = "") {
  const bytes = new TextEncoder().encode(text);
  const path = `/submissions?file=${encodeURIComponent(name)}${query}`;
  const answer = await editor.ask(path, "POST", bytes, { "Content-Type": "text/csv" });
  assert.equal(answer.status, 201, await answer.clone().text());
  return answer.json();
}
