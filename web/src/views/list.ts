/** The list: the map's equal, and the whole service where no map can be drawn. */

import { plain } from "../annotate.ts";
import type { Facility, Feature } from "../api.ts";
import { fill, h, icon, setAttribute } from "../dom.ts";
import { distance } from "../format.ts";
import { roundedView } from "../mode.ts";
import { ICONS } from "../shapes.ts";
import { activeFilters } from "../filters.ts";
import { isUnknownMatch } from "../query.ts";
import type { Listing, Results } from "../results.ts";
import { type Context, languageQuery, marked } from "./context.ts";
import { emptyState } from "./empty.ts";
import { isByUse, nearestOf } from "../usable.ts";
import { cityOf, displayName, item, onFoot } from "./item.ts";

/** From here on it is no walk to the next hub, and the page says how far it is. */
const NOT_AROUND_THE_CORNER = 2000;
/** From here on a nearest hub is not "nearby", and the page says so. */
const FAR = 20_000;

export interface ListActions {
  retry(): void;
  more(): void;
  backToWindow(): void;
  zoomOut(): void;
  point(feature: Feature<Facility> | null): void;
  openBoth(): void;
  print(): void;
  share(): void;
}

export class List {
  readonly element: HTMLElement;
  readonly #context: Context;
  readonly #actions: ListActions;
  readonly #heading = h("h2", { id: "list-heading", tabindex: -1 });
  readonly #from = h("p", { class: "list-from" });
  readonly #body = h("div", { class: "list-body" });
  readonly #status = h("p", { class: "visually-hidden", role: "status" });
  /** What is wrong with the connection, above what is shown nevertheless. */
  readonly #banner = h("p", { class: "banner", role: "status" });
  readonly #progress = h("div", { class: "progress", "aria-hidden": "true" });
  #listed: Feature<Facility>[] = [];

