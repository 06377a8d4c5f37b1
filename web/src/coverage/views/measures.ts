/** More than covered or not, where that is asked: distances, hubs and seats for each person, and how evenly. */

import { fill, h } from "../../dom.ts";
import type { Row } from "../api.ts";
import { people, sorted } from "../figures.ts";
import type { Answered, Context } from "./context.ts";

/** As the server names them, in the table's order. */
export const MEASURES = [
  "distance_mean",
  "distance_median",
  "distance_p90",
  "facilities_per_10000",
  "seats_per_10000",
  "access_2sfca",
  "gini_2sfca",
  "access_e2sfca",
  "gini_e2sfca",
] as const;

export type Measure = (typeof MEASURES)[number];

export class Measures {
  readonly element: HTMLElement;
  readonly #context: Context;
  readonly #table = h("table", { class: "site-table", id: "measured" });

  constructor(context: Context) {
    this.#context = context;
    const { measures: words } = context.words;
    this.element = h(
      "section",
      { class: "measures-part", hidden: true },
      h("h2", {}, words.heading),
      h("p", { class: "note" }, words.note),
      // Nine columns scroll on a phone: by the keyboard too.
      h("div", { class: "table-scroll", role: "region", "aria-label": words.heading, tabindex: "0" }, this.#table),
    );
  }

  show(answered: Answered): void {
    const { words, language, asked } = this.#context;
    const { question, sort, descending, show } = asked();
    this.element.hidden = question.measures === null;
    if (question.measures === null) return fill(this.#table);
    const { measures } = words;
    // Seats are unknown of most hubs; a column of nothing but dashes helps nobody.
    const columns = MEASURES.filter((name) => name !== "seats_per_10000" || answered.rows.some((row) => row[name] != null));
    const cell = (row: Row, name: Measure) => {
      const value = row[name];
      if (value === null || value === undefined) return words.none;
      if (name.startsWith("distance_")) return people(value, language);
      const digits = name.startsWith("gini_") ? 3 : 2;
      return value !== 0 && value < 10 ** -digits ? `<${10 ** -digits}` : value.toFixed(digits);
    };
    fill(
      this.#table,
      h("caption", { class: "visually-hidden" }, measures.heading),
      h(
        "thead",
        {},
        h("tr", {}, h("th", { scope: "col" }, words.table.columns.name), ...columns.map((name) => h("th", { scope: "col" }, measures.columns[name]))),
      ),
      h(
        "tbody",
        {},
        ...sorted(answered.rows, sort, descending, show).map((row) =>
          h("tr", {}, h("th", { scope: "row" }, row.name), ...columns.map((name) => h("td", {}, cell(row, name)))),
        ),
      ),
    );
  }
}
