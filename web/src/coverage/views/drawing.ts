/** Drawing an area on the map: the bar over the map that says how far it is, and its buttons. */

import { fill, h } from "../../dom.ts";
import type { Drawing as MapDrawing, DrawingLayer } from "../drawing/layer.ts";
import { area, type Corner, type Crossing, Draft, FEWEST_CORNERS, MOST_CORNERS, type Refusal } from "../drawing/shape.ts";
import type { Context } from "./context.ts";

/** What drawing needs of the page around it. */
export interface DrawingOptions {
  layer(): DrawingLayer | null;
  /** How an area is called until somebody names it. */
  name(): string;
  drawn(name: string, corners: readonly Corner[]): void;
  /** Drawing begins or ends. */
  changed(on: boolean): void;
}

export class Drawing {
  readonly element: HTMLElement;
  readonly #context: Context;
  readonly #options: DrawingOptions;
  readonly #said = h("p", { class: "draw-said", role: "status" });
  readonly #wrong = h("p", { class: "wrong", role: "alert", hidden: true });
  readonly #tools: HTMLElement;
  readonly #back: HTMLButtonElement;
  readonly #done: HTMLButtonElement;
  readonly #naming: HTMLFormElement;
  readonly #keys: HTMLElement;
  readonly #name: HTMLInputElement;
  #draft = new Draft();
  #state: "off" | "drawing" | "naming" = "off";

  constructor(context: Context, options: DrawingOptions) {
    this.#context = context;
    this.#options = options;
    const { drawing: words } = context.words;
    const button = (label: string, act: () => void, kind = "") =>
      h("button", { type: "button", class: `button ${kind}`.trim(), onclick: act }, label);
    this.#back = button(words.back, () => this.#takeBack());
    this.#done = button(words.done, () => this.#finish(), "primary");
    this.#tools = h(
      "div",
      { class: "draw-tools" },
      button(words.centre, () => this.#options.layer()?.putCentre()),
      this.#back,
      this.#done,
      button(words.cancel, () => this.end()),
    );
    this.#name = h("input", { class: "field", id: "zone-name", maxlength: 60, required: true });
    this.#naming = h(
      "form",
      { class: "draw-tools", hidden: true },
      h("label", { for: "zone-name" }, words.name),
      this.#name,
      h("button", { class: "button primary" }, words.set),
      button(words.setAndNext, () => this.#named(true)),
    );
    this.#naming.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#named(false);
    });
    this.#keys = h("p", { class: "note draw-keys" }, words.keys);
    this.element = h(
      "div",
      { class: "draw-bar no-print", role: "group", "aria-label": words.label, hidden: true },
      this.#said,
      this.#wrong,
      this.#tools,
      this.#naming,
      this.#keys,
    );
    document.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || this.#state === "off") return;
      // The key was the input method's, or of a box that had something to close.
      if (event.isComposing || event.defaultPrevented) return;
      event.preventDefault();
      // A shape that is closed already is not lost by a key: it is open again.
      if (this.#state === "naming") this.#enter("drawing");
      else this.end();
    });
  }

  get isOn(): boolean {
    return this.#state !== "off";
  }

  /** Whether a shape was left half done. */
  get hasDraft(): boolean {
    return this.#draft.corners.length > 0;
  }

  /** Begins a shape, or goes on with the one that was left half done. */
  start(goesOn: boolean): void {
    if (!this.#options.layer() || this.isOn) return;
    if (!goesOn) this.#draft = new Draft();
    this.#options.layer()?.start(this.#handlers());
    this.#enter("drawing");
    this.#options.changed(true);
  }

  #handlers(): MapDrawing {
    return {
      put: ([lon, lat]) => {
        if (this.#state !== "drawing") return;
        this.#tell(this.#draft.add(lon, lat));
      },
      finish: () => this.#finish(),
      back: () => this.#takeBack(),
    };
  }

  #enter(state: "drawing" | "naming"): void {
    this.#state = state;
    this.element.hidden = false;
    this.#tools.hidden = state === "naming";
    this.#naming.hidden = state !== "naming";
    this.#tell(null);
    if (state === "naming") {
      this.#name.value ||= this.#options.name();
      this.#name.focus({ preventScroll: true });
      this.#name.select();
    }
  }

  #takeBack(): void {
    if (this.#state !== "drawing") return;
    this.#draft.back();
    this.#tell(null);
  }

  #finish(): void {
    if (this.#state !== "drawing") return;
    const refusal = this.#draft.closing();
    if (refusal) this.#tell(refusal);
    else this.#enter("naming");
  }

  #named(andNext: boolean): void {
    const name = this.#name.value.trim();
    if (!name) return this.#name.focus();
    const { corners } = this.#draft;
    this.#draft = new Draft();
    this.#name.value = "";
    this.#options.drawn(name, corners);
    if (!andNext) return this.end();
    this.#options.layer()?.start(this.#handlers());
    this.#enter("drawing");
  }

  /** A shape that is not done is kept until the next one begins: what was ended by mistake can go on. */
  end(): void {
    if (!this.isOn) return;
    this.#state = "off";
    this.element.hidden = true;
    this.#options.layer()?.stop();
    this.#options.changed(false);
  }

  /** Draws the shape as it is, and says how far it is or why the last corner was refused. */
  #tell(refusal: Refusal | null): void {
    const { language } = this.#context;
    const { drawing: words } = this.#context.words;
    const { corners } = this.#draft;
    let met: Crossing | null = null;
    let wrong: string | null = null;
    switch (refusal?.why) {
      case "crosses":
        met = refusal.crossing;
        wrong = words.crosses(met.number);
        break;
      case "closing-crosses":
        met = refusal.crossing;
        wrong = words.closingCrosses(met.number);
        break;
      case "outside":
        wrong = words.outside;
        break;
      case "full":
        wrong = words.full(MOST_CORNERS);
        break;
      case "few":
        wrong = words.few(FEWEST_CORNERS);
        break;
    }
    this.#wrong.hidden = wrong === null;
    this.#wrong.textContent = wrong;
    // The bar lies over the map: one sentence at a time, and the keys only to begin with.
    this.#said.classList.toggle("visually-hidden", wrong !== null);
    this.#keys.hidden = corners.length > 0;
    this.#back.disabled = corners.length === 0;
    this.#done.disabled = corners.length < FEWEST_CORNERS;
    fill(
      this.#said,
      this.#state === "naming"
        ? words.closed(corners.length, hectares(area(corners), language))
        : corners.length === 0
          ? words.first
          : corners.length < FEWEST_CORNERS
            ? words.more(corners.length)
            : words.enough(corners.length, hectares(area(corners), language)),
    );
    // A closed shape is drawn closed.
    const outline = this.#state === "naming" ? [...corners, corners[0]!] : corners;
    this.#options.layer()?.show(outline, met);
  }
}

/** Japan's plans tell areas in hectares. */
export function hectares(metres: number, language: string): string {
  const value = metres / 10_000;
  const digits = value < 10 ? 1 : 0;
  return `${value.toLocaleString(language, { minimumFractionDigits: digits, maximumFractionDigits: digits })} ha`;
}
