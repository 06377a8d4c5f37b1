/** The map itself. This file and the library behind it are loaded after the list is usable. */

import "maplibre-gl/dist/maplibre-gl.css";
import {
  type GeoJSONSource,
  Map as Library,
  type MapMouseEvent,
  Popup,
  setWorkerUrl,
  type VectorTileSource,
} from "maplibre-gl";
// A file of its own from our own server: no blob: worker, so the strictest worker-src will do.
import workerUrl from "maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url";
import type { FeatureCollection } from "geojson";
import { plain } from "./annotate.ts";
import type { Outside, Streets } from "./api.ts";
import { h } from "./dom.ts";
import { drawPin, PIXEL_RATIO } from "./layers/draw-pin.ts";
import { BROWSED, CLICKABLE, facilityTiles, mapStyle } from "./layers.ts";
import { pinImage } from "./layers/pins.ts";
import { onLongPress } from "./long-press.ts";
import { MarkLayer } from "./mark-layer.ts";
import { discs, type Marks, marksOf, pointOf, spots } from "./marks.ts";
import { type Language, roundedView, type View } from "./mode.ts";
import { readPalette } from "./palette.ts";
import type { Words } from "./text/index.ts";

setWorkerUrl(workerUrl);

export interface MapEvents {
  moved(view: View): void;
  openFacility(id: string): void;
  /** The facility under the pointer, for its line in the list; null when there is none. */
  pointed(id: string | null): void;
  /** null where nobody can search from a point. */
  searchFrom: ((lon: number, lat: number) => void) | null;
}

export interface Shown extends Marks {
  facilityQuery: string;
  /** The minute the pins tell of: what has changed since a tile was made is not known. */
  minute: string;
  outside: Outside | null;
  streets: Streets | null;
}

export interface MapOptions {
  container: HTMLElement;
  view: View;
  language: Language;
  words: Words["map"];
  events: MapEvents;
}

/** Milliseconds of a move of the map, and the most zoom levels that one takes in its stride. */
const MOVE = 300;
const STEPS = 3;

export class FindMap {
  readonly #options: MapOptions;
  readonly #map: Library;
  /** Settled once the first view is drawn. */
  readonly loaded: Promise<unknown>;
  readonly #marks: MarkLayer;
  /** What each source holds, as text: the same is not sent to the worker again. */
  #given = new Map<string, string>();
  #shown: Shown;
  #popup: Popup | null = null;
  #pointedAt: string | null = null;
  /** While it is drawn for a print: what has the colours of paper. */
  #paper: Element | undefined;

