/** The one place in the planner's page that asks for coverage, typed as it answers. */

import type { MultiPolygon, Polygon } from "geojson";
import { ApiError } from "../api.ts";
import type { Language } from "../mode.ts";
import { events, type ServerEvent } from "./events.ts";
import { encoded, parameters, type Question, type Siting } from "./question.ts";

/** null is unknown: an age the source does not tell, or a share where nobody lives. */
export interface Row {
  code: string;
  /** In English, in Latin letters. */
  name: string;
  name_romaji?: string | null;
  people: number | null;
  people_within: number | null;
  coverage: number | null;
  /** Without the imagined facilities; only where there are any. */
  people_within_before?: number | null;
  coverage_before?: number | null;
  facilities: number;
  facilities_imprecise: number;
  seats: number | null;
  people_source: string | null;
  /** Metres; only where measures are asked for. */
  distance_mean?: number | null;
  distance_median?: number | null;
  distance_p90?: number | null;
  /** For each 10,000 people. */
  facilities_per_10000?: number | null;
  seats_per_10000?: number | null;
  access_2sfca?: number | null;
  gini_2sfca?: number | null;
  access_e2sfca?: number | null;
  gini_e2sfca?: number | null;
}

export interface District {
  type: "Feature";
  id: string;
  geometry: Polygon | MultiPolygon | null;
  properties: Row;
}

export interface ModelError {
  area: string;
  within: number;
  districts: number;
  mean_points: number;
  p90_points: number;
}

export interface Coverage {
  type: "FeatureCollection";
  about: {
    seq: number;
    reference: number;
    within: number;
    method: "centre" | "area";
    weight: string;
    square_metres: number | null;
    facilities: number;
    /** Hubs whose position error exceeds the distance, and the people whom only they would cover. */
    imprecise: { counted: "leave-out" | "keep"; facilities_in_japan: number; facilities: number; people: number };
    imagined: number;
    notes: { code: string; text: string }[];
    model_errors: ModelError[];
  };
  features: District[];
  timeStamp: string;
}

/** So many sites cover so many people, and no choice of so many covers more than the bound. */
export interface Step {
  count: number;
  value: number;
  bound: number;
}

interface Place {
  id: string;
  name: string;
  lon: number;
  lat: number;
  /** The area of one's own it lies in. */
  zone?: string;
}

/** Where the next hubs should go, and how good that is. */
export interface Sites {
  objective: "cover" | "median" | "center";
  value: number;
  bound: number;
  /** In per cent. */
  gap: number;
  proved: boolean;
  method: string;
  seconds: number;
  cut: boolean;
  area_name: string;
  /** The names of areas of one's own, where they limit the question. */
  zones?: string[];
  zones_limit?: "both" | "candidates" | "people";
  candidates_outside_zones?: number;
  within: number;
  count: number;
  candidates: number;
  people: number;
  people_within_before: number;
  people_within_after?: number;
  value_before?: number | null;
  mean?: number;
  mean_before?: number | null;
  curve?: Step[];
  robustness?: { within: number; value: number; best: number; bound: number; kept: string[] }[];
  best?: (Place & { gain: number })[];
  people_source: string;
  reference: number;
  seq: number;
  notes: { code: string; text: string }[];
  features: { geometry: { coordinates: [number, number] }; properties: Place & { rank: number; gain?: number } }[];
}

/** How far a search is; null is not known yet. */
export interface Progress {
  /** Of the work, 0 to 1. */
  share: number;
  /** The best so far, in the answer's unit. */
  value: number | null;
  bound: number | null;
  /** In per cent. */
  gap: number | null;
  seconds: number;
}

/** How a list of candidates is sent, by the end of its name. */
const SORTS: Record<string, string> = {
  xlsx: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
  geojson: "application/geo+json",
  json: "application/geo+json",
};

export interface Named {
  code: string;
  name: string;
}

interface Problem {
  status?: unknown;
  detail?: unknown;
}

function problem({ status, detail }: Problem): ApiError {
  return new ApiError(typeof status === "number" ? status : 500, typeof detail === "string" ? detail : "");
}

/** Areas of one's own, beside a list of candidates where there is one. */
function form(zones: string, file: File | null): FormData {
  const parts = new FormData();
  parts.set("zones", new Blob([zones], { type: "application/geo+json" }), "zones.geojson");
  if (file) parts.set("candidates", file);
  return parts;
}

function posted(geojson: string): RequestInit {
  return { method: "POST", body: geojson, headers: { "Content-Type": "application/geo+json" } };
}

export class CoverageApi {
  readonly #language: Language;

  constructor(language: Language) {
    this.#language = language;
  }

