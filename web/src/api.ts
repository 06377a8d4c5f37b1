/** The one caller of fetch: the public API, typed as it answers. */

import type { Facility as Published, Link, Point } from "./api/generated.d.ts";
import type { Filters } from "./filters.ts";
import type { Language, Rank } from "./mode.ts";
import type { Opening } from "./opening.ts";
import { filterQuery } from "./query.ts";

export type { Certainty, Precision, Status, StatusAge, Support } from "./api/generated.d.ts";

/** As the server answers it, and what the page knows besides. null is unknown everywhere; an empty list is known to be empty. */
export interface Facility extends Omit<Published, "opening"> {
  /** Metres from each of two points; the page's own, see two-points.ts. */
  distances?: [number, number];
  /** Only where it was asked for. */
  opening?: Opening;
}

export interface Feature<P> {
  type: "Feature";
  id: string;
  geometry: Point;
  properties: P;
  bbox?: [number, number, number, number];
}

export interface Page {
  features: Feature<Facility>[];
  numberMatched: number;
  numberReturned: number;
  links: Link[];
}

export interface Place {
  id: string;
  type: "municipality" | "ward" | "prefecture" | "station" | "airport" | "town" | "address" | "postal" | "facility" | "point";
  name: string;
  name_en: string | null;
  context: string | null;
  /** In Latin letters, the nearest district first: Shibuya-ku, Tokyo. */
  context_en?: string | null;
  /** A station's lines. */
  lines?: string[];
  /** The former name it was found by. */
  former?: string | null;
  /** Its name is spelled otherwise, or a part of the text was left out. */
  guess?: boolean;
  /** What was left out: the number of a house. */
  dropped?: string | null;
}

/** A word of a search that is a filter of facilities. */
export interface PlaceFilter {
  word: string;
  /** Its parameter in the API. */
  parameter: string;
  value: string;
}

/** What a search for places finds. */
export interface Places {
  features: Feature<Place>[];
  /** Whether the first may be taken without asking. */
  clear: boolean;
  filters: PlaceFilter[];
  /** What is left of the text without its filters. */
  rest: string;
  /** The station that was asked for, where there is none of that name. */
  missing: { message: string } | null;
}

/** Where whoever searches looks and is: of like-named places the nearer is likelier. */
export interface Whereabouts {
  near?: { lon: number; lat: number };
  window?: Box;
}

export interface Term {
  slug: string;
  ja: string;
  en: string | null;
}

export interface Vocabularies {
  kind: Term[];
  stock: Term[];
  amenities: Term[];
  uses: Term[];
  eligibility: Term[];
  certainty: Term[];
  status_age: Term[];
  programmes: Term[];
}

/** How many facilities each choice would leave, every filter but its own applied. */
export interface Facets {
  numberMatched: number;
  facets: Partial<Record<string, Record<string, number>>>;
}

export interface District {
  code: string;
  name: string;
  name_romaji: string | null;
  prefecture: string;
}

/** Raster tiles of another server, which the browser asks once its user says so. */
export interface Outside {
  tiles: string;
  attribution: string;
  min_zoom: number;
  max_zoom: number;
  /** The server that is asked. */
  host: string;
  is_gsi: boolean;
}

/** The operator's own basemap file, served by our server. */
export interface Streets {
  tiles: string;
  schema: "protomaps" | "openmaptiles" | "gsi";
  min_zoom: number;
  max_zoom: number;
  attribution: string;
  /** Another one after the file was replaced. */
  version: string;
}

export interface Config {
  basemap: { outside: Outside | null; streets: Streets | null };
}

/** What somebody without an account reports about a facility. */
export interface Report {
  kind: "closed" | "moved" | "hours" | "other";
  text: string;
  contact: string;
  /** Nobody sees this field; programs that fill in every field fill it in. */
  website: string;
}

/** What went wrong, as far as the page must know to say so. */
export class ApiError extends Error {
  /** 0: the server was not reached. */
  readonly status: number;

  constructor(status: number, detail: string) {
    super(detail);
    this.status = status;
  }
}

export interface Box {
  west: number;
  south: number;
  east: number;
  north: number;
}

/** The part of the directory a request is about. */
export type Part =
  | { within: Box }
  | { near: { lon: number; lat: number }; within?: Box }
  | { both: [{ lon: number; lat: number }, { lon: number; lat: number }]; rank: Rank };

export const PAGE_SIZE = 20;

/** Written by the service worker on what it kept for want of a connection: when that was loaded. */
export const LOADED = "x-machinaka-loaded";

export class Api {
  readonly #language: Language;

  /** Told of an answer that was kept from an earlier visit, and when it was loaded. */
  stale: (loaded: Date) => void = () => {};

  constructor(language: Language) {
    this.#language = language;
  }

