/** Finding a place by words for the map: a combobox as the ARIA Practices describe it. */

import type { Feature, Place } from "../../api.ts";
import { fill, h, setAttribute } from "../../dom.ts";
import { uploadWords } from "../text/upload.ts";
import type { Context } from "./context.ts";
import { reasons } from "./parts.ts";

const LIMIT = 8;
const DEBOUNCE = 150;

let searches = 0;

export class PlaceSearch {
  readonly element: HTMLElement;
  readonly #context: Context;
  readonly #pick: (place: Feature<Place>) => void;
  readonly #input: HTMLInputElement;
  readonly #list: HTMLUListElement;
  readonly #message = h("p", { class: "search-message", role: "status", hidden: true });
  readonly #id: string;
  #found: Feature<Place>[] = [];
  #active = -1;
  #timer: number | undefined;
  #request: AbortController | null = null;

  constructor(context: Context, label: string, pick: (place: Feature<Place>) => void) {
    this.#context = context;
    this.#pick = pick;
    searches += 1;
    this.#id = `places-${searches}`;
    this.#list = h("ul", { id: this.#id, role: "listbox", "aria-label": label, hidden: true });
    this.#input = h("input", {
      id: `${this.#id}-input`,
      class: "input",
      type: "text",
      role: "combobox",
      "aria-autocomplete": "list",
      "aria-expanded": "false",
      "aria-controls": this.#id,
      autocomplete: "off",
      spellcheck: "false",
      maxlength: 100,
      oninput: () => this.#typed(),
      onkeydown: (event: KeyboardEvent) => this.#key(event),
      onblur: () => this.#close(),
    });
    this.element = h(
      "div",
      { class: "field place-search" },
      h("label", { for: this.#input.id }, label),
      h("div", { class: "picker" }, this.#input, h("div", { class: "suggestions" }, this.#list, this.#message)),
    );
  }

  /** Searches for words that stand elsewhere on the page. */
  search(text: string): void {
    this.#input.value = text;
    this.#input.focus();
    void this.#look(text.trim());
  }

  #typed(): void {
    clearTimeout(this.#timer);
    this.#request?.abort();
    const text = this.#input.value.trim();
    if (!text) return this.#close();
    this.#timer = window.setTimeout(() => void this.#look(text), DEBOUNCE);
  }

  async #look(text: string): Promise<void> {
    if (!text) return;
    this.#request?.abort();
    const request = new AbortController();
    this.#request = request;
    const { pin } = uploadWords(this.#context.language);
    try {
      const found = await this.#context.api.places(withoutNumbers(text), LIMIT, request.signal);
      if (this.#request !== request) return;
      this.#open(found, found.length ? "" : pin.nothing);
    } catch (error) {
      if (request.signal.aborted) return;
      this.#open([], reasons(this.#context, error).title);
    }
  }

  #open(found: Feature<Place>[], message: string): void {
    this.#found = found;
    fill(
      this.#list,
      ...found.map((place, index) =>
        h(
          "li",
          {
            id: `${this.#id}-${index}`,
            role: "option",
            "aria-selected": "false",
            // The box keeps the focus, or the list would be gone before the click arrives.
            onmousedown: (event: MouseEvent) => event.preventDefault(),
            onclick: () => this.#choose(place),
          },
          h("span", { class: "option-name" }, place.properties.name),
          h("span", { class: "option-context" }, place.properties.context),
        ),
      ),
    );
    this.#list.hidden = found.length === 0;
    this.#message.hidden = message === "";
    this.#message.textContent = message;
    this.#input.setAttribute("aria-expanded", String(found.length > 0));
    this.#activate(-1);
  }

  #close(): void {
    clearTimeout(this.#timer);
    this.#request?.abort();
    this.#request = null;
    this.#open([], "");
  }

  #choose(place: Feature<Place>): void {
    this.#input.value = `${place.properties.context ?? ""}${place.properties.name}`;
    this.#close();
    this.#pick(place);
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
    } else if (event.key === "Enter") {
      // Never sends the form around it.
      event.preventDefault();
      const place = this.#found[Math.max(0, this.#active)];
      if (place) this.#choose(place);
      else void this.#look(this.#input.value.trim());
    } else if (event.key === "Escape" && count) {
      event.preventDefault();
      this.#close();
    }
  }
}

/** Places end at the town: the block and house numbers of an address would find nothing. */
export function withoutNumbers(address: string): string {
  return address.replace(/[0-9０-９].*$/u, "").trim() || address;
}
