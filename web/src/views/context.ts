/** What every view needs: the words, the vocabularies once they are here, the API, the mode. */

import type { Api, Vocabularies } from "../api.ts";
import type { Navigation } from "../navigation.ts";
import type { Words } from "../text/index.ts";
import { term } from "../text/index.ts";

export interface Context {
  readonly api: Api;
  readonly navigation: Navigation;
  readonly words: Words;
  vocabularies: Vocabularies | null;
}

/** A slug in the visitor's words. */
export function named(context: Context, vocabulary: keyof Vocabularies, slug: string): string {
  return term(context.vocabularies?.[vocabulary], slug, context.navigation.mode.language);
}
