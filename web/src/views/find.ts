/** The page of `/`: wires header, filters, list, card and map to the mode. */

import { plain } from "../annotate.ts";
import { type Config, type Facility, type Feature, type Outside, PAGE_SIZE, type Part } from "../api.ts";
import { viewOfBoth, viewOfFacility, viewOfJapan, viewOfResults } from "../camera.ts";
import { h } from "../dom.ts";
import { date } from "../format.ts";
import { lastArea, rememberArea } from "../last-area.ts";
import { type Mode, parseMode, type Point, type View, writeMode } from "../mode.ts";
import { minuteInJapan, momentInJapan } from "../opening.ts";
import { tileQuery } from "../query.ts";
import { ResultLoader } from "../results.ts";
import { Searching } from "../searching.ts";
import { boxOf, roundedBox } from "../window.ts";
import { Card } from "./card.ts";
import { bothDialog } from "./both.ts";
import { Compare } from "./compare.ts";
import { type Context, languageIn } from "./context.ts";
import { FilterBar } from "./filters.ts";
import { Header } from "./header.ts";
import { displayName } from "./item.ts";
import { List } from "./list.ts";
import { MapPane } from "./map-pane.ts";
import { hasAgreedTo } from "./outside.ts";
import { PrintSheet } from "./print.ts";
import { suggestions } from "./search.ts";
import { shareDialog } from "./share.ts";
import { Sheet } from "./sheet.ts";

/** The list follows the map, but not every twitch of it. */
const SETTLE = 180;
const MINUTE = 60_000;
const FIRST_RETRY = 3000;
/** Milliseconds the first list waits for the words of the vocabularies. */
const WORDS = 400;

export class FindPage {
  readonly #context: Context;
  readonly #header: Header;
  readonly #searching: Searching;
  readonly #filters: FilterBar;
  readonly #list: List;
  readonly #card: Card;
  readonly #pane: MapPane;
  readonly #sheet: Sheet;
  readonly #loader: ResultLoader;
  readonly #compare: Compare;
  readonly #printed: PrintSheet;
  #config: Config | null = null;
  #settling: number | undefined;
  #retrying: number | undefined;
  #patience = FIRST_RETRY;
  #counting: AbortController | null = null;
  /** A new point to search from was chosen: its results decide where the map looks. */
  #fitResults = false;
  /** When what is shown was loaded, if it was kept from an earlier visit. */
  #loaded: Date | null = null;
  #printing = false;
  #pinned: { listed: Feature<Facility>[]; letters: boolean } = { listed: [], letters: false };
  /** Whether the first list may be drawn. */
  #shows = false;

