/** The report's problems, arranged for looking: by row, by cell, by code. */

import type { Problem, Work } from "./submissions.ts";

export interface Group {
  code: string;
  blocks: boolean;
  problems: Problem[];
  /** Rows concerned; a problem of the whole file has none. */
  rows: number[];
  /** Problems that say what would mend them. */
  mendable: Problem[];
}

/** Every problem on its own: those in other columns of a row are carried by the first. */
export function flattened(problems: Problem[]): Problem[] {
  return problems.flatMap((problem) => {
    const { also, ...first } = problem;
    if (!also?.length) return [first];
    return [{ ...first, message: withoutOthers(first.message) }, ...flattened(also)];
  });
}

/** A report names the other columns at a message's end; here they stand beside it themselves. */
function withoutOthers(message: string): string {
  return message.replace(/(?:（ほかに [^（）]*）| \(also [^()]*\))$/u, "");
}

/** What keeps rows out first, then what concerns most rows. */
export function grouped(problems: Problem[]): Group[] {
  const groups = new Map<string, Group>();
  for (const problem of flattened(problems)) {
    // A code may block in one row and warn in another: two different things to do.
    const key = `${problem.code} ${problem.blocks}`;
    let group = groups.get(key);
    if (!group) {
      group = { code: problem.code, blocks: problem.blocks, problems: [], rows: [], mendable: [] };
      groups.set(key, group);
    }
    group.problems.push(problem);
    if (problem.suggestion && problem.row !== null) group.mendable.push(problem);
    if (problem.row !== null && group.rows.at(-1) !== problem.row) group.rows.push(problem.row);
  }
  return [...groups.values()].sort(
    (a, b) => Number(b.blocks) - Number(a.blocks) || b.problems.length - a.problems.length,
  );
}

/** What keeps a row out comes before what is only remarked on. */
export function byRow(problems: Problem[]): Map<number, Problem[]> {
  const rows = new Map<number, Problem[]>();
  for (const problem of flattened(problems)) {
    if (problem.row === null) continue;
    const known = rows.get(problem.row);
    if (known) known.push(problem);
    else rows.set(problem.row, [problem]);
  }
  for (const found of rows.values()) found.sort((a, b) => Number(b.blocks) - Number(a.blocks));
  return rows;
}

/** Which rows are to be seen. */
export type Filter = "blocked" | "warned" | "all" | { code: string; blocks: boolean };

/** The rows a filter keeps, in order; null is every row, whatever their number. */
export function rowsOf(problems: Problem[], filter: Filter): number[] | null {
  if (filter === "all") return null;
  const rows = byRow(problems);
  const keeps = (found: Problem[]) => {
    if (filter === "blocked") return found.some(({ blocks }) => blocks);
    if (filter === "warned") return !found.some(({ blocks }) => blocks);
    return found.some(({ code, blocks }) => code === filter.code && blocks === filter.blocks);
  };
  return [...rows]
    .filter(([, found]) => keeps(found))
    .map(([row]) => row)
    .sort((a, b) => a - b);
}

/** How many rows are only remarked on: nothing keeps them out. */
export function onlyWarned(problems: Problem[]): number {
  return rowsOf(problems, "warned")?.length ?? 0;
}

/** The worst that is said of a cell: null is nothing. */
export function cellState(problems: Problem[], label: string): "blocks" | "warns" | null {
  const here = problems.filter(({ column }) => column === label);
  if (!here.length) return null;
  return here.some(({ blocks }) => blocks) ? "blocks" : "warns";
}

/** What pressing a suggestion's button changes, for one problem or for many at once. */
export function mending(problems: Problem[]): Work {
  const cells: NonNullable<Work["cells"]> = {};
  for (const { row, suggestion } of problems) {
    if (row === null || !suggestion) continue;
    const filled = (cells[row] ??= {});
    for (const { column, text } of suggestion.cells) filled[column] = text;
  }
  return { cells };
}

/** Problems of the file as a whole. */
export function ofFile(problems: Problem[]): Problem[] {
  return problems.filter(({ row }) => row === null);
}
