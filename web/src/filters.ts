/**
 * What a visitor asks of a place, as a value: the same names as the parameters of the API, so that
 * the address of the page, the list, the tiles and the counts all say one thing.
 */

/** The filters whose choices come from the vocabularies. */
export const WORD_FILTERS = [
  "eligibility",
  "use",
  "amenity",
  "kind",
  "stock",
  "programme",
  "certainty",
  "status-age",
] as const;
export type WordFilter = (typeof WORD_FILTERS)[number];

/** Their parameters. Of what a place offers everything chosen is wanted, of the rest anything. */
export const PARAMETER: Record<WordFilter, string> = {
  eligibility: "eligibility",
  use: "use",
  amenity: "amenity-all",
  kind: "kind",
  stock: "stock",
  programme: "programme",
  certainty: "certainty",
  "status-age": "status-age",
};

/** Every filter of a property, which may be unknown of a facility, in the order people need them. */
export const FILTER_NAMES = [
  "open-at",
  "eligibility",
  "use",
  "price-max",
  "amenity",
  "kind",
  "stock",
  "programme",
  "certainty",
  "status-age",
] as const;
export type FilterName = (typeof FILTER_NAMES)[number];

/** Facilities that are left out unless the visitor asks for them. */
export const EXTRA_STATUSES = ["planned", "closed"] as const;
export type ExtraStatus = (typeof EXTRA_STATUSES)[number];

export interface Filters extends Record<WordFilter, string[]> {
  /** Open now, or at a moment in Japan to the minute: 2026-11-27T10:00:00+09:00. */
  openAt: string | null;
  /** Yen an hour at most. */
  priceMax: number | null;
  /** Codes of municipalities, wards or prefectures; where, not what. */
  municipality: string[];
  also: ExtraStatus[];
  /** 不明を除く: leave out facilities of which a filtered property is unknown. */
  knownOnly: boolean;
}

export const NO_FILTERS: Filters = {
  openAt: null,
  eligibility: [],
  use: [],
  priceMax: null,
  amenity: [],
  kind: [],
  stock: [],
  programme: [],
  certainty: [],
  "status-age": [],
  municipality: [],
  also: [],
  knownOnly: false,
};

/** Yen an hour at which the slider stops: those the server counts. Its last stop is any price. */
export const PRICES = [0, 100, 200, 300, 400, 500, 700, 1000, 1500, 2000];

export function activeFilters(filters: Filters): FilterName[] {
  return FILTER_NAMES.filter((name) => isActive(filters, name));
}

function isActive(filters: Filters, name: FilterName): boolean {
  if (name === "open-at") return filters.openAt !== null;
  if (name === "price-max") return filters.priceMax !== null;
  return filters[name].length > 0;
}

/** The same without one of the filters. */
export function without(filters: Filters, name: FilterName): Filters {
  if (name === "open-at") return { ...filters, openAt: null };
  if (name === "price-max") return { ...filters, priceMax: null };
  return { ...filters, [name]: [] };
}

/** The same with a choice more, or with it taken back. */
export function toggled(filters: Filters, name: WordFilter, slug: string): Filters {
  const chosen = filters[name];
  const next = chosen.includes(slug) ? chosen.filter((one) => one !== slug) : [...chosen, slug].sort();
  return { ...filters, [name]: next };
}

/** The same with the filters that stood among the words of a search. */
export function withPlaceFilters(filters: Filters, found: { parameter: string; value: string }[]): Filters {
  let next = filters;
  for (const { parameter, value } of found) {
    const name = WORD_FILTERS.find((one) => PARAMETER[one] === parameter);
    if (parameter === "price-max") next = { ...next, priceMax: parsePrice(value) };
    else if (parameter === "open-at") next = { ...next, openAt: parseMoment(value) };
    else if (name && !next[name].includes(value)) next = toggled(next, name, value);
  }
  return next;
}

export function parseFilters(query: URLSearchParams): Filters {
  const words = Object.fromEntries(WORD_FILTERS.map((name) => [name, slugs(query.get(PARAMETER[name]))]));
  return {
    ...(words as Record<WordFilter, string[]>),
    openAt: parseMoment(query.get("open-at")),
    priceMax: parsePrice(query.get("price-max")),
    municipality: (query.get("municipality") ?? "").split(",").filter((code) => /^\d{2}(\d{3})?$/.test(code)).slice(0, 50),
    also: EXTRA_STATUSES.filter((status) => slugs(query.get("also")).includes(status)),
    knownOnly: query.get("known") === "true",
  };
}

export function writeFilters(filters: Filters): [string, string][] {
  const parts: [string, string][] = [];
  if (filters.municipality.length) parts.push(["municipality", filters.municipality.join(",")]);
  if (filters.openAt) parts.push(["open-at", filters.openAt]);
  if (filters.priceMax !== null) parts.push(["price-max", String(filters.priceMax)]);
  for (const name of WORD_FILTERS) if (filters[name].length) parts.push([PARAMETER[name], filters[name].join(",")]);
  if (filters.also.length) parts.push(["also", filters.also.join(",")]);
  if (filters.knownOnly) parts.push(["known", "true"]);
  return parts;
}

function parseMoment(text: string | null): string | null {
  if (text === "now") return text;
  if (!text || !/^\d{4}-\d\d-\d\dT\d\d:\d\d:00\+09:00$/.test(text)) return null;
  return Number.isNaN(Date.parse(text)) ? null : text;
}

function parsePrice(text: string | null): number | null {
  if (!text || !/^\d{1,4}$/.test(text)) return null;
  return Number(text);
}

export function slugs(text: string | null): string[] {
  const found = (text ?? "").split(",").filter((slug) => /^[a-z0-9-]{1,40}$/.test(slug));
  return [...new Set(found)].sort().slice(0, 30);
}
