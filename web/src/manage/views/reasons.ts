/** Why a row is kept out or remarked on, and the buttons that mend it. */

import { h } from "../../dom.ts";
import { mending } from "../problem-groups.ts";
import type { Problem, SheetRow } from "../submissions.ts";
import type { UploadWords } from "../text/upload-ja.ts";
import type { Bench } from "./bench.ts";
import { button, tag } from "./bench.ts";

/** Where the reasons of a cell stand, for whoever hears the page. */
export function reasonId(row: number, index: number): string {
  return `reason-${row}-${index}`;
}

export function reasonIdsOf(row: number, problems: Problem[], column: string): string {
  return problems.flatMap((problem, i) => (problem.column === column ? [reasonId(row, i)] : [])).join(" ");
}

/** Problems whose sentence says what to do; what programs are told beside it would only puzzle. */
const SAID_ALREADY = new Set(["likely-duplicate", "duplicate-row", "column-unmatched"]);

/** What should stand there instead. */
export function expectation(words: UploadWords, { code, expected }: Problem): HTMLElement | null {
  if (!expected || SAID_ALREADY.has(code)) return null;
  return h("p", { class: "note" }, words.mend.expected(expected));
}

export interface RowActs {
  /** Saves a row's cells. */
  mend(row: number, cells: Record<string, string | null>): void;
  leaveOut(row: number, out: boolean): void;
}

/** The sentences about one row. In a table they also name the column; a card does so itself. */
export function reasonList(
  bench: Bench,
  row: SheetRow,
  problems: Problem[],
  acts: RowActs,
  before: (problem: Problem, index: number) => HTMLElement | null = () => null,
): HTMLElement {
  const { words, detail } = bench;
  const editable = detail.may.edit && !row.left_out;
  const { columns } = detail.file;
  // A name that is not in the sheet would only puzzle whoever looks for it there.
  const known = (column: string) => !columns.length || columns.some(({ label }) => label === column);
  return h(
    "ul",
    { class: "reason-list" },
    ...problems.map((problem, index) =>
      h(
        "li",
        { class: "reason", id: reasonId(row.row, index) },
        tag(words, problem.blocks),
        h(
          "div",
          { class: "reason-text" },
          before(problem, index),
          h(
            "p",
            {},
            problem.column && known(problem.column) && h("span", { class: "reason-column" }, problem.column),
            problem.message,
          ),
          expectation(words, problem),
          editable && suggestionButton(row.row, problem, acts),
        ),
      ),
    ),
  );
}

function suggestionButton(row: number, problem: Problem, acts: RowActs): HTMLElement | null {
  const { suggestion } = problem;
  if (!suggestion) return null;
  const cells = mending([{ ...problem, row }]).cells?.[row] ?? {};
  const shown = suggestion.cells.map(({ column, text }) => `${column}：${text}`).join("　");
  return h(
    "p",
    { class: "suggestion" },
    button(suggestion.label, () => acts.mend(row, cells), "button suggest"),
    h("span", { class: "note" }, shown),
  );
}

/** 除く / 除くのをやめる. */
export function leaveOutButton(bench: Bench, row: SheetRow, acts: RowActs): HTMLElement | null {
  const { mend } = bench.words;
  if (!bench.detail.may.edit) return null;
  return button(
    row.left_out ? mend.takeBack : mend.leaveOut,
    () => acts.leaveOut(row.row, !row.left_out),
    "text-button leave-out",
  );
}

/** What was mended in a row, and the way back to what the file says. */
export function mendedLine(bench: Bench, row: SheetRow, acts: RowActs): HTMLElement | null {
  const { words, detail, context } = bench;
  if (!row.mended.length || row.left_out) return null;
  const back = Object.fromEntries(row.mended.map((label) => [label, null]));
  return h(
    "p",
    { class: "mended-line" },
    h(
      "span",
      { class: "note" },
      `${words.mend.mended}${context.language === "ja" ? "：" : ": "}${row.mended.join(context.words.common.comma)}`,
    ),
    detail.may.edit && button(words.mend.undo, () => acts.mend(row.row, back), "text-button"),
  );
}
