/**
 * What the screen shows, as a value; and the URL is that value written out.
 *
 * Whatever stands in the URL may come from anybody: what cannot be read is left out,
 * never shown as an error, and never believed to be of the right size.
 */

export type Language = "ja" | "en";

/** Where the map looks. */
export interface View {
  lon: number;
  lat: number;
  zoom: number;
}

/** How a point to search from was chosen. `here` is the visitor's own position. */
export type Origin = "place" | "point" | "here";

/** What the list is about: the window of the map, or the surroundings of a point. */
export type Around =
  { by: "window" } | { by: "near"; origin: Origin; lon: number; lat: number; label: string };

/** The filters whose choices come from the vocabularies. */
export const FILTER_NAMES = ["kind", "stock", "programme"] as const;
export type FilterName = (typeof FILTER_NAMES)[number];

/** Facilities that are left out unless the visitor asks for them. */
export const EXTRA_STATUSES = ["planned", "closed"] as const;
export type ExtraStatus = (typeof EXTRA_STATUSES)[number];

export interface Filters {
  kind: string[];
  stock: string[];
  programme: string[];
  also: ExtraStatus[];
  /** 不明を除く: leave out facilities of which a filtered property is unknown. */
  knownOnly: boolean;
}

/** The map and list of `/`. */
export interface Find {
  screen: "find";
  language: Language;
  around: Around;
  filters: Filters;
  /** The facility whose card is open. */
  open: string | null;
  /** null until the visitor or a search has moved the map. */
  view: View | null;
  /** Whether the operator's outside basemap lies under our own lines. */
  outside: boolean;
}

/** Every screen of the application; today there is one. */
export type Mode = Find;

export const NO_FILTERS: Filters = { kind: [], stock: [], programme: [], also: [], knownOnly: false };

/** Islands included, with a margin: what lies beyond is no place to search from. */
const JAPAN = { west: 120, south: 18, east: 156, north: 48 };

export function inJapanBox(lon: number, lat: number): boolean {
  return lon >= JAPAN.west && lon <= JAPAN.east && lat >= JAPAN.south && lat <= JAPAN.north;
}

export function activeFilters(filters: Filters): FilterName[] {
  return FILTER_NAMES.filter((name) => filters[name].length > 0);
}

export function parseMode(search: string, preferred: Language = "ja"): Mode {
  const query = new URLSearchParams(search);
  return {
    screen: "find",
    language: oneOf(query.get("lang"), ["ja", "en"] as const) ?? preferred,
    around: parseAround(query),
    filters: {
      kind: slugs(query.get("kind")),
      stock: slugs(query.get("stock")),
      programme: slugs(query.get("programme")),
      also: EXTRA_STATUSES.filter((status) => slugs(query.get("also")).includes(status)),
      knownOnly: query.get("known") === "true",
    },
    open: facilityId(query.get("open")),
    view: parseView(query.get("map")),
    outside: query.get("base") === "outside",
  };
}

/** The query of the URL, `?` included, or an empty string for the plain first page. */
export function writeMode(mode: Mode): string {
  const parts: [string, string][] = [];
  const { around, filters, view } = mode;
  if (around.by === "near") {
    parts.push(["near", `${around.lon},${around.lat}`]);
    if (around.origin !== "place") parts.push(["origin", around.origin]);
    if (around.label) parts.push(["place", around.label]);
  }
  for (const name of FILTER_NAMES) {
    if (filters[name].length) parts.push([name, filters[name].join(",")]);
  }
  if (filters.also.length) parts.push(["also", filters.also.join(",")]);
  if (filters.knownOnly) parts.push(["known", "true"]);
  if (mode.open) parts.push(["open", mode.open]);
  if (view) parts.push(["map", `${view.zoom}/${view.lat}/${view.lon}`]);
  if (mode.outside) parts.push(["base", "outside"]);
  if (mode.language !== "ja") parts.push(["lang", mode.language]);
  if (!parts.length) return "";
  // Commas and slashes are allowed in a query and keep the address readable.
  return "?" + parts.map(([key, value]) => `${key}=${readable(value)}`).join("&");
}

/** Rounded so that equal places give equal URLs: five decimals are about a metre. */
export function roundedView(lon: number, lat: number, zoom: number): View {
  return { lon: round(lon, 5), lat: round(lat, 5), zoom: round(zoom, 2) };
}

export function round(value: number, decimals: number): number {
  return Number(value.toFixed(decimals));
}

function readable(value: string): string {
  return encodeURIComponent(value).replaceAll("%2C", ",").replaceAll("%2F", "/");
}

function parseAround(query: URLSearchParams): Around {
  const numbers = finiteNumbers(query.get("near"), ",", 2);
  if (!numbers) return { by: "window" };
  const [lon, lat] = numbers as [number, number];
  if (!inJapanBox(lon, lat)) return { by: "window" };
  return {
    by: "near",
    origin: oneOf(query.get("origin"), ["place", "point", "here"] as const) ?? "place",
    lon: round(lon, 7),
    lat: round(lat, 7),
    label: [...(query.get("place") ?? "").replace(/\s+/gu, " ").trim()].slice(0, 60).join(""),
  };
}

function parseView(text: string | null): View | null {
  const numbers = finiteNumbers(text, "/", 3);
  if (!numbers) return null;
  const [zoom, lat, lon] = numbers as [number, number, number];
  if (zoom < 2 || zoom > 20 || !inJapanBox(lon, lat)) return null;
  return roundedView(lon, lat, zoom);
}

/** Plain decimal numbers only: `Number` alone would also read "", "0x10" and "1e5". */
function finiteNumbers(text: string | null, separator: string, count: number): number[] | null {
  const parts = text?.split(separator) ?? [];
  if (parts.length !== count) return null;
  if (!parts.every((part) => /^-?\d{1,4}(\.\d{1,16})?$/.test(part))) return null;
  return parts.map(Number);
}

function slugs(text: string | null): string[] {
  const found = (text ?? "").split(",").filter((slug) => /^[a-z0-9-]{1,40}$/.test(slug));
  return [...new Set(found)].sort().slice(0, 30);
}

function facilityId(text: string | null): string | null {
  return text && /^[A-Za-z0-9-]{1,64}$/.test(text) ? text : null;
}

function oneOf<T extends string>(text: string | null, allowed: readonly T[]): T | null {
  return allowed.find((value) => value === text) ?? null;
}
