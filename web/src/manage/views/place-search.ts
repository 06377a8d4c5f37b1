/** Finding a place by words for the map. */

import type { Feature, Place } from "../../api.ts";
import { h } from "../../dom.ts";
import { Combobox } from "../../views/combobox.ts";
import { uploadWords } from "../text/upload.ts";
import type { Context } from "./context.ts";
import { reasons } from "./parts.ts";

const LIMIT = 8;

let searches = 0;

export class PlaceSearch {
  readonly element: HTMLElement;
  readonly #box: Combobox<Feature<Place>>;

  constructor(context: Context, label: string, pick: (place: Feature<Place>) => void) {
    searches += 1;
    const { pin } = uploadWords(context.language);
    this.#box = new Combobox({
      id: `places-${searches}`,
      label,
      attributes: { class: "input", maxlength: 100 },
      look: (text, signal) => context.api.places(text, LIMIT, signal),
      line: ({ properties }) => [
        h("span", { class: "option-name" }, properties.name),
        h("span", { class: "option-context" }, properties.context),
      ],
      pick: (place) => {
        // A town is found for an address; its block and house numbers stay as they were typed.
        if (!/\d/.test(this.#box.text.normalize("NFKC"))) this.#box.show(`${place.properties.context ?? ""}${place.properties.name}`);
        pick(place);
      },
      count: context.words.area.found,
      nothing: () => pin.nothing,
      failed: (error) => reasons(context, error).title,
    });
    this.element = h(
      "div",
      { class: "field place-search" },
      h("label", { for: this.#box.input.id }, label),
      h("div", { class: "picker" }, this.#box.input, this.#box.popup),
    );
  }

  /** Searches for words that stand elsewhere on the page. */
  search(text: string): void {
    this.#box.show(text);
    this.#box.input.focus();
    void this.#box.look();
  }
}
