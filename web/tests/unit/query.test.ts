import assert from "node:assert/strict";
import { test } from "node:test";
import { NO_FILTERS } from "../../src/mode.ts";
import { filterQuery, isUnknownMatch } from "../../src/query.ts";

test("no filter asks for nothing special", () => {
  assert.equal(filterQuery(NO_FILTERS).toString(), "");
});

test("a filter lets the unknown in, until they are excluded", () => {
  const filters = { ...NO_FILTERS, kind: ["coworking"] };
  assert.equal(filterQuery(filters).get("include-unknown"), "true");
  assert.equal(filterQuery({ ...filters, knownOnly: true }).get("include-unknown"), null);
});

test("closed facilities come on top of those usually shown", () => {
  const filters = { ...NO_FILTERS, also: ["closed" as const] };
  assert.equal(filterQuery(filters).get("status"), "open,suspended,unknown,closed");
});

test("a facility without the filtered property is an unknown match", () => {
  const bare = { kind: "coworking", stock: null, support: null };
  assert.equal(isUnknownMatch(bare, NO_FILTERS), false);
  assert.equal(isUnknownMatch(bare, { ...NO_FILTERS, kind: ["coworking"] }), false);
  assert.equal(isUnknownMatch(bare, { ...NO_FILTERS, stock: ["kura"] }), true);
  assert.equal(isUnknownMatch(bare, { ...NO_FILTERS, programme: ["machizukuri-fund"] }), true);
});

test("who asks for unknown support gets it as a match", () => {
  const bare = { kind: null, stock: null, support: null };
  assert.equal(isUnknownMatch(bare, { ...NO_FILTERS, programme: ["unknown"] }), false);
});
