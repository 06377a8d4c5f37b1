/** The page on paper: its heading with what was asked and when, and the map as a picture that always prints. */

import { fill, h } from "../../dom.ts";
import { date } from "../../format.ts";
import type { CoverageMap } from "../coverage-map.ts";
import type { Answered, Context } from "./context.ts";

export class Paper {
  /** Stands in the map's place. */
  readonly map = h("img", { class: "printed-map on-paper", alt: "" });
  readonly note = h("p", { class: "print-note" });
  readonly heading: HTMLElement;
  readonly #context: Context;
  readonly #map: () => CoverageMap | null;
  readonly #name = h("span", { class: "print-only" });
  readonly #asked = h("span", { class: "print-only" });
  readonly #made = h("p", { class: "print-only print-made" });
  #isPrinting = false;

  constructor(context: Context, map: () => CoverageMap | null) {
    this.#context = context;
    this.#map = map;
    this.heading = h("div", { class: "print-heading" }, h("h1", {}, this.#name, context.words.title, this.#asked), this.#made);
    addEventListener("beforeprint", () => this.#beforePrint());
  }

  show(answered: Answered): void {
    const { language, words } = this.#context;
    const { about } = answered.coverage;
    this.#name.textContent = `${answered.name}　`;
    this.#asked.textContent = words.paper.asked(about.within.toLocaleString(language));
    this.#made.textContent = words.paper.made(date(today(), language), about.seq);
  }

  /** Browsers print a canvas only now and then; a picture of it always. */
  async print(): Promise<void> {
    const picture = await this.picture();
    if (picture) this.map.src = picture.toDataURL("image/png");
    await this.map.decode().catch(() => undefined);
    this.#isPrinting = true;
    fill(this.note);
    print();
    this.#isPrinting = false;
  }

  /** The map in the colours of paper and fine enough for it, with its scale and north. */
  async picture(): Promise<HTMLCanvasElement | null> {
    return (await this.#map()?.picture(this.map).catch(() => null)) ?? null;
  }

  /** By the browser's own menu there is no time to draw: a dark map beside a light legend would mislead. */
  #beforePrint(): void {
    if (this.#isPrinting) return;
    const isDark = matchMedia("(prefers-color-scheme: dark)").matches;
    fill(this.note, isDark && this.#context.words.map.printNote);
    const picture = isDark ? null : this.#map()?.snapshot();
    if (picture) this.map.src = picture.toDataURL("image/png");
    else this.map.removeAttribute("src");
  }
}

/** By the visitor's own clock: the day somebody made the page. */
function today(): string {
  const now = new Date();
  const two = (n: number) => String(n).padStart(2, "0");
  return `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
}
