/** The rows as cards, for phones and for files without columns: first the cells with something wrong. */

import { fill, h } from "../../dom.ts";
import { cellState } from "../problem-groups.ts";
import type { Problem, SheetRow } from "../submissions.ts";
import type { Bench } from "./bench.ts";
import { rowName } from "./bench.ts";
import { leaveOutButton, mendedLine, reasonIdsOf, reasonList } from "./reasons.ts";
import type { RowsView, SheetActs } from "./rows-view.ts";

export class SheetCards implements RowsView {
  readonly element = h("ul", { class: "sheet-cards" });
  readonly #bench: Bench;
  readonly #acts: SheetActs;
  /** Rows whose other columns are shown. */
  readonly #opened = new Set<number>();

  constructor(bench: Bench, acts: SheetActs) {
    this.#bench = bench;
    this.#acts = acts;
    this.element.setAttribute("aria-label", bench.words.mend.tableLabel);
  }

  draw(rows: HTMLElement[]): void {
    fill(this.element, ...rows);
  }

  row(row: SheetRow, problems: Problem[]): HTMLElement {
    const { words, detail } = this.#bench;
    const { columns } = detail.file;
    const blocked = problems.some(({ blocks }) => blocks);
    const state = row.left_out ? "left-out" : blocked ? "blocks" : problems.length ? "warns" : "good";
    const name = columns.findIndex(({ field }) => field === "name");
    const shown = new Set<string>();
    const others = columns.filter(({ label }) => !problems.some(({ column }) => column === label));
    return h(
      "li",
      { class: "row-card", "data-row": row.row, "data-state": state },
      h(
        "h3",
        { class: "row-card-title" },
        h("span", { class: "note" }, rowName(this.#bench, row.row)),
        " ",
        name >= 0 && row.cells[name],
      ),
      row.left_out && h("p", { class: "left-out-note" }, words.mend.leftOut),
      !row.left_out &&
        problems.length === 0 &&
        row.mended.length > 0 &&
        h("p", { class: "row-good" }, words.mend.rowGood),
      reasonList(this.#bench, row, problems, this.#acts, ({ column, found }) => {
        // A cell stands once, with the first of its reasons.
        if (!column || shown.has(column)) return null;
        const index = columns.findIndex(({ label }) => label === column);
        if (index < 0 && columns.length) return null;
        shown.add(column);
        const text = index >= 0 ? (row.cells[index] ?? "") : (found ?? "");
        return this.#cell(row, column, text, problems);
      }),
      others.length > 0 && this.#others(row, others.map(({ label }) => label), problems),
      mendedLine(this.#bench, row, this.#acts),
      leaveOutButton(this.#bench, row, this.#acts),
    );
  }

  #others(row: SheetRow, labels: string[], problems: Problem[]): HTMLElement {
    const { words, detail } = this.#bench;
    const inside = h("div", { class: "other-cells" });
    const make = () => {
      if (inside.childElementCount) return;
      for (const label of labels) {
        const index = detail.file.columns.findIndex((column) => column.label === label);
        inside.append(
          h(
            "div",
            { class: "other-cell" },
            h("span", { class: "note" }, label),
            this.#cell(row, label, row.cells[index] ?? "", problems),
          ),
        );
      }
    };
    const details = h(
      "details",
      { class: "aside", open: this.#opened.has(row.row) },
      h("summary", {}, words.mend.otherCells),
      inside,
    );
    if (details.open) make();
    details.addEventListener("toggle", () => {
      if (details.open) this.#opened.add(row.row);
      else this.#opened.delete(row.row);
      make();
    });
    return details;
  }

  #cell(row: SheetRow, label: string, text: string, problems: Problem[]): HTMLElement {
    const { words, detail } = this.#bench;
    const state = row.left_out ? null : cellState(problems, label);
    const mended = row.mended.includes(label);
    const editable = detail.may.edit && !row.left_out;
    const cell = h(
      "div",
      { class: "card-cell", "data-label": label, "data-state": state, "data-mended": mended },
      h(
        "span",
        { class: text ? "cell-text" : "cell-text unknown" },
        text || words.mend.emptyCell,
        mended && h("span", { class: "mended-mark" }, words.mend.mended),
      ),
    );
    if (editable) {
      const edit = h(
        "button",
        {
          type: "button",
          class: "button",
          "aria-label": words.mend.editing(label, row.row),
          "aria-describedby": reasonIdsOf(row.row, problems, label) || null,
          onclick: () => this.#acts.edit(cell, row, label),
        },
        words.mend.edit,
      );
      cell.append(edit);
    }
    return cell;
  }

  reveal(): void {} // A card begins with what is wrong.

  cell(row: number, label: string): HTMLElement | null {
    const card = this.element.querySelector(`.row-card[data-row="${row}"]`);
    const cells = [...(card?.querySelectorAll<HTMLElement>(".card-cell") ?? [])];
    return cells.find((cell) => cell.dataset["label"] === label) ?? null;
  }

  problemCells(): HTMLElement[] {
    return [...this.element.querySelectorAll<HTMLElement>(".card-cell[data-state]")];
  }
}
