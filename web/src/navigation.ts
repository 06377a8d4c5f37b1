/** Keeps the mode and the browser's address the same thing. */

import { type Locale, type Mode, parseMode, writeMode } from "./mode.ts";

export type Listener = (mode: Mode, previous: Mode) => void;

export class Navigation {
  mode: Mode;
  readonly #preferred: Locale;
  readonly #listeners: Listener[] = [];

  constructor(preferred: Locale) {
    this.#preferred = preferred;
    this.mode = parseMode(location.search, preferred);
    addEventListener("popstate", () => this.#change(parseMode(location.search, this.#preferred)));
  }

  /** A step the visitor took: the back button undoes it. */
  push(change: Partial<Mode>): void {
    const mode = { ...this.mode, ...change };
    if (writeMode(mode) === writeMode(this.mode)) return;
    history.pushState(null, "", this.url(mode));
    this.#change(mode);
  }

  /** The same step, described more exactly: the map moved, a name arrived. */
  replace(change: Partial<Mode>): void {
    const mode = { ...this.mode, ...change };
    history.replaceState(null, "", this.url(mode));
    this.#change(mode);
  }

  listen(listener: Listener): void {
    this.#listeners.push(listener);
  }

  url(mode: Mode): string {
    return location.pathname + writeMode(mode);
  }

  #change(mode: Mode): void {
    const previous = this.mode;
    this.mode = mode;
    for (const listener of this.#listeners) listener(mode, previous);
  }
}
