/** Where a facility is: by pin, by arrow keys, by numbers, by the name of a place. */

import type { District } from "../../api.ts";
import { fill, h, icon } from "../../dom.ts";
import { ICONS } from "../../shapes.ts";
import type { PinMap, Place } from "../pin-map.ts";
import { uploadWords } from "../text/upload.ts";
import { button } from "./bench.ts";
import type { Context } from "./context.ts";
import { field } from "./parts.ts";
import { PlaceSearch } from "./place-search.ts";

const JAPAN = { lon: 137.5, lat: 37.5, zoom: 4 };
/** Islands included. */
const BOUNDS = { lat: [20, 46], lon: [122, 154] } as const;
const SETTLE = 250;

/** How exactly a place that was found by its name lies where it is shown; null where somebody put it there. */
export type FoundPrecision = "town" | "city" | null;

export class Pin {
  readonly element: HTMLElement;
  readonly #context: Context;
  readonly #words;
  readonly #changed: (precision: FoundPrecision) => void;
  readonly #canvas = h("div", { class: "pin-canvas" });
  readonly #status = h("p", { class: "pin-status", role: "status" });
  readonly #lat: HTMLInputElement;
  readonly #lon: HTMLInputElement;
  readonly #latField: ReturnType<typeof field>;
  readonly #lonField: ReturnType<typeof field>;
  readonly #search: PlaceSearch;
  readonly #buttons = h("div", { class: "map-buttons" });
  #map: PinMap | null = null;
  #place: Place | null = null;
  #timer: number | undefined;

