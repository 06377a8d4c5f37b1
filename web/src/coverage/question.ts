/**
 * What is asked, as a value; and the address is that value written out. The server reads the same
 * parameters; what begins with `view.` is the page's own.
 */

import { inJapanBox, type Language, round, roundedView, type View } from "../mode.ts";

export const PRESETS = [300, 500, 800, 1000] as const;
export const METHODS = ["centre", "area"] as const;
export const WEIGHTS = ["total", "15-64", "65+"] as const;
export const FILTERS = ["eligibility", "kind", "stock", "programme", "status"] as const;
export const OBJECTIVES = ["cover", "median", "center"] as const;
/** What areas of one's own limit, where there are any: where sites are, whose they are, both or neither. */
export const LIMITS = ["both", "candidates", "people", "none"] as const;
export const SUPPLIES = ["facilities", "seats"] as const;
export const SHOWN = ["before", "after"] as const;
export const SORTS = ["name", "coverage", "people_within", "outside", "people", "facilities", "gain"] as const;
export const LEAST = 1;
export const MOST = 100_000;
/** Pins an address holds; more make it longer than browsers like. */
export const MOST_PINS = 50;
/** Sites that the server chooses at once. */
export const MOST_SITES = 1000;

export type FilterName = (typeof FILTERS)[number];
export type Sort = (typeof SORTS)[number];
export type Pin = [lon: number, lat: number];

export interface Question {
  /** "" is all of Japan, two digits a prefecture, five a municipality or ward. */
  area: string;
  by: "municipality" | "ward" | null;
  within: number;
  method: (typeof METHODS)[number];
  weight: (typeof WEIGHTS)[number];
  filters: Record<FilterName, string[]>;
  includeUnknown: boolean;
  leaveOutImprecise: boolean;
  /** What a hub supplies, where more measures are asked for; null is coverage alone. */
  measures: (typeof SUPPLIES)[number] | null;
  pins: Pin[];
  /** The number of a change, or a moment; null is now. */
  asOf: string | null;
}

/** Where the next hubs should go. */
export interface Siting {
  count: number;
  objective: (typeof OBJECTIVES)[number];
  limit: (typeof LIMITS)[number];
}

export interface Asked {
  language: Language;
  question: Question;
  /** null is not asked. */
  siting: Siting | null;
  /** Which of the two states pins make is shown. */
  show: (typeof SHOWN)[number];
  sort: Sort;
  descending: boolean;
  view: View | null;
  /** Whether areas of the visitor's own are asked about; the address cannot hold them themselves. */
  zones: boolean;
  /** The number of the last change when the address was written. */
  seq: number | null;
}

export const FIRST: Question = {
  area: "",
  by: null,
  within: 800,
  method: "centre",
  weight: "total",
  filters: { eligibility: [], kind: [], stock: [], programme: [], status: [] },
  includeUnknown: false,
  leaveOutImprecise: true,
  measures: null,
  pins: [],
  asOf: null,
};

/** Reads an address. What cannot be read is left at its first value, never believed. */
export function parse(search: string, preferred: Language = "ja"): Asked {
  const query = new URLSearchParams(search);
  const area = query.get("area") ?? "";
  const filters = Object.fromEntries(
    FILTERS.map((name) => [name, slugs(query.get(name))]),
  ) as Question["filters"];
  const asOf = (query.get("as-of") ?? "").replace(" ", "+");
  const sort = /^(-?)([a-z_]+)$/.exec(query.get("view.sort") ?? "");
  const by = oneOf(query.get("by"), ["municipality", "ward"] as const);
  const seq = query.get("view.seq") ?? "";
  return {
    language: oneOf(query.get("lang"), ["ja", "en"] as const) ?? preferred,
    question: {
      area: /^(\d{2}|\d{5})$/.test(area) ? area : "",
      by,
      within: metres(query.get("within")) ?? FIRST.within,
      method: oneOf(query.get("method"), METHODS) ?? "centre",
      weight: oneOf(query.get("weight")?.replace("65 ", "65+"), WEIGHTS) ?? "total",
      filters,
      includeUnknown: query.get("include-unknown") === "true",
      leaveOutImprecise: query.get("imprecise") !== "keep",
      measures: query.get("measures") ? (oneOf(query.get("supply"), SUPPLIES) ?? "seats") : null,
      pins: pins(query.get("add")),
      asOf: /^(\d{1,15}|\d{4}-\d{2}-\d{2}(T[\d:.]{4,15}(Z|[+-]\d{2}:\d{2}))?)$/.test(asOf) ? asOf : null,
    },
    siting: siting(query.get("view.sites")),
    show: oneOf(query.get("view.show"), SHOWN) ?? "after",
    sort: oneOf(sort?.[2], SORTS) ?? "coverage",
    descending: sort ? sort[1] === "-" : true,
    view: parseView(query.get("view.map")),
    zones: query.get("view.zones") === "own",
    seq: /^\d{1,15}$/.test(seq) ? Number(seq) : null,
  };
}

