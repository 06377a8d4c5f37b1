/** Up to three facilities side by side, fact by fact; and the tray that says which were put aside. */

import type { Facility, Feature, Part } from "../api.ts";
import { type Child, fill, h, icon } from "../dom.ts";
import { distance } from "../format.ts";
import { MOST_COMPARED } from "../mode.ts";
import { ICONS } from "../shapes.ts";
import { type Context, named } from "./context.ts";
import { address } from "./facts.ts";
import { displayName, nameLanguage, supportClaim } from "./item.ts";
import { checkedNote, openingLine } from "./opening-line.ts";

/** What people ask of a place most, a row each. */
const AMENITIES = ["wifi", "power", "booth", "meeting-room", "monitor", "parking", "barrier-free"];

export class Compare {
  readonly tray: HTMLElement;
  readonly #context: Context;
  /** With the point their distances are told from. */
  readonly #known = new Map<string, { feature: Feature<Facility>; from: string }>();
  readonly #dialog: HTMLDialogElement;
  readonly #body = h("div", { class: "compare-body", tabindex: 0, role: "region", "aria-labelledby": "compare-heading" });
  readonly #count = h("p", {});
  readonly #status = h("p", { class: "visually-hidden", role: "status" });
  readonly #bar: HTMLElement;
  readonly #leave: () => void;
  #told: number | null = null;