  constructor(options: MapOptions, shown: Shown) {
    this.#options = options;
    this.#shown = shown;
    const { view, words } = options;
    this.#map = new Library({
      container: options.container,
      style: this.#style(),
      center: [view.lon, view.lat],
      zoom: view.zoom,
      minZoom: 2,
      maxZoom: 18,
      maxPitch: 0,
      dragRotate: false,
      pitchWithRotate: false,
      renderWorldCopies: false,
      attributionControl: false, // The page shows the credits itself, outside the canvas.
      fadeDuration: matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 200,
      locale: { "Map.Title": plain(words.canvas), "Popup.Close": plain(words.popupClose) },
    });
    // For tests, and for the browser's console.
    Object.defineProperty(options.container, "maplibre", { value: this.#map, configurable: true });
    this.loaded = this.#map.once("load");
    this.#marks = new MarkLayer(this.#map);
    this.#map.touchZoomRotate.disableRotation();
    this.#map.keyboard.disableRotation();
    this.#listen();
  }

  show(shown: Shown): void {
    const before = this.#shown;
    this.#shown = shown;
    this.#marks.show(marksOf(shown));
    if (before.outside !== shown.outside || before.streets?.version !== shown.streets?.version) this.#restyle();
    // While a style is on its way there is nothing to draw on; what it was made without comes with it.
    if (!this.#map.getSource("facilities")) return;
    this.#draw();
    if (before.minute !== shown.minute) this.#minutePassed();
    else this.#popup?.remove();
  }

  look(view: View, animate: boolean): void {
    const camera = { center: [view.lon, view.lat] as [number, number], zoom: view.zoom };
    if (animate && this.#isNear(view)) this.#map.easeTo({ ...camera, duration: MOVE });
    else this.#map.jumpTo(camera);
  }

  /** A move is followed by the eye when something stays in sight; across the country it only takes time. */
  #isNear({ lon, lat, zoom }: View): boolean {
    const { clientWidth: width, clientHeight: height } = this.#map.getContainer();
    const { x, y } = this.#map.project([lon, lat]);
    const within = (value: number, side: number) => value > -side / 2 && value < 1.5 * side;
    return Math.abs(zoom - this.#map.getZoom()) <= STEPS && within(x, width) && within(y, height);
  }

  zoomBy(steps: number): void {
    this.#map.easeTo({ zoom: this.#map.getZoom() + steps, duration: 250 });
  }

  /** Rings a place while its line in the list is pointed at. */
  point(place: { lon: number; lat: number } | null): void {
    this.#set("pointed", spots(place ? [place] : []));
  }

  /** What is drawn now, as a picture in the colours of paper: printers get no canvas. */
  async picture(paper: Element, patience: number): Promise<string> {
    const isDark = matchMedia("(prefers-color-scheme: dark)").matches;
    if (isDark) this.#drawOn(paper);
    try {
      return await this.#taken(paper, patience);
    } finally {
      if (isDark) this.#drawOn(undefined);
    }
  }

  #drawOn(paper: Element | undefined): void {
    this.#paper = paper;
    this.#restyle();
  }

  async #taken(paper: Element, patience: number): Promise<string> {
    const idle = this.#map.loaded() ? Promise.resolve() : this.#map.once("idle");
    await Promise.race([idle, new Promise((resolve) => setTimeout(resolve, patience))]);
    const canvas = this.#map.getCanvas();
    const picture = h("canvas", { width: canvas.width, height: canvas.height });
    const pen = picture.getContext("2d");
    if (!pen) throw new Error("nothing to draw a picture with");
    // Drawn and read in one go: afterwards the browser may throw the pixels away.
    this.#map.redraw();
    pen.drawImage(canvas, 0, 0);
    const ratio = canvas.width / canvas.clientWidth;
    pen.scale(ratio, ratio);
    this.#marks.drawOn(pen, readPalette(paper));
    return picture.toDataURL("image/png");
  }

  #style() {
    const { facilityQuery, minute, outside, streets } = this.#shown;
    const { language } = this.#options;
    const palette = readPalette(this.#paper);
    this.#given.clear();
    this.#given.set("facilities", facilityQuery);
    return mapStyle({ palette, language, origin: location.origin, facilityQuery, minute, outside, streets });
  }

  #restyle(): void {
    this.#map.setStyle(this.#style(), { diff: false });
  }

  /** What has opened or closed by now, only the server can say. */
  #minutePassed(): void {
    const { minute } = this.#shown;
    const drawn = this.#map.querySourceFeatures("facilities", { sourceLayer: "facilities" });
    const isOver = drawn.some(({ properties: { opening_until: until } }) => until && until <= minute);
    if (isOver && navigator.onLine) this.#askForPins();
  }

  #askForPins(): void {
    const { facilityQuery } = this.#shown;
    this.#given.set("facilities", facilityQuery);
    this.#map.getSource<VectorTileSource>("facilities")?.setTiles([facilityTiles(location.origin, facilityQuery)]);
  }

  /** Gives the style all that is shown, also what has changed since it was made. */
  #draw(): void {
    if (this.#given.get("facilities") !== this.#shown.facilityQuery) this.#askForPins();
    this.#map.setLayoutProperty("facilities", "icon-image", pinImage(this.#shown.minute));
    this.#set("discs", discs(this.#shown));
    this.#set("marks", spots(marksOf(this.#shown).map(({ feature }) => pointOf(feature))));
    this.#set("origin", spots(this.#shown.origins));
    const visibility = this.#shown.letters ? "none" : "visible";
    for (const layer of BROWSED) this.#map.setLayoutProperty(layer, "visibility", visibility);
  }

  #set(source: string, data: FeatureCollection): void {
    const target = this.#map.getSource<GeoJSONSource>(source);
    const text = JSON.stringify(data);
    if (!target || this.#given.get(source) === text) return;
    this.#given.set(source, text);
    target.setData(data);
  }

  #listen(): void {
    const { events } = this.#options;
    const map = this.#map;
    map.on("style.load", () => this.#draw());
    this.#marks.show(marksOf(this.#shown));
    map.setMissingStyleImageResolver((id) => {
      const image = drawPin(id, readPalette(this.#paper));
      if (image && !map.hasImage(id)) map.addImage(id, image, { pixelRatio: PIXEL_RATIO });
    });
    // Without a connection tiles that do not come are no news; the page says so itself. One that was asked
    // for without it may fail when it is back: that had no answer either, and so the status 0.
    map.on("error", ({ error }) => {
      const { status } = error as { status?: number };
      if (navigator.onLine && status !== 0) console.error(error);
    });
    map.on("moveend", () => {
      const { lng, lat } = map.getCenter();
      events.moved(roundedView(lng, lat, map.getZoom()));
    });
    map.on("click", (event) => this.#clicked(event));
    map.on("mousemove", ({ point, originalEvent }) => {
      const mark = MarkLayer.at(originalEvent);
      const hit = mark ? null : this.#hit(point, 2);
      map.getCanvas().style.cursor = mark || hit ? "pointer" : "";
      this.#pointAt(mark ?? (hit && !hit.properties.cluster ? String(hit.properties.id) : null));
    });
    map.on("mouseout", () => this.#pointAt(null));
    onLongPress(map, ({ lng, lat }) => events.searchFrom?.(lng, lat));
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.#restyle());
  }

  #pointAt(id: string | null): void {
    if (id === this.#pointedAt) return;
    this.#pointedAt = id;
    this.#options.events.pointed(id);
  }

  #clicked(event: MapMouseEvent): void {
    const mark = MarkLayer.at(event.originalEvent);
    if (mark) return this.#options.events.openFacility(mark);
    const feature = this.#hit(event.point, 8);
    if (!feature) return this.#options.events.searchFrom ? this.#offer(event.lngLat.lng, event.lngLat.lat) : undefined;
    const { id, cluster, expansion_zoom: expansion } = feature.properties;
    if (!cluster) return this.#options.events.openFacility(String(id));
    if (feature.geometry.type !== "Point") return;
    const [lon, lat] = feature.geometry.coordinates as [number, number];
    const now = this.#map.getZoom();
    // A cluster that would not open where we stand is still gone closer to.
    this.look({ lon, lat, zoom: Number(expansion) > now ? Number(expansion) : now + 2 }, true);
  }

  /** The topmost thing at a point; fingers are thick, so its surroundings count too. */
  #hit(point: { x: number; y: number }, slack: number) {
    const layers = CLICKABLE.filter((layer) => this.#map.getLayer(layer));
    const found = this.#map.queryRenderedFeatures(
      [
        [point.x - slack, point.y - slack],
        [point.x + slack, point.y + slack],
      ],
      { layers },
    );
    return found[0];
  }

  /** A click beside the pins may be a slip: it offers the search, one more press begins it. */
  #offer(lon: number, lat: number): void {
    this.#popup?.remove();
    const search = () => {
      this.#popup?.remove();
      this.#options.events.searchFrom?.(lon, lat);
    };
    const { words } = this.#options;
    const button = h(
      "button",
      { type: "button", class: "button primary", onclick: search },
      words.searchHere,
    );
    this.#popup = new Popup({ closeButton: false, maxWidth: "none", className: "offer" })
      .setLngLat([lon, lat])
      .setDOMContent(button)
      .addTo(this.#map);
  }
}
