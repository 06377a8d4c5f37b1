/** The row under the search box: the button of all filters, the four most used, and what else is set. */

import type { Facets } from "../api.ts";
import { fill, h, icon, setAttribute } from "../dom.ts";
import { activeFilters, type Filters, toggled, WORD_FILTERS, type WordFilter } from "../filters.ts";
import { ICONS } from "../shapes.ts";
import type { Context } from "./context.ts";
import { choiceWords, momentWords } from "./filter-words.ts";
import { FilterSheet } from "./filter-sheet.ts";

/** One press each, without opening anything. */
const QUICK = [
  ["eligibility", "anyone"],
  ["use", "drop-in"],
  ["amenity", "wifi"],
] as const satisfies [WordFilter, string][];

export class FilterBar {
  readonly element: HTMLElement;
  readonly sheet: FilterSheet;
  readonly #context: Context;
  readonly #all: HTMLButtonElement;
  readonly #now: HTMLButtonElement;
  readonly #quick: HTMLButtonElement[];
  readonly #set = h("ul", { class: "chips-set" });
  readonly #districts = new Map<string, string>();

  /** `opened` is told when the sheet opens: its counts are asked for only then. */
  constructor(context: Context, opened: () => void) {
    this.#context = context;
    const { filters: words } = context.words;
    this.sheet = new FilterSheet(context);
    this.#all = h("button", {
      type: "button",
      class: "chip chip-all",
      "aria-haspopup": "dialog",
      onclick: () => {
        this.sheet.open();
        opened();
      },
    });
    this.#now = this.#toggle(() => {
      const { filters } = context.navigation.mode;
      return { ...filters, openAt: filters.openAt === "now" ? null : "now" };
    });
    this.#quick = QUICK.map(([name, slug]) => this.#toggle(() => toggled(context.navigation.mode.filters, name, slug)));
    this.element = h(
      "section",
      { class: "filters", "aria-label": words.heading },
      h("div", { class: "chips" }, this.#all, this.#now, ...this.#quick, this.#set),
      this.sheet.element,
    );
    this.refresh();
  }

  /** Shows the filters of the mode, which may have come from the URL or the back button. */
  refresh(): void {
    const { navigation, words } = this.#context;
    const { filters } = navigation.mode;
    const count = activeFilters(filters).length + (filters.also.length ? 1 : 0) + (filters.municipality.length ? 1 : 0);
    fill(this.#all, icon(ICONS.filter), words.filters.button, count > 0 && h("span", { class: "chip-count" }, count));
    setAttribute(this.#all, "aria-label", count ? words.filters.set(count) : null);
    fill(this.#now, words.filters.openNow);
    setAttribute(this.#now, "aria-pressed", String(filters.openAt === "now"));
    QUICK.forEach(([name, slug], i) => {
      // Said in the page's own words: the vocabularies come later, and the row would jump.
      fill(this.#quick[i]!, words.filters.quick[slug]);
      setAttribute(this.#quick[i]!, "aria-pressed", String(filters[name].includes(slug)));
    });
    fill(this.#set, ...this.#removable(filters));
    this.sheet.refresh();
  }

  counted(facets: Facets | null): void {
    this.sheet.counted(facets);
  }

  #toggle(next: () => Filters): HTMLButtonElement {
    const { navigation } = this.#context;
    return h("button", { type: "button", class: "chip", onclick: () => navigation.push({ filters: next() }) });
  }

  /** Everything set that has no button of its own in the row. */
  #removable(filters: Filters): HTMLElement[] {
    const { words } = this.#context;
    const chips: HTMLElement[] = filters.municipality.map((code) =>
      this.#chip(this.#district(code), { ...filters, municipality: filters.municipality.filter((one) => one !== code) }),
    );
    if (filters.openAt && filters.openAt !== "now") {
      chips.push(this.#chip(momentWords(this.#context, filters.openAt), { ...filters, openAt: null }));
    }
    if (filters.priceMax !== null) {
      chips.push(this.#chip(words.filters.priceUpTo(filters.priceMax), { ...filters, priceMax: null }));
    }
    for (const name of WORD_FILTERS) {
      for (const slug of filters[name]) {
        if (QUICK.some(([quick, own]) => quick === name && own === slug)) continue;
        chips.push(this.#chip(choiceWords(this.#context, name, slug), toggled(filters, name, slug)));
      }
    }
    for (const status of filters.also) {
      const also = filters.also.filter((one) => one !== status);
      chips.push(this.#chip(words.filters[status], { ...filters, also }));
    }
    return chips;
  }

  #chip(label: string, next: Filters): HTMLElement {
    const { navigation, words } = this.#context;
    const remove = () => {
      navigation.push({ filters: next });
      this.#all.focus();
    };
    return h(
      "li",
      {},
      h(
        "button",
        { type: "button", class: "chip chip-set", "aria-label": words.filters.remove(label), onclick: remove },
        h("span", {}, label),
        icon(ICONS.close),
      ),
    );
  }

  /** The code until its name has been told. */
  #district(code: string): string {
    const known = this.#districts.get(code);
    if (known) return known;
    this.#districts.set(code, code);
    void this.#context.api
      .district(code)
      .then((name) => {
        this.#districts.set(code, name);
        this.refresh();
      })
      .catch(() => undefined);
    return code;
  }
}
