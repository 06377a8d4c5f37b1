/** Which field each column holds: unmatched ones first, each with an example from the sheet. */

import { h, fill } from "../../dom.ts";
import type { SubmissionDetail } from "../answers.ts";
import type { SheetColumn } from "../submissions.ts";
import { fieldLabel, problemsOf } from "../submissions.ts";
import type { Bench, Step } from "./bench.ts";
import { button } from "./bench.ts";

const UNUSED = "";

/** Whether no column says what a facility is called or where it is: then no row can be used. */
export function lacksColumns({ format, columns }: SubmissionDetail["file"]): boolean {
  if (!columns.length) return false;
  const has = (name: string) => columns.some(({ field }) => field === name);
  // A row that names a published facility's ID leaves the rest as it is.
  if (has("id")) return false;
  // Features have a geometry.
  const placed = format === "geojson" || (has("lat") && has("lon")) || columns.some(({ field }) => /^address\b/.test(field ?? ""));
  return !has("name") || !placed;
}

/** The column that was only guessed to be the name: nothing is published until somebody says so. */
export function guessedName(detail: SubmissionDetail): string | null {
  return problemsOf(detail).find(({ code }) => code === "name-guessed")?.column ?? null;
}

export class Columns implements Step {
  readonly element: HTMLElement;
  readonly #bench: Bench;
  readonly #note = h("p", { class: "columns-note", role: "status" });
  readonly #lines = h("div", { class: "column-lines" });
  readonly #more = h("p", {});
  #showMatched = false;
  /** The order a person first met stays while they work: nothing jumps from under the pointer. */
  #order: string[] = [];

  constructor(bench: Bench) {
    this.#bench = bench;
    const { check } = bench.words;
    this.element = h(
      "section",
      { class: "block columns", "aria-labelledby": "columns-heading" },
      h("h2", { id: "columns-heading" }, check.columns),
      h("p", {}, check.columnsLead),
      this.#note,
      this.#lines,
      this.#more,
    );
    this.update();
  }

  update(): void {
    const { columns } = this.#bench.detail.file;
    this.element.hidden = columns.length === 0;
    const labels = new Set(columns.map(({ label }) => label));
    if (this.#order.length !== columns.length || this.#order.some((label) => !labels.has(label))) {
      const unmatched = columns.filter(({ field }) => field === null);
      const matched = columns.filter(({ field }) => field !== null);
      this.#order = [...unmatched, ...matched].map(({ label }) => label);
      // A sheet that was understood is shown briefly; one that was not, whole.
      this.#showMatched = unmatched.length === 0 && matched.length <= 8;
    }
    this.#draw();
  }

  #draw(): void {
    const { detail, words } = this.#bench;
    const { check } = words;
    const { columns, remembered } = detail.file;
    const unmatched = columns.filter(({ field, found }) => field === null && found !== "chosen");
    const lacks = lacksColumns(detail.file);
    const guessed = guessedName(detail);
    const focused = document.activeElement?.id;
    fill(
      this.#note,
      !lacks && (unmatched.length ? check.unmatched(unmatched.length) : check.allMatched),
      !lacks && " ",
      remembered
        ? check.columnsRemembered
        : detail.area
          ? check.columnsSaved(detail.area.name)
          : check.columnsSavedAnywhere,
    );
    const shown = this.#order
      .map((label) => columns.find((column) => column.label === label))
      .filter((column): column is SheetColumn => column !== undefined)
      .filter(
        ({ label, field, found }) =>
          this.#showMatched || field === null || found === "chosen" || label.trim() === guessed,
      );
    const hidden = columns.length - shown.length;
    fill(this.#lines, shown.length > 0 && this.#table(shown));
    fill(
      this.#more,
      hidden > 0 &&
        button(check.showMatched(hidden), () => this.#toggle(true), "button"),
      hidden === 0 &&
        columns.length > 8 &&
        button(check.hideMatched, () => this.#toggle(false), "button"),
    );
    if (focused) document.getElementById(focused)?.focus();
  }

  /** To the first column that nothing is chosen for. */
  focus(): void {
    this.#lines.querySelector<HTMLElement>("[data-open] select, select")?.focus();
    this.element.scrollIntoView({ block: "start" });
  }

  #toggle(show: boolean): void {
    this.#showMatched = show;
    this.#draw();
  }

  #table(columns: SheetColumn[]): HTMLElement {
    const { check } = this.#bench.words;
    return h(
      "table",
      { class: "column-table" },
      h(
        "thead",
        {},
        h(
          "tr",
          {},
          h("th", { scope: "col" }, check.column),
          h("th", { scope: "col" }, check.example),
          h("th", { scope: "col" }, check.field),
        ),
      ),
      h("tbody", {}, ...columns.map((column) => this.#line(column))),
    );
  }

  #line(column: SheetColumn): HTMLElement {
    const { detail, words } = this.#bench;
    const { check } = words;
    const id = `column-${detail.file.columns.indexOf(column)}`;
    const how = column.found ? check.found[column.found] : check.foundNone;
    // Amber only where something must be chosen: a column that is not used is nothing wrong.
    const asked = detail.may.edit && column.label.trim() === guessedName(detail);
    const open =
      asked || (column.field === null && column.found !== "chosen" && lacksColumns(detail.file));
    return h(
      "tr",
      { "data-open": open },
      h("th", { scope: "row" }, h("label", { for: id }, column.label)),
      h(
        "td",
        { class: column.example ? "example" : "example unknown", "data-title": check.example },
        column.example || check.noExample,
      ),
      h(
        "td",
        {},
        this.#choice(column, id),
        asked && button(check.confirmGuess, () => this.#choose(column, column.field), "button"),
        h("span", { class: "how" }, how),
      ),
    );
  }

  #choice(column: SheetColumn, id: string): HTMLSelectElement {
    const { detail, words } = this.#bench;
    const { check } = words;
    const editable = detail.may.edit;
    const holder = new Map(detail.file.columns.map(({ label, field }) => [field, label]));
    const choice = h(
      "select",
      { id, class: "input", disabled: !editable },
      h("option", { value: UNUSED, selected: column.field === null }, check.unused),
      ...detail.fields.map(({ name }) => {
        const label = fieldLabel(detail.fields, name);
        const other = holder.get(name);
        const taken = other !== undefined && other !== column.label;
        return h(
          "option",
          { value: name, selected: column.field === name },
          taken ? label + words.aside(other) : label,
        );
      }),
    );
    choice.addEventListener("change", () => this.#choose(column, choice.value || null));
    return choice;
  }

  /** A field is held by one column: the one that had it gives it up. */
  #choose(column: SheetColumn, field: string | null): void {
    const columns: Record<string, string | null> = { [column.label]: field };
    if (field !== null) {
      for (const other of this.#bench.detail.file.columns) {
        if (other.field === field && other.label !== column.label) columns[other.label] = null;
      }
    }
    this.#bench.save({ columns });
  }
}
