/** The districts by their share, the gaps, the hubs. Loaded, with the library, after the table. */

import "maplibre-gl/dist/maplibre-gl.css";
import type { FeatureCollection } from "geojson";
import {
  type ExpressionSpecification,
  type GeoJSONSource,
  Map as Library,
  Marker,
  setWorkerUrl,
  type StyleSpecification,
  type VectorTileSource,
} from "maplibre-gl";
import workerUrl from "maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url";
import { h } from "../dom.ts";
import { ground, placeNames } from "../layers/basemap.ts";
import { drawPin, PIXEL_RATIO } from "../layers/draw-pin.ts";
import { BOLD } from "../layers/fonts.ts";
import { pins } from "../layers/pins.ts";
import { BROWSED, facilityTiles } from "../layers.ts";
import { DrawingLayer, layers as draft, SOURCE } from "./drawing/layer.ts";
import { type Language, roundedView, type View } from "../mode.ts";
import { readPalette } from "../palette.ts";
import { CLASSES, GAP_ZOOM, GAPS } from "./figures.ts";
import { rounded, type Pin } from "./question.ts";
import { drawScale } from "./scale.ts";

setWorkerUrl(workerUrl);

const OPAQUE = 0.8;
/** Pixels of a printed or saved picture to one of the screen, at least. */
const FINE = 2;

export interface Drawn {
  /** Names of areas of the visitor's own, in their middle. */
  names: FeatureCollection;
  /** Each with its `class`, -1 where there is no share. */
  districts: FeatureCollection;
  /** Each with its `gap` class. */
  squares: FeatureCollection;
  pins: Pin[];
  /** Places that were found for the next hubs, best first. */
  sites: Pin[];
  facilityQuery: string;
}

export interface CoverageMapOptions {
  container: HTMLElement;
  view: View;
  language: Language;
  words: { canvas: string; pin(n: number): string; north: string };
  /** How far is how far has changed. */
  scaled(lat: number, zoom: number): void;
  moved(view: View): void;
  /** A district was pressed. */
  chose(code: string): void;
  /** The ground was pressed while a pin is to be put. */
  put(pin: Pin): void;
  movedPin(index: number, pin: Pin): void;
}

export class CoverageMap {
  readonly #options: CoverageMapOptions;
  readonly #map: Library;
  readonly loaded: Promise<unknown>;
  readonly drawing: DrawingLayer;
  #drawn: Drawn;
  /** What the tiles of the facilities were last asked with. */
  #asked = "";
  #markers: Marker[] = [];
  putting = false;
  /** While it is drawn for a print: what has the colours of paper. */
  #paper: Element | undefined;

