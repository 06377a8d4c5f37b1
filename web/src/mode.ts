/**
 * What the screen shows, as a value; and the URL is that value written out.
 *
 * Whatever stands in the URL may come from anybody: what cannot be read is left out,
 * never shown as an error, and never believed to be of the right size.
 */

import { JAPAN_WHOLE } from "./window.ts";
import { type Filters, parseFilters, writeFilters } from "./filters.ts";

/** The languages of the data and of the server. */
export type Language = "ja" | "en";

/** The languages of the page: `ja-simple` is やさしい日本語. */
export const LOCALES = ["ja", "ja-simple", "en"] as const;
export type Locale = (typeof LOCALES)[number];

export function languageOf(locale: Locale): Language {
  return locale === "en" ? "en" : "ja";
}

/** Where the map looks. */
export interface View {
  lon: number;
  lat: number;
  zoom: number;
}

/** How a point to search from was chosen. `here` is the visitor's own position. */
export type Origin = "place" | "point" | "here";

export interface Point {
  lon: number;
  lat: number;
  label: string;
}

/** Of two points, whether the sum of the distances counts, or the longer one. */
export const RANKS = ["sum", "worst"] as const;
export type Rank = (typeof RANKS)[number];

/** What the list is about: the window of the map, the surroundings of a point, or of two. */
export type Around =
  | { by: "window" }
  | ({ by: "near"; origin: Origin } & Point)
  | { by: "both"; one: Point; two: Point; rank: Rank };

/** So many facilities still fit side by side. */
export const MOST_COMPARED = 3;

/** The map and list of `/`. */
export interface Find {
  screen: "find";
  locale: Locale;
  around: Around;
  filters: Filters;
  /** The facility whose card is open. */
  open: string | null;
  /** Facilities put aside to be compared, in the order they were chosen. */
  compare: string[];
  /** Whether they are shown side by side. */
  comparing: boolean;
  /** null until the visitor or a search has moved the map. */
  view: View | null;
  /** Whether the operator's outside basemap lies under our own lines. */
  outside: boolean;
}

/** Every screen of the application; today there is one. */
export type Mode = Find;

/** Islands included, with a margin: what lies beyond is no place to search from. */
const JAPAN = JAPAN_WHOLE;

export function inJapanBox(lon: number, lat: number): boolean {
  return lon >= JAPAN.west && lon <= JAPAN.east && lat >= JAPAN.south && lat <= JAPAN.north;
}

export function parseMode(search: string, preferred: Locale = "ja"): Mode {
  const query = new URLSearchParams(search);
  const compare = (query.get("compare") ?? "").split(",").filter((id) => facilityId(id));
  return {
    screen: "find",
    locale: oneOf(query.get("lang"), LOCALES) ?? preferred,
    around: parseAround(query),
    filters: parseFilters(query),
    open: facilityId(query.get("open")),
    compare: [...new Set(compare)].slice(0, MOST_COMPARED),
    comparing: query.get("show") === "compare" && compare.length > 0,
    view: parseView(query.get("map")),
    outside: query.get("base") === "outside",
  };
}

/** The query of the URL, `?` included, or an empty string for the plain first page. */
export function writeMode(mode: Mode): string {
  const parts: [string, string][] = [];
  const { around, view } = mode;
  if (around.by === "near") {
    parts.push(["near", `${around.lon},${around.lat}`]);
    if (around.origin !== "place") parts.push(["origin", around.origin]);
    if (around.label) parts.push(["place", around.label]);
  }
  if (around.by === "both") {
    const { one, two, rank } = around;
    parts.push(["near", `${one.lon},${one.lat}`], ["place", one.label]);
    parts.push(["near2", `${two.lon},${two.lat}`], ["place2", two.label], ["rank", rank]);
  }
  parts.push(...writeFilters(mode.filters));
  if (mode.open) parts.push(["open", mode.open]);
  if (mode.compare.length) parts.push(["compare", mode.compare.join(",")]);
  if (mode.comparing) parts.push(["show", "compare"]);
  if (view) parts.push(["map", `${view.zoom}/${view.lat}/${view.lon}`]);
  if (mode.outside) parts.push(["base", "outside"]);
  if (mode.locale !== "ja") parts.push(["lang", mode.locale]);
  if (!parts.length) return "";
  // Commas, slashes and colons are allowed in a query and keep the address readable.
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
  return encodeURIComponent(value).replaceAll("%2C", ",").replaceAll("%2F", "/").replaceAll("%3A", ":");
}

function parseAround(query: URLSearchParams): Around {
  const one = parsePoint(query.get("near"), query.get("place"));
  const two = parsePoint(query.get("near2"), query.get("place2"));
  if (!one) return { by: "window" };
  if (two) return { by: "both", one, two, rank: oneOf(query.get("rank"), RANKS) ?? "sum" };
  const origin = oneOf(query.get("origin"), ["place", "point", "here"] as const) ?? "place";
  return { by: "near", origin, ...one };
}

function parsePoint(text: string | null, label: string | null): Point | null {
  const numbers = finiteNumbers(text, ",", 2);
  if (!numbers) return null;
  const [lon, lat] = numbers as [number, number];
  if (!inJapanBox(lon, lat)) return null;
  const oneLine = (label ?? "").replace(/\s+/gu, " ").trim();
  return { lon: round(lon, 7), lat: round(lat, 7), label: [...oneLine].slice(0, 60).join("") };
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

function facilityId(text: string | null): string | null {
  return text && /^[A-Za-z0-9-]{1,64}$/.test(text) ? text : null;
}

function oneOf<T extends string>(text: string | null, allowed: readonly T[]): T | null {
  return allowed.find((value) => value === text) ?? null;
}
