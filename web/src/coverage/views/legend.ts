/** The map's colours with the people behind each, and how districts are spread over them. */

import { fill, h } from "../../dom.ts";
import { CLASSES, classOf, figure, GAPS, people, scale } from "../figures.ts";
import type { Answered, Context } from "./context.ts";

export interface LegendLine {
  className: string;
  range: string;
  districts: number;
  people: number;
}

export function lines(answered: Answered, context: Context): LegendLine[] {
  const { words, asked } = context;
  const figures = answered.rows.map((row) => figure(row, asked().show));
  const ends = scaleOf(answered);
  const edges = [0, ...ends].map((share) => String(Math.round(share * 1000) / 10));
  const ranges = [
    words.map.nobody,
    ...Array.from({ length: CLASSES - 1 }, (_, n) => words.map.from(edges[n]!, edges[n + 1] ?? null)),
  ];
  const all = ranges.map((range, index) => {
    const own = figures.filter(({ share }) => classOf(share, ends) === index);
    const sum = own.reduce((n, one) => n + (one.people ?? 0), 0);
    return { className: `class-${index}`, range, districts: own.length, people: sum };
  });
  const unknown = figures.filter(({ share }) => share === null);
  if (unknown.length) {
    const sum = unknown.reduce((n, one) => n + (one.people ?? 0), 0);
    all.push({ className: "class-none", range: words.map.unknown, districts: unknown.length, people: sum });
  }
  // Of a single district only its own colour says anything.
  return answered.rows.length > 1 ? all : all.filter((line) => line.districts > 0);
}

/** The classes of people who are not covered, as the legend and a saved picture name them. */
export function gapLines({ words }: Context): { className: string; range: string }[] {
  return [0, ...GAPS].map((low, index) => ({
    className: `gap-${index}`,
    range: words.map.gapFrom(Math.max(1, low), GAPS[index] ?? null),
  }));
}

/** The same classes before and after, so that the two pictures can be laid beside each other. */
export function scaleOf(answered: Answered): readonly number[] {
  return scale(answered.rows.flatMap((row) => [row.coverage, row.coverage_before ?? null]));
}

export class Legend {
  readonly element = h("div", { class: "legend" });
  readonly distribution = h("section", { class: "distribution" });
  readonly #context: Context;

  readonly #pins: HTMLElement;
  readonly #sites: HTMLElement;
  readonly #marks: HTMLElement;

  constructor(context: Context) {
    this.#context = context;
    const { map: words } = context.words;
    const mark = (name: string, sign: string, label: string) =>
      h("li", {}, h("span", { class: name, "aria-hidden": "true" }, sign), label);
    this.#pins = mark("imagined-pin", "1", words.imagined);
    this.#sites = mark("site-number", "1", words.sites);
    this.#marks = h("ul", { class: "legend-marks" }, mark("hub-mark", "", words.hubs), this.#pins, this.#sites);
  }

  /** Whether sites of a search are on the map. */
  set sites(are: boolean) {
    this.#sites.hidden = !are;
  }

  show(answered: Answered, marks: { pins: boolean; sites: boolean }, gaps: "none" | "far" | "near"): void {
    this.#pins.hidden = !marks.pins;
    this.sites = marks.sites;
    const { language, words } = this.#context;
    const all = lines(answered, this.#context);
    const swatch = (name: string) => h("span", { class: `swatch ${name}`, "aria-hidden": "true" });
    const gapItems = gapLines(this.#context).map(({ className, range }) => h("li", {}, swatch(className), range));
    fill(
      this.element,
      // Behind squares the districts' colours are too faint to be read.
      ...(gaps === "near"
        ? []
        : [
      h("h2", {}, words.map.legend),
      h(
        "ul",
        {},
        ...all.map((line) =>
          h(
            "li",
            {},
            swatch(line.className),
            h("span", {}, line.range),
            h("span", { class: "legend-people" }, words.map.legendPeople(line.people)),
          ),
        ),
      ),
      h("p", { class: "note" }, words.map.legendHint),
          ]),
      gaps === "near" ? h("h2", {}, words.map.gaps) : null,
      gaps === "near" ? h("ul", {}, ...gapItems) : null,
      this.#marks,
      gaps === "far" ? h("p", { class: "note no-print" }, words.map.gapZoom) : null,
    );
    this.distribution.hidden = answered.rows.length < 2;
    const most = Math.max(1, ...all.map((line) => line.districts));
    const scaled = (line: LegendLine) => Math.round((100 * line.districts) / most);
    fill(
      this.distribution,
      h("h2", {}, words.distribution.heading),
      h(
        "ul",
        { class: "bars" },
        ...all.map((line) =>
          h(
            "li",
            { "aria-label": words.distribution.line(line.range, line.districts, people(line.people, language)) },
            h("span", { class: "bar-range" }, line.range),
            h("progress", { class: line.className, max: 100, value: scaled(line), "aria-hidden": "true" }),
            h("span", { class: "bar-count" }, words.distribution.districts(line.districts)),
          ),
        ),
      ),
    );
  }
}
