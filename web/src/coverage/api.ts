/** The one place in the planner's page that asks for coverage, typed as it answers. */

import type { MultiPolygon, Polygon } from "geojson";
import { ApiError } from "../api.ts";
import type { Language } from "../mode.ts";
import { encoded, parameters, type Question } from "./question.ts";

/** null is unknown: an age the source does not tell, or a share where nobody lives. */
export interface Row {
  code: string;
  name: string;
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
    imagined: number;
    notes: { code: string; text: string }[];
    model_errors: ModelError[];
  };
  features: District[];
  timeStamp: string;
}

export interface Named {
  code: string;
  name: string;
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

  async #get(parts: [string, string][], signal?: AbortSignal): Promise<Coverage> {
    let response: Response;
    try {
      response = await fetch(`/coverage?${encoded([...parts, ["f", "json"], ["lang", this.#language]])}`, {
        headers: { Accept: "application/geo+json" },
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
    return (await response.json()) as Coverage;
  }
}
