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
  const sources = new Set(answered.rows.map((row) => row.people_source).filter((one) => one !== null));
  return sources.size ? warnings.counted([...sources].join(" / ")) : "";
}

/** All of the note, a sentence an entry. */
export function noteLines(answered: Answered, context: Context): string[] {
  const { about, timeStamp } = answered.coverage;
  const { language, words, asked } = context;
  const { notes } = words;
  const imprecise = answered.rows.reduce((all, row) => all + row.facilities_imprecise, 0);
  const conditions = inWords(asked().question, answered, context);
  return [
    notes.indicator(about.within.toLocaleString(language)),
    ...about.notes.map((note) => (note.code === "imprecise" ? words.warnings.imprecise(imprecise) : note.text)),
    notes.foot,
    ...(answered.zones ? [zonesNote(answered.zones, context)] : []),
    notes.method(words.conditions.methodNames[about.method]),
    ...(about.square_metres ? [notes.squares(about.square_metres)] : []),
    notes.facilities(about.facilities),
    ...(conditions ? [notes.conditions(conditions)] : []),
    ...(asked().question.leaveOutImprecise ? [words.warnings.leftOut] : []),
    ...(about.imagined && asked().show === "after" ? [notes.imagined(about.imagined)] : []),
    notes.made(about.seq, about.reference, date(timeStamp.slice(0, 10), language)),
  ];
}

/** Which areas of whose making these are. */
function zonesNote({ file, drawn }: OwnZones, { words }: Context): string {
  return words.notes.zones(file?.name ?? null, drawn.map(({ name }) => name));
}

export class Notes {
  readonly element: HTMLElement;
  readonly #context: Context;
  readonly #lines = h("ul", { class: "note-lines" });
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
    this.#text = `${all.join("\n")}\n`;
    fill(this.#lines, ...all.map((line) => h("li", {}, line)));
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
