/** 直す: the sheet as it was uploaded, wrong cells marked with their reasons, each mended where it stands. */

import { fill, h } from "../../dom.ts";
import { byRow, type Filter, onlyWarned } from "../problem-groups.ts";
import { pageOf } from "../row-pages.ts";
import { SheetRows } from "../sheet-rows.ts";
import { type Problem, problemsOf, type SheetRow } from "../submissions.ts";
import type { Bench, Step } from "./bench.ts";
import { button } from "./bench.ts";
import { cellEditor, type Edited, focusEditor } from "./cell-editor.ts";
import { LikelyDuplicates } from "./likely.ts";
import { failure } from "./parts.ts";
import { filterButton, ProblemList, readFilter, writeFilter } from "./problem-list.ts";
import { reasonIdsOf } from "./reasons.ts";
import type { RowsView, SheetActs } from "./rows-view.ts";
import { SheetCards } from "./sheet-cards.ts";
import { SheetTable } from "./sheet-table.ts";

/** Below this there is no room for a table. */
const NARROW = matchMedia("(max-width: 719px)");
const SIZE = { table: 100, cards: 40 };

export class SheetStep implements Step, SheetActs {
  readonly element: HTMLElement;
  readonly #bench: Bench;
  readonly #source: SheetRows;
  readonly #list: ProblemList;
  readonly #likely: LikelyDuplicates;
  readonly #filters = h("div", { class: "row-filters", role: "group" });
  readonly #place = h("div", { class: "rows" });
  readonly #pager = h("nav", { class: "pager" });
  readonly #foot = h("div", { class: "mend-foot" });
  #view: RowsView;
  #filter: Filter;
  #page: number;
  #shown: { row: SheetRow; element: HTMLElement; drawn: string }[] = [];
  #problems = new Map<number, Problem[]>();
  #editing: { row: number; label: string } | null = null;
  /** Rows put back to what the file says: only the server knows it. */
  readonly #stale = new Set<number>();
  #loads = 0;

