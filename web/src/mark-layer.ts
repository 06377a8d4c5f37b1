/**
 * The pins of the list, as elements above the map: they are there with the list, while the map may still
 * wait for its tiles, its worker and a slow graphics card. For the eye and the pointer alone: the list is
 * their equal, and says everything.
 */

import type { Map as Library } from "maplibre-gl";
import { h, icon } from "./dom.ts";
import { PIXEL_RATIO, pinPicture } from "./layers/draw-pin.ts";
import type { Mark } from "./marks.ts";
import type { Palette } from "./palette.ts";
import { pinName, shapeOf, toneOf } from "./shapes.ts";

const LETTER = { large: "700 14px sans-serif", chosen: "700 17px sans-serif" } as const;

export class MarkLayer {
  readonly #map: Library;
  readonly #element = h("div", { class: "marks", "aria-hidden": "true" });
  #marks: Mark[] = [];
  /** What was drawn last, so that the same is not drawn again. */
  #drawn = "";

  constructor(map: Library) {
    this.#map = map;
    map.getCanvasContainer().append(this.#element);
    map.on("move", () => this.#place());
    map.on("resize", () => this.#place());
  }

  show(marks: Mark[]): void {
    this.#marks = marks;
    const drawn = JSON.stringify(marks.map((mark) => [mark.feature.id, mark.letter, mark.chosen, pinOf(mark)]));
    if (drawn !== this.#drawn) this.#element.replaceChildren(...marks.map(element));
    this.#drawn = drawn;
    this.#place();
  }

  /** The facility whose mark something happened to; null when it was no mark. */
  static at(event: Event): string | null {
    return (event.target as Element | null)?.closest?.("[data-mark]")?.getAttribute("data-mark") ?? null;
  }

  /** On a picture of the map, one unit of `pen` a CSS pixel. */
  drawOn(pen: CanvasRenderingContext2D, palette: Palette): void {
    pen.textAlign = "center";
    pen.textBaseline = "middle";
    for (const mark of this.#marks.toReversed()) {
      const picture = pinPicture(pinOf(mark), palette)?.canvas;
      if (!picture) continue;
      const [x, y] = this.#pixelOf(mark);
      const side = picture.width / PIXEL_RATIO;
      pen.drawImage(picture, x - side / 2, y - side / 2, side, side);
      pen.font = LETTER[sizeOf(mark)];
      pen.fillStyle = toneOf(mark.feature.properties) === "shut" ? palette.shut : palette.onAccent;
      pen.fillText(mark.letter, x, y);
    }
  }

  #place(): void {
    this.#marks.forEach((mark, index) => {
      const [x, y] = this.#pixelOf(mark);
      const { style } = this.#element.children[index] as HTMLElement;
      style.transform = `translate(${x}px, ${y}px)`;
      // The nearest is the one to see where pins overlap.
      style.zIndex = String(this.#marks.length - index);
    });
  }

  #pixelOf({ feature, offset }: Mark): [number, number] {
    const { x, y } = this.#map.project(feature.geometry.coordinates);
    return [x + offset, y];
  }
}

function element({ feature, letter, chosen }: Mark): HTMLElement {
  const { kind } = feature.properties;
  return h(
    "div",
    { class: "mark", "data-mark": feature.id, "data-chosen": chosen },
    h(
      "span",
      { class: "pin", "data-lettered": true, "data-tone": toneOf(feature.properties) },
      icon(shapeOf(kind), "pin-shape"),
      h("span", { class: "pin-letter" }, letter),
    ),
  );
}

function pinOf(mark: Mark): string {
  const { properties } = mark.feature;
  return pinName(properties.kind, toneOf(properties), sizeOf(mark));
}

function sizeOf({ chosen }: Mark): "large" | "chosen" {
  return chosen ? "chosen" : "large";
}
