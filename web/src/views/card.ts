/** The open facility: everything the directory knows about it, and what it does not. */

import { ApiError, type Facility, type Feature } from "../api.ts";
import { type Child, fill, h, icon } from "../dom.ts";
import { ICONS } from "../shapes.ts";
import { type Context, languageQuery, marked } from "./context.ts";
import { facts } from "./facts.ts";
import { displayName, nameLanguage, statusWords, where } from "./item.ts";
import { checkedNote, openingLine } from "./opening-line.ts";
import { isCheckedSince, isStale } from "../opening.ts";
import { compareButton } from "./compare.ts";
import { reportDialog } from "./report.ts";
import { routes } from "./routes.ts";
import { shareButton } from "./share.ts";

export class Card {
  readonly element: HTMLElement;
  /** The facility on show, for the map to mark; null while none is open or known. */
  shown: Feature<Facility> | null = null;
  readonly #context: Context;
  readonly #onShown: () => void;
  readonly #body = h("div", { class: "card-body" });
  #request: AbortController | null = null;

  constructor(context: Context, onClose: () => void, onShown: () => void) {
    this.#context = context;
    this.#onShown = onShown;
    const { card } = context.words;
    this.element = h(
      "article",
      {
        class: "card",
        "aria-label": card.label,
        hidden: true,
        onkeydown: (event: KeyboardEvent) => {
          if (event.key === "Escape") onClose();
        },
      },
      h(
        "div",
        { class: "card-bar" },
        h("button", { type: "button", class: "back-button", onclick: onClose }, icon(ICONS.back), card.back),
      ),
      this.#body,
    );
  }

  /** `listed` is the facility as the list has it: shown at once, distance included. */
  async open(id: string, listed: Feature<Facility> | null): Promise<void> {
    this.#request?.abort();
    const request = new AbortController();
    this.#request = request;
    this.element.hidden = false;
    this.element.scrollTop = 0;
    this.#show(listed);
    if (listed) return this.#focus();
    fill(this.#body, h("p", { class: "list-waiting" }, this.#context.words.list.loading));
    try {
      const feature = await this.#ask(id, request.signal);
      if (this.#request === request) this.#show(feature);
    } catch (error) {
      if (request.signal.aborted) return;
      this.#failed(id, error instanceof ApiError ? error.status : -1);
    }
    this.#focus();
  }

  close(): void {
    this.#request?.abort();
    this.#request = null;
    this.element.hidden = true;
    fill(this.#body);
    this.#show(null);
  }

  #ask(id: string, signal: AbortSignal): Promise<Feature<Facility>> {
    const { api, navigation } = this.#context;
    return api.facility(id, navigation.mode.filters.openAt, signal);
  }

  /** Asks again, without a word, whether the facility on show is open: another moment is asked about. */
  async renew(): Promise<void> {
    const { shown } = this;
    if (!shown) return;
    this.#request?.abort();
    const request = new AbortController();
    this.#request = request;
    // What stays names its own moment.
    const { properties } = await this.#ask(shown.id, request.signal).catch(() => shown);
    if (this.#request !== request) return;
    this.#show({ ...shown, properties: { ...shown.properties, ...properties } });
  }

  /** The words of the vocabularies may arrive after the card. */
  refresh(): void {
    if (this.shown) this.#show(this.shown);
  }

  #focus(): void {
    this.#body.querySelector<HTMLElement>("h2")?.focus();
  }

  #show(feature: Feature<Facility> | null): void {
    this.shown = feature;
    if (feature) fill(this.#body, ...this.#content(feature));
    this.#onShown();
  }

  #content(feature: Feature<Facility>): Child[] {
    const facility = feature.properties;
    const { words, navigation } = this.#context;
    const { mode } = navigation;
    const { status, status_asof } = facility;
    return [
      h(
        "h2",
        { class: "card-name", tabindex: -1, lang: nameLanguage(this.#context, facility) },
        displayName(this.#context, facility),
      ),
      facility.name_kana && mode.locale !== "ja-simple" && h("p", { class: "note" }, ...marked(this.#context, facility.name_kana)),
      facility.synthetic && h("p", { class: "warning" }, words.card.synthetic),
      (status === "closed" || status === "suspended" || status === "planned") &&
        h("p", { class: "warning" }, words.card[status]),
      openingLine(this.#context, facility),
      h("p", { class: "item-checked" }, ...checkedNote(this.#context, facility)),
      facility.checked_on !== null &&
        isStale(facility.checked_on, this.#context.now()) &&
        h("p", { class: "hint" }, words.opening.staleNote),
      ...where(this.#context, facility),
      h(
        "p",
        { class: "card-status", "data-status": status },
        statusWords(this.#context, facility),
        status === "open" && !isCheckedSince(facility.checked_on, status_asof) && h("span", { class: "note" }, words.dot, words.status.unchecked),
      ),
      routes(this.#context, feature),
      facts(this.#context, facility),
      this.#actions(feature),
    ];
  }

  #actions(feature: Feature<Facility>): HTMLElement {
    const { card } = this.#context.words;
    const page = `/collections/facilities/items/${encodeURIComponent(feature.id)}?f=html${languageQuery(this.#context, "&")}`;
    return h(
      "div",
      { class: "button-row" },
      shareButton(this.#context),
      compareButton(this.#context, feature, "button"),
      h(
        "button",
        { type: "button", class: "button", onclick: () => reportDialog(this.#context, feature.id, feature.properties) },
        card.report,
      ),
      h("a", { class: "button", href: page }, card.page),
    );
  }

  #failed(id: string, status: number): void {
    const { words } = this.#context;
    const gone = status === 410 ? words.card.withdrawn : status === 404 ? words.card.notFound : null;
    fill(
      this.#body,
      h(
        "div",
        { class: "failure", role: "alert" },
        h("h2", { class: "card-name", tabindex: -1 }, gone ?? words.card.failed),
        // Without an answer at all it is the connection, not the hub.
        status === 0 && h("p", {}, navigator.onLine ? words.list.offline : words.card.notKept),
        !gone &&
          h(
            "button",
            { type: "button", class: "button primary", onclick: () => void this.open(id, null) },
            words.retry,
          ),
      ),
    );
  }
}
