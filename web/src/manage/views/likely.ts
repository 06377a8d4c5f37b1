/** Rows that look like a facility already published, side by side with it: merge, or keep both. */

import type { Facility, Feature } from "../../api.ts";
import { fill, h } from "../../dom.ts";
import { distance } from "../../format.ts";
import type { Likely, SheetRow } from "../submissions.ts";
import { fieldLabel } from "../submissions.ts";
import type { Bench } from "./bench.ts";
import { button } from "./bench.ts";
import { valueText } from "./values.ts";

/** What tells two places apart, in this order; the rest would only hide it. */
const COMPARED = ["name", "name_kana", "address", "kind", "operator", "phone", "website", "opening_hours"];
const AT_ONCE = 3;

export class LikelyDuplicates {
  readonly element: HTMLElement;
  readonly #bench: Bench;
  readonly #rowOf: (row: number) => Promise<SheetRow | null>;
  readonly #status = h("p", { class: "note", role: "status" });
  readonly #pairs = h("ul", { class: "pairs" });
  readonly #more = h("p", {});
  readonly #bulk = h("div", { class: "actions" });
  readonly #facilities = new Map<string, Promise<Feature<Facility>>>();
  #shown = AT_ONCE;
  /** Those decided here stay where they are until the page is left. */
  #order: number[] = [];

  constructor(bench: Bench, rowOf: (row: number) => Promise<SheetRow | null>) {
    this.#bench = bench;
    this.#rowOf = rowOf;
    const { likely } = bench.words;
    this.element = h(
      "section",
      { class: "block likely", "aria-labelledby": "likely-heading" },
      h("h2", { id: "likely-heading" }, likely.title),
      h("p", {}, likely.lead),
      this.#status,
      this.#bulk,
      this.#pairs,
      this.#more,
    );
    this.update();
  }

