/** The map's part in drawing an area: corners by mouse, touch and keys, and the shape as it grows. */

import type { Feature, FeatureCollection } from "geojson";
import type {
  GeoJSONSource,
  LayerSpecification,
  Map as Library,
  MapMouseEvent,
  SourceSpecification,
} from "maplibre-gl";
import type { Palette } from "../../palette.ts";
import { type Corner, crossing, type Crossing, FEWEST_CORNERS } from "./shape.ts";

/** How near in pixels a press must come to a corner to be that corner. */
const NEAR = { mouse: 12, touch: 24 };

export interface Drawing {
  /** A place was pressed, or the centre by key or button. */
  put(corner: Corner): void;
  /** The first corner was pressed, or a key or a double press asks for the end. */
  finish(): void;
  back(): void;
}

export const SOURCE: SourceSpecification = { type: "geojson", data: { type: "FeatureCollection", features: [] } };

/** Drawn above the districts and their names, in the colour of text: it is told from all of theirs. */
export function layers(palette: Palette, refused: string): LayerSpecification[] {
  const of = (part: string) => ["==", ["get", "part"], part] as never;
  const line = (id: string, part: string, paint: object, layout: object = {}): LayerSpecification => ({
    id: `draft-${id}`,
    type: "line",
    source: "draft",
    filter: of(part),
    layout: { "line-join": "round", "line-cap": "round", ...layout },
    paint,
  });
  return [
    {
      id: "draft-inside",
      type: "fill",
      source: "draft",
      filter: of("inside"),
      paint: { "fill-color": palette.label, "fill-opacity": 0.18 },
    },
    line("casing", "edge", { "line-color": palette.paper, "line-width": 6 }),
    line("edge", "edge", { "line-color": palette.label, "line-width": 3 }),
    line(
      "next",
      "next",
      {
        "line-color": ["case", ["get", "refused"], refused, palette.label],
        "line-width": 2,
        "line-dasharray": [2, 2],
      },
      { "line-cap": "butt" },
    ),
    line("refused", "refused", { "line-color": refused, "line-width": 6 }),
    {
      id: "draft-corners",
      type: "circle",
      source: "draft",
      filter: of("corner"),
      paint: {
        // The first corner is where the shape is closed: it is larger and hollow.
        "circle-radius": ["case", ["get", "first"], 9, 5],
        "circle-color": ["case", ["get", "first"], palette.paper, palette.label],
        "circle-stroke-color": ["case", ["get", "first"], palette.label, palette.paper],
        "circle-stroke-width": ["case", ["get", "first"], 4, 2],
      },
    },
  ];
}

export class DrawingLayer {
  readonly #map: Library;
  #drawing: Drawing | null = null;
  #corners: readonly Corner[] = [];
  #refused: Crossing | null = null;
  /** Where the next corner would be: under the mouse, or the map's centre for keys. */
  #next: Corner | null = null;
  #byKeys = false;

  constructor(map: Library) {
    this.#map = map;
    map.on("mousemove", ({ lngLat }) => {
      if (!this.#drawing) return;
      this.#byKeys = false;
      this.#next = [lngLat.lng, lngLat.lat];
      this.draw();
    });
    map.on("mouseout", () => this.#leave());
    map.on("move", () => {
      if (!this.#drawing || !this.#byKeys) return;
      this.#next = this.#centre();
      this.draw();
    });
    map.on("dblclick", (event) => {
      if (!this.#drawing) return;
      event.preventDefault();
      this.#drawing.finish();
    });
    map.getCanvas().addEventListener("keydown", (event) => this.#key(event));
  }

  get isActive(): boolean {
    return this.#drawing !== null;
  }

  start(drawing: Drawing): void {
    this.#drawing = drawing;
    this.#next = null;
    this.#byKeys = false;
    this.#map.doubleClickZoom.disable();
    this.#map.getCanvas().style.cursor = "crosshair";
    this.#map.getCanvas().focus({ preventScroll: true });
  }

  stop(): void {
    this.#drawing = null;
    this.#map.doubleClickZoom.enable();
    this.#map.getCanvas().style.cursor = "";
    this.show([], null);
  }

  show(corners: readonly Corner[], refused: Crossing | null): void {
    this.#corners = corners;
    this.#refused = refused;
    this.draw();
  }

  /** A corner where the map's centre is. */
  putCentre(): void {
    this.#byKeys = true;
    this.#put(this.#centre(), NEAR.mouse);
    this.#next = this.#centre();
    this.draw();
  }

  pressed({ lngLat, originalEvent }: MapMouseEvent): void {
    const isTouch = (originalEvent as Partial<PointerEvent>).pointerType === "touch";
    this.#byKeys = false;
    // A finger does not hover.
    if (isTouch) this.#next = null;
    this.#put([lngLat.lng, lngLat.lat], isTouch ? NEAR.touch : NEAR.mouse);
  }

  draw(): void {
    this.#map.getSource<GeoJSONSource>("draft")?.setData(this.#features());
  }

  #put(at: Corner, near: number): void {
    const drawing = this.#drawing;
    if (!drawing) return;
    const [first, last] = [this.#corners[0], this.#corners[this.#corners.length - 1]];
    if (first && this.#corners.length >= FEWEST_CORNERS && this.#pixels(first, at) <= near) return drawing.finish();
    // The second press of a double press.
    if (last && this.#pixels(last, at) <= near / 2) return;
    drawing.put(at);
  }

  #key(event: KeyboardEvent): void {
    const drawing = this.#drawing;
    if (!drawing || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key.startsWith("Arrow")) {
      this.#byKeys = true;
      return;
    }
    const act = {
      " ": () => this.putCentre(),
      Enter: () => drawing.finish(),
      Backspace: () => drawing.back(),
      Delete: () => drawing.back(),
    }[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  }

  #leave(): void {
    if (!this.#drawing || this.#byKeys) return;
    this.#next = null;
    this.draw();
  }

  #centre(): Corner {
    const { lng, lat } = this.#map.getCenter();
    return [lng, lat];
  }

  #pixels(a: Corner, b: Corner): number {
    return this.#map.project(a).dist(this.#map.project(b));
  }

  #features(): FeatureCollection {
    const corners = [...this.#corners];
    const features: Feature[] = [];
    const line = (part: string, coordinates: Corner[], more: object = {}) => {
      features.push({ type: "Feature", properties: { part, ...more }, geometry: { type: "LineString", coordinates } });
    };
    const [first] = corners;
    const last = corners[corners.length - 1];
    const isClosed = corners.length > 1 && last === first;
    // What is closed has no next corner, wherever the mouse is meanwhile.
    const next = isClosed ? null : this.#next;
    const outline = next && corners.length > 1 ? [...corners, next] : corners;
    if (outline.length >= FEWEST_CORNERS) {
      const closed = isClosed ? outline : [...outline, outline[0]!];
      features.push({ type: "Feature", properties: { part: "inside" }, geometry: { type: "Polygon", coordinates: [closed] } });
    }
    if (corners.length > 1) line("edge", corners);
    if (next && last) line("next", [last, next], { refused: crossing(corners, next) !== null });
    if (this.#refused) {
      line("refused", [...this.#refused.edge]);
      line("refused", [...this.#refused.other]);
    }
    (isClosed ? corners.slice(1) : corners).forEach((coordinates) =>
      features.push({
        type: "Feature",
        properties: { part: "corner", first: coordinates === first },
        geometry: { type: "Point", coordinates },
      }),
    );
    return { type: "FeatureCollection", features };
  }
}