  constructor(context: Context, actions: ListActions) {
    this.#context = context;
    this.#actions = actions;
    this.element = h(
      "section",
      { class: "list", id: "list", "aria-labelledby": "list-heading" },
      h(
        "header",
        { class: "list-header" },
        h("div", { class: "list-top" }, this.#heading, this.#tools()),
        this.#from,
        this.#banner,
        this.#progress,
      ),
      this.#body,
      aboutLinks(context),
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

  /** Says how old the list is, or that there is no connection; null when all is well. */
  tell(message: string | null): void {
    if (this.#banner.textContent !== plain(message ?? "")) fill(this.#banner, message);
  }

  /** Marks the line of a facility whose pin is pointed at. */
  highlight(id: string | null): void {
    for (const line of this.#body.querySelectorAll("[data-pointed]")) line.removeAttribute("data-pointed");
    if (id) this.#body.querySelector(`[data-id="${CSS.escape(id)}"]`)?.setAttribute("data-pointed", "");
  }

  #tools(): HTMLElement {
    const { words } = this.#context;
    const tool = (label: string, path: string, act: () => void) =>
      h("button", { type: "button", class: "icon-button", "aria-label": label, title: label, onclick: act }, icon(path));
    return h(
      "div",
      { class: "list-tools" },
      tool(words.both.button, ICONS.both, () => this.#actions.openBoth()),
      tool(words.list.print, ICONS.print, () => this.#actions.print()),
      tool(words.list.share, ICONS.share, () => this.#actions.share()),
    );
  }

  render(results: Results): void {
    setAttribute(this.element, "aria-busy", results.state === "loading" ? "true" : null);
    if (results.state === "failed") {
      // Without a connection the last list is better than none.
      if (results.status === 0 && results.listing) return this.#ready(results.listing);
      return this.#failed(results.status);
    }
    // While the next answer is on its way the last one stays: nothing jumps.
    if (results.state === "loading") return results.listing ? undefined : this.#firstLoad();
    this.#ready(results.listing);
  }

  focusItem(id: string | null): void {
    const link = id && this.#body.querySelector<HTMLElement>(`[data-id="${CSS.escape(id)}"] a`);
    (link || this.#heading).focus();
  }

  #firstLoad(): void {
    fill(this.#heading, this.#context.words.list.heading);
    fill(this.#body, h("p", { class: "list-waiting" }, this.#context.words.list.loading));
  }

  #ready(listing: Listing): void {
    const { words, navigation } = this.#context;
    const { around, filters } = navigation.mode;
    const near = around.by !== "window";
    const unknown = listing.matched - listing.known;
    const base =
      around.by === "both"
        ? words.list.both(listing.matched)
        : near
          ? words.list.nearest(listing.matched)
          : words.list.inWindow(listing.matched);
    const count = unknown > 0 ? words.list.withUnknown(listing.known, unknown) : base;
    const from = this.#fromWords();
    const announced = from ? `${count} ${from}` : count;
    fill(this.#heading, count);
    if (this.#status.textContent !== plain(announced)) fill(this.#status, ...marked(this.#context, plain(announced)));
    this.#listed = listing.features;

    const matches = listing.features.filter((feature) => !isUnknownMatch(feature.properties, filters));
    const unknowns = listing.features.filter((feature) => isUnknownMatch(feature.properties, filters));
    const row = (offset: number) => (feature: Feature<Facility>, i: number) =>
      item(this.#context, feature, this.letters ? offset + i : null);
    const focused = this.#focusedPart();
    fill(
      this.#from,
      from && h("span", {}, ...marked(this.#context, from)),
      around.by === "both" &&
        h("button", { type: "button", class: "text-button", onclick: () => this.#actions.openBoth() }, words.both.change),
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
      around.by === "near" && this.#farNote(nearestOf(matches), nearestOf(unknowns)),
      around.by === "near" && isByUse(matches) && h("p", { class: "note" }, words.list.byUse),
      around.by === "window" && matches.length > 1 && h("p", { class: "note" }, words.list.factsFirst),
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

  focusHeading(): void {
    this.#heading.focus();
  }

  /** Whether lines carry letters: the pins of the map then carry the same. */
  letters = false;

  #fromWords(): string | null {
    const { words, navigation } = this.#context;
    const { around } = navigation.mode;
    if (around.by === "both") return words.both.from(around.one.label, around.two.label);
    return around.by === "near" ? words.list.from(around.label || plain(words.map.picked)) : null;
  }

  /** A list drawn anew must not drop the keyboard out of it. */
  #focusedPart(): string | null {
    const focused = document.activeElement;
    if (!focused || focused === this.#heading || !this.element.contains(focused)) return null;
    const id = focused.closest("[data-id]")?.getAttribute("data-id");
    const part = focused.hasAttribute("data-compare") ? "[data-compare]" : "a";
    return id
      ? `[data-id="${CSS.escape(id)}"] ${part}`
      : focused.matches(".known-only input")
        ? ".known-only input"
        : "h2";
  }

  #focusAgain(selector: string): void {
    (this.element.querySelector<HTMLElement>(selector) ?? this.#heading).focus({ preventScroll: true });
  }

  /**
   * How far it is to the next hub where it is no short walk, with the way there. Matches come first
   * however far they are, so a nearer hub that may match is named as well.
   */
  #farNote(match: Feature<Facility> | undefined, maybe: Feature<Facility> | undefined): HTMLElement | null {
    const first = match ?? maybe;
    if (!first) return null;
    const { words, navigation } = this.#context;
    const { distance: metres = 0, position_precision: precision } = first.properties;
    const isFar = metres >= FAR;
    // Where only the city is known, nobody knows how far it is within it.
    if (metres < NOT_AROUND_THE_CORNER || (!isFar && precision === "city")) return null;
    const nearer = match && maybe && (maybe.properties.distance ?? 0) < metres ? maybe : null;
    const asked = match !== undefined && activeFilters(navigation.mode.filters).length > 0;
    const [said, saidIn] = asked
      ? [words.list.noMatchNear, words.list.noMatchNearIn]
      : [words.list.faraway, words.list.farawayIn];
    const told = !isFar
      ? words.list.fewNear(distance(metres), onFoot(words, metres))
      : precision === "city"
        ? saidIn(cityOf(this.#context, first.properties))
        : said(distance(metres));
    const [lon, lat] = first.geometry.coordinates;
    const offer = ({ id, properties }: Feature<Facility>) =>
      h(
        "button",
        { type: "button", class: "button", onclick: () => navigation.push({ open: id }) },
        // One piece: a button lays its children out side by side and would eat the space between two.
        h("span", {}, ...marked(this.#context, words.list.nearestIs(displayName(this.#context, properties)))),
      );
    const surroundings = () => navigation.push({ around: { by: "window" }, view: roundedView(lon, lat, 11), open: null });
    return h(
      "div",
      { class: "hint" },
      h("p", {}, told, nearer && ` ${words.list.maybeNearer}`),
      // The first line of the list is itself the way there.
      (isFar || (nearer ?? first).id !== this.#listed[0]?.id) && h(
        "div",
        { class: "button-row" },
        offer(nearer ?? first),
        isFar &&
          !nearer &&
          h("button", { type: "button", class: "button", onclick: surroundings }, words.list.lookAround),
      ),
    );
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
    const unreached = navigator.onLine ? words.list.offline : words.list.notKept;
    const reason = status === 0 ? unreached : words.list.failed;
    fill(this.#heading, words.list.heading);
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

/** At the end of the list, where whoever looks for them has come to the end of everything else. */
function aboutLinks(context: Context): HTMLElement {
  const { about } = context.words;
  const language = languageQuery(context, "?");
  const links: [string, string][] = [
    [about.terms, `/terms${language}`],
    [about.privacy, `/privacy${language}`],
    [about.accessibility, `/accessibility${language}`],
    [about.manage, `/manage${language}`],
  ];
  return h(
    "nav",
    { class: "about", "aria-label": about.label },
    h("ul", {}, ...links.map(([label, href]) => h("li", {}, h("a", { href }, label)))),
  );
}
