/** What would change, facility by facility: before and after, the changed words marked. */

import type { Vocabularies } from "../../api.ts";
import { fill, h } from "../../dom.ts";
import { distance } from "../../format.ts";
import { changedWords, type Piece } from "../changed-words.ts";
import type { DifferencePage } from "../answers.ts";
import { day } from "../moments.ts";
import {
  type Difference,
  DIFFERENCES_AT_MOST,
  DIFFERENCES_AT_ONCE,
  type Effect,
  type FieldChange,
} from "../submissions.ts";
import type { Bench } from "./bench.ts";
import { button } from "./bench.ts";
import { failure, link } from "./parts.ts";
import { filterButton } from "./problem-list.ts";
import { metresBetween, valueText } from "./values.ts";

const EFFECTS: readonly Effect[] = ["added", "changed", "closed"];
/** Of a new facility these are shown at once; the rest on request. */
const FIRST = ["kind", "address", "status", "opening_hours", "price_hour_yen", "eligibility"];

export class Differences {
  readonly element: HTMLElement;
  readonly #bench: Bench;
  readonly #filters = h("div", { class: "row-filters", role: "group" });
  readonly #list = h("ul", { class: "difference-list" });
  readonly #foot = h("div", { class: "difference-foot" });
  readonly #chosenChanged: () => void;
  #effect: Effect | null = null;
  #page: DifferencePage | null = null;
  #shown: Difference[] = [];
  #names: Record<string, string> = {};
  #vocabularies: Vocabularies | null = null;
  #loads = 0;
  /** Rows that are not to be approved; all others are. */
  readonly #without = new Set<number>();
  #choosing = false;

