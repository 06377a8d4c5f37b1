/** The answer as files: what was asked and how it was made goes with every one. */

import { fill, h } from "../../dom.ts";
import { csv, figure, gain, percent, total } from "../figures.ts";
import { write } from "../question.ts";
import { geojson as zonesGeojson } from "../zones.ts";
import type { Answered, Context } from "./context.ts";
import { gapLines, lines } from "./legend.ts";
import { MEASURES } from "./measures.ts";
import { noteLines, numbered } from "./notes.ts";
import type { Paper } from "./paper.ts";

/** What a saved picture is made of. */
export interface Picture {
  paper: Paper;
  /** The map's, in pixels of the screen. */
  width(): number;
  /** Whether sites of a search are on it. */
  hasSites(): boolean;
  /** Whether the map tells people not covered by square. */
  hasGaps(): boolean;
}

export class Exports {
  readonly element: HTMLElement;
  readonly #context: Context;
  readonly #picture: Picture;
  readonly #said = h("span", { role: "status" });
  readonly #link = h("input", { class: "field", readonly: true, hidden: true });
  #answered: Answered | null = null;

  constructor(context: Context, picture: Picture) {
    this.#context = context;
    this.#picture = picture;
    const { exports: words } = context.words;
    const button = (label: string, act: (answered: Answered) => unknown) =>
      h("button", { type: "button", class: "button", onclick: () => this.#answered && void act(this.#answered) }, label);
    this.#link.setAttribute("aria-label", words.link);
    this.element = h(
      "section",
      { class: "exports-part no-print", id: "exports" },
      h("h2", {}, words.heading),
      h(
        "p",
        { class: "export-buttons" },
        button(words.csv, (answered) => this.#csv(answered)),
        button(words.xlsx, (answered) => this.#saved(answered, "xlsx")),
        button(words.geojson, (answered) => this.#geojson(answered)),
        button(words.gpkg, (answered) => this.#saved(answered, "gpkg")),
        button(words.png, (answered) => this.#png(answered)),
        button(words.print, () => this.#picture.paper.print()),
        button(words.link, (answered) => this.#copyLink(answered)),
        this.#said,
      ),
      this.#link,
    );
  }

  show(answered: Answered): void {
    this.#answered = answered;
    this.#link.hidden = true;
    fill(this.#said);
  }

  #name(answered: Answered, ending: string): string {
    const { about } = answered.coverage;
    return `${this.#context.words.exports.file}_${answered.name}_${about.within}m_${about.seq}.${ending}`;
  }

  #csv(answered: Answered): void {
    const columns = [
      "code",
      "name",
      "people",
      "people_within",
      "coverage",
      ...(answered.coverage.about.imagined ? ["people_within_before", "coverage_before", "gain"] : []),
      "facilities",
      "facilities_imprecise",
      "seats",
      "people_source",
      ...(this.#context.asked().question.measures ? MEASURES : []),
    ] as const;
    const rows = answered.rows.map((row) =>
      columns.map((name) => (name === "gain" ? gain(row) : ((row as never)[name] as string | number | null))),
    );
    const notes = numbered(noteLines(answered, this.#context), this.#context).map((line) => [`# ${line}`]);
    // The mark at the beginning tells Excel that this is UTF-8.
    const text = "\ufeff" + csv([[...columns], ...rows]) + csv(notes);
    save(new Blob([text], { type: "text/csv;charset=utf-8" }), this.#name(answered, "csv"));
  }

  async #saved(answered: Answered, format: "xlsx" | "gpkg"): Promise<void> {
    const { api, asked, words } = this.#context;
    try {
      save(await api.saved(asked().question, answered.zones && zonesGeojson(answered.zones), format), this.#name(answered, format));
    } catch {
      fill(this.#said, words.failed);
    }
  }

  #geojson(answered: Answered): void {
    const text = JSON.stringify({ ...answered.coverage, notes: noteLines(answered, this.#context) });
    save(new Blob([text], { type: "application/geo+json" }), this.#name(answered, "geojson"));
  }

  /** The map with its title, its colours and its sources, in the colours of paper: a picture may travel alone. */
  async #png(answered: Answered): Promise<void> {
    const { paper } = this.#picture;
    const map = await paper.picture();
    if (!map) return fill(this.#said, this.#context.words.map.failed);
    const { language, words, asked } = this.#context;
    const ratio = Math.max(1, map.width / Math.max(1, this.#picture.width()));
    const gaps = this.#picture.hasGaps();
    const { pins } = asked().question;
    const marks = [
      { colour: "--pin-unsure", text: words.map.hubs },
      ...(pins.length ? [{ colour: "--pin-chosen", text: words.map.imagined }] : []),
      ...(this.#picture.hasSites() ? [{ colour: "--accent", text: words.map.sites }] : []),
    ];
    const legend = gaps
      ? gapLines(this.#context).map(({ className, range }) => ({ className, text: range }))
      : lines(answered, this.#context).map((entry) => ({
          className: entry.className,
          text: `${entry.range}  ${words.map.legendPeople(entry.people)}`,
        }));
    const notes = numbered(noteLines(answered, this.#context), this.#context);
    const style = getComputedStyle(paper.map);
    const colour = (name: string) => style.getPropertyValue(name).trim();
    const canvas = h("canvas", {});
    const paint = canvas.getContext("2d");
    if (!paint) return;
    const size = 14 * ratio;
    const family = colour("--font");
    const font = `${size}px ${family}`;
    const margin = 16 * ratio;
    paint.font = font;
    const wrapped = notes.flatMap((line) => wrap(paint, line, map.width - 2 * margin));
    const top = 64 * ratio;
    const line = 1.6 * size;
    canvas.width = map.width;
    canvas.height = map.height + top + (legend.length + marks.length + wrapped.length + 3) * line + margin;
    paint.fillStyle = colour("--paper");
    paint.fillRect(0, 0, canvas.width, canvas.height);
    paint.drawImage(map, 0, top);
    paint.textBaseline = "middle";
    paint.fillStyle = colour("--ink");
    paint.font = `bold ${1.3 * size}px ${family}`;
    const share = percent(total(answered.rows.map((row) => figure(row, asked().show))).share);
    const { within } = answered.coverage.about;
    const title = `${words.notes.title(answered.name, within.toLocaleString(language))} ${share}`;
    paint.fillText(title, margin, top / 2, canvas.width - 2 * margin);
    let y = top + map.height + line;
    paint.font = `bold ${font}`;
    paint.fillText(gaps ? words.map.gaps : words.map.legend, margin, y);
    paint.font = font;
    y += line;
    for (const entry of legend) {
      paint.fillStyle = colour(`--${entry.className}`);
      paint.fillRect(margin, y - size / 2, 1.6 * size, size);
      paint.strokeStyle = colour("--line-strong");
      paint.strokeRect(margin, y - size / 2, 1.6 * size, size);
      paint.fillStyle = colour("--ink");
      paint.fillText(entry.text, margin + 2.2 * size, y);
      y += line;
    }
    for (const mark of marks) {
      paint.fillStyle = colour(mark.colour);
      paint.beginPath();
      paint.arc(margin + 0.8 * size, y, size / 2, 0, 2 * Math.PI);
      paint.fill();
      paint.fillStyle = colour("--ink");
      paint.fillText(mark.text, margin + 2.2 * size, y);
      y += line;
    }
    y += line / 2;
    for (const text of wrapped) {
      paint.fillText(text, margin, y);
      y += line;
    }
    canvas.toBlob((blob) => blob && save(blob, this.#name(answered, "png")), "image/png");
  }

  async #copyLink(answered: Answered): Promise<void> {
    const { asked, words } = this.#context;
    const { seq } = answered.coverage.about;
    const now = asked();
    const query = write({ ...now, seq: null, question: { ...now.question, asOf: now.question.asOf ?? String(seq) } });
    const link = location.origin + location.pathname + query;
    try {
      await navigator.clipboard.writeText(link);
      fill(this.#said, words.notes.copied);
    } catch {
      this.#link.hidden = false;
      this.#link.value = link;
      this.#link.select();
      fill(this.#said, words.notes.copyYourself);
    }
  }
}

function wrap(paint: CanvasRenderingContext2D, text: string, width: number): string[] {
  const found: string[] = [];
  let line = "";
  // Japanese breaks anywhere, other words at their spaces.
  for (const part of text.match(/[\x21-\x7e]+\s*|[^\x21-\x7e]/gu) ?? []) {
    if (line && paint.measureText(line + part).width > width) {
      found.push(line);
      line = "";
    }
    line += part;
  }
  return line ? [...found, line] : found;
}

/** Hands a file to the browser. */
export function save(blob: Blob, name: string): void {
  const url = URL.createObjectURL(blob);
  const link = h("a", { href: url, download: name, hidden: true });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
