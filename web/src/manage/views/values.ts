/** A facility's values as a person reads them: slugs in words, lists joined, unknown said. */

import type { Term, Vocabularies } from "../../api.ts";
import { openingHours } from "../../format.ts";
import type { Language } from "../../mode.ts";
import { term } from "../../text/index.ts";
import type { UploadWords } from "../text/upload-ja.ts";

export interface Speaking {
  words: UploadWords;
  vocabularies: Vocabularies | null;
  language: Language;
}

/** Which vocabulary names a field's slugs. */
const VOCABULARY: Record<string, keyof Vocabularies> = {
  kind: "kind",
  stock: "stock",
  amenities: "amenities",
  uses: "uses",
  eligibility: "eligibility",
  programme: "programmes",
};

export function valueText(speaking: Speaking, field: string, value: unknown): string {
  const { words, language } = speaking;
  if (value === null || value === undefined) return words.send.unknown;
  if (Array.isArray(value)) {
    if (!value.length) return words.send.none;
    if (field === "position" && value.length === 2) return coordinates(value as [number, number]);
    return value
      .map((entry: unknown) => valueText(speaking, field, entry))
      .join(value.some((entry) => typeof entry === "object") ? "\n" : language === "ja" ? "、" : ", ");
  }
  if (typeof value === "object") {
    return Object.entries(value)
      .filter(([, inside]) => inside !== null && inside !== undefined && inside !== "")
      .map(([name, inside]) => valueText(speaking, name, inside))
      .join(language === "ja" ? "・" : " · ");
  }
  if (typeof value === "boolean") return value ? "✓" : "–";
  if (typeof value === "number") return words.send.number(field, value);
  return wordOf(speaking, field, String(value));
}

/** A slug's word; anything else as it is. */
export function wordOf({ words, vocabularies, language }: Speaking, field: string, value: string): string {
  const { form } = words;
  const own: Record<string, Record<string, string>> = {
    status: form.status,
    position_precision: form.precision,
    certainty: form.certainty,
    confidence: form.confidence,
  };
  const named = own[field]?.[value];
  if (named) return named;
  const list = VOCABULARY[field];
  if (list) return term(vocabularies?.[list], value, language);
  if (field !== "opening_hours") return value;
  return value === "24/7" ? words.hours.always : openingHours(value, language);
}

export function termsOf(vocabularies: Vocabularies | null, field: string): Term[] {
  const list = VOCABULARY[field];
  return (list && vocabularies?.[list]) || [];
}

/** Latitude first, as people say it. */
export function coordinates([lon, lat]: [number, number]): string {
  return `${lat.toFixed(5)}, ${lon.toFixed(5)}`;
}

/** Metres between two places near each other. */
export function metresBetween(a: [number, number], b: [number, number]): number {
  const north = (b[1] - a[1]) * 110_950;
  const east = (b[0] - a[0]) * 111_320 * Math.cos(((a[1] + b[1]) / 2) * (Math.PI / 180));
  return Math.hypot(north, east);
}
