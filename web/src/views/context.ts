/** What every view needs: the words, the vocabularies once they are here, the API, the mode. */

import type { Api, Vocabularies } from "../api.ts";
import { type Language, languageOf } from "../mode.ts";
import type { Navigation } from "../navigation.ts";
import type { Words } from "../text/index.ts";
import { term } from "../text/index.ts";

export interface Context {
  readonly api: Api;
  readonly navigation: Navigation;
  readonly words: Words;
  /** The visitor's clock. */
  readonly now: () => Date;
  vocabularies: Vocabularies | null;
  /** Municipalities' names in Latin letters by their codes, where the language needs them. */
  latin: Record<string, string>;
}

/** The language of data and of the server's own pages. */
export function languageIn({ navigation }: Context): Language {
  return languageOf(navigation.mode.locale);
}

/** What an address of the server's own pages adds, so that they speak the visitor's language. */
export function languageQuery(context: Context, before: "?" | "&"): string {
  return languageIn(context) === "en" ? `${before}lang=en` : "";
}

/** A slug in the visitor's words. */
export function named(context: Context, vocabulary: keyof Vocabularies, slug: string): string {
  const own = context.words.terms[vocabulary]?.[slug];
  return own ?? term(context.vocabularies?.[vocabulary], slug, languageIn(context));
}
