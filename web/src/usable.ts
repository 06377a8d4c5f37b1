/** What a visitor can use comes first in a list by distance; the API's own order stays exact. */

import type { Facility, Feature } from "./api.ts";
import type { Filters } from "./filters.ts";
import { isUnknownMatch } from "./query.ts";

/** A position right to so many metres, minutes on foot, is good enough at any distance. */
const EXACT = 500;

/** Facts that make a way worth it. */
const FACTS = ["opening_hours", "hours_note", "price_hour_yen", "price_note", "eligibility", "eligibility_note", "seats", "phone"] as const;

/** Whether it may be open, and its position is better than its distance. */
function isPlaced({ status, distance, position_error: error, position_precision: precision }: Facility): boolean {
  const isThere = status === "open" || status === "unknown";
  const known = error ?? (precision === "building" || precision === "street" ? 0 : Number.POSITIVE_INFINITY);
  return isThere && distance !== undefined && known <= Math.max(distance, EXACT);
}

function rank(facility: Facility): number {
  if (!isPlaced(facility)) return 2;
  return FACTS.some((name) => facility[name] !== null) || facility.amenities?.length ? 0 : 1;
}

/** Nearest first within each rank; what only might match a filter stays behind what does. */
export function usableFirst(features: Feature<Facility>[], filters: Filters): Feature<Facility>[] {
  const key = ({ properties }: Feature<Facility>) => (isUnknownMatch(properties, filters) ? 3 : 0) + rank(properties);
  return features
    .map((feature, place) => ({ feature, place, key: key(feature) }))
    .sort((one, other) => one.key - other.key || one.place - other.place)
    .map(({ feature }) => feature);
}

/** Whether a list is not by distance alone. */
export function isByUse(features: Feature<Facility>[]): boolean {
  return features.some(
    ({ properties }, place) => place > 0 && (properties.distance ?? 0) < (features[place - 1]?.properties.distance ?? 0),
  );
}

/** The nearest of a list. */
export function nearestOf(features: Feature<Facility>[]): Feature<Facility> | undefined {
  return features.reduce<Feature<Facility> | undefined>(
    (nearest, feature) =>
      nearest && (nearest.properties.distance ?? 0) <= (feature.properties.distance ?? 0) ? nearest : feature,
    undefined,
  );
}
