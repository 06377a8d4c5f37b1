/** Two ways to show the same rows: a table where there is room, cards of problem cells on a phone. */

import type { Problem, SheetRow } from "../submissions.ts";
import type { RowActs } from "./reasons.ts";

export interface SheetActs extends RowActs {
  /** Opens the editor in a cell. */
  edit(cell: HTMLElement, row: SheetRow, label: string): void;
}

export interface RowsView {
  readonly element: HTMLElement;
  /** One row, to be put where `draw` puts it. */
  row(row: SheetRow, problems: Problem[]): HTMLElement;
  draw(rows: HTMLElement[]): void;
  /** Where a cell stands, if it does. */
  cell(row: number, label: string): HTMLElement | null;
  /** Brings the first of what is wrong into sight, if it is beside what is seen. */
  reveal(): void;
  /** Cells with something wrong, in order. */
  problemCells(): HTMLElement[];
}
