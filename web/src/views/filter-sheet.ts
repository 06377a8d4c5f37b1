/**
 * All filters at once, each choice with the number it would leave: a sheet on a phone, a panel
 * beside the map elsewhere. Every choice takes effect at once; the button at its foot only says how
 * many there are now and closes it.
 */

import type { Facets } from "../api.ts";
import { type Child, fill, h, icon, setAttribute } from "../dom.ts";
import {
  EXTRA_STATUSES,
  type Filters,
  NO_FILTERS,
  PRICES,
  toggled,
  type WordFilter,
} from "../filters.ts";
import { ICONS } from "../shapes.ts";
import type { Context } from "./context.ts";
import { choiceWords, VOCABULARY } from "./filter-words.ts";

/** What people look for most, before the rest of the vocabulary. */
const FIRST_AMENITIES = ["wifi", "power", "booth", "meeting-room", "monitor", "parking", "barrier-free"];
const CERTAINTIES = ["confirmed", "likely", "unknown"];

export class FilterSheet {
  readonly element: HTMLDialogElement;
  readonly #context: Context;
  readonly #body = h("div", { class: "sheet-choices" });
  readonly #show: HTMLButtonElement;
  /** Sets every control as the mode is; one for each control. */
  #follow: ((filters: Filters) => void)[] = [];
  /** Writes every number; one for each place of one. */
  #count: ((facets: Facets | null) => void)[] = [];
  #facets: Facets | null = null;

  constructor(context: Context) {
    this.#context = context;
    const { words } = context;
    this.#show = h("button", { type: "button", class: "button primary", onclick: () => this.element.close() });
    this.element = h(
      "dialog",
      { class: "dialog filter-sheet", "aria-labelledby": "filter-heading" },
      h(
        "div",
        { class: "dialog-head" },
        h("h2", { id: "filter-heading", tabindex: -1 }, words.filters.heading),
        h(
          "button",
          { type: "button", class: "icon-button", "aria-label": words.close, onclick: () => this.element.close() },
          icon(ICONS.close),
        ),
      ),
      this.#body,
      h(
        "div",
        { class: "dialog-actions" },
        h(
          "button",
          { type: "button", class: "button", onclick: () => this.#apply({ ...NO_FILTERS, knownOnly: this.#filters().knownOnly }) },
          words.filters.clearAll,
        ),
        this.#show,
      ),
    );
    // A press beside the sheet closes it, as people expect of one.
    this.element.addEventListener("click", (event) => {
      if (event.target === this.element) this.element.close();
    });
  }

  open(): void {
    this.#build();
    this.element.showModal();
    this.#body.scrollTop = 0;
  }

  get isOpen(): boolean {
    return this.element.open;
  }

  refresh(): void {
    if (this.isOpen) for (const follow of this.#follow) follow(this.#filters());
  }

  counted(facets: Facets | null): void {
    this.#facets = facets;
    for (const write of this.#count) write(facets);
  }

  /** The number on the button: what the list behind shows. */
  found(known: number, matched: number): void {
    const { filters: words } = this.#context.words;
    fill(this.#show, matched > known ? words.showUnknown(known, matched - known) : words.show(matched));
  }

  #filters(): Filters {
    return this.#context.navigation.mode.filters;
  }

  #apply(filters: Filters): void {
    this.#context.navigation.push({ filters });
  }

  #build(): void {
    this.#follow = [];
    this.#count = [];
    const { filters: words } = this.#context.words;
    const amenities = this.#slugs("amenity");
    const rest = amenities.filter((slug) => !FIRST_AMENITIES.includes(slug));
    const first = FIRST_AMENITIES.filter((slug) => amenities.includes(slug));
    fill(
      this.#body,
      this.#opening(),
      this.#words("eligibility", this.#slugs("eligibility")),
      this.#words("use", this.#slugs("use")),
      this.#price(),
      this.#words("amenity", first, rest),
      this.#words("kind", this.#slugs("kind")),
      this.#words("stock", this.#slugs("stock")),
      this.#words("programme", [...this.#slugs("programme"), "unknown"]),
      this.#words("certainty", CERTAINTIES),
      this.#words("status-age", this.#slugs("status-age")),
      this.#group(words.also, ...EXTRA_STATUSES.map((status) => this.#extra(status))),
      this.#includeUnknown(),
    );
    this.refresh();
    for (const follow of this.#follow) follow(this.#filters());
    this.counted(this.#facets);
  }

  #slugs(name: WordFilter): string[] {
    return (this.#context.vocabularies?.[VOCABULARY[name]] ?? []).map(({ slug }) => slug);
  }

  #group(legend: string, ...children: Child[]): HTMLElement {
    return h("fieldset", { class: "choice-group" }, h("legend", {}, legend), ...children);
  }

  #words(name: WordFilter, slugs: string[], more: string[] = []): HTMLElement {
    const { filters: words } = this.#context.words;
    const box = (slug: string) => this.#checkbox(name, slug);
    return this.#group(
      words[name],
      slugs.length === 0 && h("p", { class: "note" }, words.failed),
      name === "amenity" && slugs.length > 0 && h("p", { class: "note" }, words.allOf),
      h("div", { class: "choice-columns" }, ...slugs.map(box)),
      more.length > 0 &&
        h("details", {}, h("summary", {}, words.moreChoices), h("div", { class: "choice-columns" }, ...more.map(box))),
    );
  }

