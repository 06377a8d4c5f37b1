/** 確認: what became of the file in one sentence, how it was read, and which column is what. */

import type { Term } from "../../api.ts";
import { fill, h } from "../../dom.ts";
import { term } from "../../text/index.ts";
import { ofFile, onlyWarned } from "../problem-groups.ts";
import { problemsOf } from "../submissions.ts";
import type { Bench, Step } from "./bench.ts";
import { button, tag } from "./bench.ts";
import { expectation } from "./reasons.ts";
import { Columns, guessedName, lacksColumns } from "./columns.ts";
import { termsOf } from "./values.ts";

export class Report implements Step {
  readonly element: HTMLElement;
  readonly #bench: Bench;
  readonly #summary = h("div", { class: "summary" });
  readonly #whole = h("div", {});
  readonly #how = h("section", { class: "block", "aria-labelledby": "how-heading" });
  readonly #columns: Columns;
  readonly #next = h("p", { class: "next-step" });
  #kinds: Term[] = [];

  constructor(bench: Bench) {
    this.#bench = bench;
    this.#columns = new Columns(bench);
    this.element = h(
      "div",
      { class: "report" },
      this.#summary,
      this.#whole,
      this.#next,
      this.#how,
      this.#columns.element,
    );
    this.update();
    void this.#nameKinds();
  }

