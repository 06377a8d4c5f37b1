/** Opening hours by day of the week; what is no plain week is written as text. */

import { fill, h } from "../../dom.ts";
import { openingHours } from "../../format.ts";
import type { Language } from "../../mode.ts";
import { type Day, DAYS, emptyWeek, parseWeek, type Span, type Week, writeWeek } from "../hours.ts";
import type { UploadWords } from "../text/upload-ja.ts";
import { button } from "./bench.ts";

type Way = "unknown" | "always" | "week" | "text";

const USUAL: Span = { from: "09:00", to: "18:00" };

export class HoursField {
  readonly element: HTMLElement;
  readonly #words: UploadWords;
  readonly #language: Language;
  readonly #changed: () => void;
  readonly #choices = h("div", { class: "hours-ways" });
  readonly #place = h("div", {});
  readonly #told = h("p", { class: "note", role: "status" });
  readonly #error = h("p", { class: "field-error", hidden: true });
  #way: Way = "unknown";
  #week: Week = emptyWeek();
  #text = "";

  constructor(words: UploadWords, language: Language, changed: () => void) {
    this.#words = words;
    this.#language = language;
    this.#changed = changed;
    this.element = h(
      "fieldset",
      { class: "hours" },
      h("legend", { class: "field-label" }, words.hours.legend),
      this.#choices,
      this.#place,
      this.#told,
      this.#error,
    );
    this.#draw();
  }

  /** The server's word about it. */
  complain(words: string): void {
    this.#error.textContent = words;
    this.#error.hidden = false;
  }

  set value(text: string | null) {
    const week = text === null ? null : parseWeek(text);
    this.#text = text ?? "";
    this.#week = week ?? emptyWeek();
    this.#way = text === null ? "unknown" : text === "24/7" ? "always" : week ? "week" : "text";
    this.#draw();
  }

  get value(): string | null {
    switch (this.#way) {
      case "unknown":
        return null;
      case "always":
        return "24/7";
      case "week":
        return writeWeek(this.#week) || null;
      case "text":
        return this.#text.trim() || null;
    }
  }

  #draw(): void {
    const { hours } = this.#words;
    const ways: [Way, string][] = [
      ["unknown", hours.unknown],
      ["always", hours.always],
      ["week", hours.week],
      ["text", hours.text],
    ];
    fill(
      this.#choices,
      ...ways.map(([way, label]) =>
        h(
          "label",
          { class: "check" },
          h("input", {
            type: "radio",
            name: "hours-way",
            value: way,
            checked: this.#way === way,
            onchange: () => this.#choose(way),
          }),
          h("span", {}, label),
        ),
      ),
    );
    this.#inside();
  }

  #choose(way: Way): void {
    // What was said one way is the beginning of the other.
    if (way === "text" && this.#way === "week") this.#text = writeWeek(this.#week);
    if (way === "week") this.#week = parseWeek(this.#text) ?? this.#week;
    this.#way = way;
    this.#inside();
    this.#changed();
  }

  #inside(): void {
    if (this.#way === "week") fill(this.#place, this.#table());
    else if (this.#way === "text") fill(this.#place, this.#writing());
    else fill(this.#place);
    this.#tell();
  }

  #tell(): void {
    const { hours } = this.#words;
    this.#error.hidden = true;
    const { value } = this;
    this.#told.hidden = this.#way === "unknown" || this.#way === "always";
    fill(
      this.#told,
      value === null ? hours.nothing : hours.result(openingHours(value, this.#language) + this.#words.aside(value)),
    );
  }

  #writing(): HTMLElement {
    const { hours } = this.#words;
    const input = h("input", {
      id: "hours-text",
      class: "input",
      type: "text",
      autocomplete: "off",
      spellcheck: "false",
      "aria-describedby": "hours-help",
      oninput: () => {
        this.#text = input.value;
        this.#tell();
        this.#changed();
      },
    });
    input.value = this.#text;
    return h(
      "div",
      { class: "field" },
      h("label", { for: "hours-text" }, hours.text),
      h("p", { class: "note", id: "hours-help" }, hours.textHelp),
      input,
    );
  }

  #table(): HTMLElement {
    return h("div", { class: "hours-days" }, ...DAYS.map((day) => this.#day(day)));
  }

  #day(day: Day): HTMLElement {
    const { hours } = this.#words;
    const name = hours.days[day];
    const spans = this.#week[day];
    const open = Array.isArray(spans);
    const state = h(
      "select",
      { class: "input day-state", "aria-label": name },
      h("option", { value: "open", selected: open }, hours.open),
      h("option", { value: "off", selected: spans === "off" }, hours.closed),
      day === "PH" && h("option", { value: "", selected: spans === null }, hours.likeWeekday),
    );
    state.addEventListener("change", () => {
      this.#week[day] = state.value === "open" ? [this.#before(day)] : state.value === "off" ? "off" : null;
      this.#redraw(`[data-day="${day}"] .day-state`);
    });
    return h(
      "div",
      { class: "hours-day", "data-day": day },
      h("span", { class: "day-name" }, name),
      state,
      open &&
        h(
          "div",
          { class: "spans" },
          ...spans.map((span, index) => this.#span(day, spans, span, index)),
          button(
            h("span", { "aria-label": hours.addSpan(name) }, hours.addSpanShort),
            () => {
              spans.push({ from: "13:00", to: "17:00" });
              this.#redraw(`[data-day="${day}"] .span:last-of-type input`);
            },
            "text-button",
          ),
        ),
      day === "Mo" && open && button(hours.copy, () => this.#copy(), "text-button"),
    );
  }

  #span(day: Day, spans: Span[], span: Span, index: number): HTMLElement {
    const { hours } = this.#words;
    const name = hours.days[day];
    const time = (which: "from" | "to", label: string) => {
      const input = h("input", { class: "input time", type: "time", "aria-label": label, value: span[which] });
      input.addEventListener("input", () => {
        span[which] = input.value;
        this.#tell();
        this.#changed();
      });
      return input;
    };
    return h(
      "span",
      { class: "span" },
      time("from", hours.from(name)),
      h("span", { "aria-hidden": "true" }, hours.until),
      time("to", hours.to(name)),
      spans.length > 1 &&
        button(
          h("span", { "aria-label": hours.removeSpan(name) }, "×"),
          () => {
            spans.splice(index, 1);
            this.#redraw(`[data-day="${day}"] .day-state`);
          },
          "icon-button",
        ),
    );
  }

  /** A day that opens has the hours of the open day before it. */
  #before(day: Day): Span {
    const earlier = DAYS.slice(0, DAYS.indexOf(day)).reverse();
    for (const other of earlier) {
      const spans = this.#week[other];
      if (Array.isArray(spans) && spans[0]) return { ...spans[0] };
    }
    return { ...USUAL };
  }

  #copy(): void {
    const monday = this.#week.Mo;
    if (!Array.isArray(monday)) return;
    for (const day of ["Tu", "We", "Th", "Fr"] as const) this.#week[day] = monday.map((span) => ({ ...span }));
    this.#redraw('[data-day="Mo"] .day-state');
  }

  #redraw(focus: string): void {
    this.#inside();
    this.#place.querySelector<HTMLElement>(focus)?.focus();
    this.#changed();
  }
}
