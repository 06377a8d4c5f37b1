/** How people are counted and which hubs count: what the sentence has no room for. */

import { fill, h } from "../../dom.ts";
import { term } from "../../text/index.ts";
import type { Term } from "../../api.ts";
import { FILTERS, type FilterName, METHODS, parse, type Question, SUPPLIES, WEIGHTS } from "../question.ts";
import type { Answered, Context } from "./context.ts";

const STATUSES = ["open", "suspended", "unknown", "planned", "closed"] as const;

export class Conditions {
  readonly element: HTMLDetailsElement;
  readonly #context: Context;
  readonly #summary = h("summary", {});
  readonly #body = h("div", { class: "conditions-body" });

  constructor(context: Context) {
    this.#context = context;
    this.element = h("details", { class: "conditions" }, this.#summary, this.#body);
  }

  show(answered: Answered): void {
    const { ask, language, words: all, asked } = this.#context;
    const { conditions: words } = all;
    const { question } = asked();
    const set = count(question);
    this.#summary.textContent = set ? words.count(set) : words.heading;
    const focused = (document.activeElement as HTMLElement | null)?.id;
    const choice = <T extends string>(name: string, legend: string, values: readonly T[], labels: Record<T, string>, now: T, chosen: (value: T) => void) =>
      h(
        "fieldset",
        {},
        h("legend", {}, legend),
        ...values.map((value) => {
          const id = `${name}-${value}`;
          const input = h("input", { type: "radio", name, id, value, checked: value === now, onchange: () => chosen(value) });
          return h("label", { class: "check", for: id }, input, h("span", {}, labels[value]));
        }),
      );
    const check = (id: string, label: string, on: boolean, toggled: (on: boolean) => void) =>
      h(
        "label",
        { class: "check", for: id },
        h("input", { type: "checkbox", id, checked: on, onchange: () => toggled(!on) }),
        h("span", {}, label),
      );
    const several = (name: FilterName, legend: string, terms: [string, string][], note?: string) => {
      const chosen = question.filters[name];
      const toggle = (slug: string) => (on: boolean) =>
        ask({
          filters: {
            ...question.filters,
            [name]: on ? [...chosen, slug].sort() : chosen.filter((other) => other !== slug),
          },
        });
      return h(
        "fieldset",
        {},
        h("legend", {}, legend),
        note ? h("p", { class: "note" }, note) : null,
        ...terms.map(([slug, label]) => check(`${name}-${slug}`, label, chosen.includes(slug), toggle(slug))),
      );
    };
    const { vocabularies } = answered;
    const named = (terms: Term[] | undefined) =>
      (terms ?? []).map(({ slug }) => [slug, term(terms, slug, language)] as [string, string]);
    const asOf = h("input", { class: "field", id: "as-of", "aria-describedby": "as-of-hint", maxlength: 40 });
    asOf.value = question.asOf ?? "";
    const asOfHint = h("p", { class: "note", id: "as-of-hint" }, words.asOfHint);
    const asOfForm = h("form", { class: "as-of" }, h("label", { for: "as-of" }, words.asOf), asOf, h("button", { class: "button" }, all.sentence.apply), asOfHint);
    asOfForm.addEventListener("submit", (event) => {
      event.preventDefault();
      const text = asOf.value.trim();
      const read = parse(`?as-of=${encodeURIComponent(text)}`).question.asOf;
      if (text && read === null) {
        asOfHint.textContent = words.asOfWrong;
        return asOf.focus();
      }
      ask({ asOf: read });
    });
    const isCity = question.area.length === 5 && question.by !== null;
    fill(
      this.#body,
      choice("method", words.method, METHODS, words.methods, question.method, (method) => ask({ method })),
      choice("weight", words.weight, WEIGHTS, words.weights, question.weight, (weight) => ask({ weight })),
      several("eligibility", words.eligibility, named(vocabularies?.eligibility)),
      several("kind", words.kind, named(vocabularies?.kind)),
      several("stock", words.stock, named(vocabularies?.stock)),
      several("programme", words.programme, named(vocabularies?.programmes)),
      several("status", words.status, STATUSES.map((slug) => [slug, words.statuses[slug]]), words.statusNote),
      h(
        "fieldset",
        {},
        check("include-unknown", words.unknown, question.includeUnknown, (includeUnknown) => ask({ includeUnknown })),
        check("leave-out", words.imprecise, question.leaveOutImprecise, (leaveOutImprecise) => ask({ leaveOutImprecise })),
        question.area === ""
          ? check("by-municipality", words.byMunicipality, question.by === "municipality", (on) =>
              ask({ by: on ? "municipality" : null }),
            )
          : null,
        isCity ? check("by-ward", words.by, question.by === "ward", (on) => ask({ by: on ? "ward" : "municipality" })) : null,
        check("more-measures", words.measures, question.measures !== null, (on) =>
          ask({ measures: on ? "facilities" : null }),
        ),
        asOfForm,
      ),
      question.measures
        ? choice("supply", words.supply, SUPPLIES, words.supplies, question.measures, (measures) => ask({ measures }))
        : null,
      set
        ? h(
            "button",
            {
              type: "button",
              class: "button",
              onclick: () =>
                ask({
                  method: "centre",
                  weight: "total",
                  filters: { eligibility: [], kind: [], stock: [], programme: [], status: [] },
                  includeUnknown: false,
                  leaveOutImprecise: true,
                  measures: null,
                  asOf: null,
                }),
            },
            words.clear,
          )
        : null,
    );
    if (focused) document.getElementById(focused)?.focus();
  }
}

function count(question: Question): number {
  const chosen = FILTERS.filter((name) => question.filters[name].length).length;
  const others = [question.method !== "centre", question.weight !== "total", question.includeUnknown, !question.leaveOutImprecise, question.measures !== null, question.asOf !== null];
  return chosen + others.filter(Boolean).length;
}

/** The conditions in words, for a note that is quoted. */
export function inWords(question: Question, answered: Answered, context: Context): string {
  const { language, words } = context;
  const { vocabularies } = answered;
  const terms = { eligibility: vocabularies?.eligibility, kind: vocabularies?.kind, stock: vocabularies?.stock, programme: vocabularies?.programmes };
  const parts = FILTERS.filter((name) => question.filters[name].length).map((name) => {
    const all = question.filters[name].map((slug) =>
      name === "status"
        ? (words.conditions.statuses[slug as keyof typeof words.conditions.statuses] ?? slug)
        : term(terms[name], slug, language),
    );
    return `${words.conditions[name]}＝${all.join("・")}`;
  });
  if (question.includeUnknown) parts.push(words.conditions.unknown);
  return parts.join(language === "ja" ? "、" : "; ");
}