  constructor(options: CoverageMapOptions, drawn: Drawn) {
    this.#options = options;
    this.#drawn = drawn;
    const { view, words } = options;
    this.#map = new Library({
      container: options.container,
      style: this.#style(),
      center: [view.lon, view.lat],
      zoom: view.zoom,
      minZoom: 2,
      maxZoom: 16,
      maxPitch: 0,
      dragRotate: false,
      pitchWithRotate: false,
      renderWorldCopies: false,
      attributionControl: false,
      // The page scrolls: its wheel stays its own.
      scrollZoom: false,
      fadeDuration: 0,
      // The picture is also printed and saved.
      canvasContextAttributes: { preserveDrawingBuffer: true },
      locale: { "Map.Title": words.canvas },
    });
    this.loaded = this.#map.once("load");
    this.drawing = new DrawingLayer(this.#map);
    this.#map.touchZoomRotate.disableRotation();
    this.#map.keyboard.disableRotation();
    this.#listen();
  }

  show(drawn: Drawn): void {
    this.#drawn = drawn;
    // While a style is on its way there is nothing to draw on; what it was made without comes with it.
    if (this.#map.getSource("facilities")) this.#draw();
  }

  look(view: View): void {
    this.#map.jumpTo({ center: [view.lon, view.lat], zoom: view.zoom });
  }

  zoomBy(steps: number): void {
    this.#map.easeTo({ zoom: this.#map.getZoom() + steps, duration: 250 }, { byVisitor: true });
  }

  /** Marks a district while its line in the table is pointed at. */
  point(code: string | null): void {
    if (this.#map.getLayer("pointed-district")) {
      this.#map.setFilter("pointed-district", ["==", ["get", "code"], code ?? ""]);
    }
  }

  resized(): void {
    this.#map.resize();
  }

  /** The map in the colours of paper and fine enough for it, with its scale and north. */
  async picture(paper: Element): Promise<HTMLCanvasElement> {
    const isDark = matchMedia("(prefers-color-scheme: dark)").matches;
    const ratio = this.#map.getPixelRatio();
    this.#map.setPixelRatio(Math.max(FINE, ratio));
    if (isDark) this.#drawOn(paper);
    try {
      const idle = this.#map.once("idle");
      this.#map.triggerRepaint();
      await idle;
      return this.snapshot();
    } finally {
      if (isDark) this.#drawOn(undefined);
      this.#map.setPixelRatio(ratio);
    }
  }

  /** What is on the canvas now, with its scale and north. */
  snapshot(): HTMLCanvasElement {
    const drawn = this.#map.getCanvas();
    const canvas = h("canvas", { width: drawn.width, height: drawn.height });
    const paint = canvas.getContext("2d");
    if (!paint) return drawn;
    paint.drawImage(drawn, 0, 0);
    const { language, words } = this.#options;
    const font = getComputedStyle(document.documentElement).getPropertyValue("--font").trim();
    const lat = this.#map.getCenter().lat;
    drawScale(paint, { lat, zoom: this.#map.getZoom(), ratio: this.#map.getPixelRatio(), north: words.north, language, font });
    return canvas;
  }

  #drawOn(paper: Element | undefined): void {
    this.#paper = paper;
    this.#map.setStyle(this.#style(), { diff: false });
  }

  #style(): StyleSpecification {
    const palette = readPalette(this.#paper);
    const { land, borders, railways } = ground(palette, null, null);
    this.#asked = this.#drawn.facilityQuery;
    const style = getComputedStyle(this.#paper ?? document.documentElement);
    const colour = (name: string) => style.getPropertyValue(name).trim();
    const classes = (property: string, prefix: string, count: number): ExpressionSpecification => [
      "match",
      ["get", property],
      ...Array.from({ length: count }, (_, n) => [n, colour(`--${prefix}-${n}`)]).flat(),
      colour("--class-none"),
    ] as unknown as ExpressionSpecification;
    const empty = { type: "geojson" as const, data: { type: "FeatureCollection" as const, features: [] } };
    return {
      version: 8,
      sources: {
        basemap: { type: "vector", tiles: [`${location.origin}/basemap/{z}/{y}/{x}`], minzoom: 0, maxzoom: 14 },
        facilities: {
          type: "vector",
          tiles: [facilityTiles(location.origin, this.#asked)],
          minzoom: 0,
          maxzoom: 16,
        },
        districts: { ...empty },
        squares: { ...empty },
        names: { ...empty },
        imagined: { ...empty },
        sites: { ...empty },
        draft: { ...SOURCE },
      },
      layers: [
        { id: "sea", type: "background", paint: { "background-color": palette.sea } },
        ...land,
        ...borders,
        ...railways,
        {
          id: "districts",
          type: "fill",
          source: "districts",
          paint: {
            "fill-color": classes("class", "class", CLASSES),
            "fill-opacity": OPAQUE,
          },
        },
        {
          id: "squares",
          type: "fill",
          source: "squares",
          minzoom: GAP_ZOOM,
          paint: { "fill-color": classes("gap", "gap", GAPS.length + 1), "fill-opacity": 0.8 },
        },
        {
          id: "district-edges",
          type: "line",
          source: "districts",
          paint: {
            "line-color": ["case", ["get", "own"], palette.label, palette.prefectureLine],
            "line-width": ["case", ["get", "own"], 2, 1],
          },
        },
        {
          id: "pointed-district",
          type: "line",
          source: "districts",
          filter: ["==", ["get", "code"], ""],
          paint: { "line-color": palette.chosen, "line-width": 3 },
        },
        ...placeNames(palette, this.#options.language),
        {
          id: "zone-names",
          type: "symbol",
          source: "names",
          layout: { "text-field": ["get", "name"], "text-font": BOLD, "text-size": 14, "text-max-width": 8 },
          paint: { "text-color": palette.label, "text-halo-color": palette.halo, "text-halo-width": 2 },
        },
        ...pins(palette).filter((layer) => BROWSED.includes(layer.id)),
        {
          id: "sites",
          type: "circle",
          source: "sites",
          paint: {
            "circle-color": palette.accent,
            "circle-radius": 13,
            "circle-stroke-color": palette.paper,
            "circle-stroke-width": 2,
          },
        },
        {
          id: "site-numbers",
          type: "symbol",
          source: "sites",
          layout: { "text-field": ["get", "number"], "text-font": BOLD, "text-size": 14, "text-allow-overlap": true },
          paint: { "text-color": palette.onAccent },
        },
        // Under the pins that can be moved, for the picture that is printed or saved.
        {
          id: "imagined",
          type: "circle",
          source: "imagined",
          paint: {
            "circle-color": palette.chosen,
            "circle-radius": 12,
            "circle-stroke-color": palette.paper,
            "circle-stroke-width": 2,
          },
        },
        {
          id: "imagined-numbers",
          type: "symbol",
          source: "imagined",
          layout: { "text-field": ["get", "number"], "text-font": BOLD, "text-size": 14, "text-allow-overlap": true },
          paint: { "text-color": palette.onAccent },
        },
        ...draft(palette, colour("--refused")),
      ],
    };
  }

  /** Gives the style all that is drawn, also what has changed since it was made. */
  #draw(): void {
    if (this.#asked !== this.#drawn.facilityQuery) {
      this.#asked = this.#drawn.facilityQuery;
      this.#map.getSource<VectorTileSource>("facilities")?.setTiles([facilityTiles(location.origin, this.#asked)]);
    }
    // Where squares say more, the districts step back behind them.
    const faded: ExpressionSpecification = ["interpolate", ["linear"], ["zoom"], GAP_ZOOM - 0.5, OPAQUE, GAP_ZOOM, 0.15];
    this.#map.setPaintProperty("districts", "fill-opacity", this.#drawn.squares.features.length ? faded : OPAQUE);
    this.#map.getSource<GeoJSONSource>("districts")?.setData(this.#drawn.districts);
    this.#map.getSource<GeoJSONSource>("names")?.setData(this.#drawn.names);
    this.#map.getSource<GeoJSONSource>("squares")?.setData(this.#drawn.squares);
    this.#map.getSource<GeoJSONSource>("imagined")?.setData(numbered(this.#drawn.pins));
    this.#map.getSource<GeoJSONSource>("sites")?.setData(numbered(this.#drawn.sites));
    this.drawing.draw();
    for (const marker of this.#markers) marker.remove();
    this.#markers = this.#drawn.pins.map((pin, index) => {
      const label = this.#options.words.pin(index + 1);
      const element = h("div", { class: "imagined-pin", role: "img", "aria-label": label }, String(index + 1));
      const marker = new Marker({ element, draggable: true }).setLngLat(pin).addTo(this.#map);
      marker.on("dragend", () => {
        const { lng, lat } = marker.getLngLat();
        this.#options.movedPin(index, rounded(lng, lat));
      });
      return marker;
    });
  }

  #listen(): void {
    const map = this.#map;
    map.on("style.load", () => this.#draw());
    map.setMissingStyleImageResolver((id) => {
      const image = drawPin(id, readPalette(this.#paper));
      if (image && !map.hasImage(id)) map.addImage(id, image, { pixelRatio: PIXEL_RATIO });
    });
    const scaled = () => this.#options.scaled(map.getCenter().lat, map.getZoom());
    map.on("move", scaled);
    // A map that glides says so: what is pressed meanwhile would be meant for another place.
    map.on("movestart", () => map.getCanvas().toggleAttribute("data-moving", true));
    map.on("moveend", () => map.getCanvas().toggleAttribute("data-moving", false));
    scaled();
    map.on("moveend", (event) => {
      // What the page did itself, or what a resize did, is no step of the visitor.
      const { originalEvent, byVisitor } = event as { originalEvent?: unknown; byVisitor?: boolean };
      if (!originalEvent && !byVisitor) return;
      const { lng, lat } = map.getCenter();
      this.#options.moved(roundedView(lng, lat, map.getZoom()));
    });
    map.on("click", (event) => {
      const { point, lngLat } = event;
      if (this.drawing.isActive) return this.drawing.pressed(event);
      if (this.putting) return this.#options.put(rounded(lngLat.lng, lngLat.lat));
      const code = map.queryRenderedFeatures(point, { layers: ["districts"] })[0]?.properties.code;
      if (code) this.#options.chose(String(code));
    });
    map.on("mousemove", ({ point }) => {
      if (this.drawing.isActive) return;
      const over = map.getLayer("districts") && map.queryRenderedFeatures(point, { layers: ["districts"] })[0];
      map.getCanvas().style.cursor = this.putting ? "crosshair" : over ? "pointer" : "";
    });
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
      map.setStyle(this.#style(), { diff: false });
    });
  }
}

/** Points with their places in the list, counted from 1. */
function numbered(all: Pin[]): FeatureCollection {
  return {
    type: "FeatureCollection",
    features: all.map((coordinates, index) => ({
      type: "Feature",
      geometry: { type: "Point", coordinates },
      properties: { number: String(index + 1) },
    })),
  };
}
