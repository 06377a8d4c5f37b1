import assert from "node:assert/strict";
import { test } from "node:test";
import { NO_FILTERS } from "../../src/filters.ts";
import { filterQuery, isUnknownMatch } from "../../src/query.ts";

const nothing = {
  kind: null,
  stock: null,
  support: null,
  eligibility: null,
  uses: null,
  amenities: null,
  price_hour_yen: null,
};

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
  const bare = { ...nothing, kind: "coworking" };
  assert.equal(isUnknownMatch(bare, NO_FILTERS), false);
  assert.equal(isUnknownMatch(bare, { ...NO_FILTERS, kind: ["coworking"] }), false);
  assert.equal(isUnknownMatch(bare, { ...NO_FILTERS, stock: ["kura"] }), true);
  assert.equal(isUnknownMatch(bare, { ...NO_FILTERS, programme: ["machizukuri-fund"] }), true);
});

test("who asks for unknown support gets it as a match", () => {
  assert.equal(isUnknownMatch(nothing, { ...NO_FILTERS, programme: ["unknown"] }), false);
});

test("hours and price nobody knows make an unknown match, known ones do not", () => {
  const now = { ...NO_FILTERS, openAt: "now" };
  assert.equal(isUnknownMatch({ ...nothing, opening: { state: "unknown" } }, now), true);
  assert.equal(isUnknownMatch({ ...nothing, opening: { state: "open" } }, now), false);
  assert.equal(isUnknownMatch(nothing, { ...NO_FILTERS, priceMax: 400 }), true);
  assert.equal(isUnknownMatch({ ...nothing, price_hour_yen: 0 }, { ...NO_FILTERS, priceMax: 400 }), false);
});

test("the parameters are those of the API", () => {
  const filters = { ...NO_FILTERS, openAt: "now", priceMax: 400, use: ["drop-in"], municipality: ["13101"] };
  assert.equal(
    filterQuery(filters).toString(),
    "municipality=13101&open-at=now&price-max=400&use=drop-in&include-unknown=true",
  );
});