  constructor(bench: Bench, chosenChanged: () => void = () => {}) {
    this.#bench = bench;
    this.#chosenChanged = chosenChanged;
    this.element = h("section", { class: "differences" }, this.#filters, this.#list, this.#foot);
  }

  // What is chosen for an approval in part.

  get choosing(): boolean {
    return this.#choosing;
  }

  choose(on: boolean): void {
    this.#choosing = on;
    this.#draw();
  }

  /** How many would be approved. */
  get chosen(): number {
    return Math.max(0, this.total - this.#without.size);
  }

  /** Of all effects together. */
  get total(): number {
    const { added = 0, changed = 0, closed = 0 } = this.#page?.counts ?? {};
    return added + changed + closed;
  }

  /** Nothing is taken out. */
  all(): void {
    this.#without.clear();
    this.#draw();
    this.#chosenChanged();
  }

  without(rows: Iterable<number>, out: boolean): void {
    for (const row of rows) {
      if (out) this.#without.add(row);
      else this.#without.delete(row);
    }
    this.#draw();
    this.#chosenChanged();
  }

  /** The rows of every difference, whether shown yet or not. */
  async everyRow(): Promise<Difference[]> {
    const { context, detail } = this.#bench;
    const all: Difference[] = [];
    for (let from = 0; ; from += DIFFERENCES_AT_MOST) {
      const asked = { from, limit: DIFFERENCES_AT_MOST };
      const page = await context.api.differences(String(detail.id), asked, context.signal);
      all.push(...page.differences);
      if (all.length >= page.total || !page.differences.length) return all;
    }
  }

  /** The rows to approve: those of every difference but the ones taken out. */
  async chosenRows(): Promise<number[]> {
    return (await this.everyRow()).map(({ row }) => row).filter((row) => !this.#without.has(row));
  }

  // Loading.

  async load(more = false): Promise<void> {
    this.#loads += 1;
    const load = this.#loads;
    const { context, detail } = this.#bench;
    const from = more ? this.#shown.length : 0;
    this.element.setAttribute("aria-busy", "true");
    try {
      const asked = { from, limit: DIFFERENCES_AT_ONCE, effect: this.#effect ?? undefined };
      const [page, names, vocabularies] = await Promise.all([
        context.api.differences(String(detail.id), asked, context.signal),
        context.fieldNames(),
        context.vocabularies(),
      ]);
      if (load !== this.#loads || context.signal.aborted) return;
      this.#page = page;
      this.#names = names;
      this.#vocabularies = vocabularies;
      this.#shown = more ? [...this.#shown, ...page.differences] : page.differences;
      this.#draw();
      this.#chosenChanged();
    } catch (error) {
      if (load !== this.#loads || context.signal.aborted) return;
      fill(this.#foot, failure(context, error, () => void this.load(more)));
    } finally {
      if (load === this.#loads) this.element.removeAttribute("aria-busy");
    }
  }

  #draw(): void {
    const page = this.#page;
    if (!page) return;
    const { words, context } = this.#bench;
    const { send } = words;
    const focused = document.activeElement?.id;
    const chip = (effect: Effect | null, label: string, n: number) =>
      filterButton(`${label} ${n.toLocaleString(context.language)}`, this.#effect === effect, () => {
        this.#effect = effect;
        void this.load();
      });
    const sorts = EFFECTS.filter((effect) => page.counts[effect] > 0);
    fill(
      this.#filters,
      ...(sorts.length > 1
        ? [
            chip(null, send.all, this.total),
            ...sorts.map((effect) => chip(effect, send.effects[effect], page.counts[effect])),
          ]
        : []),
    );
    this.#filters.hidden = sorts.length < 2;
    const withdrawals = this.#effect === null ? page.withdrawals : [];
    fill(
      this.#list,
      ...this.#shown.map((difference) => this.#item(difference)),
      ...withdrawals.map(({ id, name }) => this.#withdrawal(id, name)),
    );
    const nothing = !this.#shown.length && !withdrawals.length;
    fill(
      this.#foot,
      nothing && h("p", { class: "empty-rows" }, this.#effect ? send.nothingOf : send.nothing),
      page.counts.unchanged > 0 && h("p", { class: "note" }, send.unchanged(page.counts.unchanged)),
      this.#shown.length < page.total && button(send.more, () => void this.load(true)),
    );
    if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
  }

  #withdrawal(id: string, name: string | null): HTMLElement {
    const { words } = this.#bench;
    return h(
      "li",
      { class: "difference", "data-effect": "withdrawn" },
      h(
        "div",
        { class: "difference-head" },
        h("span", { class: "effect withdrawn" }, words.send.withdrawn),
        h("h3", {}, name ?? id),
      ),
    );
  }

  #item(difference: Difference): HTMLElement {
    const { words, detail } = this.#bench;
    const { send, decision } = words;
    const { row, effect, name, conflict } = difference;
    const out = this.#without.has(row);
    const box = h("input", {
      id: `include-${row}`,
      type: "checkbox",
      checked: !out,
      "aria-label": decision.include(name),
      onchange: () => this.without([row], !box.checked),
    });
    return h(
      "li",
      { class: "difference", "data-effect": effect, "data-out": this.#choosing && out },
      h(
        "div",
        { class: "difference-head" },
        this.#choosing && h("span", { class: "include" }, box),
        h("span", { class: `effect ${effect}` }, send.effects[effect]),
        h("h3", {}, name),
        h(
          "p",
          { class: "note" },
          [difference.municipality_name, detail.kind === "file" ? send.row(row) : null]
            .filter(Boolean)
            .join(this.#bench.context.words.common.dot),
        ),
        this.#mapLink(difference),
      ),
      conflict && this.#conflict(difference),
      effect === "added" ? this.#added(difference) : this.#changed(difference),
    );
  }

  #conflict(difference: Difference): HTMLElement {
    const { words, context } = this.#bench;
    const { decision } = words;
    const { conflict, id } = difference;
    return h(
      "div",
      { class: "message careful" },
      h("p", { class: "message-title" }, decision.conflict),
      h(
        "p",
        {},
        conflict &&
          decision.conflictFields(
            day(conflict.at, context.language),
            conflict.fields.map((field) => this.#label(field)).join(context.words.common.comma),
          ),
        " ",
        id && link(context, { view: "history", id }, decision.conflictHistory),
      ),
    );
  }

  #label(field: string): string {
    return field === "position" ? this.#bench.words.send.position : (this.#names[field] ?? field);
  }

  #mapLink({ position, id, name, effect }: Difference): HTMLElement | null {
    if (!position) return null;
    const [lon, lat] = position;
    const query = new URLSearchParams({ near: `${lon},${lat}`, place: name, map: `16/${lat}/${lon}` });
    if (effect !== "added" && id) query.set("open", id);
    if (this.#bench.context.language === "en") query.set("lang", "en");
    return h(
      "a",
      { class: "map-link", href: `/?${query}`, target: "_blank", rel: "noopener" },
      this.#bench.words.send.map,
    );
  }

  /** A new facility: what is known of it. */
  #added({ fields, position_precision: precision }: Difference): HTMLElement {
    const known = fields.filter(
      ({ name, after }) =>
        after !== null &&
        after !== false &&
        !["name", "municipality", "municipality_name", "prefecture", "ward", "position_precision"].includes(name),
    );
    const first = known.filter(({ name }) => FIRST.includes(name));
    const rest = known.filter(({ name }) => !FIRST.includes(name));
    const line = ({ name, after }: FieldChange) =>
      h(
        "div",
        { class: "told-fact" },
        h("dt", {}, this.#label(name)),
        h(
          "dd",
          {},
          this.#text(name, after),
          name === "position" && precision && h("span", { class: "note" }, this.#aside(this.#text("position_precision", precision))),
        ),
      );
    return h(
      "div",
      {},
      h("dl", { class: "facts-list" }, ...first.map(line)),
      rest.length > 0 &&
        h(
          "details",
          { class: "aside" },
          h("summary", {}, this.#bench.words.send.rest(rest.length)),
          h("dl", { class: "facts-list" }, ...rest.map(line)),
        ),
    );
  }

  #changed({ fields, conflict }: Difference): HTMLElement {
    const { send } = this.#bench.words;
    return h(
      "table",
      { class: "change-table" },
      h(
        "thead",
        {},
        h(
          "tr",
          {},
          h("td", {}),
          h("th", { scope: "col" }, send.before),
          h("th", { scope: "col" }, send.after),
        ),
      ),
      h(
        "tbody",
        {},
        ...fields
          .filter(({ name }) => name !== "municipality")
          .map((change) => this.#change(change, conflict?.fields.includes(change.name) ?? false)),
      ),
    );
  }

  #change({ name, before, after }: FieldChange, conflicting: boolean): HTMLElement {
    const { send, decision } = this.#bench.words;
    const marked = changedWords(this.#text(name, before), this.#text(name, after));
    const moved =
      name === "position" && isPlace(before) && isPlace(after)
        ? send.moved(distance(metresBetween(before, after)))
        : null;
    return h(
      "tr",
      { "data-conflict": conflicting },
      h(
        "th",
        { scope: "row" },
        this.#label(name),
        conflicting && h("span", { class: "tag warns" }, decision.conflictField),
      ),
      h("td", { class: "before", "data-title": send.before }, ...pieces(marked.before, "del")),
      h(
        "td",
        { class: "after", "data-title": send.after },
        ...pieces(marked.after, "ins"),
        moved && h("span", { class: "note" }, this.#aside(moved)),
      ),
    );
  }

  #aside(text: string): string {
    return this.#bench.words.aside(text);
  }

  #text(field: string, value: unknown): string {
    const { words, context } = this.#bench;
    return valueText({ words, vocabularies: this.#vocabularies, language: context.language }, field, value);
  }
}

function isPlace(value: unknown): value is [number, number] {
  return Array.isArray(value) && value.length === 2 && value.every((part) => typeof part === "number");
}

function pieces(list: Piece[], changed: "ins" | "del"): Node[] {
  return list.map(({ text, changed: marked }) =>
    marked ? h(changed, {}, text) : document.createTextNode(text),
  );
}
