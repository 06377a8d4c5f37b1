/** What every view is given. */

import type { Vocabularies } from "../../api.ts";
import type { Language } from "../../mode.ts";
import type { Session } from "../answers.ts";
import type { ManageApi } from "../api.ts";
import type { Guard } from "../navigation.ts";
import type { Route, RouteOf, ViewName } from "../route.ts";
import type { Words } from "../text/index.ts";

export interface Context {
  readonly api: ManageApi;
  readonly words: Words;
  readonly language: Language;
  /** Who is signed in. */
  readonly session: Session;
  readonly route: Route;
  /** Aborted when the view goes. */
  readonly signal: AbortSignal;
  /** Goes to another place. */
  go(route: Route): void;
  /** The address of a place, for a link. */
  address(route: Route): string;
  /** Writes the same place more exactly into the address; the view stays. */
  refine(route: Route): void;
  /** What the address asks of this view in particular. */
  query(): URLSearchParams;
  setQuery(changes: Record<string, string | null>): void;
  /** Asks before the view is left, as long as it gives words. */
  guard(guard: Guard | null): void;
  /** Says what was done, above the page and aloud. It outlives one navigation, so that it can be said on the way. */
  tell(message: string): void;
  /** The title of the window, if it is not the heading. */
  title(words: string): void;
  /** What waits for a decision has changed: the number beside 受付箱 is asked for again. */
  recount(): void;
  /** Fetched once for all views. */
  vocabularies(): Promise<Vocabularies>;
  /** What facilities' fields are called, in the page's language. Fetched once for all views. */
  fieldNames(): Promise<Record<string, string>>;
}

/** The same, for the view of one sort of route. */
export type ContextOf<N extends ViewName> = Context & { readonly route: RouteOf<N> };

/** A page: fills `root` and may give back what to do when it goes. See route.ts. */
export type View<N extends ViewName> = (context: ContextOf<N>, root: HTMLElement) => void | (() => void);
