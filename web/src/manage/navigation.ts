/** Keeps the route and the browser's address the same thing. */

import type { Language } from "../mode.ts";
import { parse, type Route, write } from "./route.ts";

/** Asked before a view with unsent input is left: the words to ask with, or null to let go. */
export type Guard = () => string | null;

export class Navigation {
  route: Route;
  readonly #language: Language;
  readonly #onChange: () => void;
  #guard: Guard | null = null;
  /** Where in the history we are, to go back there if somebody stays after all. */
  #position: number;

  constructor(language: Language, onChange: () => void) {
    this.#language = language;
    this.#onChange = onChange;
    this.route = parse(location.pathname, location.search);
    const { position } = (history.state ?? {}) as { position?: unknown };
    this.#position = typeof position === "number" ? position : 0;
    history.replaceState({ position: this.#position }, "", this.#withLanguage(location));
    addEventListener("popstate", (event) => this.#popped(event.state));
    addEventListener("beforeunload", (event) => {
      if (this.#guard?.()) event.preventDefault();
    });
  }

  /** A step somebody took: the back button undoes it. False where they preferred to stay. */
  go(route: Route): boolean {
    if (!this.#mayLeave()) return false;
    this.#position += 1;
    history.pushState({ position: this.#position }, "", this.address(route));
    this.#arrive();
    return true;
  }

  /** The same place, described more exactly: no step, and no new view. */
  refine(route: Route): void {
    this.route = route;
    history.replaceState({ position: this.#position }, "", this.address(route));
  }

  setQuery(changes: Record<string, string | null>): void {
    const url = new URL(location.href);
    for (const [name, value] of Object.entries(changes)) {
      if (value === null) url.searchParams.delete(name);
      else url.searchParams.set(name, value);
    }
    history.replaceState({ position: this.#position }, "", url.pathname + url.search);
    this.route = parse(url.pathname, url.search);
  }

  guard(guard: Guard | null): void {
    this.#guard = guard;
  }

  /** Whether the view has something unsent. */
  get isGuarded(): boolean {
    return Boolean(this.#guard?.());
  }

  /** The address of a route in the language of the page. */
  address(route: Route): string {
    return this.#withLanguage(new URL(write(route), location.origin));
  }

  /** The address of this very place in another language. Japanese is spelled out: it must win over a remembered English. */
  inLanguage(language: Language): string {
    const url = new URL(location.href);
    url.searchParams.set("lang", language);
    return url.pathname + url.search;
  }

  #withLanguage(place: URL | Location): string {
    const url = new URL(place.href);
    if (this.#language === "ja") url.searchParams.delete("lang");
    else url.searchParams.set("lang", this.#language);
    return url.pathname + url.search;
  }

  #popped(state: unknown): void {
    const named = new URLSearchParams(location.search).get("lang") ?? "ja";
    // Another entry of the history may be in the other language: all words change, so begin anew.
    if (named !== this.#language) return location.reload();
    const position = (state as { position?: number } | null)?.position ?? 0;
    const steps = position - this.#position;
    if (steps === 0) return; // We went back here ourselves, or only the fragment changed.
    if (!this.#mayLeave()) return history.go(-steps);
    this.#position = position;
    this.#arrive();
  }

  #mayLeave(): boolean {
    const words = this.#guard?.();
    if (words && !confirm(words)) return false;
    this.#guard = null;
    return true;
  }

  #arrive(): void {
    this.route = parse(location.pathname, location.search);
    this.#onChange();
  }
}