  /** Without the words for kinds, the rest of the page is of use all the same. */
  async #nameKinds(): Promise<void> {
    try {
      this.#kinds = termsOf(await this.#bench.context.vocabularies(), "kind");
    } catch {
      return;
    }
    this.update();
  }

  update(): void {
    const { detail } = this.#bench;
    fill(this.#summary, ...this.#counts());
    fill(this.#whole, this.#aboutFile());
    const focused = document.activeElement?.id;
    fill(this.#how, ...this.#reading());
    if (focused && this.#how.contains(document.getElementById(focused))) {
      document.getElementById(focused)?.focus();
    }
    this.#columns.update();
    fill(this.#next, ...this.#nextSteps());
    this.#how.hidden = detail.file.format === null && !detail.file.columns.length;
  }

  #counts(): HTMLElement[] {
    const { words, detail } = this.#bench;
    const { rows, accepted, blocked } = detail.summary;
    const { check } = words;
    // A row that is kept out and remarked on besides counts once, as kept out.
    const warned = onlyWarned(problemsOf(detail));
    return [
      h("p", { class: "sentence" }, sentence(this.#bench, warned)),
      h(
        "div",
        { class: "bar", "aria-hidden": "true", hidden: rows === 0 },
        ...(
          [
            ["blocks", blocked],
            ["warns", Math.min(warned, accepted)],
            ["good", Math.max(0, accepted - warned)],
          ] as const
        ).map(([name, n]) => h("span", { class: `bar-${name}`, style: null, "data-n": n })),
      ),
      h(
        "dl",
        { class: "tally", hidden: rows === 0 },
        ...(
          [
            ["blocks", check.blocked, blocked],
            ["good", check.good, accepted],
            ["warns", check.warned, warned],
          ] as const
        ).map(([name, label, n]) =>
          h(
            "div",
            { class: `tally-${name}`, hidden: name === "warns" && n === 0 },
            h("dt", {}, label),
            h("dd", {}, n.toLocaleString(this.#bench.context.language)),
          ),
        ),
      ),
    ].map((element) => drawnBar(element));
  }

  #aboutFile(): HTMLElement | null {
    const { words, detail } = this.#bench;
    const problems = ofFile(problemsOf(detail));
    if (!problems.length) return null;
    return h(
      "section",
      { class: "block whole-file", "aria-label": words.check.wholeFile },
      h("h2", {}, words.check.wholeFile),
      h(
        "ul",
        {},
        ...problems.map((problem) =>
          h(
            "li",
            { class: "file-problem" },
            tag(words, problem.blocks),
            h(
              "div",
              {},
              h("p", {}, problem.message),
              problem.found && h("p", {}, words.mend.found(problem.found)),
              expectation(words, problem),
            ),
          ),
        ),
      ),
    );
  }

  #reading(): (HTMLElement | null)[] {
    const { words, detail } = this.#bench;
    const { file } = detail;
    const { check } = words;
    const line = (label: string, id: string | null, value: HTMLElement | string, help = "") =>
      h(
        "div",
        { class: "told-fact" },
        id ? h("label", { for: id }, label) : h("span", { class: "fact-name" }, label),
        h("div", {}, value, help && h("p", { class: "note" }, help)),
      );
    return [
      h("h2", { id: "how-heading" }, check.how),
      line(check.format, null, check.formats[file.format ?? "none"]),
      file.encoding === null
        ? null
        : line(check.encoding, "read-encoding", this.#encoding(), check.encodingHelp),
      file.sheets.length > 1 ? line(check.sheet, "read-sheet", this.#sheet()) : null,
      file.header_row === null ? null : line(check.header, "read-header", this.#header(), check.headerHelp),
      Object.keys(detail.blanks).length ? line(check.blank, "read-blank", this.#blank()) : null,
      file.hidden === null ? null : line(check.hidden, "read-hidden", this.#hidden(), check.hiddenHelp),
      this.#kinds.length && !file.has_kinds && file.format !== null
        ? line(check.kind, "read-kind", this.#kind(), check.kindHelp)
        : null,
    ];
  }

  #encoding(): HTMLSelectElement {
    const { detail, words } = this.#bench;
    const known = words.check.encodings as Record<string, string>;
    return this.#select(
      "read-encoding",
      Object.entries(known),
      detail.file.encoding ?? "utf-8",
      (encoding) => this.#bench.save({ encoding }),
    );
  }

  /** What empty cells do to published values. */
  #blank(): HTMLSelectElement {
    const { detail, words } = this.#bench;
    const decided = (detail.work as { blank?: string } | null)?.blank ?? "keep";
    return this.#select("read-blank", Object.entries(words.check.blanks), decided, (blank) =>
      this.#bench.save({ blank: blank === "clear" ? "clear" : "keep" }),
    );
  }

  #sheet(): HTMLSelectElement {
    const { sheets, sheet } = this.#bench.detail.file;
    return this.#select(
      "read-sheet",
      sheets.map((name) => [name, name]),
      sheet ?? "",
      (name) => this.#bench.save({ sheet: name }),
    );
  }

  /** Whether rows are read that the workbook hides. */
  #hidden(): HTMLSelectElement {
    const { detail, words } = this.#bench;
    return this.#select(
      "read-hidden",
      [
        ["", words.check.hiddenSkip],
        ["read", words.check.hiddenRead],
      ],
      detail.file.hidden ? "read" : "",
      (choice) => this.#bench.save({ hidden: choice === "read" }),
    );
  }

  #header(): HTMLElement {
    const { detail } = this.#bench;
    const input = h("input", {
      id: "read-header",
      class: "input short",
      type: "number",
      inputmode: "numeric",
      min: 1,
      max: 100,
      value: detail.file.header_row,
      disabled: !detail.may.edit,
    });
    input.addEventListener("change", () => {
      const row = Number(input.value);
      if (Number.isInteger(row) && row >= 1) this.#bench.save({ header_row: row });
      else input.value = String(detail.file.header_row);
    });
    return input;
  }

  /** The kind of all rows, where the file says none. */
  #kind(): HTMLSelectElement {
    const { context, detail, words } = this.#bench;
    const named = this.#kinds.map(({ slug }): [string, string] => [
      slug,
      term(this.#kinds, slug, context.language),
    ]);
    return this.#select(
      "read-kind",
      [["", words.check.kindUnknown], ...named],
      detail.file.kind ?? "",
      (kind) => this.#bench.save({ kind: kind || null }),
    );
  }

  #select(
    id: string,
    options: [string, string][],
    chosen: string,
    choose: (value: string) => void,
  ): HTMLSelectElement {
    const element = h(
      "select",
      { id, class: "input", disabled: !this.#bench.detail.may.edit },
      ...options.map(([value, label]) => h("option", { value, selected: value === chosen }, label)),
    );
    element.addEventListener("change", () => choose(element.value));
    return element;
  }

  #nextSteps(): (HTMLElement | null)[] {
    const { detail, words } = this.#bench;
    const { blocked, accepted } = detail.summary;
    const { check, mend } = words;
    const warned = onlyWarned(problemsOf(detail));
    const mending =
      blocked > 0
        ? check.nextMend(blocked)
        : warned > 0
          ? check.nextLook
          : null;
    // Where nothing says what a facility is called or where it is, no row is worth mending yet.
    const lacks = (lacksColumns(detail.file) || guessedName(detail) !== null) && detail.may.edit;
    return [
      lacks ? button(check.nextMatch, () => this.#columns.focus(), "button primary") : null,
      mending === null
        ? null
        : button(mending, () => this.#bench.goto("mend"), blocked > 0 && !lacks ? "button primary" : "button"),
      accepted > 0
        ? button(
            blocked > 0 ? mend.toSendPart(accepted) : check.nextSend,
            () => this.#bench.goto("send"),
            blocked > 0 ? "button" : "button primary",
          )
        : null,
    ];
  }
}

/** 128行のうち 119行が使えます。9行は直すまで入りません。 */
function sentence({ words, detail }: Bench, warned: number): string {
  const { rows, accepted, blocked } = detail.summary;
  const { check } = words;
  if (rows === 0) return check.noRows;
  const leftOut = rows - accepted - blocked;
  const told =
    blocked === 0
      ? warned > 0
        ? check.allGoodWarned(accepted, warned)
        : check.allGood(accepted)
      : accepted === 0
        ? check.noneGood(blocked)
        : check.someBlocked(rows, accepted, blocked);
  return leftOut > 0 ? `${told} ${check.leftOut(leftOut)}` : told;
}

/** Widths are set on the element: a style attribute would be refused by the page's policy. */
function drawnBar(element: HTMLElement): HTMLElement {
  for (const part of element.querySelectorAll<HTMLElement>("[data-n]")) {
    part.style.flexGrow = part.dataset.n ?? "0";
  }
  return element;
}
