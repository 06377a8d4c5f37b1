/** The map's equal: every district in a row, in the order somebody wants. */

import { fill, h } from "../../dom.ts";
import { figure, gain, people, percent, sorted, total } from "../figures.ts";
import { type Sort, SORTS } from "../question.ts";
import type { Answered, Context } from "./context.ts";

/** Rows drawn at first: all of a prefecture. */
const AT_FIRST = 200;

export class Table {
  readonly element: HTMLElement;
  readonly #context: Context;
  readonly #table = h("table", { id: "districts" });
  readonly #more: HTMLButtonElement;
  readonly #find: HTMLInputElement;
  readonly #findRow: HTMLElement;
  readonly #point: (code: string | null) => void;
  readonly #choose: (code: string) => void;
  #answered: Answered | null = null;
  #drawn = AT_FIRST;

  constructor(context: Context, point: (code: string | null) => void, choose: (code: string) => void) {
    this.#context = context;
    this.#point = point;
    this.#choose = choose;
    const { table: words } = context.words;
    this.#more = h("button", { type: "button", class: "button", hidden: true, onclick: () => this.#all() });
    this.#find = h("input", { class: "field", id: "find-district", type: "search", maxlength: 40, oninput: () => this.#draw() });
    this.#findRow = h("p", { class: "find-district" }, h("label", { for: "find-district" }, words.find), this.#find);
    this.element = h(
      "section",
      { class: "table-part", id: "table", tabindex: "-1" },
      h("h2", {}, words.heading),
      h("p", { class: "note no-print" }, words.caption),
      this.#findRow,
      h("div", { class: "table-scroll" }, this.#table),
      this.#more,
    );
  }

  show(answered: Answered): void {
    this.#answered = answered;
    this.#drawn = AT_FIRST;
    this.#findRow.hidden = answered.rows.length <= 30;
    if (this.#findRow.hidden) this.#find.value = "";
    this.#draw();
  }

  #all(): void {
    this.#drawn = Infinity;
    this.#draw();
  }

  #draw(): void {
    if (!this.#answered) return;
    const { language, words, asked, look } = this.#context;
    const { table } = words;
    const { sort, descending, show, question } = asked();
    const { rows } = this.#answered;
    const columns = SORTS.filter((column) => column !== "gain" || question.pins.length > 0);
    const press = (column: Sort) => () =>
      look({ sort: column, descending: column === sort ? !descending : column !== "name" });
    const heads = columns.map((column) =>
      h(
        "th",
        { scope: "col", "aria-sort": column === sort ? (descending ? "descending" : "ascending") : null },
        h("button", { type: "button", class: "sort", "data-sort": column, "data-unit": table.units[column] ?? null, onclick: press(column) }, table.columns[column]),
      ),
    );
    const typed = this.#find.value.normalize("NFKC").trim().toLowerCase();
    const found = sorted(rows, sort, descending, show).filter((row) => row.name.toLowerCase().includes(typed));
    const canOpen = !this.#answered.zones && (rows.length > 1 || rows[0]?.code !== question.area);
    const cells = (name: Node | string, values: ReturnType<typeof figure>, hubs: number, gained: number | null) => [
      h("th", { scope: "row" }, name),
      h("td", { class: "share" }, percent(values.share)),
      h("td", {}, people(values.within, language)),
      h("td", {}, people(values.people === null || values.within === null ? null : values.people - values.within, language)),
      h("td", {}, people(values.people, language)),
      h("td", {}, people(hubs, language)),
      ...(columns.includes("gain") ? [h("td", {}, people(gained, language))] : []),
    ];
    const sum = total(rows.map((row) => figure(row, show)));
    const gains = rows.map(gain);
    const gained = gains.includes(null) ? null : gains.reduce<number>((all, one) => all + (one ?? 0), 0);
    const body = found.slice(0, this.#drawn).map((row) => {
      const name = canOpen
        ? h("button", { type: "button", class: "district", onclick: () => this.#choose(row.code) }, row.name)
        : row.name;
      const line = h(
        "tr",
        { "data-code": row.code, onmouseenter: () => this.#point(row.code), onmouseleave: () => this.#point(null) },
        ...cells(name, figure(row, show), row.facilities, gain(row)),
      );
      line.addEventListener("focusin", () => this.#point(row.code));
      line.addEventListener("focusout", () => this.#point(null));
      return line;
    });
    if (!body.length) body.push(h("tr", {}, h("td", { class: "no-match", colspan: columns.length }, table.noMatch)));
    const focused = (document.activeElement as HTMLElement | null)?.dataset.sort;
    fill(
      this.#table,
      h("caption", { class: "visually-hidden" }, table.heading),
      h("thead", {}, h("tr", {}, ...heads)),
      h("tbody", {}, ...body),
      rows.length > 1
        ? h("tfoot", {}, h("tr", {}, ...cells(table.total, sum, rows.reduce((all, row) => all + row.facilities, 0), gained)))
        : null,
    );
    if (focused) this.#table.querySelector<HTMLElement>(`[data-sort="${focused}"]`)?.focus();
    const rest = found.length - Math.min(found.length, this.#drawn);
    this.#more.hidden = rest <= 0;
    this.#more.textContent = table.more(rest);
  }
}
