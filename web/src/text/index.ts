import type { Term } from "../api.ts";
import type { Language } from "../mode.ts";
import { en } from "./en.ts";
import { ja, type Words } from "./ja.ts";

export type { Words };

export const words: Record<Language, Words> = { ja, en };

/** The visitor's choice of language, kept for the next visit; the URL always wins. */
const KEY = "machinaka.language";

export function rememberedLanguage(): Language {
  try {
    return localStorage.getItem(KEY) === "en" ? "en" : "ja";
  } catch {
    return "ja"; // Storage may be forbidden; then nothing is remembered.
  }
}

export function rememberLanguage(language: Language): void {
  try {
    localStorage.setItem(KEY, language);
  } catch {
    // As above.
  }
}

/** The word of a vocabulary for a slug; a slug nobody has named is shown as it is. */
export function term(terms: Term[] | undefined, slug: string, language: Language): string {
  const found = terms?.find((candidate) => candidate.slug === slug);
  return (language === "en" ? found?.en : found?.ja) ?? found?.ja ?? slug;
}
