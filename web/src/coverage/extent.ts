/** What of an answer the map shows at first: where its people live, without far islands. */

import type { FeatureCollection, Position } from "geojson";
import { around } from "../window.ts";
import type { District } from "./api.ts";

/** The share of people whose districts the map shows at first. */
const MOST_PEOPLE = 0.98;

/** The corners that should be in sight. */
export function corners(districts: District[]): [number, number][] {
  return settled(districts).flatMap(({ geometry }) => mainland(geometry?.coordinates ?? []));
}

/** The districts' names, where the middle of their largest part is. */
export function inTheirMiddle(districts: District[]): FeatureCollection {
  return {
    type: "FeatureCollection",
    features: districts.flatMap(({ geometry, properties }) => {
      const ring = mainland(geometry?.coordinates ?? []);
      if (!ring.length) return [];
      const { west, east, south, north } = around(ring);
      const coordinates = [(west + east) / 2, (south + north) / 2];
      return [{ type: "Feature", properties: { name: properties.name }, geometry: { type: "Point", coordinates } }];
    }),
  };
}

/** The districts most people live in: a prefecture's far islands would make its cities a dot. */
function settled(districts: District[]): District[] {
  const people = ({ properties }: District) => properties.people ?? 0;
  const all = districts.reduce((sum, district) => sum + people(district), 0);
  if (all === 0) return districts;
  let seen = 0;
  return [...districts]
    .sort((a, b) => people(b) - people(a))
    .filter((district) => {
      const isNeeded = seen < MOST_PEOPLE * all;
      seen += people(district);
      return isNeeded;
    });
}

/** The corners of the ring with the most of them: far islands would make the town a dot. */
function mainland(coordinates: unknown): [number, number][] {
  const rings: Position[][] = [];
  const walk = (part: unknown): void => {
    if (!Array.isArray(part)) return;
    if (Array.isArray(part[0]) && typeof part[0][0] === "number") rings.push(part as Position[]);
    else for (const inner of part) walk(inner);
  };
  walk(coordinates);
  const longest = rings.sort((a, b) => b.length - a.length)[0] ?? [];
  return longest.map(([lon, lat]) => [lon!, lat!]);
}
