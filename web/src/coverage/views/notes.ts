/** What has to be said beside the figures, and the note a plan can quote. */

import { fill, h } from "../../dom.ts";
import { date } from "../../format.ts";
import type { ModelError } from "../api.ts";
import type { OwnZones } from "../zones.ts";
import type { Answered, Context } from "./context.ts";
import { inWords } from "./conditions.ts";

/** The model's error measured nearest to the distance asked. */
export function measured(answered: Answered, area: string): ModelError | null {
  const { about } = answered.coverage;
  const own = about.model_errors.filter((error) => error.area === area);
  const off = (error: ModelError) => Math.abs(error.within - about.within);
  return own.sort((a, b) => off(a) - off(b))[0] ?? null;
}

export function isModelled(answered: Answered): boolean {
  return answered.coverage.about.notes.some((note) => note.code === "model");
}

/** The sentence about the source that stands beside every figure. */
export function source(answered: Answered, context: Context): string {
  const { warnings } = context.words;
  const [all, tokyo] = [measured(answered, "all"), measured(answered, "tokyo-23-wards")];
  if (isModelled(answered) && all && tokyo) return warnings.modelled(all.mean_points, tokyo.mean_points, all.within);
  const counted = answered.coverage.about.notes.find((note) => note.code === "census");
  return counted ? sentence(counted.text, context.words.notes.stop) : "";
}

/** All of the note, a sentence an entry. */
export function noteLines(answered: Answered, context: Context): string[] {
  const { about, timeStamp } = answered.coverage;
  const { language, words, asked } = context;
  const { notes } = words;
  const { facilities, people } = about.imprecise;
  const conditions = inWords(asked().question, answered, context);
  const said = (note: { code: string; text: string }) => {
    if (note.code === "imprecise") return words.warnings.imprecise(facilities, people);
    if (note.code === "imprecise-left-out") return words.warnings.leftOut(facilities, people);
    return note.code === "straight-line" ? notes.straight : sentence(note.text, notes.stop);
  };
  return [
    ...about.notes.filter(({ code }) => code !== "credits").map(said),
    ...(answered.zones ? [zonesNote(answered.zones, context)] : []),
    notes.method(words.conditions.methodNames[about.method]),
    ...(about.square_metres ? [notes.squares(about.square_metres)] : []),
    notes.facilities(about.facilities),
    ...(conditions ? [notes.conditions(conditions)] : []),
    ...(about.imagined && asked().show === "after" ? [notes.imagined(about.imagined)] : []),
    // Whose data these are, as those who gave them ask to be named.
    ...about.notes.filter(({ code }) => code === "credits").map(said),
    notes.made(about.seq, about.reference, date(timeStamp.slice(0, 10), language)),
  ];
}

/** A sentence that ends as one. */
export function sentence(text: string, stop: string): string {
  return /[。.!?]$/.test(text) ? text : text + stop;
}

/** Numbered as a plan's notes are. */
export function numbered(lines: string[], { words }: Context): string[] {
  return lines.map((line, index) => `${words.notes.number(index + 1)} ${line}`);
}

/** Which areas of whose making these are. */
function zonesNote({ file, drawn }: OwnZones, { words }: Context): string {
  return words.notes.zones(file?.name ?? null, drawn.map(({ name }) => name));
}

export class Notes {
  readonly element: HTMLElement;
  readonly #context: Context;
  readonly #lines = h("ol", { class: "note-lines numbered" });
  readonly #errors = h("ul", { class: "note-errors" });
  readonly #errorPart: HTMLElement;
  readonly #said = h("span", { role: "status" });
  #text = "";

  constructor(context: Context) {
    this.#context = context;
    const { notes: words } = context.words;
    this.#errorPart = h("details", { class: "no-print" }, h("summary", {}, words.errors), this.#errors);
    const copy = h("button", { type: "button", class: "button", onclick: () => void this.#copy() }, words.copy);
    this.element = h(
      "section",
      { class: "notes-part", id: "notes" },
      h("h2", {}, words.heading),
      this.#lines,
      this.#errorPart,
      h("p", { class: "no-print" }, copy, " ", this.#said),
    );
  }

  show(answered: Answered): void {
    const { notes: words } = this.#context.words;
    const all = noteLines(answered, this.#context);
    const title = words.title(answered.name, answered.coverage.about.within.toLocaleString(this.#context.language));
    this.#text = `${[title, ...numbered(all, this.#context)].join("\n")}\n`;
    const number = (index: number) => h("span", { class: "note-number" }, words.number(index + 1));
    fill(this.#lines, ...all.map((line, index) => h("li", {}, number(index), h("span", {}, line))));
    this.#errorPart.hidden = !isModelled(answered);
    const errors = answered.coverage.about.model_errors.map((error) => {
      const area = words.errorAreas[error.area as keyof typeof words.errorAreas] ?? error.area;
      return h("li", {}, words.errorLine(area, error.within, error.mean_points, error.p90_points));
    });
    fill(this.#errors, ...errors);
    this.#said.textContent = "";
  }

  async #copy(): Promise<void> {
    const { notes: words } = this.#context.words;
    try {
      await navigator.clipboard.writeText(this.#text);
      this.#said.textContent = words.copied;
    } catch {
      this.#said.textContent = words.copyYourself;
    }
  }
}