  /** Who is covered, with the shapes of the districts. */
  coverage(question: Question, signal?: AbortSignal): Promise<Coverage> {
    return this.#get(parameters(question), signal);
  }

  /** The same for areas that are no districts: GeoJSON polygons. */
  async zones(question: Question, geojson: string, signal: AbortSignal): Promise<Coverage> {
    const parts = parameters({ ...question, area: "", by: null });
    return this.#fetch<Coverage>("/coverage", parts, { ...posted(geojson), signal });
  }

  /** The same by grid square. */
  squares(question: Question, signal?: AbortSignal): Promise<Coverage> {
    return this.#get([...parameters({ ...question, by: null }), ["by", "square"]], signal);
  }

  /** The prefectures, or the municipalities of one: what there is to choose from. */
  async names(prefecture: string): Promise<Named[]> {
    const asked: [string, string][] = [["geometry", "false"]];
    if (prefecture) asked.push(["area", prefecture]);
    return (await this.#get(asked)).features.map(({ properties: { code, name } }) => ({ code, name }));
  }

  /**
   * Where the next hubs should go: among the area's towns, or the places of a file; within `zones`
   * (GeoJSON) as the siting says. `told` hears how far it is.
   */
  async sites(
    question: Question,
    siting: Siting,
    own: { file: File | null; zones: string | null },
    signal: AbortSignal,
    told: (progress: Progress) => void,
  ): Promise<Sites> {
    const { file } = own;
    const zones = siting.limit === "none" ? null : own.zones;
    const others = ["by", "method", "measures", "supply"];
    const isAreaUsed = zones === null || siting.limit !== "both";
    const parts = parameters(isAreaUsed ? question : { ...question, area: "" }).filter(([name]) => !others.includes(name));
    parts.push(["count", String(siting.count)], ["objective", siting.objective]);
    if (zones !== null) parts.push(["zones", siting.limit]);
    const ending = file?.name.split(".").pop()?.toLowerCase() ?? "";
    const sort = file && zones === null && { "Content-Type": SORTS[ending] ?? "text/csv" };
    const headers = { Accept: "text/event-stream", ...sort };
    const body = zones === null ? file : form(zones, file);
    const response = await this.#ask("/siting", parts, { signal, headers, ...(body && { method: "POST", body }) });
    if (response.body) {
      for await (const { name, data } of this.#told(response.body, signal)) {
        if (name === "progress") told(JSON.parse(data) as Progress);
        if (name === "answer") return JSON.parse(data) as Sites;
        if (name === "problem") throw problem(JSON.parse(data) as Problem);
      }
    }
    // The connection ended before the answer.
    throw new ApiError(0, "");
  }

  /** The events of an answer; a connection that breaks among them is a server that is not reached. */
  async *#told(body: ReadableStream<Uint8Array>, signal: AbortSignal): AsyncGenerator<ServerEvent> {
    try {
      // What goes wrong with whoever listens does not come by here.
      yield* events(body);
    } catch (error) {
      if (signal.aborted) throw error;
      throw new ApiError(0, "");
    }
  }

  /** The answer as a file; of areas that are no districts where these are given. */
  async saved(question: Question, zones: string | null, format: "xlsx" | "gpkg"): Promise<Blob> {
    const own = zones === null ? question : { ...question, area: "", by: null };
    const parts: [string, string][] = [...parameters(own), ["f", format]];
    return (await this.#ask("/coverage", parts, zones === null ? {} : posted(zones))).blob();
  }

  async #get(parts: [string, string][], signal?: AbortSignal): Promise<Coverage> {
    const found = await this.#fetch<Coverage>("/coverage", parts, signal ? { signal } : {});
    if (this.#language === "en") {
      for (const { properties } of found.features) properties.name = properties.name_romaji || properties.name;
    }
    return found;
  }

  async #fetch<T>(path: string, parts: [string, string][], init: RequestInit): Promise<T> {
    const headers = { Accept: "application/geo+json, application/json", ...init.headers };
    return (await (await this.#ask(path, [...parts, ["f", "json"]], { ...init, headers })).json()) as T;
  }

  async #ask(path: string, parts: [string, string][], init: RequestInit): Promise<Response> {
    let response: Response;
    const { signal } = init;
    try {
      response = await fetch(`${path}?${encoded([...parts, ["lang", this.#language]])}`, init);
    } catch (error) {
      if (signal?.aborted) throw error;
      throw new ApiError(0, "");
    }
    if (!response.ok) {
      throw problem({ ...((await response.json().catch(() => ({}))) as Problem), status: response.status });
    }
    return response;
  }
}