  /** `leave` takes the keyboard where it goes when what it was on is gone. */
  constructor(context: Context, leave: () => void) {
    this.#leave = leave;
    this.#context = context;
    const { compare: words, close } = context.words;
    const { navigation } = context;
    this.#bar = h(
      "div",
      { class: "tray", hidden: true },
      this.#count,
      h("button", { type: "button", class: "button primary", onclick: () => navigation.push({ comparing: true }) }, words.open),
      h(
        "button",
        {
          type: "button",
          class: "button",
          onclick: () => {
            navigation.push({ compare: [] });
            leave();
          },
        },
        words.clear,
      ),
    );
    this.tray = h("div", {}, this.#bar, this.#status);
    this.#dialog = h(
      "dialog",
      { class: "dialog compare", "aria-labelledby": "compare-heading" },
      h(
        "div",
        { class: "dialog-head" },
        h("h2", { id: "compare-heading", tabindex: -1 }, words.heading),
        h(
          "button",
          { type: "button", class: "icon-button", "aria-label": close, onclick: () => this.#dialog.close() },
          icon(ICONS.close),
        ),
      ),
      this.#body,
    );
    this.#dialog.addEventListener("close", () => {
      if (navigation.mode.comparing) navigation.push({ comparing: false });
      // The browser gives the keyboard back to the button that opened it, if that is still there.
      if (document.activeElement === document.body || this.#bar.hidden) this.#leave();
    });
  }

  get dialog(): HTMLElement {
    return this.#dialog;
  }

  /** What the list knows need not be asked for again, and has the distances. */
  learn(features: Feature<Facility>[], part: Part | null): void {
    const from = originOf(part && "near" in part ? part.near : null);
    for (const feature of features) this.#known.set(feature.id, { feature, from });
  }

  /** Also when the words of the vocabularies have come. */
  refresh(): void {
    const { compare, comparing } = this.#context.navigation.mode;
    this.#bar.hidden = compare.length === 0;
    const count = this.#context.words.compare.tray(compare.length);
    fill(this.#count, count);
    // Said when it changes; not when the page is opened with some.
    if (this.#told !== null && this.#told !== compare.length) fill(this.#status, count);
    this.#told = compare.length;
    if (!comparing) return this.#dialog.close();
    if (!this.#dialog.open) this.#dialog.showModal();
    void this.#show(compare);
  }

  async #show(ids: string[]): Promise<void> {
    const { api, words, navigation } = this.#context;
    const { openAt } = navigation.mode.filters;
    const missing = ids.filter((id) => {
      const known = this.#known.get(id)?.feature;
      return !known || (known.properties.opening?.at ?? null) !== (openAt === "now" ? null : openAt);
    });
    let lost = this.#body.contains(document.activeElement);
    if (missing.length) fill(this.#body, h("p", { class: "list-waiting" }, words.list.loading));
    const loaded = await Promise.all(missing.map((id) => api.facility(id, openAt).catch(() => null)));
    this.learn(loaded.filter((feature) => feature !== null), null);
    if (navigation.mode.compare.join() !== ids.join()) return; // Chosen anew meanwhile.
    lost ||= this.#body.contains(document.activeElement);
    const { around } = navigation.mode;
    const here = originOf(around.by === "near" ? around : null);
    const features = ids.flatMap((id) => {
      const known = this.#known.get(id);
      if (!known) return [];
      // A distance from where somebody searched before is none from here.
      const { feature, from } = known;
      if (from === here) return feature;
      const { distance: _, ...properties } = feature.properties;
      return { ...feature, properties };
    });
    fill(
      this.#body,
      features.length < ids.length && h("p", { class: "wrong" }, words.compare.failed),
      features.length > 0 && this.#table(features),
    );
    // The button that was pressed is gone with its column.
    if (lost) this.#dialog.querySelector<HTMLElement>("h2")?.focus();
  }

  #table(features: Feature<Facility>[]): HTMLElement {
    const { words } = this.#context;
    const { card, compare } = words;
    const row = (name: string, read: (facility: Facility) => Child[]) =>
      h(
        "tr",
        {},
        h("th", { scope: "row" }, name),
        ...features.map(({ properties }) => {
          const value = read(properties).filter((part) => part !== null && part !== undefined && part !== false && part !== "");
          return value.length ? h("td", {}, ...value) : h("td", { class: "unknown" }, words.unknown);
        }),
      );
    const one = (vocabulary: "kind" | "stock" | "eligibility", slug: string | null) => [slug && named(this.#context, vocabulary, slug)];
    return h(
      "table",
      { class: "compare-table", "aria-labelledby": "compare-heading" },
      h("thead", {}, h("tr", {}, h("td", {}), ...features.map((feature) => this.#head(feature)))),
      h(
        "tbody",
        {},
        row(words.opening.label, (facility) => [openingLine(this.#context, facility) ?? words.status[facility.status](null)]),
        row(card.price, ({ price_hour_yen: yen }) => [yen !== null && words.price(yen)]),
        row(card.eligibility, ({ eligibility }) => one("eligibility", eligibility)),
        ...(features.some(({ properties }) => properties.distance !== undefined)
          ? [row(compare.distance, (facility) => [howFar(this.#context, facility)])]
          : []),
        row(card.kind, ({ kind }) => one("kind", kind)),
        row(card.stock, ({ stock }) => one("stock", stock)),
        row(card.seats, ({ seats }) => [seats !== null && card.seatCount(seats)]),
        ...AMENITIES.map((slug) =>
          row(named(this.#context, "amenities", slug), ({ amenities }) => [amenities && offered(words, amenities, slug)]),
        ),
        row(card.uses, ({ uses }) => [uses && (uses.map((slug) => named(this.#context, "uses", slug)).join(words.comma) || card.none)]),
        row(card.support, ({ support }) => (support ?? []).map((claim) => h("p", {}, supportClaim(this.#context, claim)))),
        row(card.address, (facility) => address(this.#context, facility)),
        row(card.checked, (facility) => (facility.checked_on ? checkedNote(this.#context, facility) : [])),
      ),
    );
  }

  #head({ id, properties }: Feature<Facility>): HTMLElement {
    const { navigation, words } = this.#context;
    const name = displayName(this.#context, properties);
    const open = { ...navigation.mode, comparing: false, open: id };
    return h(
      "th",
      { scope: "col" },
      h(
        "a",
        {
          href: navigation.url(open),
          lang: nameLanguage(this.#context, properties),
          onclick: (event: MouseEvent) => {
            if (event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0) return;
            event.preventDefault();
            navigation.push({ comparing: false, open: id });
          },
        },
        name,
      ),
      h(
        "button",
        {
          type: "button",
          class: "icon-button",
          "aria-label": words.compare.remove(name),
          onclick: () => {
            const compare = navigation.mode.compare.filter((one) => one !== id);
            navigation.push({ compare, comparing: compare.length > 0 });
          },
        },
        icon(ICONS.close),
      ),
    );
  }
}

function originOf(point: { lon: number; lat: number } | null): string {
  return point ? `${point.lon},${point.lat}` : "";
}

/** Puts a facility aside to be compared, or takes it back. */
export function compareButton(context: Context, { id, properties }: Feature<Facility>, className: string): HTMLElement {
  const { navigation, words } = context;
  const chosen = navigation.mode.compare.includes(id);
  const full = !chosen && navigation.mode.compare.length >= MOST_COMPARED;
  const name = displayName(context, properties);
  return h(
    "button",
    {
      type: "button",
      class: className,
      "data-compare": id,
      "aria-pressed": String(chosen),
      "aria-label": words.compare.add(name),
      title: full ? words.compare.full(MOST_COMPARED) : null,
      "aria-disabled": full ? "true" : null,
      onclick: () => {
        const { compare } = navigation.mode;
        if (compare.includes(id)) navigation.push({ compare: compare.filter((one) => one !== id) });
        else if (compare.length < MOST_COMPARED) navigation.push({ compare: [...compare, id] });
      },
    },
    h("span", { class: "compare-box", "aria-hidden": "true" }),
    words.compare.addShort,
  );
}

/** A list names what is there; what it does not name is not known to be missing, unless it is empty. */
function offered({ card, compare }: Context["words"], amenities: string[], slug: string): Child {
  if (amenities.includes(slug)) return h("strong", { class: "yes" }, card.yes);
  return amenities.length === 0 ? card.none : h("span", { class: "unknown" }, compare.unlisted);
}

function howFar({ words }: Context, { distance: metres, position_precision: precision }: Facility): string | null {
  if (precision === "city") return words.distance.city;
  return metres === undefined ? null : distance(metres);
}
