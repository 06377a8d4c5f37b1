/** Choosing a municipality or prefecture by typing its name: a combobox as the ARIA Practices describe it. */

import type { Feature, Place } from "../../api.ts";
import { fill, h, icon, setAttribute } from "../../dom.ts";
import { ICONS } from "../../shapes.ts";
import type { Context } from "./context.ts";
import { field, reasons } from "./parts.ts";

/** Districts come before towns in the answer; so many suffice for every name that several share. */
const LIMIT = 30;
const DEBOUNCE = 150;

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
  readonly #input: HTMLInputElement;
  readonly #list: HTMLUListElement;
  readonly #status = h("p", { class: "visually-hidden", role: "status" });
  readonly #nothing = h("p", { class: "search-message", hidden: true });
  readonly #clear: HTMLButtonElement;
  readonly #id: string;
  #chosen: Area | null;
  #found: Area[] = [];
  #active = -1;
  #timer: number | undefined;
  #request: AbortController | null = null;
  /** Says what is wrong with the choice, beside it; null takes it back. */
  readonly wrong: (words: string | null) => void;

  /** `empty` is what the box says while nothing is chosen. */
  constructor(context: Context, chosen: Area | null, label = context.words.area.label, empty = "") {
    const { area } = context.words;
    pickers += 1;
    this.#id = `areas-${pickers}`;
    this.#context = context;
    this.#chosen = chosen;
    this.#list = h("ul", { id: this.#id, role: "listbox", "aria-label": area.candidates, hidden: true });
    this.#input = h("input", {
      class: "input",
      type: "text",
      role: "combobox",
      "aria-autocomplete": "list",
      "aria-expanded": "false",
      "aria-controls": this.#id,
      autocomplete: "off",
      spellcheck: "false",
      maxlength: 60,
      placeholder: empty,
      oninput: () => this.#typed(),
      onkeydown: (event: KeyboardEvent) => this.#key(event),
      onblur: () => this.#close(),
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
          this.#input.focus();
        },
      },
      icon(ICONS.close),
    );
    const box = h(
      "div",
      { class: "picker" },
      this.#input,
      this.#clear,
      h("div", { class: "suggestions" }, this.#list, this.#nothing),
      this.#status,
    );
    const own = field(label, this.#input, area.hint, box);
    this.wrong = own.wrong;
    this.element = own.element;
    this.#show();
  }

  /** The area's code, null for none, undefined (and said so) where what was typed is no choice. */
  read(): string | null | undefined {
    const typed = this.#input.value.trim();
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
    this.#input.value = this.#chosen ? this.#words(this.#chosen) : "";
    this.#clear.hidden = this.#input.value === "";
  }

  #choose(area: Area | null): void {
    this.#chosen = area;
    this.wrong(null);
    this.#show();
    this.#close();
    this.onChange();
  }

  #typed(): void {
    clearTimeout(this.#timer);
    this.#request?.abort();
    this.wrong(null);
    const text = this.#input.value.trim();
    this.#clear.hidden = this.#input.value === "";
    if (!text) return this.#choose(null);
    this.#timer = window.setTimeout(() => void this.#look(text), DEBOUNCE);
  }

  async #look(text: string): Promise<void> {
    const request = new AbortController();
    this.#request = request;
    const { area } = this.#context.words;
    try {
      const places = await this.#context.api.places(text, LIMIT, request.signal);
      const found = places.map(areaOf).filter((one) => one !== null);
      this.#open(found, found.length ? "" : area.nothing(text));
    } catch (error) {
      if (request.signal.aborted) return;
      this.#open([], `${area.failed} ${reasons(this.#context, error).title}`);
    }
  }

  #open(found: Area[], nothing: string): void {
    this.#found = found;
    fill(
      this.#list,
      ...found.map((area, index) =>
        h(
          "li",
          {
            id: `${this.#id}-${index}`,
            role: "option",
            "aria-selected": "false",
            // The box keeps the focus, or the list would be gone before the click arrives.
            onmousedown: (event: MouseEvent) => event.preventDefault(),
            onclick: () => this.#choose(area),
          },
          h("span", { class: "option-name" }, area.name),
          h("span", { class: "option-type" }, area.code),
        ),
      ),
    );
    this.#list.hidden = found.length === 0;
    this.#nothing.hidden = nothing === "";
    this.#nothing.textContent = nothing;
    this.#status.textContent = nothing || (found.length ? this.#context.words.area.found(found.length) : "");
    this.#input.setAttribute("aria-expanded", String(found.length > 0));
    this.#activate(-1);
  }

  #close(): void {
    clearTimeout(this.#timer);
    this.#request?.abort();
    this.#request = null;
    this.#open([], "");
  }

  #activate(index: number): void {
    this.#active = index;
    [...this.#list.children].forEach((option, i) => option.setAttribute("aria-selected", String(i === index)));
    const active = this.#list.children[index];
    setAttribute(this.#input, "aria-activedescendant", active?.id ?? null);
    active?.scrollIntoView({ block: "nearest" });
  }

  #key(event: KeyboardEvent): void {
    // Enter and the arrows belong to the input method while it converts kana.
    if (event.isComposing) return;
    const count = this.#found.length;
    if ((event.key === "ArrowDown" || event.key === "ArrowUp") && count) {
      event.preventDefault();
      const step = event.key === "ArrowDown" ? 1 : -1;
      this.#activate(((this.#active + 1 + step + count + 1) % (count + 1)) - 1);
    } else if (event.key === "Enter" && count) {
      // Enter in the list chooses; only without a list it sends the form.
      event.preventDefault();
      this.#choose(this.#found[Math.max(0, this.#active)]!);
    } else if (event.key === "Escape" && count) {
      event.preventDefault();
      this.#close();
    }
  }
}
