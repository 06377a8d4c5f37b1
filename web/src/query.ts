/** The visitor's filters as the parameters of the API: items, tiles and facets take the same. */

import { activeFilters, type FilterName, type Filters, PARAMETER, WORD_FILTERS } from "./filters.ts";

export function filterQuery(filters: Filters): URLSearchParams {
  const query = new URLSearchParams();
  if (filters.municipality.length) query.set("municipality", filters.municipality.join(","));
  if (filters.openAt) query.set("open-at", filters.openAt);
  if (filters.priceMax !== null) query.set("price-max", String(filters.priceMax));
  for (const name of WORD_FILTERS) if (filters[name].length) query.set(PARAMETER[name], filters[name].join(","));
  // Most hubs have few properties known: without the unknown, the first filter shows an empty Japan.
  if (activeFilters(filters).length && !filters.knownOnly) query.set("include-unknown", "true");
  if (filters.also.length) query.set("status", ["open", "suspended", "unknown", ...filters.also].join(","));
  return query;
}

/** The same for tiles, whose pins also tell what is open. */
export function tileQuery(filters: Filters): string {
  const query = filterQuery(filters);
  query.set("opening", filters.openAt ?? "now");
  return query.toString();
}

/** The properties a facility is filtered by. */
interface Filtered {
  kind: string | null;
  stock: string | null;
  support: unknown[] | null;
  eligibility: string | null;
  uses: unknown[] | null;
  amenities: unknown[] | null;
  price_hour_yen: number | null;
  status_age: string | null;
  opening?: { state: string };
}

/**
 * Whether a facility stands in the answer only because a filtered property of it is unknown.
 * Who asks for the word `unknown` gets facilities of which nothing is known as matches.
 */
export function isUnknownMatch(facility: Filtered, filters: Filters): boolean {
  const unknown: Record<FilterName, boolean> = {
    "open-at": facility.opening?.state === "unknown",
    "price-max": facility.price_hour_yen === null,
    eligibility: facility.eligibility === null && !filters.eligibility.includes("unknown"),
    use: facility.uses === null && !filters.use.includes("unknown"),
    amenity: facility.amenities === null,
    kind: facility.kind === null && !filters.kind.includes("unknown"),
    stock: facility.stock === null && !filters.stock.includes("unknown"),
    programme: facility.support === null && !filters.programme.includes("unknown"),
    certainty: facility.support === null,
    "status-age": facility.status_age === null && !filters["status-age"].includes("unknown"),
  };
  return activeFilters(filters).some((name) => unknown[name]);
}