  constructor(context: Context, changed: (precision: FoundPrecision) => void) {
    this.#context = context;
    this.#changed = changed;
    this.#words = uploadWords(context.language);
    const { pin } = this.#words;
    const number = () =>
      h("input", { class: "input", type: "text", inputmode: "decimal", autocomplete: "off", onchange: () => this.#typed() });
    this.#lat = number();
    this.#lon = number();
    this.#latField = field(pin.latitude, this.#lat);
    this.#lonField = field(pin.longitude, this.#lon);
    this.#search = new PlaceSearch(context, pin.search, ({ id, geometry, bbox }) => {
      const [lon, lat] = geometry.coordinates;
      this.show({ lon, lat }, bbox ? 14 : 16);
      this.#changed(precisionOf(String(id)));
    });
    this.element = h(
      "div",
      { class: "pin" },
      this.#search.element,
      h("p", { class: "note", id: "pin-lead" }, pin.lead, " ", pin.keys),
      h(
        "div",
        { class: "pin-map map", role: "group", "aria-label": pin.label, "aria-describedby": "pin-lead" },
        this.#canvas,
        this.#buttons,
      ),
      h("div", { class: "pin-numbers" }, this.#latField.element, this.#lonField.element),
      this.#status,
    );
    this.#say();
    context.signal.addEventListener("abort", () => this.#map?.remove(), { once: true });
  }

  get place(): Place | null {
    return this.#place;
  }

  /** Loads the map; the numbers and the search do without. */
  async start(): Promise<void> {
    const { pin } = this.#words;
    const { language } = this.#context;
    const around = this.#place ? { ...this.#place, zoom: 16 } : await this.#home();
    try {
      const { PinMap } = await import("../pin-map.ts");
      if (this.#context.signal.aborted) return;
      this.#map = new PinMap({
        container: this.#canvas,
        language,
        around,
        words: { canvas: pin.label, pin: pin.pin },
        moved: (place) => {
          this.#set(place);
          this.#changed(null);
        },
      });
      this.#map.put(this.#place);
      const zoom = (label: string, path: string, by: number) =>
        h(
          "button",
          { type: "button", class: "map-button", "aria-label": label, title: label, onclick: () => this.#map?.zoomBy(by) },
          icon(path),
        );
      fill(this.#buttons, zoom(pin.zoomIn, ICONS.plus, 1), zoom(pin.zoomOut, ICONS.minus, -1));
    } catch {
      if (!this.#context.signal.aborted) fill(this.#canvas, h("p", { class: "map-message" }, pin.failed));
    }
  }

  /** Puts the pin where somebody said, and looks there. */
  show(place: Place | null, zoom = 16): void {
    this.#set(place);
    this.#map?.put(place);
    if (place) this.#map?.look(place, zoom);
  }

  /** Offers what the address names. */
  searchFor(address: string): void {
    this.#search.search(address);
  }

  /** Whether there is a place; else it says what is missing. */
  check(): boolean {
    if (this.#lat.value.trim() || this.#lon.value.trim()) return this.#place !== null || (this.#typed(), this.#place !== null);
    if (!this.#place) this.#latField.wrong(this.#words.form.noPosition);
    return this.#place !== null;
  }

  #set(place: Place | null): void {
    this.#place = place;
    this.#lat.value = place ? String(place.lat) : "";
    this.#lon.value = place ? String(place.lon) : "";
    this.#latField.wrong(null);
    this.#lonField.wrong(null);
    this.#say();
  }

  #typed(): void {
    const { pin } = this.#words;
    const [lat, lon] = [read(this.#lat.value), read(this.#lon.value)];
    this.#latField.wrong(null);
    this.#lonField.wrong(null);
    this.#place = null;
    if (lat === null && lon === null) {
      this.#map?.put(null);
      this.#say();
      return this.#changed(null);
    }
    const good = (value: number | null, [least, most]: readonly [number, number]) =>
      value !== null && value >= least && value <= most;
    if (good(lat, BOUNDS.lat) && good(lon, BOUNDS.lon)) {
      this.show({ lat: lat!, lon: lon! });
      return this.#changed(null);
    }
    if (good(lat, BOUNDS.lon) && good(lon, BOUNDS.lat)) {
      fill(
        this.#status,
        pin.swapped,
        " ",
        button(pin.swap, () => {
          this.show({ lat: lon!, lon: lat! });
          this.#changed(null);
        }),
      );
      return;
    }
    fill(this.#status);
    // One thing at a time: whoever has typed the first number is on the way to the second.
    if (this.#lat.value.trim() && !good(lat, BOUNDS.lat)) this.#latField.wrong(pin.badLatitude);
    else if (this.#lon.value.trim() && !good(lon, BOUNDS.lon)) this.#lonField.wrong(pin.badLongitude);
  }

  #say(): void {
    clearTimeout(this.#timer);
    const { pin } = this.#words;
    const place = this.#place;
    if (!place) return fill(this.#status, pin.none);
    this.#timer = window.setTimeout(() => void this.#where(place), SETTLE);
  }

  /** Which municipality this is, and whether it is one's own. */
  async #where({ lon, lat }: Place): Promise<void> {
    const { pin } = this.#words;
    const { user } = this.#context.session;
    const box = [lon, lat, lon, lat].join(",");
    try {
      const path = `/collections/municipalities/items?bbox=${box}&limit=4&f=json`;
      const { data } = await this.#context.api.ask<{ features: { properties: District }[] }>(path, {
        signal: this.#context.signal,
      });
      if (this.#place?.lon !== lon || this.#place.lat !== lat) return;
      const districts = data.features.map(({ properties }) => properties);
      const [first] = districts;
      if (!first) return fill(this.#status, pin.sea);
      const { area } = user;
      const own = !area || districts.some(({ code }) => (area.length === 2 ? code.startsWith(area) : code === area));
      fill(
        this.#status,
        own
          ? pin.at(`${first.prefecture}${first.name}`)
          : h("strong", { class: "field-error" }, pin.outsideArea(user.area_name ?? area ?? "")),
      );
    } catch {
      // Where it lies is said with the answer at the latest.
    }
  }

  /** One's own municipality, to begin with. */
  async #home(): Promise<Place & { zoom: number }> {
    const { user } = this.#context.session;
    if (!user.area_name) return JAPAN;
    try {
      const places = await this.#context.api.places(user.area_name.split(/\s/).at(-1) ?? user.area_name, 10);
      const own = places.find(({ id }) => id === `district-${user.area}`) ?? places[0];
      if (!own) return JAPAN;
      const [lon, lat] = own.geometry.coordinates;
      return { lon, lat, zoom: user.area?.length === 2 ? 8 : 12 };
    } catch {
      return JAPAN;
    }
  }
}

/** A town stands for an address at its middle, a municipality at its office; a hub lies where it is. */
function precisionOf(placeId: string): FoundPrecision {
  if (placeId.startsWith("district-")) return "city";
  return placeId.startsWith("facility-") ? null : "town";
}

/** A number as people type it, full-width digits and all. */
function read(text: string): number | null {
  const plain = text.normalize("NFKC").trim();
  return /^-?\d{1,3}(\.\d+)?$/.test(plain) ? Number(plain) : null;
}
