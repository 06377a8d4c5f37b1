/** The page of `/`: wires header, filters, list, card and map to the mode. */

import type { Config, Facility, Feature, Part } from "../api.ts";
import { viewOfFacility, viewOfJapan, viewOfResults } from "../camera.ts";
import { h } from "../dom.ts";
import type { Mode, View } from "../mode.ts";
import { filterQuery } from "../query.ts";
import { ResultLoader } from "../results.ts";
import { Searching } from "../searching.ts";
import { boxOf, roundedBox } from "../window.ts";
import { Card } from "./card.ts";
import type { Context } from "./context.ts";
import { FilterBar } from "./filters.ts";
import { Header } from "./header.ts";
import { displayName } from "./item.ts";
import { List } from "./list.ts";
import { MapPane } from "./map-pane.ts";
import { Sheet } from "./sheet.ts";

/** The list follows the map, but not every twitch of it. */
const SETTLE = 180;

export class FindPage {
  readonly #context: Context;
  readonly #header: Header;
  readonly #filters: FilterBar;
  readonly #list: List;
  readonly #card: Card;
  readonly #pane: MapPane;
  readonly #sheet: Sheet;
  readonly #loader: ResultLoader;
  #config: Config | null = null;
  #settling: number | undefined;
  /** A new point to search from was chosen: its results decide where the map looks. */
  #fitResults = false;

