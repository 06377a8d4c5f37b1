/** The visitor's filters as the parameters of the API: items and tiles take the same. */

import { activeFilters, FILTER_NAMES, type FilterName, type Filters } from "./mode.ts";

export function filterQuery(filters: Filters): URLSearchParams {
  const query = new URLSearchParams();
  for (const name of FILTER_NAMES) {
    if (filters[name].length) query.set(name, filters[name].join(","));
  }
  // Most hubs have few properties known: without the unknown, the first filter shows an empty Japan.
  if (activeFilters(filters).length && !filters.knownOnly) query.set("include-unknown", "true");
  if (filters.also.length) query.set("status", ["open", "suspended", "unknown", ...filters.also].join(","));
  return query;
}

/** The properties a facility is filtered by, by the name of the filter. */
type Filtered = { kind: string | null; stock: string | null; support: unknown[] | null };

/**
 * Whether a facility stands in the answer only because a filtered property of it is unknown.
 * Who asks for programme `unknown` gets facilities without known support as matches.
 */
export function isUnknownMatch(facility: Filtered, filters: Filters): boolean {
  const unknown: Record<FilterName, boolean> = {
    kind: facility.kind === null,
    stock: facility.stock === null,
    programme: facility.support === null && !filters.programme.includes("unknown"),
  };
  return activeFilters(filters).some((name) => unknown[name]);
}
