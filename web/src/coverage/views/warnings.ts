/** What to know of an answer before it is believed, each with the step that mends it where there is one. */

import { fill, h } from "../../dom.ts";
import { FILTERS, FIRST } from "../question.ts";
import type { Answered, Context } from "./context.ts";
import { isModelled } from "./notes.ts";

export class Warnings {
  readonly element = h("div", { class: "warnings" });
  readonly #context: Context;

  constructor(context: Context) {
    this.#context = context;
  }

  /** `lacksZones`: the address asks about areas that are not in this tab. */
  show(answered: Answered, lacksZones: boolean): void {
    const { words, asked, ask } = this.#context;
    const { warnings } = words;
    const { question, seq } = asked();
    const { about } = answered.coverage;
    const { facilities, people } = about.imprecise;
    const has = (code: string) => about.notes.some((note) => note.code === code);
    const overlap = about.notes.find((note) => note.code === "zones-overlap");
    const isAgeless = question.weight !== "total" && isModelled(answered) && answered.rows.some((row) => row.people === null);
    const isFiltered = FILTERS.some((name) => question.filters[name].length);
    fill(
      this.element,
      lacksZones ? line(warnings.zonesMissing) : null,
      overlap ? line(overlap.text) : null,
      isAgeless ? line(warnings.ages, warnings.total, () => ask({ weight: "total" })) : null,
      about.facilities === 0
        ? line(warnings.emptyFacilities, isFiltered ? warnings.unfilter : undefined, () => ask({ filters: FIRST.filters }))
        : null,
      has("imprecise")
        ? line(warnings.imprecise(facilities, people), warnings.leaveOut, () => ask({ leaveOutImprecise: true }))
        : null,
      has("imprecise-left-out")
        ? line(warnings.leftOut(facilities, people), warnings.keep, () => ask({ leaveOutImprecise: false }))
        : null,
      has("square-larger-than-distance") && about.square_metres
        ? line(
            warnings.coarse(about.square_metres, about.within),
            question.method === "centre" ? warnings.area : undefined,
            () => ask({ method: "area" }),
          )
        : null,
      question.asOf ? line(warnings.asOf(question.asOf), warnings.latest, () => ask({ asOf: null })) : null,
      !question.asOf && seq !== null && seq < about.seq
        ? line(warnings.later(about.seq - seq), warnings.then, () => ask({ asOf: String(seq) }))
        : null,
    );
  }
}

function line(text: string, label?: string, act?: () => void): HTMLElement {
  return h(
    "p",
    { class: "warning" },
    h("span", {}, text),
    label && act ? h("button", { type: "button", class: "text-button no-print", onclick: act }, label) : null,
  );
}
