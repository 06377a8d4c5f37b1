/** The one search box, for places and facilities. */

import { ApiError, type Feature, type Place } from "../api.ts";
import { h, icon } from "../dom.ts";
import { ICONS } from "../shapes.ts";
import { Combobox } from "./combobox.ts";
import { type Context, languageIn, marked } from "./context.ts";

const SOME_LINES = 3;
const LIMIT = 8;

/** Which of the boxes of a page. */
export interface Box {
  id: string;
  label: string;
  placeholder: string;
  /** What stood in it is no longer meant. */
  typed?: () => void;
}

export class Search {
  readonly element: HTMLElement;
  readonly #box: Combobox<Feature<Place>>;
  readonly #clear: HTMLButtonElement;

  constructor(
    context: Context,
    { id, label, placeholder, typed }: Box,
    onPick: (place: Feature<Place>) => void,
    onClear: () => void,
  ) {
    const { search, list } = context.words;
    const english = languageIn(context) === "en";
    this.#box = new Combobox({
      id,
      label: search.suggestions,
      attributes: {
        class: "search-input",
        "aria-label": label,
        autocapitalize: "off",
        enterkeyhint: "search",
        maxlength: 100,
        placeholder,
      },
      look: (text, signal) => context.api.places(text, LIMIT, signal),
      line: ({ properties: { name, name_en, context: wider, context_en, type, lines } }) => [
        h("span", { class: "option-name" }, ...(english && name_en ? [`${name_en} `, ...marked(context, name)] : marked(context, name))),
        h("span", { class: "option-context" }, ...marked(context, (english && context_en) || wider), ...marked(context, linesOf(lines))),
        h("span", { class: "option-type" }, search.type[type]),
      ],
      pick: (place) => {
        // The keyboard of a phone would lie over what was found.
        if (matchMedia("(pointer: coarse)").matches) this.#box.input.blur();
        onPick(place);
      },
      count: search.count,
      nothing: search.nothing,
      failed: (error) => search.failed + (error instanceof ApiError && error.status === 0 ? list.offline : ""),
      typed: () => {
        this.#offerClear();
        typed?.();
      },
      empties: true,
    });
    this.#box.input.addEventListener("focus", () => this.#box.input.select());
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
      this.#box.input,
      this.#clear,
      this.#box.popup,
    );
  }

  /** Shows where the list is about; empty when it is about the window of the map. */
  show(label: string): void {
    this.#box.show(label);
    this.#offerClear();
  }

  /** Looks for a text as if somebody had written it. */
  async ask(text: string): Promise<void> {
    this.show(text);
    await this.#box.look();
  }

  focus(): void {
    this.#box.input.focus();
  }

  #offerClear(): void {
    this.#clear.hidden = this.#box.input.value === "";
  }
}

/** A few of a station's lines: they tell stations of one name apart. */
function linesOf(lines: string[] | undefined): string {
  if (!lines?.length) return "";
  return `　${lines.slice(0, SOME_LINES).join("・")}${lines.length > SOME_LINES ? "…" : ""}`;
}
