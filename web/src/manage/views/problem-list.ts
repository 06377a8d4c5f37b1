/** The problems by sort, with how many rows each concerns; what can be mended for all rows at once is. */

import { fill, h } from "../../dom.ts";
import { type Filter, type Group, grouped, mending } from "../problem-groups.ts";
import { problemsOf } from "../submissions.ts";
import type { Bench } from "./bench.ts";
import { button, tag } from "./bench.ts";

export class ProblemList {
  readonly element = h("section", { class: "block problem-list", "aria-labelledby": "problems-heading" });
  readonly #bench: Bench;
  readonly #choose: (filter: Filter) => void;
  readonly #mended: (cells: Record<number, Record<string, string | null>>) => void;

  constructor(
    bench: Bench,
    choose: (filter: Filter) => void,
    mended: (cells: Record<number, Record<string, string | null>>) => void,
  ) {
    this.#bench = bench;
    this.#choose = choose;
    this.#mended = mended;
  }

  draw(filter: Filter): void {
    const { words, detail } = this.#bench;
    const groups = grouped(problemsOf(detail)).filter(({ rows }) => rows.length > 0);
    const focused = document.activeElement?.id;
    const had = this.element.contains(document.activeElement);
    this.element.hidden = groups.length === 0;
    fill(
      this.element,
      h("h2", { id: "problems-heading", tabindex: -1 }, words.mend.problems),
      h("p", { class: "note" }, words.mend.problemsHow),
      h("ul", {}, ...groups.map((group) => this.#group(group, filter))),
    );
    if (!had) return;
    // A sort that is mended is gone; whoever mended it goes on with the next.
    const again = (focused && document.getElementById(focused)) || this.element.querySelector("button, h2");
    (again as HTMLElement | null)?.focus({ preventScroll: true });
  }

  #group(group: Group, filter: Filter): HTMLElement {
    const { words, detail } = this.#bench;
    const { mend, codes } = words;
    const here = typeof filter === "object" && filter.code === group.code && filter.blocks === group.blocks;
    const key = `${group.code}-${group.blocks ? "blocks" : "warns"}`;
    const { mendable } = group;
    const same = mendable.length > 1 && detail.may.edit;
    const label = new Set(mendable.map(({ suggestion }) => suggestion?.label)).size === 1;
    return h(
      "li",
      { class: "problem-group", "data-here": here },
      h(
        "button",
        {
          id: `only-${key}`,
          type: "button",
          class: "problem-title",
          "aria-pressed": String(here),
          onclick: () => this.#choose(here ? "all" : { code: group.code, blocks: group.blocks }),
        },
        tag(words, group.blocks),
        h("span", { class: "problem-name" }, codes[group.code] ?? group.problems[0]?.message ?? group.code),
        h("span", { class: "problem-count" }, mend.problemsCount(group.rows.length)),
      ),
      same &&
        h(
          "button",
          {
            id: `same-${key}`,
            type: "button",
            class: "button suggest",
            onclick: () => this.#mendAll(group),
          },
          label && mendable[0]?.suggestion
            ? mend.same(mendable[0].suggestion.label, mendable.length)
            : mend.sameEach(mendable.length),
        ),
    );
  }

  #mendAll(group: Group): void {
    const { cells } = mending(group.mendable);
    if (!cells) return;
    this.#mended(cells as Record<number, Record<string, string | null>>);
    this.#bench.say(this.#bench.words.mend.sameDone(group.mendable.length));
  }
}

/** The filter as the address keeps it, and back. */
export function writeFilter(filter: Filter): string {
  return typeof filter === "string" ? filter : `${filter.code}.${filter.blocks ? "blocks" : "warns"}`;
}

export function readFilter(text: string | null, otherwise: Filter): Filter {
  if (text === "blocked" || text === "warned" || text === "all") return text;
  const found = /^([a-z0-9-]{1,40})\.(blocks|warns)$/.exec(text ?? "");
  return found ? { code: found[1]!, blocks: found[2] === "blocks" } : otherwise;
}

export function filterButton(words: string, on: boolean, act: () => void): HTMLButtonElement {
  const element = button(words, act, "chip");
  element.setAttribute("aria-pressed", String(on));
  if (on) element.dataset["on"] = "";
  return element;
}
