/** What the list shows: asks the API, keeps the pages, drops answers nobody waits for any more. */

import { type Api, ApiError, type Facility, type Feature, PAGE_SIZE, type Page, type Part } from "./api.ts";
import { isUnknownMatch } from "./query.ts";
import { nearestToBoth } from "./two-points.ts";
import { usableFirst } from "./usable.ts";
import { activeFilters, type Filters } from "./filters.ts";

export interface Listing {
  part: Part;
  filters: Filters;
  features: Feature<Facility>[];
  /** Matches, and those whose filtered property is unknown. */
  matched: number;
  /** Matches alone, where a filter lets the unknown in as well. */
  known: number;
  next: string | null;
}

export type Results =
  | { state: "loading"; listing: Listing | null }
  | { state: "failed"; listing: Listing | null; status: number }
  | { state: "ready"; listing: Listing };

export class ResultLoader {
  results: Results = { state: "loading", listing: null };
  readonly #api: Api;
  readonly #changed: () => void;
  #request: AbortController | null = null;

  constructor(api: Api, changed: () => void) {
    this.#api = api;
    this.#changed = changed;
  }

  load(part: Part, filters: Filters): Promise<void> {
    const stays = (listing: Listing) => isSame(listing.part, part) && equal(listing.filters, filters);
    return this.#run(stays, async (signal) => {
      if ("both" in part) {
        const features = await nearestToBoth(this.#api, part.both, part.rank, filters, signal);
        const known = features.filter(({ properties }) => !isUnknownMatch(properties, filters)).length;
        return { part, filters, features, matched: features.length, known, next: null };
      }
      const [page, known] = await Promise.all([
        this.#api.facilities(part, filters, PAGE_SIZE, signal),
        this.#countKnown(part, filters, signal),
      ]);
      return {
        part,
        filters,
        features: usableFirst(page.features, filters),
        matched: page.numberMatched,
        known: known ?? page.numberMatched,
        next: nextOf(page),
      };
    });
  }

  more(): Promise<void> {
    const { listing, state } = this.results;
    // The list that still stands while another question is on its way has no next page any more.
    if (state === "loading" || !listing?.next) return Promise.resolve();
    const href = listing.next;
    return this.#run(() => true, async (signal) => {
      const page = await this.#api.following(href, signal);
      const following = usableFirst(page.features, listing.filters);
      return { ...listing, features: [...listing.features, ...following], next: nextOf(page) };
    });
  }

  /** Without the unknown the same question counts the matches alone. */
  async #countKnown(part: Part, filters: Filters, signal: AbortSignal): Promise<number | null> {
    if (filters.knownOnly || !activeFilters(filters).length) return null;
    const page = await this.#api.facilities(part, { ...filters, knownOnly: true }, 1, signal);
    return page.numberMatched;
  }

  /** Without an answer the last one is shown on, if it `stays`: what answers another question never does. */
  async #run(stays: (listing: Listing) => boolean, ask: (signal: AbortSignal) => Promise<Listing>): Promise<void> {
    this.#request?.abort();
    const request = new AbortController();
    this.#request = request;
    const { listing } = this.results;
    this.results = { state: "loading", listing };
    // Asked first: the page changes while the answer is on its way.
    const asked = ask(request.signal);
    this.#changed();
    try {
      const answer = await asked;
      if (this.#request !== request) return;
      this.results = { state: "ready", listing: answer };
    } catch (error) {
      if (this.#request !== request) return;
      const status = error instanceof ApiError ? error.status : -1;
      this.results = { state: "failed", listing: listing && stays(listing) ? listing : null, status };
    }
    this.#changed();
  }
}

/** About the same point or points; windows differ only in what of the map they show. */
function isSame(one: Part, other: Part): boolean {
  const point = (part: Part) => ("both" in part ? [part.both, part.rank] : "near" in part ? part.near : null);
  return equal(point(one), point(other));
}

function equal(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

function nextOf(page: Page): string | null {
  return page.links.find((link) => link.rel === "next")?.href ?? null;
}
