/** The top of the page: the name, the search box, the visitor's position, the other language. */

import { h, icon, setAttribute } from "../dom.ts";
import { type Locale, languageOf, LOCALES } from "../mode.ts";
import { ICONS } from "../shapes.ts";
import { type Context, languageQuery } from "./context.ts";
import { Search, type Suggestion } from "./search.ts";

/** Each language by its own name: whoever looks for it reads no other. */
const NAMES: Record<Locale, string> = { ja: "日本語", "ja-simple": "やさしい日本語", en: "English" };

export interface HeaderActions {
  pick(suggestion: Suggestion): void;
  clear(): void;
  locate(): void;
}

export class Header {
  readonly element: HTMLElement;
  readonly search: Search;
  readonly #context: Context;
  readonly #here: HTMLButtonElement;
  readonly #languages: [Locale, HTMLAnchorElement][];
  readonly #notice: HTMLElement;

  constructor(context: Context, actions: HeaderActions) {
    this.#context = context;
    const { words, navigation } = context;
    this.search = new Search(
      context,
      { id: "search", label: words.search.label, placeholder: words.search.placeholder },
      actions.pick,
      actions.clear,
    );
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
    this.#languages = LOCALES.map((locale) => [
      locale,
      h(
        "a",
        {
          lang: languageOf(locale),
          hreflang: languageOf(locale),
          "aria-current": locale === navigation.mode.locale ? "true" : null,
        },
        NAMES[locale],
      ),
    ]);
    const menu = h("ul", { id: "languages" }, ...this.#languages.map(([, link]) => h("li", {}, link)));
    const opener = h(
      "button",
      {
        type: "button",
        class: "languages-button",
        "aria-expanded": "false",
        "aria-controls": "languages",
        "aria-label": navigation.mode.locale === "en" ? words.language : `${words.language} Language`,
        onclick: () => openMenu(opener.getAttribute("aria-expanded") !== "true"),
      },
      icon(ICONS.language),
    );
    const openMenu = (open: boolean) => {
      opener.setAttribute("aria-expanded", String(open));
      setAttribute(menu, "data-open", open);
    };
    const languages = h(
      "nav",
      {
        class: "languages",
        "aria-label": words.language,
        onkeydown: (event: KeyboardEvent) => {
          if (event.key !== "Escape" || opener.getAttribute("aria-expanded") !== "true") return;
          openMenu(false);
          opener.focus();
        },
        onfocusout: (event: FocusEvent) => {
          if (!languages.contains(event.relatedTarget as Node | null)) openMenu(false);
        },
      },
      opener,
      menu,
    );
    this.#notice = h("div", { class: "notice", role: "alert", hidden: true });
    this.element = h(
      "header",
      { class: "header" },
      h("h1", { class: "brand" }, h("a", { href: `/${navigation.mode.locale === "ja" ? "" : `?lang=${navigation.mode.locale}`}` }, words.appName)),
      h("div", { class: "search-row" }, this.search.element, this.#here),
      h("a", { class: "to-coverage", href: `/coverage${languageQuery(context, "?")}` }, words.coverage),
      languages,
      this.#notice,
    );
    this.refresh();
  }

  /** The box again says what the list is about, where words in it were filters alone. */
  refreshSearch(): void {
    const { around } = this.#context.navigation.mode;
    this.search.show(around.by === "near" ? around.label : "");
  }

  /** The other languages show the very same thing, so their links follow every step. */
  refresh(): void {
    const { navigation } = this.#context;
    for (const [locale, link] of this.#languages) {
      const url = new URL(navigation.url({ ...navigation.mode, locale }), location.origin);
      // Japanese is spelled out too: it must win over another that is remembered.
      if (locale === "ja") url.searchParams.set("lang", "ja");
      link.href = url.pathname + url.search;
    }
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
