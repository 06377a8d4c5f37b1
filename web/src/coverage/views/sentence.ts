/** The question in one sentence, whose words are its controls and whose end is the answer. */

import { fill, h } from "../../dom.ts";
import { term } from "../../text/index.ts";
import { figure, people, percent, total } from "../figures.ts";
import { metres, PRESETS } from "../question.ts";
import type { Answered, Context } from "./context.ts";

export class Sentence {
  readonly element: HTMLElement;
  readonly #context: Context;
  readonly #prefecture: HTMLSelectElement;
  readonly #municipality: HTMLSelectElement;
  readonly #zones = h("strong", { class: "zones-word", hidden: true });
  readonly #within: HTMLSelectElement;
  readonly #other: HTMLFormElement;
  readonly #otherInput: HTMLInputElement;
  readonly #otherWrong: HTMLElement;
  readonly #who: HTMLSelectElement;
  readonly #answer = h("strong", { class: "answer" });
  readonly #people = h("p", { class: "answer-people" });

  constructor(context: Context) {
    this.#context = context;
    const { sentence: words } = context.words;
    const { ask } = context;
    const select = (label: string, chosen: (value: string) => void) =>
      h("select", {
        class: "word",
        "aria-label": label,
        onchange: (event: Event) => chosen((event.target as HTMLSelectElement).value),
      });
    this.#prefecture = select(words.prefecture, (area) => ask({ area, by: null }));
    this.#municipality = select(words.municipality, (area) =>
      ask({ area: area || context.asked().question.area.slice(0, 2), by: null }),
    );
    this.#within = select(words.within, (value) => {
      if (value !== "other") return ask({ within: Number(value) });
      this.#other.hidden = false;
      this.#otherInput.focus();
    });
    this.#who = select(words.who, (slug) =>
      ask({ filters: { ...context.asked().question.filters, eligibility: slug ? slug.split(",") : [] } }),
    );
    this.#otherWrong = h("p", { id: "other-wrong", class: "wrong", role: "alert", hidden: true }, words.wrongDistance);
    this.#otherInput = h("input", {
      class: "field",
      inputmode: "decimal",
      "aria-label": words.otherLabel,
      "aria-describedby": "other-wrong",
      maxlength: 12,
      placeholder: "1,500",
    });
    this.#other = h(
      "form",
      { class: "other-distance", hidden: true },
      this.#otherInput,
      " m ",
      h("button", { class: "button" }, words.apply),
      this.#otherWrong,
    );
    this.#other.addEventListener("submit", (event) => {
      event.preventDefault();
      const value = metres(this.#otherInput.value);
      this.#otherWrong.hidden = value !== null;
      if (value === null) return this.#otherInput.focus();
      this.#other.hidden = true;
      ask({ within: value });
    });
    const area = h("span", { class: "words" }, this.#prefecture, this.#municipality, this.#zones);
    const [start, a, b, c] = words.parts;
    // The two languages say the parts in their own order.
    const order =
      context.language === "ja"
        ? [start!, area, a!, this.#within, b!, this.#who, c!, this.#answer]
        : [start!, area, a!, this.#who, b!, this.#within, c!, this.#answer];
    this.element = h(
      "section",
      { class: "sentence-box", "aria-label": words.label },
      h("div", { class: "sentence" }, ...order.map((part) => (typeof part === "string" ? h("span", {}, part) : part))),
      this.#other,
      h("div", { role: "status" }, this.#people),
    );
  }

  show(answered: Answered): void {
    const { language, words, asked } = this.#context;
    const { question, show } = asked();
    const { sentence } = words;
    options(
      this.#prefecture,
      [["", sentence.allJapan], ...answered.prefectures.map(({ code, name }) => [code, name] as [string, string])],
      question.area.slice(0, 2),
    );
    // Areas of one's own stand in place of a district.
    const { zones } = answered;
    this.#zones.hidden = zones === null;
    this.#zones.textContent = zones && answered.name;
    this.#prefecture.hidden = zones !== null;
    this.#municipality.hidden = zones !== null || question.area === "";
    const known = answered.municipalities.map(({ code, name }) => [code, name] as [string, string]);
    if (question.area.length === 5 && !known.some(([code]) => code === question.area)) {
      known.unshift([question.area, zones ? question.area : answered.name]); // A ward is reached through its city's table.
    }
    options(
      this.#municipality,
      [["", sentence.wholePrefecture], ...known],
      question.area.length === 5 ? question.area : "",
    );
    const distances: number[] = [...PRESETS];
    if (!distances.includes(question.within)) distances.push(question.within);
    options(
      this.#within,
      [
        ...distances.sort((a, b) => a - b).map((n) => [String(n), sentence.metres(n)] as [string, string]),
        ["other", sentence.other],
      ],
      String(question.within),
    );
    const terms = answered.vocabularies?.eligibility ?? [];
    const chosen = question.filters.eligibility.join(",");
    const who = terms.map(({ slug }) => [slug, sentence.eligibility(term(terms, slug, language))] as [string, string]);
    if (chosen && !who.some(([slug]) => slug === chosen)) {
      const several = question.filters.eligibility.map((slug) => term(terms, slug, language)).join("・");
      who.push([chosen, sentence.eligibility(several)]);
    }
    options(this.#who, [["", sentence.anybody], ...who], chosen);
    const sum = total(answered.rows.map((row) => figure(row, show)));
    this.#answer.textContent = percent(sum.share);
    fill(
      this.#people,
      sum.share === null
        ? sentence.nobody
        : sentence.people(people(sum.within, language), people(sum.people, language)) + sentence.weight[question.weight],
    );
  }

  waiting(): void {
    this.#answer.textContent = "…";
  }
}

function options(select: HTMLSelectElement, all: [string, string][], chosen: string): void {
  fill(select, ...all.map(([value, words]) => h("option", { value, selected: value === chosen }, words)));
  select.value = chosen;
}
