/** The rows as the table they were uploaded as: wrong cells marked, the reasons below their row. */

import { fill, h } from "../../dom.ts";
import { cellState } from "../problem-groups.ts";
import type { Problem, SheetColumn, SheetRow } from "../submissions.ts";
import { fieldLabel } from "../submissions.ts";
import type { Bench } from "./bench.ts";
import { leaveOutButton, mendedLine, reasonIdsOf, reasonList } from "./reasons.ts";
import type { RowsView, SheetActs } from "./rows-view.ts";

export class SheetTable implements RowsView {
  readonly element: HTMLElement;
  readonly #bench: Bench;
  readonly #acts: SheetActs;
  readonly #table = h("table", { class: "sheet-table", role: "grid" });
  #labels: string[] = [];

  constructor(bench: Bench, acts: SheetActs) {
    this.#bench = bench;
    this.#acts = acts;
    this.#table.setAttribute("aria-label", bench.words.mend.tableLabel);
    this.#table.addEventListener("keydown", (event) => this.#key(event));
    this.element = h("div", { class: "sheet-scroll" }, this.#table);
  }

  draw(rows: HTMLElement[]): void {
    const { columns } = this.#bench.detail.file;
    this.#labels = columns.map(({ label }) => label);
    const { mend } = this.#bench.words;
    fill(
      this.#table,
      h(
        "thead",
        {},
        h(
          "tr",
          {},
          h("th", { scope: "col", class: "corner" }, mend.rowHeader),
          ...columns.map((column) => this.#heading(column)),
        ),
      ),
      ...rows,
    );
    this.#reachable();
  }

  /** At least one cell can be reached with Tab; problem cells always can. */
  #reachable(): void {
    if (this.#table.querySelector('td[tabindex="0"]')) return;
    this.#table.querySelector("td.cell")?.setAttribute("tabindex", "0");
  }

  #heading({ label, field }: SheetColumn): HTMLElement {
    const { detail, words } = this.#bench;
    const name = field ? fieldLabel(detail.fields, field) : words.check.unused;
    return h(
      "th",
      { scope: "col", class: field === "name" && "named", "data-used": field !== null },
      h("span", { class: "head-label" }, label),
      h("span", { class: "head-field" }, name),
    );
  }

  row(row: SheetRow, problems: Problem[]): HTMLElement {
    const { words } = this.#bench;
    const { columns } = this.#bench.detail.file;
    const blocked = problems.some(({ blocks }) => blocks);
    const state = row.left_out ? "left-out" : blocked ? "blocks" : problems.length ? "warns" : "good";
    const cells = columns.map((column, index) => this.#cell(row, column, row.cells[index] ?? "", problems));
    const number = h(
      "th",
      { scope: "row", class: "row-number" },
      h("span", { class: "number" }, row.row),
      !row.left_out &&
        problems.length > 0 &&
        h("span", { class: "row-state" }, blocked ? words.mend.blocks : words.mend.warns),
    );
    const told = problems.length > 0 || row.left_out || row.mended.length > 0;
    return h(
      "tbody",
      { "data-row": row.row, "data-state": state },
      h("tr", {}, number, ...cells),
      told &&
        h(
          "tr",
          { class: "reasons-row" },
          h(
            "td",
            { colspan: columns.length + 1 },
            h(
              "div",
              { class: "reasons" },
              h(
                "div",
                { class: "reasons-body" },
                row.left_out && h("p", { class: "left-out-note" }, words.mend.leftOut),
                !row.left_out &&
                  problems.length === 0 &&
                  h("p", { class: "row-good" }, words.mend.rowGood),
                problems.length > 0 && reasonList(this.#bench, row, problems, this.#acts),
                mendedLine(this.#bench, row, this.#acts),
              ),
              leaveOutButton(this.#bench, row, this.#acts),
            ),
          ),
        ),
    );
  }

  #cell(row: SheetRow, { label, field }: SheetColumn, text: string, problems: Problem[]): HTMLElement {
    const { words, detail } = this.#bench;
    const state = row.left_out ? null : cellState(problems, label);
    const mended = row.mended.includes(label);
    const editable = detail.may.edit && !row.left_out;
    const described = state ? reasonIdsOf(row.row, problems, label) : "";
    const cell = h(
      "td",
      {
        class: field === "name" ? "cell named" : "cell",
        tabindex: state ? 0 : -1,
        "data-label": label,
        "data-state": state,
        "data-mended": mended,
        "aria-invalid": state === "blocks" ? "true" : null,
        "aria-describedby": described || null,
        "aria-readonly": editable ? null : "true",
        title: text.length > 30 ? text : null,
      },
      h("span", { class: "cell-text" }, text),
      mended && h("span", { class: "mended-mark" }, words.mend.mended),
    );
    if (editable) {
      cell.addEventListener("click", (event) => {
        if (!(event.target as Element).closest(".cell-editor")) this.#acts.edit(cell, row, label);
      });
    }
    return cell;
  }

  /** In a wide sheet what is wrong may stand far to the right: the first of it is brought into sight. */
  reveal(): void {
    const cells = this.problemCells();
    const first = cells.find(({ dataset }) => dataset["state"] === "blocks") ?? cells[0];
    if (!first) return;
    const { left, right } = first.getBoundingClientRect();
    const seen = this.element.getBoundingClientRect();
    if (right > seen.right) this.element.scrollLeft += Math.round((left + right - seen.left - seen.right) / 2);
  }

  cell(row: number, label: string): HTMLElement | null {
    const body = this.#table.querySelector(`tbody[data-row="${row}"]`);
    const cells = [...(body?.querySelectorAll<HTMLElement>("td.cell") ?? [])];
    return cells.find((cell) => cell.dataset["label"] === label) ?? null;
  }

  problemCells(): HTMLElement[] {
    return [...this.#table.querySelectorAll<HTMLElement>("td.cell[data-state]")];
  }

  #key(event: KeyboardEvent): void {
    const cell = event.target;
    if (!(cell instanceof HTMLElement) || !cell.matches("td.cell") || event.isComposing) return;
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const body = cell.closest("tbody");
    const column = this.#labels.indexOf(cell.dataset["label"] ?? "");
    let to: Element | null | undefined;
    switch (event.key) {
      case "Enter":
      case "F2":
        event.preventDefault();
        return cell.click();
      case "ArrowLeft":
        to = cell.previousElementSibling;
        break;
      case "ArrowRight":
        to = cell.nextElementSibling;
        break;
      case "ArrowUp":
        to = body?.previousElementSibling?.querySelectorAll("td.cell")[column];
        break;
      case "ArrowDown":
        to = body?.nextElementSibling?.querySelectorAll("td.cell")[column];
        break;
      case "Home":
        to = body?.querySelector("td.cell");
        break;
      case "End":
        to = [...(body?.querySelectorAll("td.cell") ?? [])].at(-1);
        break;
      default:
        return;
    }
    if (!(to instanceof HTMLElement) || !to.matches("td.cell")) return;
    event.preventDefault();
    to.focus();
  }
}
