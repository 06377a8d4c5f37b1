/** What a visitor can use comes first in a list by distance; the API's own order stays exact. */

import type { Facility, Feature, Precision } from "./api.ts";
import type { Filters } from "./filters.ts";
import { isUnknownMatch } from "./query.ts";

/** How far off a position of each precision may be where nothing else is said, as on the server. */
const USUAL_ERROR: Record<Precision, number> = { building: 0, street: 200, station: 800, town: 1000, city: 10_000 };

/** A position right to so many metres, minutes on foot, is good enough at any distance. */
const EXACT = 500;

/** Facts that make a way worth it. */
const FACTS = ["opening_hours", "hours_note", "price_hour_yen", "price_note", "eligibility", "eligibility_note", "seats", "phone"] as const;

/**
 * The distance by which a hub takes its place. It is doubled where the hub is not known to be open,
 * or where nothing else is known of it. A hub whose position is worse than its distance, or that is
 * not open now, counts as four times its largest possible distance. The server's page has the same rule.
 */
function counted(facility: Facility): number {
  const { status, distance = 0, position_error, position_precision } = facility;
  const error = position_error ?? USUAL_ERROR[position_precision];
  const isThere = status === "open" || status === "unknown";
  if (!isThere || error > Math.max(distance, EXACT)) return 4 * (distance + error);
  return status === "open" && hasFacts(facility) ? distance : 2 * distance;
}

function hasFacts(facility: Pick<Facility, (typeof FACTS)[number] | "amenities">): boolean {
  return FACTS.some((name) => facility[name] !== null) || Boolean(facility.amenities?.length);
}

/** What can be used first; what only might match a filter stays behind what does. */
export function usableFirst(features: Feature<Facility>[], filters: Filters): Feature<Facility>[] {
  if (features.some(({ properties }) => properties.distance === undefined)) return features;
  return features
    .map((feature) => ({
      feature,
      mayMatch: isUnknownMatch(feature.properties, filters) ? 1 : 0,
      metres: counted(feature.properties),
    }))
    .sort((one, other) => one.mayMatch - other.mayMatch || one.metres - other.metres)
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
