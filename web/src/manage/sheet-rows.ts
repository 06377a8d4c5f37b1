/** Which rows of a sheet are looked at, and how they are fetched: by their place in a list the report knows. */

import { byRow, type Filter, rowsOf } from "./problem-groups.ts";
import { type FetchBlock, type Page, page, RowStore } from "./row-pages.ts";
import { type Detail, problemsOf, ROWS_AT_ONCE, type SheetRow } from "./submissions.ts";

type Only = "problems" | "blocked" | "all";

export class SheetRows {
  readonly #stores: Record<Only, RowStore>;
  /** The rows of the filter, as they were when it was chosen: a mended row does not vanish at once. */
  #listed: number[] | null = null;
  #filter: Filter = "all";
  /** The rows with problems, and those kept out, as the server lists them now. */
  #lists: Record<"problems" | "blocked", number[]> = { problems: [], blocked: [] };
  #total = 0;

  constructor(fetch: (only: Only) => FetchBlock) {
    const store = (only: Only) => new RowStore(fetch(only), ROWS_AT_ONCE);
    this.#stores = { problems: store("problems"), blocked: store("blocked"), all: store("all") };
  }

  /** The server's lists changed. */
  learn(detail: Detail): void {
    const problems = problemsOf(detail);
    this.#lists = {
      problems: [...byRow(problems).keys()].sort((a, b) => a - b),
      blocked: rowsOf(problems, "blocked") ?? [],
    };
    this.#total = detail.report.rows;
    for (const store of Object.values(this.#stores)) store.forget();
  }

  choose(detail: Detail, filter: Filter): void {
    this.#filter = filter;
    this.#listed = rowsOf(problemsOf(detail), filter);
  }

  get total(): number {
    return this.#listed?.length ?? this.#total;
  }

  page(number: number, size: number): Page {
    return page(number, this.total, size);
  }

  /** On which place of the list a row stands; -1 if on none. */
  placeOf(row: number): number {
    return this.#listed?.indexOf(row) ?? -1;
  }

  async rows({ from, to }: Page): Promise<SheetRow[]> {
    if (!this.#listed) {
      const rows = await this.#stores.all.at(range(from, to));
      this.#total = this.#stores.all.total || this.#total;
      return rows;
    }
    const wanted = this.#listed.slice(from, to);
    const only = this.#filter === "blocked" ? "blocked" : "problems";
    const ranks = new Map(this.#lists[only].map((row, rank) => [row, rank]));
    const indexes = wanted.flatMap((row) => ranks.get(row) ?? []);
    const found = new Map((await this.#stores[only].at(indexes)).map((row) => [row.row, row]));
    // A row without problems any more, or one the server counts otherwise, is sought by its number.
    const rows = await Promise.all(wanted.map((row) => found.get(row) ?? this.one(row)));
    return rows.filter((row): row is SheetRow => row !== null);
  }

  /** One row by its number. Rows may be missing in between, so its place is guessed and corrected. */
  async one(row: number): Promise<SheetRow | null> {
    const { all } = this.#stores;
    const first = (await all.at([0]))[0];
    if (!first) return null;
    let low = 0;
    let high = all.total - 1;
    let guess = row - first.row;
    while (low <= high) {
      guess = Math.min(Math.max(guess, low), high);
      const found = (await all.at([guess]))[0];
      if (!found || found.row === row) return found ?? null;
      const place = guess;
      if (found.row > row) high = guess - 1;
      else low = guess + 1;
      // No two rows share a number, so the distance is never too short — but may be too long.
      guess = place + (row - found.row);
      if (guess < low || guess > high) guess = Math.floor((low + high) / 2);
    }
    return null;
  }
}

function range(from: number, to: number): number[] {
  return Array.from({ length: Math.max(0, to - from) }, (_, i) => from + i);
}
