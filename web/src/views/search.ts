/** The one search box: a combobox as the ARIA Authoring Practices describe it. */

import { ApiError, type Feature, type Place } from "../api.ts";
import { fill, h, icon, setAttribute } from "../dom.ts";
import { ICONS } from "../shapes.ts";
import { type Context, languageIn } from "./context.ts";

const LIMIT = 8;
/** Long enough to skip the letters of a fast typist, short enough not to be felt. */
const DEBOUNCE = 120;

/** Which of the boxes of a page. */
export interface Box {
  id: string;
  label: string;
  placeholder: string;
}

export class Search {
  readonly element: HTMLElement;
  readonly #context: Context;
  readonly #id: string;
  readonly #onPick: (place: Feature<Place>) => void;
  readonly #input: HTMLInputElement;
  readonly #list: HTMLElement;
  readonly #message: HTMLElement;
  readonly #clear: HTMLButtonElement;

  #places: Feature<Place>[] = [];
  #active = -1;
  #timer: number | undefined;
  #request: AbortController | null = null;
  /** Enter was pressed before the suggestions came: the first of them is meant. */
  #pickFirst = false;

  constructor(
    context: Context,
    { id, label, placeholder }: Box,
    onPick: (place: Feature<Place>) => void,
    onClear: () => void,
  ) {
    this.#context = context;
    this.#id = id;
    this.#onPick = onPick;
    const { search } = context.words;
    this.#input = h("input", {
      id,
      class: "search-input",
      type: "text",
      role: "combobox",
      "aria-label": label,
      "aria-autocomplete": "list",
      "aria-expanded": "false",
      "aria-controls": `${id}-suggestions`,
      autocomplete: "off",
      autocapitalize: "off",
      spellcheck: "false",
      enterkeyhint: "search",
      maxlength: 100,
      placeholder,
      oninput: () => this.#typed(),
      onkeydown: (event: KeyboardEvent) => this.#key(event),
      onblur: () => this.#close(),
      onfocus: () => this.#input.select(),
    });
    this.#list = h("ul", {
      id: `${id}-suggestions`,
      role: "listbox",
      "aria-label": search.suggestions,
      hidden: true,
    });
    this.#message = h("p", { class: "search-message", hidden: true });
    this.#clear = h(
      "button",
      {
        type: "button",
        class: "icon-button",
        "aria-label": search.clear,
        title: search.clear,
        hidden: true,
        onclick: () => {
          this.show("");
          this.focus();
          onClear();
        },
      },
      icon(ICONS.close),
    );
    this.element = h(
      "div",
      { class: "search", role: "search", "aria-label": label },
      icon(ICONS.search, "icon search-icon"),
      this.#input,
      this.#clear,
      h("div", { class: "suggestions" }, this.#list, this.#message),
      this.#status,
    );
  }

  readonly #status = h("p", { class: "visually-hidden", role: "status" });

  /** Shows where the list is about; empty when it is about the window of the map. */
  show(label: string): void {
    this.#input.value = label;
    this.#clear.hidden = label === "";
    this.#close();
  }

  focus(): void {
    this.#input.focus();
  }

  #typed(): void {
    clearTimeout(this.#timer);
    this.#request?.abort();
    this.#request = null;
    this.#pickFirst = false;
    const text = this.#input.value.trim();
    this.#clear.hidden = this.#input.value === "";
    if (!text) return this.#close();
    this.#timer = window.setTimeout(() => void this.#suggest(text), DEBOUNCE);
  }

  async #suggest(text: string): Promise<void> {
    clearTimeout(this.#timer);
    this.#request?.abort();
    const request = new AbortController();
    this.#request = request;
    const { search, list } = this.#context.words;
    try {
      const places = await this.#context.api.places(text, LIMIT, request.signal);
      if (this.#request !== request) return;
      this.#request = null;
      if (this.#pickFirst && places[0]) return this.#pick(places[0]);
      this.#open(places, places.length ? "" : search.nothing(text));
    } catch (error) {
      if (request.signal.aborted) return;
      const reason = error instanceof ApiError && error.status === 0 ? list.offline : "";
      this.#open([], search.failed + reason);
    }
  }

  #open(places: Feature<Place>[], message: string): void {
    this.#places = places;
    fill(this.#list, ...places.map((place, index) => this.#option(place, index)));
    this.#list.hidden = places.length === 0;
    this.#message.hidden = message === "";
    fill(this.#message, message);
    fill(this.#status, message || this.#context.words.search.count(places.length));
    this.#input.setAttribute("aria-expanded", String(places.length > 0));
    this.#activate(-1);
  }

  #close(): void {
    clearTimeout(this.#timer);
    this.#request?.abort();
    this.#request = null;
    this.#open([], "");
    fill(this.#status);
  }

  #option(place: Feature<Place>, index: number): HTMLElement {
    const { name, name_en, context, type } = place.properties;
    const english = languageIn(this.#context) === "en" ? name_en : null;
    return h(
      "li",
      {
        id: `${this.#id}-suggestion-${index}`,
        role: "option",
        "aria-selected": "false",
        // The box keeps the focus, or the list would be gone before the click arrives.
        onmousedown: (event: MouseEvent) => event.preventDefault(),
        onclick: () => this.#pick(place),
      },
      h("span", { class: "option-name" }, english ? `${english} ${name}` : name),
      h("span", { class: "option-context" }, context),
      h("span", { class: "option-type" }, this.#context.words.search.type[type]),
    );
  }

  #activate(index: number): void {
    this.#active = index;
    [...this.#list.children].forEach((option, i) =>
      option.setAttribute("aria-selected", String(i === index)),
    );
    const active = this.#list.children[index];
    setAttribute(this.#input, "aria-activedescendant", active?.id ?? null);
    active?.scrollIntoView({ block: "nearest" });
  }

  #pick(place: Feature<Place>): void {
    this.#close();
    // The keyboard of a phone would lie over what was found.
    if (matchMedia("(pointer: coarse)").matches) this.#input.blur();
    this.#onPick(place);
  }

  #key(event: KeyboardEvent): void {
    // Enter and the arrows belong to the input method while it converts kana.
    if (event.isComposing) return;
    const count = this.#places.length;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      const text = this.#input.value.trim();
      if (!count) return void (text && this.#suggest(text));
      const step = event.key === "ArrowDown" ? 1 : -1;
      // One stop past either end leads back into the box itself.
      this.#activate(((this.#active + 1 + step + count + 1) % (count + 1)) - 1);
    } else if (event.key === "Enter") {
      event.preventDefault();
      this.#enter();
    } else if (event.key === "Escape") {
      if (count || !this.#message.hidden) this.#close();
      else {
        this.#input.value = "";
        this.#clear.hidden = true;
      }
    }
  }

  #enter(): void {
    const place = this.#places[Math.max(0, this.#active)];
    if (place) return this.#pick(place);
    const text = this.#input.value.trim();
    if (!text) return;
    this.#pickFirst = true;
    if (!this.#request) void this.#suggest(text);
  }
}
