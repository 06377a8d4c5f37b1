/** The one caller of fetch: the public API, typed as it answers. */

import type { Filters, Language } from "./mode.ts";
import { filterQuery } from "./query.ts";

export type Status = "planned" | "open" | "suspended" | "closed" | "unknown";
export type Precision = "building" | "street" | "town" | "city";
export type Certainty = "confirmed" | "likely" | "unknown";

export interface Support {
  programme: string;
  type: string | null;
  fiscal_year: string | null;
  area: string | null;
  evidence_title: string | null;
  evidence_url: string | null;
  certainty: Certainty;
}

/** null is unknown everywhere; an empty list is known to be empty. */
export interface Facility {
  id: string;
  name: string;
  name_kana: string | null;
  name_en: string | null;
  kind: string | null;
  stock: string | null;
  stock_note: string | null;
  built_year: number | null;
  status: Status;
  status_asof: string | null;
  municipality: string;
  municipality_name: string;
  prefecture: string;
  address: string | null;
  position_precision: Precision;
  position_error: number | null;
  operator: string | null;
  phone: string | null;
  website: string | null;
  opening_hours: string | null;
  closures: { from: string | null; to: string | null; note: string | null }[] | null;
  eligibility: string | null;
  eligibility_note: string | null;
  price_hour_yen: number | null;
  seats: number | null;
  amenities: string[] | null;
  uses: string[] | null;
  support: Support[] | null;
  sources: { title: string; url: string | null }[] | null;
  confidence: "high" | "medium" | "low" | null;
  checked_on: string | null;
  synthetic: boolean;
  updated_at: string;
  /** Metres; only in answers to `near`. */
  distance?: number;
}

export interface Feature<P> {
  type: "Feature";
  id: string;
  geometry: { type: "Point"; coordinates: [number, number] };
  properties: P;
  bbox?: [number, number, number, number];
}

export interface Page {
  features: Feature<Facility>[];
  numberMatched: number;
  numberReturned: number;
  links: { rel: string; href: string }[];
}

export interface Place {
  id: string;
  type: "municipality" | "ward" | "prefecture" | "town" | "postal";
  name: string;
  name_en: string | null;
  context: string | null;
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
  programmes: Term[];
}

export interface District {
  code: string;
  name: string;
  name_romaji: string | null;
  prefecture: string;
}

export interface Config {
  basemap: { outside: null | { tiles: string; attribution: string; max_zoom: number } };
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
export type Part = { within: Box } | { near: { lon: number; lat: number } } | { everywhere: true };

export const PAGE_SIZE = 20;

export class Api {
  readonly #language: Language;

  constructor(language: Language) {
    this.#language = language;
  }

  facilities(part: Part, filters: Filters, limit: number, signal?: AbortSignal): Promise<Page> {
    const query = filterQuery(filters);
    if ("within" in part) {
      const { west, south, east, north } = part.within;
      query.set("bbox", [west, south, east, north].join(","));
    }
    if ("near" in part) query.set("near", `${part.near.lon},${part.near.lat}`);
    query.set("limit", String(limit));
    return this.#get(`/collections/facilities/items?${query}`, signal);
  }

  /** The page a `next` link names. Only its path is used: this page asks its own server alone. */
  following(href: string, signal?: AbortSignal): Promise<Page> {
    const url = new URL(href, location.href);
    return this.#get(url.pathname + url.search, signal);
  }

  facility(id: string, signal?: AbortSignal): Promise<Feature<Facility>> {
    return this.#get(`/collections/facilities/items/${encodeURIComponent(id)}?f=json`, signal);
  }

  async places(text: string, limit: number, signal?: AbortSignal): Promise<Feature<Place>[]> {
    const query = new URLSearchParams({ q: text, limit: String(limit) });
    return (await this.#get<{ features: Feature<Place>[] }>(`/places?${query}`, signal)).features;
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

  vocabularies(): Promise<Vocabularies> {
    return this.#get("/vocabularies?f=json");
  }

  config(): Promise<Config> {
    return this.#get("/config.json");
  }

  async #get<T>(path: string, signal?: AbortSignal): Promise<T> {
    let response: Response;
    try {
      response = await fetch(path, {
        headers: {
          Accept: "application/geo+json, application/json;q=0.9",
          "Accept-Language": this.#language,
        },
        ...(signal && { signal }),
      });
    } catch (error) {
      if (signal?.aborted) throw error;
      throw new ApiError(0, "");
    }
    if (!response.ok) {
      const problem = (await response.json().catch(() => ({}))) as { detail?: unknown };
      throw new ApiError(response.status, typeof problem.detail === "string" ? problem.detail : "");
    }
    return (await response.json()) as T;
  }
}