  #checkbox(name: WordFilter, slug: string): HTMLElement {
    const input = h("input", {
      type: "checkbox",
      value: slug,
      "data-filter": name,
      onchange: () => this.#apply(toggled(this.#filters(), name, slug)),
    });
    this.#follow.push((filters) => (input.checked = filters[name].includes(slug)));
    return h(
      "label",
      { class: "choice" },
      input,
      name === "programme" && slug !== "unknown" && h("span", { class: "programme-dot", "data-programme": slug }),
      h("span", {}, choiceWords(this.#context, name, slug)),
      this.#number((facets) => facets.facets[name]?.[slug] ?? 0),
    );
  }

  /** Nothing where the numbers are of something else. */
  #number(read: (facets: Facets) => number | null): HTMLElement {
    const { filters: words } = this.#context.words;
    const place = h("span", { class: "choice-count" });
    this.#count.push((facets) => {
      const count = facets && read(facets);
      fill(place, count !== null && words.count(count));
      place.toggleAttribute("data-none", count === 0);
    });
    return place;
  }

  /** Any time, now, or a moment in Japan. */
  #opening(): HTMLElement {
    const { filters: words } = this.#context.words;
    const moment = h("input", {
      type: "datetime-local",
      class: "field",
      "aria-label": words.openAtLabel,
      onchange: () => moment.value && this.#apply({ ...this.#filters(), openAt: `${moment.value.slice(0, 16)}:00+09:00` }),
    });
    const radio = (value: string, label: string, chosen: (openAt: string | null) => boolean, act: () => void, count?: HTMLElement) => {
      const input = h("input", { type: "radio", name: "open-at", value, onchange: act });
      this.#follow.push(({ openAt }) => (input.checked = chosen(openAt)));
      return h("label", { class: "choice" }, input, h("span", {}, label), count);
    };
    this.#follow.push(({ openAt }) => {
      moment.hidden = !isMoment(openAt);
      if (openAt && isMoment(openAt)) moment.value = openAt.slice(0, 16);
    });
    return this.#group(
      words["open-at"],
      radio("", words.openAny, (at) => at === null, () => this.#apply({ ...this.#filters(), openAt: null })),
      radio(
        "now",
        words.openNow,
        (at) => at === "now",
        () => this.#apply({ ...this.#filters(), openAt: "now" }),
        this.#number((facets) => (isMoment(this.#filters().openAt) ? null : (facets.facets.open?.open ?? 0))),
      ),
      radio(
        "at",
        words.openAt,
        isMoment,
        () => this.#apply({ ...this.#filters(), openAt: nextHourInJapan(this.#context.now()) }),
        this.#number((facets) => (isMoment(this.#filters().openAt) ? (facets.facets.open?.open ?? 0) : null)),
      ),
      moment,
    );
  }

  /** Stops at the prices that are counted; ¥400 is marked, and one press away. */
  #price(): HTMLElement {
    const { filters: words, price: spoken } = this.#context.words;
    const any = PRICES.length;
    const mark = PRICES.indexOf(400);
    const label = (stop: number) => {
      const yen = PRICES[stop];
      if (yen === undefined) return words.priceAny;
      return yen === 0 ? spoken(0) : words.priceUpTo(yen);
    };
    const told = h("output", { for: "price-max", class: "price-told" });
    const tell = () => {
      const stop = Number(slider.value);
      const count = this.#facets?.facets.price?.[String(PRICES[stop])];
      fill(told, label(stop), count !== undefined && h("span", { class: "choice-count" }, words.count(count)));
      setAttribute(slider, "aria-valuetext", label(stop));
    };
    const apply = (stop: number) => this.#apply({ ...this.#filters(), priceMax: PRICES[stop] ?? null });
    const slider = h("input", {
      type: "range",
      id: "price-max",
      min: 0,
      max: any,
      step: 1,
      "aria-label": words["price-max"],
      oninput: tell,
      onchange: () => apply(Number(slider.value)),
    });
    this.#follow.push(({ priceMax }) => {
      const stop = priceMax === null ? any : PRICES.findIndex((yen) => yen >= priceMax);
      slider.value = String(stop < 0 ? any : stop);
      tell();
    });
    this.#count.push(tell);
    return this.#group(
      words["price-max"],
      told,
      h(
        "div",
        { class: "price" },
        slider,
        h(
          "button",
          { type: "button", class: "price-mark", "aria-label": words.priceUpTo(400), onclick: () => apply(mark) },
          words.priceMark,
        ),
      ),
    );
  }

  #extra(status: (typeof EXTRA_STATUSES)[number]): HTMLElement {
    const { filters: words } = this.#context.words;
    const input = h("input", {
      type: "checkbox",
      value: status,
      onchange: () => {
        const filters = this.#filters();
        const also = EXTRA_STATUSES.filter((one) => (one === status ? input.checked : filters.also.includes(one)));
        this.#apply({ ...filters, also });
      },
    });
    this.#follow.push((filters) => (input.checked = filters.also.includes(status)));
    return h("label", { class: "choice" }, input, h("span", {}, words[status]));
  }

  #includeUnknown(): HTMLElement {
    const { filters: words } = this.#context.words;
    const input = h("input", {
      type: "checkbox",
      onchange: () => this.#apply({ ...this.#filters(), knownOnly: !input.checked }),
    });
    this.#follow.push((filters) => (input.checked = !filters.knownOnly));
    return h(
      "div",
      { class: "choice-group" },
      h("label", { class: "choice" }, input, h("span", {}, words.includeUnknown)),
      h("p", { class: "note" }, words.includeUnknownNote),
    );
  }
}

function isMoment(openAt: string | null): boolean {
  return openAt !== null && openAt !== "now";
}

/** The next full hour on the clocks of Japan. */
function nextHourInJapan(now: Date): string {
  const there = new Date(now.getTime() + 9 * 3_600_000 + 3_600_000).toISOString();
  return `${there.slice(0, 13)}:00:00+09:00`;
}