  update(): void {
    const { detail, words } = this.#bench;
    const pairs = detail.likely;
    this.element.hidden = pairs.length === 0;
    if (!pairs.length) return;
    const known = new Set(this.#order);
    const byRow = new Map(pairs.map((pair) => [pair.row, pair]));
    const fresh = [...pairs].sort((a, b) => Number(a.decided !== null) - Number(b.decided !== null));
    this.#order = [
      ...this.#order.filter((row) => byRow.has(row)),
      ...fresh.map(({ row }) => row).filter((row) => !known.has(row)),
    ];
    const undecided = pairs.filter(({ decided }) => decided === null).length;
    fill(this.#status, undecided ? words.likely.undecided(undecided) : words.likely.decided);
    fill(this.#bulk, ...(undecided > 1 && this.#editable() ? this.#forAll() : []));
    const focused = document.activeElement?.id;
    const shown = this.#order
      .slice(0, this.#shown)
      .flatMap((row) => byRow.get(row) ?? []);
    fill(this.#pairs, ...shown.map((pair) => this.#pair(pair)));
    if (focused) this.#refocus(focused);
    const left = this.#order.length - shown.length;
    fill(
      this.#more,
      left > 0 &&
        button(words.likely.more(left), () => {
          this.#shown += 10;
          this.update();
        }),
    );
  }

  /** Whoever mends a file decides, and whoever reviews it. */
  #editable(): boolean {
    const { may } = this.#bench.detail;
    return may.edit || may.decide;
  }

  /** One decision for all rows with the name and place of a published facility. */
  #forAll(): HTMLElement[] {
    const { likely } = this.#bench.words;
    return (["update", "keep", "new"] as const).map((same) => {
      const element = button(likely.all[same], () => this.#bench.save({ same }));
      element.id = `likely-all-${same}`;
      return element;
    });
  }

  #refocus(id: string): void {
    const [, row] = /^likely-(\d+)-/.exec(id) ?? [];
    if (!row) return;
    (document.getElementById(id) ?? document.getElementById(`likely-${row}-undo`))?.focus();
  }

  #pair(pair: Likely): HTMLElement {
    const { words, context } = this.#bench;
    const body = h("tbody", {});
    void this.#compare(pair, body);
    const metres = pair.metres === null ? "" : pair.metres < 10 ? words.likely.samePlace : words.likely.metres(distance(pair.metres));
    return h(
      "li",
      { class: "pair", "data-decided": pair.decided },
      h(
        "table",
        { class: "pair-table" },
        h(
          "thead",
          {},
          h(
            "tr",
            {},
            h("td", {}),
            h("th", { scope: "col" }, this.#bench.words.likely.yours(pair.row)),
            h(
              "th",
              { scope: "col" },
              h(
                "a",
                { href: context.address({ view: "facility", id: pair.id }), target: "_blank", rel: "noopener" },
                words.likely.theirs,
              ),
            ),
          ),
        ),
        body,
      ),
      metres && h("p", { class: "note" }, metres),
      this.#decision(pair),
    );
  }

  /** Takes one row's decision back. One made for all rows at once is left with the others. */
  #undo(pair: Likely): void {
    const work = this.#bench.detail.work as { same?: unknown; likeness?: Record<string, unknown> } | null;
    const own = work?.likeness ?? {};
    if (!work?.same || pair.row in own) return void this.#bench.save({ likeness: { [pair.row]: null } });
    const others = this.#bench.detail.likely.filter(({ row, decided }) => decided !== null && row !== pair.row && !(row in own));
    const decisions = others.map(({ row, id, decided }) => {
      const decision = decided === "same" ? { same: id } : decided === "keep" ? { keep: id } : ("other" as const);
      return [row, decision] as const;
    });
    this.#bench.save({ same: null, likeness: Object.fromEntries(decisions) });
  }

  #decision(pair: Likely): HTMLElement {
    const { likely } = this.#bench.words;
    const editable = this.#editable();
    type Decided = { same: string } | { keep: string } | "other";
    const act = (name: string, label: string, decision: Decided | null, className: string) =>
      h(
        "button",
        {
          id: `likely-${pair.row}-${name}`,
          type: "button",
          class: className,
          onclick: () => (decision === null ? this.#undo(pair) : this.#bench.save({ likeness: { [pair.row]: decision } })),
        },
        label,
      );
    if (pair.decided === null) {
      return h(
        "div",
        { class: "actions" },
        editable && act("same", likely.same, { same: pair.id }, "button primary"),
        editable && act("keep", likely.keep, { keep: pair.id }, "button"),
        editable && act("other", likely.other, "other", "button"),
      );
    }
    return h(
      "div",
      { class: "actions decided" },
      h("p", {}, { same: likely.isSame, keep: likely.isKept, other: likely.isOther }[pair.decided]),
      editable && act("undo", likely.undo, null, "text-button"),
    );
  }

  async #compare(pair: Likely, body: HTMLElement): Promise<void> {
    const { words, detail, context } = this.#bench;
    try {
      let facility = this.#facilities.get(pair.id);
      if (!facility) {
        facility = context.api.facility(pair.id, context.signal).then(({ data }) => data);
        this.#facilities.set(pair.id, facility);
      }
      const [{ properties }, row, vocabularies] = await Promise.all([
        facility,
        this.#rowOf(pair.row),
        context.vocabularies(),
      ]);
      const published = properties as unknown as Record<string, unknown>;
      const lines = COMPARED.flatMap((field) => {
        const index = detail.file.columns.findIndex((column) => column.field === field);
        const yours = index >= 0 ? (row?.cells[index] ?? "") : null;
        const theirs = published[field];
        if (!yours && (theirs === null || theirs === undefined)) return [];
        const their = valueText({ words, vocabularies, language: context.language }, field, theirs);
        return [
          h(
            "tr",
            { "data-same": yours !== null && yours.trim() === their },
            h("th", { scope: "row" }, fieldLabel(detail.fields, field)),
            h("td", { class: yours ? null : "unknown" }, yours ?? words.likely.notYours),
            h("td", {}, their),
          ),
        ];
      });
      fill(body, ...lines);
    } catch {
      this.#facilities.delete(pair.id);
      if (context.signal.aborted) return;
      fill(
        body,
        h("tr", {}, h("td", { colspan: 3 }, `${pair.name} — ${words.likely.failed}`)),
      );
    }
  }
}
