/** What every view needs: the words, the vocabularies once they are here, the API, the mode. */

import { h } from "../dom.ts";
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

const JAPANESE = /([\u3005-\u30ff\u3400-\u9fff\uff01-\uff60][\u3000-\u30ff\u3400-\u9fff\uff01-\uff60\d-]*)/u;

/** Text of records in an English page: what of it is Japanese is marked, or it would be read out as English. */
export function marked(context: Context, text: string | null): (HTMLElement | string)[] {
  if (!text) return [];
  if (languageIn(context) !== "en") return [text];
  const parts = text.split(JAPANESE).map((part, i) => (i % 2 ? h("span", { lang: "ja" }, part) : part));
  return parts.filter((part) => part !== "");
}

/** A slug in the visitor's words. */
export function named(context: Context, vocabulary: keyof Vocabularies, slug: string): string {
  const own = context.words.terms[vocabulary]?.[slug];
  return own ?? term(context.vocabularies?.[vocabulary], slug, languageIn(context));
}
