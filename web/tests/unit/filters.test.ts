import assert from "node:assert/strict";
import { test } from "node:test";
import { activeFilters, NO_FILTERS, parseFilters, toggled, without, writeFilters } from "../../src/filters.ts";

const parse = (query: string) => parseFilters(new URLSearchParams(query));

test("every filter, written and read again, is the same", () => {
  const filters = {
    openAt: "2026-11-27T10:00:00+09:00",
    priceMax: 400,
    eligibility: ["anyone"],
    use: ["drop-in"],
    amenity: ["barrier-free", "wifi"],
    kind: ["coworking"],
    stock: ["kura"],
    programme: ["unknown"],
    certainty: ["confirmed"],
    "status-age": ["ageing", "fresh"],
    municipality: ["13101", "40"],
    also: ["closed" as const],
    knownOnly: true,
  };
  assert.deepEqual(parseFilters(new URLSearchParams(writeFilters(filters))), filters);
  assert.equal(activeFilters(filters).length, 10);
});

test("a price is a whole number of yen, and nonsense none", () => {
  assert.equal(parse("price-max=0").priceMax, 0);
  assert.equal(parse("price-max=1999").priceMax, 1999);
  for (const bad of ["99999", "-1", "4e2", "", "x"]) assert.equal(parse(`price-max=${bad}`).priceMax, null, bad);
});

test("a moment is now, or a minute in Japan that exists", () => {
  assert.equal(parse("open-at=now").openAt, "now");
  assert.equal(parse("open-at=2026-11-27T10:00:00%2B09:00").openAt, "2026-11-27T10:00:00+09:00");
  for (const bad of ["later", "2026-13-01T10:00:00%2B09:00", "2026-11-27T10:00:00Z", "2026-11-27", ""]) {
    assert.equal(parse(`open-at=${bad}`).openAt, null, bad);
  }
});

test("codes of municipalities are two or five digits", () => {
  assert.deepEqual(parse("municipality=13101,40,x,1310,131011").municipality, ["13101", "40"]);
});

test("a choice is added and taken back, a filter dropped", () => {
  const one = toggled(NO_FILTERS, "amenity", "wifi");
  assert.deepEqual(one.amenity, ["wifi"]);
  assert.deepEqual(toggled(one, "amenity", "power").amenity, ["power", "wifi"]);
  assert.deepEqual(toggled(one, "amenity", "wifi"), NO_FILTERS);
  assert.deepEqual(without({ ...NO_FILTERS, openAt: "now" }, "open-at"), NO_FILTERS);
  assert.deepEqual(without({ ...NO_FILTERS, priceMax: 400 }, "price-max"), NO_FILTERS);
});
