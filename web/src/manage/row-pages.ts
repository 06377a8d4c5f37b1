/** Long sheets are looked at a page at a time and fetched in blocks; here is the arithmetic. */

import type { SheetRow } from "./submissions.ts";

export const PAGE = 100;

export interface Page {
  number: number;
  of: number;
  /** The first row shown, counted from nought, and the one after the last. */
  from: number;
  to: number;
}

/** The page that is asked for, or the nearest there is. */
export function page(asked: number, total: number, size = PAGE): Page {
  const of = Math.max(1, Math.ceil(total / size));
  const number = Math.min(Math.max(1, Math.trunc(asked) || 1), of);
  return { number, of, from: (number - 1) * size, to: Math.min(number * size, total) };
}

/** The page on which an entry stands. */
export function pageOf(index: number, size = PAGE): number {
  return Math.floor(Math.max(0, index) / size) + 1;
}

/** The blocks that hold these entries, each once and in order. */
export function blocksOf(indexes: number[], block: number): number[] {
  return [...new Set(indexes.map((index) => Math.floor(index / block)))].sort((a, b) => a - b);
}

export type FetchBlock = (from: number, limit: number) => Promise<{ total: number; rows: SheetRow[] }>;

/** The rows of a sheet, fetched when they are first needed. `forget` after a change on the server. */
export class RowStore {
  readonly #fetch: FetchBlock;
  readonly #block: number;
  readonly #blocks = new Map<number, Promise<SheetRow[]>>();
  total = 0;

  constructor(fetch: FetchBlock, block: number) {
    this.#fetch = fetch;
    this.#block = block;
  }

  forget(): void {
    this.#blocks.clear();
  }

  /** The rows at these places of the list. A place beyond its end has none. */
  async at(indexes: number[]): Promise<SheetRow[]> {
    const numbers = blocksOf(indexes, this.#block);
    const blocks = await Promise.all(numbers.map((number) => this.#of(number)));
    const held = new Map(numbers.map((number, i) => [number, blocks[i]!]));
    return indexes.flatMap((index) => {
      const row = held.get(Math.floor(index / this.#block))?.[index % this.#block];
      return row ? [row] : [];
    });
  }

  #of(number: number): Promise<SheetRow[]> {
    let rows = this.#blocks.get(number);
    if (!rows) {
      rows = this.#fetch(number * this.#block, this.#block).then((answer) => {
        this.total = answer.total;
        return answer.rows;
      });
      this.#blocks.set(number, rows);
      // What failed is asked again the next time.
      rows.catch(() => this.#blocks.delete(number));
    }
    return rows;
  }
}
