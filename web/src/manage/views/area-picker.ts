/** Choosing a municipality or prefecture by typing its name. */

import type { Feature, Place } from "../../api.ts";
import { h, icon } from "../../dom.ts";
import { ICONS } from "../../shapes.ts";
import { Combobox } from "../../views/combobox.ts";
import type { Context } from "./context.ts";
import { field, reasons } from "./parts.ts";

/** Districts come before towns in the answer; so many suffice for every name that several share. */
const LIMIT = 30;

export interface Area {
  code: string;
  name: string;
}

/** The area a place stands for; null for towns and postal codes. */
export function areaOf({ id, properties }: Feature<Place>): Area | null {
  const code = /^district-(\d{2}|\d{5})$/.exec(id)?.[1];
  if (!code) return null;
  const { name, context } = properties;
  return { code, name: context ? `${context} ${name}` : name };
}

let pickers = 0;

export class AreaPicker {
  readonly element: HTMLElement;
  /** Called when another area was chosen, or none. */
  onChange: () => void = () => {};
  readonly #context: Context;
  readonly #box: Combobox<Area>;
  readonly #clear: HTMLButtonElement;
  #chosen: Area | null;
  /** Says what is wrong with the choice, beside it; null takes it back. */
  readonly wrong: (words: string | null) => void;

  /** `empty` is what the box says while nothing is chosen. */
  constructor(context: Context, chosen: Area | null, label = context.words.area.label, empty = "") {
    const { area } = context.words;
    pickers += 1;
    this.#context = context;
    this.#chosen = chosen;
    this.#box = new Combobox({
      id: `areas-${pickers}`,
      label: area.candidates,
      attributes: { class: "input", maxlength: 60, placeholder: empty },
      look: async (text, signal) =>
        (await context.api.places(text, LIMIT, signal)).map(areaOf).filter((one) => one !== null),
      line: ({ name, code }) => [h("span", { class: "option-name" }, name), h("span", { class: "option-type" }, code)],
      pick: (found) => this.#choose(found),
      count: area.found,
      nothing: area.nothing,
      failed: (error) => `${area.failed} ${reasons(context, error).title}`,
      typed: (text) => {
        this.wrong(null);
        this.#offerClear();
        if (!text) this.#choose(null);
      },
      sends: true,
    });
    this.#clear = h(
      "button",
      {
        type: "button",
        class: "icon-button picker-clear",
        "aria-label": area.clear,
        title: area.clear,
        onclick: () => {
          this.#choose(null);
          this.#box.input.focus();
        },
      },
      icon(ICONS.close),
    );
    const box = h("div", { class: "picker" }, this.#box.input, this.#clear, this.#box.popup);
    const own = field(label, this.#box.input, area.hint, box);
    this.wrong = own.wrong;
    this.element = own.element;
    this.#show();
  }

  /** The area's code, null for none, undefined (and said so) where what was typed is no choice. */
  read(): string | null | undefined {
    const typed = this.#box.text;
    if (typed === "") return null;
    if (this.#chosen && typed === this.#words(this.#chosen)) return this.#chosen.code;
    // Whoever knows the code may give it; the server says whether there is such an area.
    if (/^(\d{2}|\d{5,6})$/.test(typed)) return typed;
    this.wrong(this.#context.words.area.choose);
    return undefined;
  }

  /** The chosen area's name; null where there is none. */
  get name(): string | null {
    return this.#chosen?.name ?? null;
  }

  #words({ name, code }: Area): string {
    return this.#context.words.area.chosen(name, code);
  }

  #show(): void {
    this.#box.show(this.#chosen ? this.#words(this.#chosen) : "");
    this.#offerClear();
  }

  #offerClear(): void {
    this.#clear.hidden = this.#box.input.value === "";
  }

  #choose(area: Area | null): void {
    this.#chosen = area;
    this.wrong(null);
    this.#show();
    this.onChange();
  }
}