  /** Each says whether it is open at the moment that is asked for, else now. */
  facilities(part: Part, filters: Filters, limit: number, signal?: AbortSignal): Promise<Page> {
    const query = filterQuery(filters);
    inside(query, part);
    if ("near" in part) query.set("near", `${part.near.lon},${part.near.lat}`);
    else query.set("sortby", "usable");
    query.set("opening", filters.openAt ?? "now");
    query.set("limit", String(limit));
    return this.#page(`/collections/facilities/items?${query}`, signal);
  }

  facets(part: Part, filters: Filters, signal?: AbortSignal): Promise<Facets> {
    // The numbers are of known matches: whoever presses a choice wants to know what is certain.
    const query = filterQuery({ ...filters, knownOnly: true });
    inside(query, part);
    return this.#get(`/collections/facilities/facets?${query}`, signal);
  }

  /** The page a `next` link names. Only its path is used: this page asks its own server alone. */
  following(href: string, signal?: AbortSignal): Promise<Page> {
    const url = new URL(href, location.href);
    return this.#page(url.pathname + url.search, signal);
  }

  async facility(id: string, openAt: string | null, signal?: AbortSignal): Promise<Feature<Facility>> {
    const query = new URLSearchParams({ f: "json", opening: openAt ?? "now" });
    const path = `/collections/facilities/items/${encodeURIComponent(id)}?${query}`;
    return toldOf(await this.#get<Feature<Facility>>(path, signal), query);
  }

  places(text: string, limit: number, { near, window }: Whereabouts = {}, signal?: AbortSignal): Promise<Places> {
    const query = new URLSearchParams({ q: text, limit: String(limit), lang: this.#language });
    if (near) query.set("near", `${near.lon},${near.lat}`);
    if (window) query.set("bbox", [window.west, window.south, window.east, window.north].join(","));
    return this.#get(`/places?${query}`, signal);
  }

  /** The districts a point lies in, the smallest first; none at sea and abroad. */
  async districts(lon: number, lat: number, signal?: AbortSignal): Promise<District[]> {
    const query = new URLSearchParams({ bbox: [lon, lat, lon, lat].join(","), limit: "4" });
    const answer = await this.#get<{ features: { properties: District }[] }>(
      `/collections/municipalities/items?${query}`,
      signal,
    );
    return answer.features.map((feature) => feature.properties);
  }

  /** The name of a prefecture, municipality or ward. */
  async district(code: string): Promise<string> {
    const collection = code.length === 2 ? "prefectures" : "municipalities";
    const answer = await this.#get<{ properties: District }>(`/collections/${collection}/items/${code}?f=json`);
    const { name, name_romaji } = answer.properties;
    return (this.#language === "en" && name_romaji) || name;
  }

  vocabularies(): Promise<Vocabularies> {
    return this.#get("/vocabularies?f=json");
  }

  config(): Promise<Config> {
    return this.#get("/config.json");
  }

  async report(id: string, report: Report): Promise<void> {
    await this.#fetch(`/collections/facilities/items/${encodeURIComponent(id)}/reports`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(report),
    });
  }

  async #page(path: string, signal?: AbortSignal): Promise<Page> {
    const page = await this.#get<Page>(path, signal);
    const { searchParams } = new URL(path, location.href);
    for (const feature of page.features) toldOf(feature, searchParams);
    return page;
  }

  async #get<T>(path: string, signal?: AbortSignal): Promise<T> {
    const response = await this.#fetch(path, signal ? { signal } : {});
    const loaded = response.headers.get(LOADED);
    if (loaded) this.stale(new Date(loaded));
    return (await response.json()) as T;
  }

  async #fetch(path: string, options: RequestInit): Promise<Response> {
    const { signal } = options;
    let response: Response;
    try {
      response = await fetch(path, {
        ...options,
        headers: {
          Accept: "application/geo+json, application/json;q=0.9",
          "Accept-Language": this.#language,
          ...options.headers,
        },
      });
    } catch (error) {
      if (signal?.aborted) throw error;
      throw new ApiError(0, "");
    }
    if (!response.ok) {
      const problem = (await response.json().catch(() => ({}))) as { detail?: unknown };
      throw new ApiError(response.status, typeof problem.detail === "string" ? problem.detail : "");
    }
    return response;
  }
}

/** The moment goes with the answer, so that nothing is ever shown as another moment's. */
function toldOf(feature: Feature<Facility>, query: URLSearchParams): Feature<Facility> {
  const at = query.get("opening");
  const { opening } = feature.properties;
  if (opening && at && at !== "now") opening.at = at;
  return feature;
}

function inside(query: URLSearchParams, part: Part): void {
  const box = "within" in part ? part.within : undefined;
  if (box) query.set("bbox", [box.west, box.south, box.east, box.north].join(","));
}
