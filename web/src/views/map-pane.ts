/** The map's place on the page. Buttons and credits are there from the start, the map comes later. */

import type { Outside } from "../api.ts";
import { fill, h, icon, outsideLink, setAttribute } from "../dom.ts";
import type { FindMap, MapEvents, Shown } from "../map.ts";
import type { View } from "../mode.ts";
import { STREETS_FROM } from "../layers/streets-from.ts";
import { ICONS } from "../shapes.ts";
import type { Size } from "../window.ts";
import { type Context, languageIn, languageQuery } from "./context.ts";
import { askForOutside, GSI_TILES, hasAgreedTo } from "./outside.ts";

/** Milliseconds a print waits for tiles; then it takes what is there. */
const PATIENCE = 3000;

export class MapPane {
  readonly element: HTMLElement;
  view: View = { lon: 138, lat: 38, zoom: 4 };
  readonly #context: Context;
  readonly #events: MapEvents;
  readonly #canvas: HTMLElement;
  readonly #message: HTMLElement;
  readonly #outsideToggle: HTMLButtonElement;
  readonly #drawnCredits = h("span", {});
  #offered: { outside: Outside; agreed: () => void } | null = null;
  #shown: Shown = { listed: [], origins: [], letters: false, chosen: null, facilityQuery: "", minute: "", outside: null, streets: null };
  #map: FindMap | null = null;

  constructor(context: Context, events: MapEvents) {
    this.#context = context;
    this.#events = {
      ...events,
      moved: (view) => {
        this.view = view;
        fill(this.#drawnCredits, ...this.#creditsOf(this.#shown));
        events.moved(view);
      },
    };
    const { map: words } = context.words;
    this.#canvas = h("div", { class: "map-canvas" });
    this.#message = h("p", { class: "map-message" }, words.loading);
    this.#outsideToggle = h(
      "button",
      {
        type: "button",
        class: "map-button wide",
        hidden: true,
        "aria-pressed": "false",
        onclick: () => this.#toggleOutside(),
      },
      words.outside,
    );
    this.element = h(
      "section",
      { class: "map", "aria-label": words.label, "data-state": "loading" },
      h("p", { class: "visually-hidden" }, words.instructions),
      this.#message,
      this.#canvas,
      h(
        "div",
        { class: "map-buttons" },
        this.#button(words.zoomIn, ICONS.plus, () => this.#map?.zoomBy(1)),
        this.#button(words.zoomOut, ICONS.minus, () => this.#map?.zoomBy(-1)),
      ),
      h(
        "div",
        { class: "map-buttons at-start" },
        h(
          "button",
          {
            type: "button",
            class: "map-button wide centre-search",
            onclick: () => this.#events.searchFrom?.(this.view.lon, this.view.lat),
          },
          words.searchCentre,
        ),
        this.#outsideToggle,
        h(
          "a",
          { class: "map-button wide narrow-only", href: `/coverage${languageQuery(context, "?")}` },
          context.words.coverage,
        ),
      ),
      this.#credits(),
    );
  }

  size(): Size {
    return { width: this.element.clientWidth, height: this.element.clientHeight };
  }

  /** Loads the library; without it, or without WebGL, the list goes on alone. */
  async start(): Promise<void> {
    const { words } = this.#context;
    try {
      const { FindMap } = await import("../map.ts");
      this.#map = new FindMap(
        {
          container: this.#canvas,
          view: this.view,
          language: languageIn(this.#context),
          words: words.map,
          events: this.#events,
        },
        this.#shown,
      );
      this.#message.hidden = true;
      await this.#map.loaded;
      this.element.dataset.state = "ready";
    } catch {
      fill(this.#message, words.map.failed);
      this.element.dataset.state = "failed";
    }
  }

  show(shown: Shown): void {
    this.#shown = shown;
    this.#map?.show(shown);
    this.#outsideToggle.setAttribute("aria-pressed", String(shown.outside !== null));
    fill(this.#drawnCredits, ...this.#creditsOf(shown));
  }

  look(view: View, animate: boolean): void {
    this.view = view;
    fill(this.#drawnCredits, ...this.#creditsOf(this.#shown));
    this.#map?.look(view, animate);
  }

  point(place: { lon: number; lat: number } | null): void {
    this.#map?.point(place);
  }

  /** The map as a picture in the colours of `paper`; null where there is none. */
  async picture(paper: Element): Promise<string | null> {
    return this.#map ? this.#map.picture(paper, PATIENCE) : null;
  }

  /** An outside basemap tells another server where the visitor looks: offered, never on by itself. */
  offerOutside(outside: Outside | null, agreed: () => void): void {
    this.#offered = outside && { outside, agreed };
    setAttribute(this.#outsideToggle, "hidden", outside === null);
    const { map: words } = this.#context.words;
    fill(this.#outsideToggle, outside?.is_gsi ? words.gsi : words.outside);
  }

  /** The first press says whom the browser would ask; nothing is asked before the answer. */
  #toggleOutside(): void {
    const { navigation } = this.#context;
    if (!this.#offered) return;
    const { outside, agreed } = this.#offered;
    if (this.#shown.outside) return navigation.push({ outside: false });
    const show = () => {
      // An address that was shared may ask for it already.
      if (navigation.mode.outside) agreed();
      else navigation.push({ outside: true });
    };
    if (hasAgreedTo(outside.host)) show();
    else askForOutside(this.#context, outside, show);
  }

  /** Whose map is drawn just now, beside ours. */
  #creditsOf({ outside, streets }: Shown): (Node | string)[] {
    if (outside?.is_gsi) return [outsideLink(GSI_TILES, outside.attribution), " "];
    const isDrawn = this.view.zoom >= STREETS_FROM;
    const text = outside?.attribution ?? (isDrawn ? streets?.attribution : "");
    return text ? [`${text} `] : [];
  }

  #button(label: string, path: string, act: () => void): HTMLElement {
    return h(
      "button",
      { type: "button", class: "map-button", "aria-label": label, title: label, onclick: act },
      icon(path),
    );
  }

  #credits(): HTMLElement {
    const { words } = this.#context;
    const language = languageQuery(this.#context, "&");
    return h(
      "p",
      { class: "credits" },
      this.#drawnCredits,
      h("a", { href: `/credits?f=html${language}` }, words.map.credits),
    );
  }
}
