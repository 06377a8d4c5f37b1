/** The top of the page: the name, the search box, the visitor's position, the other language. */

import type { Feature, Place } from "../api.ts";
import { h, icon, setAttribute } from "../dom.ts";
import { ICONS } from "../shapes.ts";
import type { Context } from "./context.ts";
import { Search } from "./search.ts";

export interface HeaderActions {
  pick(place: Feature<Place>): void;
  clear(): void;
  locate(): void;
}

export class Header {
  readonly element: HTMLElement;
  readonly search: Search;
  readonly #context: Context;
  readonly #here: HTMLButtonElement;
  readonly #language: HTMLAnchorElement;
  readonly #notice: HTMLElement;

  constructor(context: Context, actions: HeaderActions) {
    this.#context = context;
    const { words, navigation } = context;
    this.search = new Search(context, actions.pick, actions.clear);
    this.#here = h(
      "button",
      {
        type: "button",
        class: "here-button",
        "aria-label": words.here.button,
        title: words.here.button,
        onclick: actions.locate,
      },
      icon(ICONS.here),
      h("span", { class: "wide-only" }, words.here.button),
    );
    const other = navigation.mode.language === "ja" ? "en" : "ja";
    this.#language = h("a", {
      class: "language",
      lang: other,
      hreflang: other,
      "aria-label": words.languageSwitch,
    });
    this.#language.append(
      h("span", { class: "wide-only" }, words.languageSwitch),
      h("span", { class: "narrow-only" }, words.languageSwitchShort),
    );
    this.#notice = h("div", { class: "notice", role: "alert", hidden: true });
    this.element = h(
      "header",
      { class: "header" },
      h("h1", { class: "brand" }, h("a", { href: other === "en" ? "/" : "/?lang=en" }, words.appName)),
      h("div", { class: "search-row" }, this.search.element, this.#here),
      h("a", { class: "to-coverage", href: other === "en" ? "/coverage" : "/coverage?lang=en" }, words.coverage),
      this.#language,
      this.#notice,
    );
    this.refresh();
  }

  /** The other language shows the very same thing, so its link follows every step. */
  refresh(): void {
    const { navigation } = this.#context;
    const other = navigation.mode.language === "ja" ? "en" : "ja";
    // Japanese is spelled out too: it must win over a remembered English.
    const url = new URL(navigation.url({ ...navigation.mode, language: other }), location.origin);
    if (other === "ja") url.searchParams.set("lang", "ja");
    this.#language.href = url.pathname + url.search;
  }

  locating(busy: boolean): void {
    setAttribute(this.#here, "aria-busy", busy ? "true" : null);
    setAttribute(this.#here, "disabled", busy);
    if (busy) this.tell(this.#context.words.here.looking, false);
    else this.tell(null);
  }

  /** A message under the search box; what is merely under way cannot be dismissed. */
  tell(message: string | null, dismissible = true): void {
    this.#notice.hidden = message === null;
    this.#notice.replaceChildren();
    if (message === null) return;
    this.#notice.append(h("p", {}, message));
    if (!dismissible) return;
    const { close } = this.#context.words;
    this.#notice.append(
      h(
        "button",
        { type: "button", class: "icon-button", "aria-label": close, onclick: () => this.tell(null) },
        icon(ICONS.close),
      ),
    );
  }
}