  constructor(context: Context, root: HTMLElement) {
    this.#context = context;
    const { words, navigation, api } = context;
    this.#loader = new ResultLoader(api, () => this.#resultsChanged());
    this.#header = new Header(context, {
      pick: (place) => searching.pick(place),
      clear: () => this.#backToWindow(),
      locate: () => void searching.here(),
    });
    const searching = new Searching(context, this.#header);
    this.#filters = new FilterBar(context);
    this.#list = new List(context, {
      retry: () => void this.#load(),
      more: () => void this.#more(),
      backToWindow: () => this.#backToWindow(),
      zoomOut: () =>
        this.#pane.look({ ...this.#pane.view, zoom: Math.max(3, this.#pane.view.zoom - 2) }, true),
      point: (feature) => this.#pane.point(feature && placeOf(feature)),
    });
    this.#card = new Card(
      context,
      () => navigation.push({ open: null }),
      () => {
        this.#title();
        this.#draw();
      },
    );
    this.#pane = new MapPane(context, {
      moved: (view) => this.#moved(view),
      openFacility: (id) => navigation.push({ open: id }),
      searchFrom: (lon, lat) => void searching.from(lon, lat),
    });
    this.#sheet = new Sheet(words, this.#list.element, this.#card.element);
    root.replaceChildren(
      h("a", { class: "skip", href: "#list-heading" }, words.skipToList),
      this.#header.element,
      this.#filters.element,
      h("main", { class: "main" }, this.#pane.element, this.#sheet.element),
    );
    navigation.listen((mode, previous) => this.#changed(mode, previous));
  }

  async start(): Promise<void> {
    const { mode } = this.#context.navigation;
    this.#pane.view = mode.view ?? this.#everything();
    this.#fitResults = mode.view === null;
    this.#describe(mode);
    const list = this.#load();
    if (mode.open) this.#openCard(mode.open);
    void this.#loadWords();
    // The list comes first; the map library may take as long as it takes.
    await list;
    await this.#pane.start();
  }

  #changed(mode: Mode, previous: Mode): void {
    this.#describe(mode);
    this.#follow(mode, previous);
    if (question(mode) !== question(previous)) {
      this.#fitResults = mode.view === null;
      void this.#load();
    } else if (mode.around !== previous.around) {
      this.#list.render(this.#loader.results); // Only the name of the point has changed.
    }
    if (mode.open !== previous.open) {
      if (mode.open) this.#openCard(mode.open);
      else this.#closeCard(previous.open);
    }
    this.#draw();
  }

  /** The back button and shared addresses move the map; its own movements are already done. */
  #follow(mode: Mode, previous: Mode): void {
    const view = mode.view ?? (mode.around.by === "window" && previous.view ? this.#everything() : null);
    if (view && writtenView(view) !== writtenView(this.#pane.view)) this.#pane.look(view, false);
  }

  #everything(): View {
    return viewOfJapan(this.#pane.size());
  }

  /** Everything that only says what the mode is. */
  #describe(mode: Mode): void {
    this.#header.refresh();
    this.#header.search.show(mode.around.by === "near" ? mode.around.label : "");
    this.#filters.refresh();
    this.#title();
  }

  /** The title names the step, so that the list behind the back button can be read. */
  #title(): void {
    const { words, navigation } = this.#context;
    const { around: about } = navigation.mode;
    const { shown } = this.#card;
    const subject = shown
      ? displayName(this.#context, shown.properties)
      : about.by === "near"
        ? about.label
        : "";
    document.title = subject ? words.titled(subject) : words.pageTitle;
  }

  #part(): Part {
    const { around: about } = this.#context.navigation.mode;
    if (about.by === "near") return { near: { lon: about.lon, lat: about.lat } };
    return { within: roundedBox(boxOf(this.#pane.view, this.#pane.size())) };
  }

  #load(): Promise<void> {
    return this.#loader.load(this.#part(), this.#context.navigation.mode.filters);
  }

  async #more(): Promise<void> {
    const before = this.#loader.results.listing?.features.length ?? 0;
    await this.#loader.more();
    this.#list.focusItem(this.#loader.results.listing?.features[before]?.id ?? null);
  }

  #resultsChanged(): void {
    const { results } = this.#loader;
    this.#list.render(results);
    if (results.state !== "ready") return;
    if (this.#fitResults) this.#fit(results.listing.features);
    this.#fitResults = false;
    this.#draw();
  }

  #fit(features: Feature<Facility>[]): void {
    const { around: about } = this.#context.navigation.mode;
    if (about.by === "near") this.#pane.look(viewOfResults(about, features, this.#pane.size()), true);
  }

  #draw(): void {
    const { mode } = this.#context.navigation;
    const { around: about } = mode;
    this.#pane.show({
      listed: this.#loader.results.listing?.features ?? [],
      origin: about.by === "near" ? { lon: about.lon, lat: about.lat } : null,
      chosen: this.#card.shown,
      facilityQuery: filterQuery(mode.filters).toString(),
      outside: mode.outside ? (this.#config?.basemap.outside ?? null) : null,
    });
  }

  #moved(view: View): void {
    const { navigation } = this.#context;
    navigation.replace({ view });
    if (navigation.mode.around.by !== "window") return;
    clearTimeout(this.#settling);
    this.#settling = window.setTimeout(() => {
      const { listing } = this.#loader.results;
      if (JSON.stringify(listing?.part) !== JSON.stringify(this.#part())) void this.#load();
    }, SETTLE);
  }

  #openCard(id: string): void {
    const listed = this.#loader.results.listing?.features.find((feature) => feature.id === id) ?? null;
    this.#sheet.showCard(true);
    void this.#card.open(id, listed).then(() => this.#keepInSight());
  }

  #closeCard(id: string | null): void {
    this.#card.close();
    this.#sheet.showCard(false);
    this.#list.focusItem(id);
  }

  /** A facility opened from a link or the list may lie outside the window, or under the card. */
  #keepInSight(): void {
    const { shown } = this.#card;
    if (!shown) return;
    const { mode } = this.#context.navigation;
    const sentHere = mode.view === null && mode.around.by === "window";
    const covered = this.#sheet.covered(this.#pane.element);
    const view = viewOfFacility(shown, this.#pane.view, this.#pane.size(), covered, sentHere);
    if (view) this.#pane.look(view, true);
  }

  #backToWindow(): void {
    this.#context.navigation.push({ around: { by: "window" }, open: null, view: this.#pane.view });
  }

  async #loadWords(): Promise<void> {
    const { api } = this.#context;
    const [vocabularies, config] = await Promise.all([
      api.vocabularies().catch(() => null),
      api.config().catch(() => null),
    ]);
    this.#context.vocabularies = vocabularies;
    this.#config = config;
    if (config) this.#pane.offerOutside(config);
    this.#list.render(this.#loader.results);
    this.#card.refresh();
    this.#draw();
  }
}

function placeOf(feature: Feature<Facility>): { lon: number; lat: number } {
  const [lon, lat] = feature.geometry.coordinates;
  return { lon, lat };
}

function writtenView(view: View): string {
  return `${view.zoom}/${view.lat}/${view.lon}`;
}

/** What the list depends on: modes with the same question share their answer. */
function question({ around: about, filters }: Mode): string {
  return JSON.stringify([about.by === "near" ? [about.lon, about.lat] : null, filters]);
}
