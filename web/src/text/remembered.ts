/** The visitor's choice of language, kept for the next visit; the URL always wins. */

import { type Language, type Locale, languageOf, LOCALES } from "../mode.ts";

const KEY = "machinaka.language";

/** The chosen locale, else what the browser prefers, as it also tells the server. */
export function rememberedLocale(): Locale {
  return chosenLocale() ?? preferredLocale(navigator.languages);
}

/** The same for the pages that know two languages. */
export function rememberedLanguage(): Language {
  return languageOf(rememberedLocale());
}

export function rememberLanguage(locale: Locale): void {
  try {
    localStorage.setItem(KEY, locale);
  } catch {
    // Storage may be forbidden; then nothing is remembered.
  }
}

/** The first language of a browser's list that the page speaks; English for whoever reads neither. */
export function preferredLocale(languages: readonly string[]): Locale {
  for (const tag of languages) {
    const primary = tag.toLowerCase().split("-")[0];
    if (primary === "ja" || primary === "en") return primary;
  }
  return languages.length ? "en" : "ja";
}

function chosenLocale(): Locale | null {
  try {
    const kept = localStorage.getItem(KEY);
    return LOCALES.find((locale) => locale === kept) ?? null;
  } catch {
    return null;
  }
}
