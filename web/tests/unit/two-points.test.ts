import assert from "node:assert/strict";
import { test } from "node:test";
import type { Api, Facility, Feature, Part } from "../../src/api.ts";
import { NO_FILTERS } from "../../src/filters.ts";
import { nearestToBoth } from "../../src/two-points.ts";

/** Metres on a plane laid over Japan's middle: enough to hold the search to going through everything. */
function metres(a: { lon: number; lat: number }, [lon, lat]: [number, number]): number {
  return Math.hypot((lon - a.lon) * 91_000, (lat - a.lat) * 111_000);
}

function facilities(count: number, seed: number): Feature<Facility>[] {
  let state = seed;
  const next = () => ((state = (state * 48271) % 2147483647) / 2147483647);
  return Array.from({ length: count }, (_, i) => ({
    type: "Feature",
    id: `f${i}`,
    geometry: { type: "Point", coordinates: [134 + 6 * next(), 33 + 4 * next()] },
    properties: { kind: "coworking" } as Facility,
  }));
}

/** A server that answers `near` within a box, nearest first, as ours does. */
function server(all: Feature<Facility>[]): { api: Api; asked: () => number } {
  let asked = 0;
  const answer = (part: Part, limit: number) => {
    asked += 1;
    if (!("near" in part) || !part.within) throw new Error("asked for something else");
    const { near, within } = part;
    const inside = all
      .filter(({ geometry: { coordinates: [lon, lat] } }) => lon >= within.west && lon <= within.east && lat >= within.south && lat <= within.north)
      .map((feature) => ({ ...feature, properties: { ...feature.properties, distance: metres(near, feature.geometry.coordinates) } }))
      .sort((a, b) => a.properties.distance - b.properties.distance);
    return { features: inside.slice(0, limit), numberMatched: inside.length, numberReturned: 0, links: [] };
  };
  const api = { facilities: (part: Part, _: unknown, limit: number) => Promise.resolve(answer(part, limit)) };
  return { api: api as unknown as Api, asked: () => asked };
}

for (const rank of ["sum", "worst"] as const) {
  test(`nearest to both by ${rank} is what going through everything finds`, async () => {
    for (const seed of [1, 7, 42]) {
      const all = facilities(800, seed);
      const one = { lon: 135.4, lat: 34.6 };
      const two = { lon: 137.0, lat: 35.2 };
      const value = ({ geometry }: Feature<Facility>) => {
        const [a, b] = [metres(one, geometry.coordinates), metres(two, geometry.coordinates)];
        return rank === "sum" ? a + b : Math.max(a, b);
      };
      const expected = [...all].sort((a, b) => value(a) - value(b)).slice(0, 20).map(({ id }) => id);
      const found = await nearestToBoth(server(all).api, [one, two], rank, NO_FILTERS, new AbortController().signal);
      assert.deepEqual(found.map(({ id }) => id), expected);
    }
  });
}

test("where there are few, all of Japan is looked through and no more", async () => {
  const all = facilities(3, 5);
  const { api, asked } = server(all);
  const found = await nearestToBoth(api, [{ lon: 127.7, lat: 26.2 }, { lon: 127.8, lat: 26.3 }], "sum", NO_FILTERS, new AbortController().signal);
  assert.equal(found.length, 3);
  assert.ok(asked() <= 16, `${asked()} requests`);
});
