import type { Term } from "../api.ts";
import type { Language, Locale } from "../mode.ts";
import { en } from "./en.ts";
import { jaSimple } from "./ja-simple.ts";
import { ja, type Words } from "./ja.ts";

export type { Words };

export const words: Record<Locale, Words> = { ja, "ja-simple": jaSimple, en };

/** The word of a vocabulary for a slug; a slug nobody has named is shown as it is. */
export function term(terms: Term[] | undefined, slug: string, language: Language): string {
  const found = terms?.find((candidate) => candidate.slug === slug);
  return (language === "en" ? found?.en : found?.ja) ?? found?.ja ?? slug;
}
