/** Filters in words: a choice, and everything one filter asks. */

import type { PlaceFilter, Vocabularies } from "../api.ts";
import { type FilterName, type Filters, NO_FILTERS, withPlaceFilters, WORD_FILTERS, type WordFilter } from "../filters.ts";
import { date } from "../format.ts";
import { type Context, languageIn, named } from "./context.ts";

/** Where the words of a filter's choices are. */
export const VOCABULARY: Record<WordFilter, keyof Vocabularies> = {
  eligibility: "eligibility",
  use: "uses",
  amenity: "amenities",
  kind: "kind",
  stock: "stock",
  programme: "programmes",
  certainty: "certainty",
  "status-age": "status_age",
};

export function choiceWords(context: Context, name: WordFilter, slug: string): string {
  const { words } = context;
  if (name === "certainty") return words.certainty[slug as keyof typeof words.certainty] ?? slug;
  if (slug === "unknown") return name === "programme" ? words.filters.unsupported : words.unknown;
  return named(context, VOCABULARY[name], slug);
}

export function momentWords(context: Context, moment: string): string {
  const { filters: words } = context.words;
  if (moment === "now") return words.openNow;
  return words.openAtChosen(date(moment.slice(0, 10), languageIn(context)), moment.slice(11, 16));
}

/** A filter that stood among the words of a search: コワーキングスペース, 無料. */
export function placeFilterWords(context: Context, filter: PlaceFilter): string {
  const filters = withPlaceFilters(NO_FILTERS, [filter]);
  if (filters.openAt) return momentWords(context, filters.openAt);
  if (filters.priceMax !== null) return context.words.filters.priceUpTo(filters.priceMax);
  const name = WORD_FILTERS.find((one) => filters[one].length);
  return name ? choiceWords(context, name, filters[name][0]!) : filter.word;
}

/** 種類：コワーキングスペース、シェアオフィス. */
export function describeFilter(context: Context, filters: Filters, name: FilterName): string {
  const { words } = context;
  if (name === "open-at") return momentWords(context, filters.openAt ?? "now");
  if (name === "price-max") return words.filters.priceUpTo(filters.priceMax ?? 0);
  const chosen = filters[name].map((slug) => choiceWords(context, name, slug));
  return `${words.filters[name]}：${chosen.join(words.comma)}`;
}
