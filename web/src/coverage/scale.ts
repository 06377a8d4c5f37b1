/** How far is how far on the map, and where north is: on the screen, and in what is printed or saved. */

import { h } from "../dom.ts";
import type { Language } from "../mode.ts";

/** The earth's girth at the equator in metres, and the world's side at zoom 0 in pixels. */
const GIRTH = 40_075_016.686;
const WORLD = 512;
/** No bar is longer, in pixels of the screen. */
const LONGEST = 120;
/** The drawn frame, in pixels of the screen. */
const EDGE = 10;
const LINE = 3;

export interface Scale {
  metres: number;
  pixels: number;
}

/** The longest bar of a round length: 1, 2 or 5 and noughts. */
export function scale(lat: number, zoom: number, longest = LONGEST): Scale {
  const each = (GIRTH * Math.cos((lat * Math.PI) / 180)) / (WORLD * 2 ** zoom);
  const most = each * longest;
  const power = 10 ** Math.floor(Math.log10(most));
  const metres = ([5, 2].find((first) => first * power <= most) ?? 1) * power;
  return { metres, pixels: metres / each };
}

export function told(metres: number, language: Language): string {
  return metres >= 1000 ? `${(metres / 1000).toLocaleString(language)} km` : `${metres.toLocaleString(language)} m`;
}

export class ScaleBar {
  readonly element: HTMLElement;
  readonly #language: Language;
  readonly #bar = h("span", { class: "scale-bar" });
  readonly #text = h("span", {});

  constructor(language: Language, north: string) {
    this.#language = language;
    this.element = h("p", { class: "map-scale" }, h("span", { class: "north" }, "▲ ", north), this.#bar, this.#text);
  }

  show(lat: number, zoom: number): void {
    const { metres, pixels } = scale(lat, zoom);
    this.#bar.style.width = `${pixels}px`;
    this.#text.textContent = told(metres, this.#language);
  }
}

/** Draws both into the lower left corner of a picture that has `ratio` pixels to one of the screen. */
export function drawScale(
  paint: CanvasRenderingContext2D,
  { lat, zoom, ratio, north, language, font }: { lat: number; zoom: number; ratio: number; north: string; language: Language; font: string },
): void {
  const { metres, pixels } = scale(lat, zoom);
  const text = told(metres, language);
  const size = 14 * ratio;
  paint.save();
  paint.font = `bold ${size}px ${font}`;
  paint.textBaseline = "middle";
  const label = `▲ ${north}`;
  const gap = EDGE * ratio;
  const widths = { label: paint.measureText(label).width, bar: pixels * ratio, text: paint.measureText(text).width };
  const box = { width: widths.label + widths.bar + widths.text + 4 * gap, height: size + 2 * gap };
  const top = paint.canvas.height - box.height;
  paint.fillStyle = "#ffffffe0";
  paint.fillRect(0, top, box.width, box.height);
  paint.fillStyle = "#1a1a1a";
  const middle = top + box.height / 2;
  paint.fillText(label, gap, middle);
  const from = 2 * gap + widths.label;
  const thick = LINE * ratio;
  paint.fillRect(from, middle + size / 2 - thick, widths.bar, thick);
  for (const at of [from, from + widths.bar - thick / 2]) paint.fillRect(at, middle, thick / 2, size / 2);
  paint.fillText(text, from + widths.bar + gap, middle);
  paint.restore();
}
