/** A map with one pin to put somewhere. Loaded, with the library, only where there is a form. */

import "maplibre-gl/dist/maplibre-gl.css";
import { Map as Library, Marker, setWorkerUrl } from "maplibre-gl";
import workerUrl from "maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url";
import { Api, type Streets } from "../api.ts";
import { h, icon } from "../dom.ts";
import { drawPin, PIXEL_RATIO } from "../layers/draw-pin.ts";
import { mapStyle } from "../layers.ts";
import { type Language, round } from "../mode.ts";
import { readPalette } from "../palette.ts";

setWorkerUrl(workerUrl);

export interface Place {
  lon: number;
  lat: number;
}

export interface PinMapOptions {
  container: HTMLElement;
  language: Language;
  /** Where to look while nothing is chosen. */
  around: Place & { zoom: number };
  words: { canvas: string; pin: string };
  /** The pin was moved by hand. */
  moved(place: Place): void;
}

/** The drop of a map pin; its tip is the place. */
const DROP = "M12 23.5C9 19.600 4 13.800 4 9.500a8 8 0 0 1 16 0c0 4.300-5 10.100-8 14Z";

export class PinMap {
  readonly #map: Library;
  readonly #options: PinMapOptions;
  readonly #pin: HTMLButtonElement;
  readonly #marker: Marker;
  #placed = false;
  #streets: Streets | null = null;
  #isRemoved = false;

  constructor(options: PinMapOptions) {
    this.#options = options;
    const { words, around } = options;
    this.#map = new Library({
      container: options.container,
      style: this.#style(),
      center: [around.lon, around.lat],
      zoom: around.zoom,
      minZoom: 3,
      maxZoom: 18,
      maxPitch: 0,
      dragRotate: false,
      pitchWithRotate: false,
      renderWorldCopies: false,
      attributionControl: false,
      fadeDuration: matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 200,
      // A page that scrolls keeps its wheel and its finger.
      cooperativeGestures: false,
      scrollZoom: false,
      locale: { "Map.Title": words.canvas },
    });
    this.#map.touchZoomRotate.disableRotation();
    this.#map.keyboard.disableRotation();
    this.#map.setMissingStyleImageResolver((id) => {
      const image = drawPin(id, readPalette());
      if (image && !this.#map.hasImage(id)) this.#map.addImage(id, image, { pixelRatio: PIXEL_RATIO });
    });
    this.#pin = h("button", { type: "button", class: "place-pin", "aria-label": words.pin }, icon(DROP, "place-pin-drop"));
    this.#pin.addEventListener("keydown", (event) => this.#key(event));
    this.#marker = new Marker({ element: this.#pin, draggable: true, anchor: "bottom" });
    this.#marker.on("dragend", () => this.#moved());
    this.#map.on("click", ({ lngLat }) => {
      this.put({ lon: lngLat.lng, lat: lngLat.lat });
      this.#moved();
    });
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", this.#restyle);
    void this.#drawStreets();
  }

  /** A pin is put down between streets, where the operator has a map of them. */
  async #drawStreets(): Promise<void> {
    const config = await new Api(this.#options.language).config().catch(() => null);
    this.#streets = config?.basemap.streets ?? null;
    if (this.#streets && !this.#isRemoved) this.#restyle();
  }

  readonly #restyle = (): void => {
    this.#map.setStyle(this.#style(), { diff: false });
  };

  remove(): void {
    this.#isRemoved = true;
    matchMedia("(prefers-color-scheme: dark)").removeEventListener("change", this.#restyle);
    this.#map.remove();
  }

  /** Puts the pin somewhere, or takes it away. */
  put(place: Place | null): void {
    if (!place) {
      this.#marker.remove();
      this.#placed = false;
      return;
    }
    this.#marker.setLngLat([place.lon, place.lat]);
    if (!this.#placed) this.#marker.addTo(this.#map);
    this.#placed = true;
  }

  look(place: Place, zoom: number): void {
    this.#map.jumpTo({ center: [place.lon, place.lat], zoom });
  }

  zoomBy(steps: number): void {
    this.#map.easeTo({ zoom: this.#map.getZoom() + steps, duration: 200 });
  }

  #style() {
    const { language } = this.#options;
    return mapStyle({ palette: readPalette(), language, origin: location.origin, facilityQuery: "", minute: "", outside: null, streets: this.#streets });
  }

  #moved(): void {
    const { lng, lat } = this.#marker.getLngLat();
    // Seven decimals are what a facility keeps; six are a tenth of a metre.
    this.#options.moved({ lon: round(lng, 6), lat: round(lat, 6) });
  }

  /** Arrows move by a few pixels of the present zoom, with Shift by more. */
  #key(event: KeyboardEvent): void {
    const steps: Record<string, [number, number]> = {
      ArrowUp: [0, -1],
      ArrowDown: [0, 1],
      ArrowLeft: [-1, 0],
      ArrowRight: [1, 0],
    };
    const step = steps[event.key];
    if (!step) return;
    event.preventDefault();
    event.stopPropagation();
    const by = event.shiftKey ? 40 : 4;
    const at = this.#map.project(this.#marker.getLngLat());
    this.#marker.setLngLat(this.#map.unproject([at.x + step[0] * by, at.y + step[1] * by]));
    if (!this.#map.getBounds().contains(this.#marker.getLngLat())) {
      this.#map.panTo(this.#marker.getLngLat(), { duration: 0 });
    }
    this.#moved();
  }
}
