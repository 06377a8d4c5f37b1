/** The list: the map's equal, and the whole service where no map can be drawn. */

import type { Facility, Feature } from "../api.ts";
import { fill, h, setAttribute } from "../dom.ts";
import { distance } from "../format.ts";
import { activeFilters } from "../mode.ts";
import { isUnknownMatch } from "../query.ts";
import type { Listing, Results } from "../results.ts";
import type { Context } from "./context.ts";
import { emptyState } from "./empty.ts";
import { item } from "./item.ts";

/** From here on a nearest hub is not "nearby", and the page says so. */
const FAR = 20_000;

export interface ListActions {
  retry(): void;
  more(): void;
  backToWindow(): void;
  zoomOut(): void;
  point(feature: Feature<Facility> | null): void;
}

export class List {
  readonly element: HTMLElement;
  readonly #context: Context;
  readonly #actions: ListActions;
  readonly #heading = h("h2", { id: "list-heading", tabindex: -1 });
  readonly #from = h("p", { class: "list-from" });
  readonly #body = h("div", { class: "list-body" });
  readonly #status = h("p", { class: "visually-hidden", role: "status" });
  readonly #progress = h("div", { class: "progress", "aria-hidden": "true" });
  #listed: Feature<Facility>[] = [];

  constructor(context: Context, actions: ListActions) {
    this.#context = context;
    this.#actions = actions;
    this.element = h(
      "section",
      { class: "list", id: "list", "aria-labelledby": "list-heading" },
      h("header", { class: "list-header" }, this.#heading, this.#from, this.#progress),
      this.#body,
      this.#status,
    );
    const pointAt = (event: Event) => {
      const id = (event.target as Element).closest("[data-id]")?.getAttribute("data-id");
      actions.point(this.#listed.find((feature) => feature.id === id) ?? null);
    };
    for (const kind of ["pointerover", "focusin"]) this.#body.addEventListener(kind, pointAt);
    for (const kind of ["pointerleave", "focusout"]) {
      this.#body.addEventListener(kind, () => actions.point(null));
    }
  }

  render(results: Results): void {
    setAttribute(this.element, "aria-busy", results.state === "loading" ? "true" : null);
    if (results.state === "failed") return this.#failed(results.status);
    // While the next answer is on its way the last one stays: nothing jumps.
    if (results.state === "loading") return results.listing ? undefined : this.#firstLoad();
    this.#ready(results.listing);
  }

  focusItem(id: string | null): void {
    const link = id && this.#body.querySelector<HTMLElement>(`[data-id="${CSS.escape(id)}"] a`);
    (link || this.#heading).focus();
  }

  #firstLoad(): void {
    this.#heading.textContent = this.#context.words.list.heading;
    fill(this.#body, h("p", { class: "list-waiting" }, this.#context.words.list.loading));
  }

  #ready(listing: Listing): void {
    const { words, navigation } = this.#context;
    const { around, filters } = navigation.mode;
    const near = around.by === "near";
    const unknown = listing.matched - listing.known;
    const base = near ? words.list.nearest(listing.matched) : words.list.inWindow(listing.matched);
    const count = unknown > 0 ? words.list.withUnknown(listing.known, unknown) : base;
    const announced = near ? `${count} ${words.list.from(around.label)}` : count;
    this.#heading.textContent = count;
    if (this.#status.textContent !== announced) this.#status.textContent = announced;
    this.#listed = listing.features;

    const matches = listing.features.filter((feature) => !isUnknownMatch(feature.properties, filters));
    const unknowns = listing.features.filter((feature) => isUnknownMatch(feature.properties, filters));
    const row = (offset: number) => (feature: Feature<Facility>, i: number) =>
      item(this.#context, feature, near ? offset + i : null);
    const focused = this.#focusedPart();
    fill(
      this.#from,
      near && words.list.from(around.label || words.map.picked),
      near && " ",
      near &&
        h(
          "button",
          { type: "button", class: "text-button", onclick: () => this.#actions.backToWindow() },
          words.list.backToWindow,
        ),
    );
    fill(
      this.#body,
      this.#knownOnlyToggle(),
      near && this.#farNote(matches[0] ?? unknowns[0]),
      matches.length > 0 && h("ol", { class: "items" }, ...matches.map(row(0))),
      listing.known === 0 && emptyState(this.#context, listing, this.#actions),
      unknowns.length > 0 && h("h3", { class: "unknown-heading" }, words.list.unknownHeading),
      unknowns.length > 0 && h("p", { class: "note" }, words.list.unknownNote),
      unknowns.length > 0 &&
        h("ol", { class: "items", start: matches.length + 1 }, ...unknowns.map(row(matches.length))),
      listing.next !== null && this.#more(),
    );
    if (focused) this.#focusAgain(focused);
  }

  /** A list drawn anew must not drop the keyboard out of it. */
  #focusedPart(): string | null {
    const focused = document.activeElement;
    if (!focused || focused === this.#heading || !this.element.contains(focused)) return null;
    const id = focused.closest("[data-id]")?.getAttribute("data-id");
    return id
      ? `[data-id="${CSS.escape(id)}"] a`
      : focused.matches(".known-only input")
        ? ".known-only input"
        : "h2";
  }

  #focusAgain(selector: string): void {
    (this.element.querySelector<HTMLElement>(selector) ?? this.#heading).focus({ preventScroll: true });
  }

  #farNote(first: Feature<Facility> | undefined): HTMLElement | null {
    if (!first) return null;
    const { words } = this.#context;
    const {
      distance: metres = 0,
      position_precision: precision,
      prefecture,
      municipality_name,
    } = first.properties;
    if (metres < FAR) return null;
    const told =
      precision === "city"
        ? words.list.farawayIn(prefecture + municipality_name)
        : words.list.faraway(distance(metres));
    return h("p", { class: "hint" }, told);
  }

  #more(): HTMLElement {
    return h(
      "p",
      { class: "more" },
      h(
        "button",
        { type: "button", class: "button", onclick: () => this.#actions.more() },
        this.#context.words.list.more,
      ),
    );
  }

  #knownOnlyToggle(): HTMLElement | null {
    const { words, navigation } = this.#context;
    const { filters } = navigation.mode;
    if (!activeFilters(filters).length) return null;
    return h(
      "label",
      { class: "choice known-only" },
      h("input", {
        type: "checkbox",
        checked: filters.knownOnly,
        onchange: () => navigation.push({ filters: { ...filters, knownOnly: !filters.knownOnly } }),
      }),
      h("span", {}, words.list.knownOnly),
    );
  }

  #failed(status: number): void {
    const { words } = this.#context;
    const reason = status === 0 ? words.list.offline : words.list.failed;
    this.#heading.textContent = words.list.heading;
    this.#status.textContent = "";
    fill(this.#from);
    fill(
      this.#body,
      h(
        "div",
        { class: "failure", role: "alert" },
        h("p", {}, reason),
        h(
          "button",
          { type: "button", class: "button primary", onclick: () => this.#actions.retry() },
          words.retry,
        ),
      ),
    );
  }
}
