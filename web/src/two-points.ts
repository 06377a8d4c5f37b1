/**
 * The facilities nearest to two points at once. The server measures from each point; here the two
 * answers are only laid side by side, and asked for in a box wide enough that nothing outside it
 * could come before what is shown.
 */

import { type Api, type Box, type Facility, type Feature, PAGE_SIZE } from "./api.ts";
import type { Filters } from "./filters.ts";
import type { Rank } from "./mode.ts";
import { isUnknownMatch } from "./query.ts";
import { around, JAPAN_WHOLE } from "./window.ts";

export interface Place {
  lon: number;
  lat: number;
}

/** Of each point's answer; beyond it the shown order is that of the nearest so many of each. */
const MOST = 1000;
/** Metres around both points in which to look first. */
const FIRST_MARGIN = 3000;
const WIDER = 4;

export async function nearestToBoth(
  api: Api,
  [one, two]: [Place, Place],
  rank: Rank,
  filters: Filters,
  signal: AbortSignal,
): Promise<Feature<Facility>[]> {
  for (let margin = FIRST_MARGIN; ; margin *= WIDER) {
    const within = boxAround([one, two], margin);
    const [fromOne, fromTwo] = await Promise.all([
      api.facilities({ near: one, within }, filters, MOST, signal),
      api.facilities({ near: two, within }, filters, MOST, signal),
    ]);
    const ranked = joined(fromOne.features, fromTwo.features, rank, filters);
    const last = ranked[PAGE_SIZE - 1];
    const isWhole = within.west <= JAPAN_WHOLE.west && within.east >= JAPAN_WHOLE.east;
    if (isWhole || (last && valueOf(last, rank) <= beyond(margin, rank))) return ranked.slice(0, PAGE_SIZE);
  }
}

/** Both answers by facility; one that only one answer holds is too far from the other point to say. */
export function joined(
  fromOne: Feature<Facility>[],
  fromTwo: Feature<Facility>[],
  rank: Rank,
  filters: Filters,
): Feature<Facility>[] {
  const second = new Map(fromTwo.map(({ id, properties }) => [id, properties.distance ?? 0]));
  return fromOne
    .filter(({ id }) => second.has(id))
    .map((feature) => {
      const distances: [number, number] = [feature.properties.distance ?? 0, second.get(feature.id) ?? 0];
      return { ...feature, properties: { ...feature.properties, distances } };
    })
    .sort(
      (a, b) =>
        Number(isUnknownMatch(a.properties, filters)) - Number(isUnknownMatch(b.properties, filters)) ||
        valueOf(a, rank) - valueOf(b, rank) ||
        (a.id < b.id ? -1 : 1),
    );
}

function valueOf({ properties }: Feature<Facility>, rank: Rank): number {
  const [one, two] = properties.distances ?? [0, 0];
  return rank === "sum" ? one + two : Math.max(one, two);
}

/** Whatever lies outside the box is at least so far: the margin from either point. */
function beyond(margin: number, rank: Rank): number {
  return rank === "sum" ? 2 * margin : margin;
}

/** A little wider than the margin says, since a degree is not everywhere as long. */
export function boxAround(points: Place[], margin: number): Box {
  const box = around(points.map(({ lon, lat }) => [lon, lat]));
  const tall = (margin * 1.02) / 110_500;
  const wide = (margin * 1.02) / (111_320 * Math.cos((Math.min(60, box.north + tall) * Math.PI) / 180));
  return {
    west: Math.max(JAPAN_WHOLE.west, box.west - wide),
    south: Math.max(JAPAN_WHOLE.south, box.south - tall),
    east: Math.min(JAPAN_WHOLE.east, box.east + wide),
    north: Math.min(JAPAN_WHOLE.north, box.north + tall),
  };
}