  constructor(bench: Bench) {
    this.#bench = bench;
    const { context, words, detail } = bench;
    this.#source = new SheetRows(
      (only) => async (from, limit) => context.api.rows(String(detail.id), { from, limit, only }, context.signal),
    );
    this.#list = new ProblemList(
      bench,
      (filter) => this.#choose(filter),
      (cells) => this.#mendMany(cells),
    );
    this.#likely = new LikelyDuplicates(bench, (row) => this.#source.one(row));
    const query = context.query();
    const { blocked } = detail.summary;
    const warned = onlyWarned(problemsOf(detail));
    this.#filter = readFilter(query.get("rows"), blocked > 0 ? "blocked" : warned > 0 ? "warned" : "all");
    this.#page = Number(query.get("page")) || 1;
    this.#filters.setAttribute("aria-label", words.mend.filter);
    this.#pager.setAttribute("aria-label", words.mend.pages);
    this.#view = this.#newView();
    this.element = h(
      "div",
      { class: "mend" },
      h("p", { class: "note wide-lead" }, words.mend.lead),
      h("p", { class: "note narrow-lead" }, words.mend.leadTouch),
      h(
        "div",
        { class: "mend-columns" },
        h("div", { class: "mend-side" }, this.#list.element),
        h("div", { class: "mend-main" }, this.#likely.element, this.#filters, this.#place, this.#pager),
      ),
      this.#foot,
    );
    NARROW.addEventListener("change", () => this.#rearrange(), { signal: context.signal });
    this.#learn();
    this.#source.choose(detail, this.#filter);
    this.#controls();
    void this.#load();
  }

  update(): void {
    this.#learn();
    this.#controls();
    this.#likely.update();
    void this.#refresh();
  }

  // What can be done to a row.

  mend(row: number, cells: Record<string, string | null>): void {
    this.#apply(row, cells);
    this.#bench.save({ cells: { [row]: cells } });
    this.#redraw();
  }

  leaveOut(row: number, out: boolean): void {
    const shown = this.#shown.find((entry) => entry.row.row === row);
    if (shown) shown.row.left_out = out;
    this.#bench.save({ left_out: { [row]: out } });
    this.#redraw();
  }

  edit(cell: HTMLElement, row: SheetRow, label: string): void {
    if (this.#editing || !this.#bench.detail.may.edit) return;
    this.#editing = { row: row.row, label };
    const { words, detail } = this.#bench;
    const problems = this.#problems.get(row.row) ?? [];
    const index = detail.file.columns.findIndex((column) => column.label === label);
    const known = problems.find(({ column }) => column === label);
    const text = index >= 0 ? (row.cells[index] ?? "") : (known?.found ?? "");
    const editor = cellEditor({
      text,
      label: words.mend.editing(label, row.row),
      describedBy: reasonIdsOf(row.row, problems, label),
      words,
      done: (how, changed) => this.#edited(row.row, label, how, changed),
    });
    cell.classList.add("editing");
    fill(cell, editor);
    cell.scrollIntoView({ block: "nearest", inline: "nearest" });
    focusEditor(editor);
  }

  #edited(row: number, label: string, how: Edited, text: string | null): void {
    this.#editing = null;
    // Whoever left with the pointer is somewhere else already.
    const inside = this.#view.cell(row, label)?.contains(document.activeElement) ?? false;
    const entry = this.#shown.find((shown) => shown.row.row === row);
    if (entry) entry.drawn = "";
    if (text !== null) this.mend(row, { [label]: text });
    else this.#redraw();
    if (how === "next" || how === "previous") return this.#step(row, label, how === "next" ? 1 : -1);
    if (inside) this.#focus(row, label);
  }

  /** To the next cell with something wrong, and into it. */
  #step(row: number, label: string, by: 1 | -1): void {
    const cells = this.#view.problemCells();
    const from = this.#view.cell(row, label);
    const at = from ? cells.indexOf(from) : -1;
    const position = (cell: HTMLElement) =>
      from ? from.compareDocumentPosition(cell) : Node.DOCUMENT_POSITION_FOLLOWING;
    const side = by > 0 ? Node.DOCUMENT_POSITION_FOLLOWING : Node.DOCUMENT_POSITION_PRECEDING;
    const beyond = cells.filter((cell) => position(cell) & side);
    const next = at >= 0 ? cells[at + by] : by > 0 ? beyond[0] : beyond.at(-1);
    if (!next) return this.#focus(row, label);
    this.#open(next);
  }

  #open(cell: HTMLElement): void {
    const number = Number(cell.closest<HTMLElement>("[data-row]")?.dataset["row"]);
    const entry = this.#shown.find(({ row }) => row.row === number);
    const label = cell.dataset["label"];
    if (!entry || label === undefined) return;
    this.edit(cell, entry.row, label);
  }

  #focus(row: number, label: string): void {
    const cell = this.#view.cell(row, label);
    (cell?.matches("td") ? cell : cell?.querySelector("button"))?.focus();
  }

  /** The first thing to mend after where the focus is; on the next page if need be. */
  async #nextProblem(): Promise<void> {
    const cells = this.#view.problemCells();
    const from = document.activeElement;
    const inRows = from instanceof HTMLElement && this.#place.contains(from) ? from : this.#lastRow();
    const next = cells.find(
      (cell) => !inRows || inRows.compareDocumentPosition(cell) & Node.DOCUMENT_POSITION_FOLLOWING,
    );
    if (next) return this.#open(next);
    const { number, of } = this.#source.page(this.#page, this.#size());
    if (number < of) {
      await this.#turn(number + 1);
      const first = this.#view.problemCells()[0];
      if (first) this.#open(first);
    } else if (cells[0]) this.#open(cells[0]);
  }

  /** The footer's button takes the focus away; where it came from is remembered. */
  #last: { row: number; label: string } | null = null;
  #lastRow(): HTMLElement | null {
    return this.#last && this.#view.cell(this.#last.row, this.#last.label);
  }

  #apply(row: number, cells: Record<string, string | null>): void {
    const { columns } = this.#bench.detail.file;
    const shown = this.#shown.find((entry) => entry.row.row === row)?.row;
    for (const [label, text] of Object.entries(cells)) {
      this.#last = { row, label };
      if (text === null) this.#stale.add(row);
      if (!shown) continue;
      const index = columns.findIndex((column) => column.label === label);
      if (text !== null && index >= 0) shown.cells[index] = text;
      const others = shown.mended.filter((other) => other !== label);
      shown.mended = text === null ? others : [...others, label];
    }
  }

  #mendMany(cells: Record<number, Record<string, string | null>>): void {
    for (const [row, filled] of Object.entries(cells)) this.#apply(Number(row), filled);
    this.#bench.save({ cells });
    this.#redraw();
  }

  // Which rows are shown.

  #choose(filter: Filter, page = 1): void {
    this.#filter = filter;
    this.#source.choose(this.#bench.detail, filter);
    this.#page = page;
    this.#keep();
    this.#controls();
    void this.#load();
  }

  async #turn(number: number): Promise<void> {
    this.#page = number;
    this.#keep();
    await this.#load();
    this.#place.scrollIntoView({ block: "start" });
  }

  #keep(): void {
    this.#bench.context.setQuery({
      rows: writeFilter(this.#filter),
      page: this.#page > 1 ? String(this.#page) : null,
    });
  }

  #learn(): void {
    const { detail } = this.#bench;
    this.#source.learn(detail);
    this.#problems = byRow(problemsOf(detail));
  }

  #size(): number {
    return this.#view instanceof SheetTable ? SIZE.table : SIZE.cards;
  }

  #newView(): RowsView {
    const columns = this.#bench.detail.file.columns.length;
    return NARROW.matches || columns === 0 ? new SheetCards(this.#bench, this) : new SheetTable(this.#bench, this);
  }

  #rearrange(): void {
    const first = this.#source.page(this.#page, this.#size()).from;
    this.#view = this.#newView();
    this.#page = pageOf(first, this.#size());
    void this.#load();
  }

  async #load(): Promise<void> {
    this.#loads += 1;
    const load = this.#loads;
    const { context } = this.#bench;
    this.#place.setAttribute("aria-busy", "true");
    try {
      const rows = await this.#source.rows(this.#source.page(this.#page, this.#size()));
      if (load !== this.#loads || context.signal.aborted) return;
      this.#editing = null;
      this.#shown = rows.map((row) => this.#entry(row));
      this.#view.draw(this.#shown.map(({ element }) => element));
      fill(this.#place, rows.length ? this.#view.element : h("p", { class: "empty-rows" }, this.#empty()));
      this.#view.reveal();
      this.#pages();
    } catch (error) {
      if (load !== this.#loads || context.signal.aborted) return;
      fill(this.#place, failure(context, error, () => void this.#load()));
    } finally {
      if (load === this.#loads) this.#place.removeAttribute("aria-busy");
    }
  }

  /** After an answer: rows only the server knows are fetched, and what changed is drawn again. */
  async #refresh(): Promise<void> {
    const stale = [...this.#stale];
    this.#stale.clear();
    try {
      for (const number of stale) {
        const entry = this.#shown.find(({ row }) => row.row === number);
        const fresh = entry && (await this.#source.one(number));
        if (entry && fresh) entry.row = fresh;
      }
    } catch (error) {
      if (!this.#bench.context.signal.aborted) this.#bench.fail(error);
    }
    this.#redraw();
  }

  #entry(row: SheetRow) {
    const problems = this.#problems.get(row.row) ?? [];
    return { row, element: this.#view.row(row, problems), drawn: signature(row, problems) };
  }

  /** Draws the rows that are not as they were; the focus stays where it was, as near as can be. */
  #redraw(): void {
    for (const entry of this.#shown) {
      if (this.#editing?.row === entry.row.row) continue;
      const problems = this.#problems.get(entry.row.row) ?? [];
      const now = signature(entry.row, problems);
      if (now === entry.drawn) continue;
      const active = document.activeElement;
      const held = active instanceof HTMLElement && entry.element.contains(active) ? active : null;
      const label = held?.closest<HTMLElement>("[data-label]")?.dataset["label"];
      const element = this.#view.row(entry.row, problems);
      entry.element.replaceWith(element);
      entry.element = element;
      entry.drawn = now;
      if (held) this.#refocus(entry.row.row, element, label);
    }
  }

  #refocus(row: number, element: HTMLElement, label: string | undefined): void {
    if (label !== undefined) return this.#focus(row, label);
    const next =
      element.querySelector<HTMLElement>("td[data-state], .suggest") ??
      (this.#last?.row === row ? this.#lastRow() : null) ??
      element.querySelector<HTMLElement>("button, td.cell");
    next?.focus({ preventScroll: true });
  }

  // What stands around the rows.

  #controls(): void {
    const { words, detail } = this.#bench;
    const { mend } = words;
    const { rows, blocked, accepted } = detail.summary;
    const problems = this.#problems.size;
    this.#list.draw(this.#filter);
    const chip = (filter: "blocked" | "warned" | "all", label: string) =>
      filterButton(label, this.#filter === filter, () => this.#choose(filter));
    fill(
      this.#filters,
      chip("blocked", mend.blocked(blocked)),
      chip("warned", mend.warned(onlyWarned(problemsOf(detail)))),
      chip("all", mend.all(rows)),
      typeof this.#filter === "object" &&
        filterButton(words.codes[this.#filter.code] ?? this.#filter.code, true, () =>
          this.#choose("all"),
        ),
    );
    fill(
      this.#foot,
      h("p", { role: "status" }, mend.left(blocked)),
      problems > 0 && button(mend.nextProblem, () => void this.#nextProblem()),
      accepted > 0 &&
        button(
          blocked > 0 ? mend.toSendPart(accepted) : mend.toSend,
          () => this.#bench.goto("send"),
          blocked > 0 ? "button" : "button primary",
        ),
    );
  }

  #pages(): void {
    const { mend } = this.#bench.words;
    const { number, of, from, to } = this.#source.page(this.#page, this.#size());
    this.#pager.hidden = of === 1;
    const turn = (words: string, page: number) => {
      const element = button(words, () => void this.#turn(page));
      element.disabled = page < 1 || page > of;
      return element;
    };
    fill(
      this.#pager,
      turn(mend.previous, number - 1),
      h("span", { role: "status" }, mend.range(from + 1, to, this.#source.total)),
      turn(mend.next, number + 1),
    );
  }

  #empty(): string {
    const { empty } = this.#bench.words.mend;
    return typeof this.#filter === "string" ? empty[this.#filter] : empty.code;
  }
}

function signature(row: SheetRow, problems: Problem[]): string {
  return JSON.stringify([row.cells, row.mended, row.left_out, problems]);
}
