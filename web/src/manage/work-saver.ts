/**
 * Saves every edit at once, one request at a time: what is done meanwhile waits and goes together.
 * Nothing typed is ever dropped: what could not be saved stays here until it is sent again or given up.
 */

import type { Work } from "./submissions.ts";

export interface Saving<T> {
  /** Sends the work against the revision that is known. */
  send(work: Work): Promise<T>;
  saved(answer: T): void;
  failed(error: unknown): void;
  /** Whether something waits or is on its way. */
  busy(busy: boolean): void;
}

export class WorkSaver<T> {
  readonly #saving: Saving<T>;
  #waiting: Work | null = null;
  #sending: Work | null = null;
  #halted = false;

  constructor(saving: Saving<T>) {
    this.#saving = saving;
  }

  add(work: Work): void {
    this.#waiting = merged(this.#waiting, work);
    this.#saving.busy(true);
    if (!this.#halted) void this.#next();
  }

  /** What is not saved yet. */
  get pending(): Work | null {
    if (!this.#sending) return this.#waiting;
    return merged(this.#sending, this.#waiting ?? {});
  }

  /** Sends again what failed. */
  retry(): void {
    this.#halted = false;
    void this.#next();
  }

  /** Gives up what was not saved. */
  drop(): void {
    this.#waiting = null;
    this.#halted = false;
    this.#saving.busy(false);
  }

  /** When everything is saved, or saving has failed. */
  async settled(): Promise<boolean> {
    while (this.#sending && this.#running) await this.#running;
    return this.#waiting === null;
  }

  #running: Promise<void> | null = null;

  #next(): Promise<void> {
    if (this.#sending || !this.#waiting) return Promise.resolve();
    this.#sending = this.#waiting;
    this.#waiting = null;
    this.#running = this.#send(this.#sending);
    return this.#running;
  }

  async #send(work: Work): Promise<void> {
    try {
      const answer = await this.#saving.send(work);
      this.#sending = null;
      this.#saving.saved(answer);
    } catch (error) {
      this.#sending = null;
      this.#waiting = merged(work, this.#waiting ?? {});
      this.#halted = true;
      this.#saving.failed(error);
      return;
    }
    if (this.#waiting) await this.#next();
    else this.#saving.busy(false);
  }
}

/** The later word counts, cell by cell. */
export function merged(before: Work | null, after: Work): Work {
  if (!before) return after;
  const both: Work = { ...before, ...after };
  if (before.columns && after.columns) both.columns = { ...before.columns, ...after.columns };
  if (before.left_out && after.left_out) both.left_out = { ...before.left_out, ...after.left_out };
  if (before.likeness && after.likeness) both.likeness = { ...before.likeness, ...after.likeness };
  if (before.cells && after.cells) {
    both.cells = { ...before.cells };
    for (const [row, cells] of Object.entries(after.cells)) {
      both.cells[Number(row)] = { ...both.cells[Number(row)], ...cells };
    }
  }
  return both;
}