  constructor(context: Context, root: HTMLElement) {
    this.#context = context;
    const { words, navigation, api } = context;
    this.#loader = new ResultLoader(api, () => this.#resultsChanged());
    this.#header = new Header(context, {
      pick: (suggestion) => searching.pick(suggestion),
      clear: () => this.#backToWindow(),
      locate: () => void searching.here(),
    });
    const searching = new Searching(context, this.#header);
    this.#searching = searching;
    this.#filters = new FilterBar(context, () => void this.#countChoices());
    this.#list = new List(context, {
      retry: () => void this.#load(),
      more: () => void this.#more(),
      backToWindow: () => this.#backToWindow(),
      zoomOut: () =>
        this.#pane.look({ ...this.#pane.view, zoom: Math.max(3, this.#pane.view.zoom - 2) }, true),
      point: (feature) => this.#pane.point(feature && placeOf(feature)),
      openBoth: () => bothDialog(context),
      print: () => void this.#print(),
      share: () => shareDialog(context),
    });
    this.#compare = new Compare(context, () => this.#list.focusHeading());
    this.#printed = new PrintSheet(context);
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
      pointed: (id) => this.#list.highlight(id),
      searchFrom: (lon, lat) => void searching.from(lon, lat),
    });
    this.#sheet = new Sheet(words, this.#list.element, this.#card.element, this.#compare.tray);
    root.replaceChildren(
      h("a", { class: "skip", href: "#list-heading" }, words.skipToList),
      this.#header.element,
      this.#filters.element,
      this.#printed.element,
      h("main", { class: "main" }, this.#pane.element, this.#sheet.element),
      this.#compare.dialog,
    );
    api.stale = (loaded) => (this.#loaded = loaded);
    addEventListener("online", () => void this.#load());
    addEventListener("offline", () => this.#tellConnection());
    setInterval(() => this.#minutePassed(), MINUTE);
    navigation.listen((mode, previous) => this.#changed(mode, previous));
  }

  /** `asked` is a place by its name alone, as other sites and assistants write addresses. */
  async start(asked: string | null): Promise<void> {
    this.#recallArea();
    const { mode } = this.#context.navigation;
    this.#pane.view = mode.view ?? this.#everything();
    this.#fitResults = mode.view === null;
    this.#describe(mode);
    this.#compare.refresh();
    const named = this.#loadWords();
    // Slugs that turn into words would make the list jump: it waits for them, but not for long.
    void Promise.race([named, new Promise((resolve) => setTimeout(resolve, WORDS))]).then(() => this.#mayShow());
    const list = this.#load();
    void this.#lookFor(asked?.trim());
    if (mode.open) this.#openCard(mode.open);
    // The list comes first; the map library may take as long as it takes.
    await list;
    await this.#pane.start();
  }

  async #lookFor(text: string | undefined): Promise<void> {
    const { navigation } = this.#context;
    const { mode } = navigation;
    if (!text || mode.around.by !== "window" || mode.open) return;
    const found = await suggestions(this.#context, text).catch(() => null);
    // The visitor may have gone on meanwhile.
    if (navigation.mode.around !== mode.around || navigation.mode.open) return;
    // Where several may be meant, the box offers them.
    const first = found?.clear && found.choices[0];
    if (first) this.#searching.pick(first);
    else void this.#header.search.ask(text);
  }

  /** Without a connection the plain first page leads to what was looked at last: that was kept. */
  #recallArea(): void {
    const { navigation } = this.#context;
    const last = lastArea();
    if (navigator.onLine || last === null || writeMode({ ...navigation.mode, locale: "ja" }) !== "") return;
    navigation.replace({ ...parseMode(last), locale: navigation.mode.locale });
  }

  #changed(mode: Mode, previous: Mode): void {
    this.#follow(mode, previous);
    if (question(mode) !== question(previous)) {
      this.#fitResults = mode.view === null;
      void this.#load(); // Asked before anything is drawn.
    } else if (mode.around !== previous.around) {
      this.#list.render(this.#loader.results); // Only the name of the point has changed.
    } else if (mode.compare !== previous.compare) {
      this.#list.render(this.#loader.results);
      this.#card.refresh();
    }
    this.#describe(mode, previous);
    if (mode.compare !== previous.compare || mode.comparing !== previous.comparing) this.#compare.refresh();
    if (mode.open !== previous.open) {
      if (mode.open) this.#openCard(mode.open);
      else this.#closeCard(previous.open);
    } else if (momentOf(mode) !== momentOf(previous)) void this.#card.renew();
    this.#draw();
  }

  /** The back button and shared addresses move the map; its own movements are already done. */
  #follow(mode: Mode, previous: Mode): void {
    // Before the map has begun nothing has written where a search looked.
    const wasElsewhere = previous.view !== null || previous.around.by !== "window";
    const view = mode.view ?? (mode.around.by === "window" && wasElsewhere ? this.#everything() : null);
    if (view && writtenView(view) !== writtenView(this.#pane.view)) this.#pane.look(view, false);
  }

  #everything(): View {
    return viewOfJapan(this.#pane.size());
  }

  /** Everything that only says what the mode is. */
  #describe(mode: Mode, previous: Mode | null = null): void {
    this.#header.refresh();
    // A map that settles while somebody types must not take the words away.
    if (mode.around !== previous?.around) this.#header.search.show(mode.around.by === "near" ? mode.around.label : "");
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
    document.title = plain(subject ? words.titled(subject) : words.pageTitle);
  }

  #part(): Part {
    const { around: about } = this.#context.navigation.mode;
    if (about.by === "near") return { near: { lon: about.lon, lat: about.lat } };
    if (about.by === "both") return { both: [placed(about.one), placed(about.two)], rank: about.rank };
    return { within: roundedBox(boxOf(this.#pane.view, this.#pane.size())) };
  }

  #load(): Promise<void> {
    void this.#countChoices();
    this.#loaded = null;
    return this.#loader.load(this.#part(), this.#context.navigation.mode.filters);
  }

  /** What each choice would leave, while somebody looks at the choices. */
  async #countChoices(): Promise<void> {
    if (!this.#filters.sheet.isOpen) return;
    this.#counting?.abort();
    const counting = new AbortController();
    this.#counting = counting;
    const { filters } = this.#context.navigation.mode;
    // Without the numbers the choices work as well.
    const facets = await this.#context.api.facets(this.#part(), filters, counting.signal).catch(() => null);
    if (this.#counting === counting) this.#filters.counted(facets);
  }

  async #more(): Promise<void> {
    const before = this.#loader.results.listing?.features.length ?? 0;
    await this.#loader.more();
    this.#list.focusItem(this.#loader.results.listing?.features[before]?.id ?? null);
  }

  #mayShow(): void {
    this.#shows = true;
    if (this.#loader.results.state === "ready") this.#resultsChanged();
  }

  #resultsChanged(): void {
    if (!this.#shows && this.#loader.results.state === "ready") return;
    const { results } = this.#loader;
    const { navigation } = this.#context;
    this.#list.letters = this.#lettered();
    if (results.listing) this.#compare.learn(results.listing.features, results.listing.part);
    // The map first: once the list has changed, the page must be laid out to be measured.
    if (results.state === "ready" && this.#fitResults) {
      this.#fitResults = false;
      this.#fit(results.listing.features);
    }
    this.#list.render(results);
    if (results.state !== "loading") {
      this.#tellConnection();
      this.#tryAgain();
    }
    if (results.state === "failed") this.#draw(); // Its pins go with the list.
    if (results.state !== "ready") return;
    if (!this.#loaded) rememberArea(writeMode({ ...navigation.mode, view: navigation.mode.view ?? this.#pane.view, locale: "ja", open: null }));
    this.#filters.sheet.found(results.listing.known, results.listing.matched);
    this.#draw();
  }

  #fit(features: Feature<Facility>[]): void {
    const { around: about } = this.#context.navigation.mode;
    const size = this.#pane.size();
    if (about.by === "near") this.#pane.look(viewOfResults(about, features, size), true);
    if (about.by === "both") this.#pane.look(viewOfBoth([about.one, about.two], features, size), true);
  }

  #draw(): void {
    const { mode } = this.#context.navigation;
    const { around: about } = mode;
    // As the list, the pins stay until the next answer is there.
    if (this.#loader.results.state !== "loading") {
      this.#pinned = { listed: this.#loader.results.listing?.features ?? [], letters: this.#lettered() };
    }
    this.#pane.show({
      ...this.#pinned,
      origins: about.by === "near" ? [placed(about)] : about.by === "both" ? [placed(about.one), placed(about.two)] : [],
      chosen: this.#card.shown,
      facilityQuery: tileQuery(mode.filters),
      minute: momentOf(mode) ?? minuteInJapan(this.#context.now()),
      outside: this.#outside(),
      streets: this.#config?.basemap.streets ?? null,
    });
  }

  /** Another server's pictures, when the address asks for them and the visitor has agreed to that server. */
  #outside(): Outside | null {
    const outside = this.#config?.basemap.outside;
    return outside && this.#context.navigation.mode.outside && hasAgreedTo(outside.host) ? outside : null;
  }

  /** Pins carry letters where the list is about a point, or holds all that the window does. */
  #lettered(): boolean {
    const { listing } = this.#loader.results;
    return this.#printing || this.#context.navigation.mode.around.by !== "window" || listing?.next === null;
  }

  /** What is shown may be older than it looks; then it says so. */
  #tellConnection(): void {
    const { words, now } = this.#context;
    const { results } = this.#loader;
    const lost = !navigator.onLine || (results.state === "failed" && results.status === 0);
    if (!results.listing) this.#list.tell(null);
    else if (this.#loaded) {
      const { days, date: day, time } = momentInJapan(this.#loaded, now());
      this.#list.tell(words.list.staleAnswer(days === 0 ? time : `${date(day, languageIn(this.#context))} ${time}`));
    } else this.#list.tell(lost ? words.list.offlineMap : null);
  }

  /** A network that is said to be back may still need a moment: asks again, later and later. */
  #tryAgain(): void {
    clearTimeout(this.#retrying);
    const { results } = this.#loader;
    const lost = this.#loaded !== null || (results.state === "failed" && results.status === 0);
    if (!lost) this.#patience = FIRST_RETRY;
    if (!lost || !results.listing || !navigator.onLine) return;
    this.#retrying = window.setTimeout(() => void this.#load(), this.#patience);
    this.#patience = Math.min(MINUTE, 2 * this.#patience);
  }

  /** "Two hours left" becomes less; and where something has opened or closed, the server knows it. */
  #minutePassed(): void {
    const { listing } = this.#loader.results;
    if (document.hidden || momentOf(this.#context.navigation.mode)) return;
    this.#draw();
    if (!listing || this.#loader.results.state === "loading") return;
    const now = this.#context.now();
    const isOver = listing.features.some(({ properties: { opening } }) => opening?.until && new Date(opening.until) <= now);
    if (isOver && navigator.onLine && listing.features.length <= PAGE_SIZE) return void this.#load();
    this.#list.render(this.#loader.results);
  }

  async #print(): Promise<void> {
    this.#printing = true;
    this.#list.letters = true;
    this.#list.render(this.#loader.results);
    this.#draw();
    await this.#printed.fill(await this.#pane.picture(this.#printed.element).catch(() => null));
    window.print();
    this.#printing = false;
    this.#list.letters = this.#lettered();
    this.#list.render(this.#loader.results);
    this.#draw();
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
    const [vocabularies, config, latin] = await Promise.all([
      api.vocabularies().catch(() => null),
      api.config().catch(() => null),
      languageIn(this.#context) === "en" ? import("virtual:municipalities").catch(() => null) : null,
    ]);
    this.#context.vocabularies = vocabularies;
    this.#context.latin = latin?.default ?? {};
    this.#config = config;
    if (config) this.#pane.offerOutside(config.basemap.outside, () => this.#draw());
    this.#list.render(this.#loader.results);
    this.#filters.refresh();
    this.#card.refresh();
    this.#compare.refresh();
    this.#draw();
  }
}

function placeOf(feature: Feature<Facility>): { lon: number; lat: number } {
  const [lon, lat] = feature.geometry.coordinates;
  return { lon, lat };
}

/** The moment that is asked about; null is now. */
function momentOf({ filters: { openAt } }: Mode): string | null {
  return openAt === "now" ? null : openAt;
}

function placed({ lon, lat }: Point): { lon: number; lat: number } {
  return { lon, lat };
}

function writtenView(view: View): string {
  return `${view.zoom}/${view.lat}/${view.lon}`;
}

/** What the list depends on: modes with the same question share their answer. */
function question({ around: about, filters }: Mode): string {
  const where =
    about.by === "near"
      ? [about.lon, about.lat]
      : about.by === "both" && [placed(about.one), placed(about.two), about.rank];
  return JSON.stringify([where, filters]);
}