/** What the server is asked, without format and language. */
export function parameters(question: Question): [string, string][] {
  const parts: [string, string][] = [];
  if (question.area) parts.push(["area", question.area]);
  if (question.by) parts.push(["by", question.by]);
  parts.push(["within", String(question.within)]);
  if (question.method !== "centre") parts.push(["method", question.method]);
  if (question.weight !== "total") parts.push(["weight", question.weight]);
  for (const name of FILTERS) {
    if (question.filters[name].length) parts.push([name, question.filters[name].join(",")]);
  }
  if (question.includeUnknown) parts.push(["include-unknown", "true"]);
  if (!question.leaveOutImprecise) parts.push(["imprecise", "keep"]);
  if (question.measures) parts.push(["measures", "all"], ["supply", question.measures]);
  if (question.pins.length) parts.push(["add", question.pins.map((pin) => pin.join(",")).join(";")]);
  if (question.asOf) parts.push(["as-of", question.asOf]);
  return parts;
}

/** The query of the page's address, `?` included. */
export function write(asked: Asked): string {
  const parts = parameters(asked.question);
  if (asked.siting) {
    const { count, objective, limit } = asked.siting;
    const limited = asked.zones && limit !== "both" ? [objective, limit] : objective === "cover" ? [] : [objective];
    parts.push(["view.sites", [count, ...limited].join(",")]);
  }
  if (asked.show !== "after") parts.push(["view.show", asked.show]);
  if (asked.sort !== "coverage" || !asked.descending) {
    parts.push(["view.sort", (asked.descending ? "-" : "") + asked.sort]);
  }
  const { view } = asked;
  if (view) parts.push(["view.map", `${view.zoom}/${view.lat}/${view.lon}`]);
  if (asked.zones) parts.push(["view.zones", "own"]);
  if (asked.seq !== null) parts.push(["view.seq", String(asked.seq)]);
  if (asked.language !== "ja") parts.push(["lang", asked.language]);
  return "?" + encoded(parts);
}

/** Commas, slashes and semicolons are allowed in a query and keep the address readable. */
export function encoded(parts: [string, string][]): string {
  return parts
    .map(([key, value]) => {
      const text = encodeURIComponent(value);
      return `${key}=${text.replaceAll("%2C", ",").replaceAll("%2F", "/").replaceAll("%3B", ";")}`;
    })
    .join("&");
}

/** A distance as somebody types it; null where it is none the server takes. */
export function metres(text: string | null): number | null {
  const plain = (text ?? "").normalize("NFKC").replace(/[\s,]|m$/g, "");
  if (!/^\d{1,6}(\.\d{1,3})?$/.test(plain)) return null;
  const value = Number(plain);
  return value >= LEAST && value <= MOST ? value : null;
}

/** "33.59, 130.40" or "130.40, 33.59": in Japan no number of one is a number of the other. */
export function coordinates(text: string): Pin | null {
  const found = /^\s*(-?\d{1,3}(?:\.\d+)?)\s*[,、\s]\s*(-?\d{1,3}(?:\.\d+)?)\s*$/.exec(text.normalize("NFKC"));
  if (!found) return null;
  const [a, b] = [Number(found[1]), Number(found[2])];
  if (inJapanBox(a, b)) return rounded(a, b);
  return inJapanBox(b, a) ? rounded(b, a) : null;
}

/** Six decimals are a tenth of a metre. */
export function rounded(lon: number, lat: number): Pin {
  return [round(lon, 6), round(lat, 6)];
}

function pins(text: string | null): Pin[] {
  const found = (text ?? "").split(";").map((one) => {
    const numbers = one.split(",");
    const plain = numbers.slice(0, 2).every((part) => /^\d{1,3}(\.\d{1,16})?$/.test(part));
    const [lon, lat] = numbers.map(Number);
    return numbers.length >= 2 && plain && inJapanBox(lon!, lat!) ? rounded(lon!, lat!) : null;
  });
  return found.filter((pin) => pin !== null).slice(0, MOST_PINS);
}

/** "5" covers most people with five; "5,median" has another objective, "5,cover,people" areas limit only one of the two. */
function siting(text: string | null): Siting | null {
  const [count = "", objective = "cover", limit = "both"] = (text ?? "").split(",");
  const known = oneOf(objective, OBJECTIVES);
  const limited = oneOf(limit, LIMITS);
  if (!/^[1-9]\d{0,3}$/.test(count) || Number(count) > MOST_SITES || !known || !limited) return null;
  return { count: Number(count), objective: known, limit: limited };
}

function parseView(text: string | null): View | null {
  const parts = (text ?? "").split("/");
  if (parts.length !== 3 || !parts.every((part) => /^\d{1,3}(\.\d{1,16})?$/.test(part))) return null;
  const [zoom, lat, lon] = parts.map(Number) as [number, number, number];
  return zoom >= 2 && zoom <= 20 && inJapanBox(lon, lat) ? roundedView(lon, lat, zoom) : null;
}

function slugs(text: string | null): string[] {
  const found = (text ?? "").split(",").filter((slug) => /^[a-z0-9-]{1,40}$/.test(slug));
  return [...new Set(found)].sort().slice(0, 30);
}

function oneOf<T extends string>(text: string | null | undefined, allowed: readonly T[]): T | null {
  return allowed.find((value) => value === text) ?? null;
}
