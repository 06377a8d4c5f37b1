import assert from "node:assert/strict";
import test from "node:test";
import type { Facility, Feature } from "../../src/api.ts";
import { NO_FILTERS } from "../../src/filters.ts";
import { isByUse, nearestOf, usableFirst } from "../../src/usable.ts";

const hub = (id: string, properties: Partial<Facility>): Feature<Facility> =>
  ({ type: "Feature", id, geometry: { type: "Point", coordinates: [139, 35] }, properties: { status: "open", ...nothing, ...properties } }) as Feature<Facility>;

const nothing = Object.fromEntries(
  ["opening_hours", "hours_note", "price_hour_yen", "price_note", "eligibility", "eligibility_note", "seats", "phone", "amenities", "uses", "kind", "stock"].map((name) => [name, null]),
);

test("what has facts and is placed better than its distance comes before what is not much nearer", () => {
  const features = [
    hub("vague", { distance: 600, position_error: 6000, seats: 3 }),
    hub("bare", { distance: 900, position_error: 700 }),
    hub("closed", { distance: 1000, position_error: 300, seats: 3, status: "closed" }),
    hub("good", { distance: 1500, position_error: 700, seats: 3 }),
    hub("near", { distance: 1600, position_error: 300, amenities: ["wifi"] }),
    hub("perhaps", { distance: 1700, position_error: 300, seats: 3, status: "unknown" }),
    hub("next town", { distance: 30_000, position_error: 0, seats: 3 }),
  ];
  const ids = usableFirst(features, NO_FILTERS).map(({ id }) => id);
  assert.deepEqual(ids, ["good", "near", "bare", "perhaps", "closed", "vague", "next town"]);
  assert.equal(isByUse(features), false);
  assert.equal(isByUse(usableFirst(features, NO_FILTERS)), true);
  assert.equal(nearestOf(usableFirst(features, NO_FILTERS))?.id, "vague");
});

test("what is right to a few minutes on foot is good enough next door", () => {
  const features = [hub("door", { distance: 100, position_error: 340, seats: 3 }), hub("far", { distance: 9000, position_error: 300, seats: 3 })];
  assert.deepEqual(usableFirst(features, NO_FILTERS), features);
});

test("a list without a point stays as the server ordered it", () => {
  const features = [hub("bare", { position_error: 0 }), hub("good", { position_error: 300, price_note: "無料" })];
  assert.deepEqual(usableFirst(features, NO_FILTERS), features);
});
