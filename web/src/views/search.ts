/** The one search box, for places and facilities. */

import { ApiError, type Feature, type Place, type PlaceFilter, type Whereabouts } from "../api.ts";
import { h, icon } from "../dom.ts";
import { ICONS } from "../shapes.ts";
import { boxOf, roundedBox } from "../window.ts";
import { Combobox, type Found } from "./combobox.ts";
import { type Context, languageIn, marked } from "./context.ts";
import { placeFilterWords } from "./filter-words.ts";

const SOME_LINES = 3;
const LIMIT = 8;
/** Nothing is called by a longer name; the address of a map is longer. */
const LONGEST = 100;
const LONGEST_ADDRESS = 2000;

/** A place, or only filters; with the filters that stood among the words. */
export interface Suggestion {
  place: Feature<Place> | null;
  filters: PlaceFilter[];
}

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
  readonly #box: Combobox<Suggestion>;
  readonly #clear: HTMLButtonElement;

  constructor(
    context: Context,
    { id, label, placeholder, typed }: Box,
    onPick: (suggestion: Suggestion) => void,
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
        maxlength: LONGEST_ADDRESS,
        placeholder,
      },
      look: (text, signal) => suggestions(context, text, signal),
      line: ({ place, filters }) => {
        if (!place) return [h("span", { class: "option-note" }, narrowed(context, filters))];
        const { name, name_en, context: wider, context_en, type, lines, former, guess, dropped } = place.properties;
        const notes = [
          former && search.former(former),
          dropped ? search.dropped(dropped) : guess && search.guess,
        ].filter((note): note is string => !!note);
        return [
          h("span", { class: "option-name" }, ...(english && name_en ? [`${name_en} `, ...marked(context, name)] : marked(context, name))),
          h("span", { class: "option-context" }, ...marked(context, (english && context_en) || wider), ...marked(context, linesOf(lines))),
          h("span", { class: "option-type" }, search.type[type]),
          ...notes.map((note) => h("span", { class: "option-note" }, ...marked(context, note))),
        ];
      },
      pick: (suggestion) => {
        // The keyboard of a phone would lie over what was found.
        if (matchMedia("(pointer: coarse)").matches) this.#box.input.blur();
        onPick(suggestion);
      },
      several: (found) => (found > 1 ? search.several : search.single),
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

/** The filters that stood among the words, in words. */
function narrowed(context: Context, filters: PlaceFilter[]): string {
  const names = filters.map((filter) => placeFilterWords(context, filter));
  return context.words.search.narrowed(names.join(context.words.comma));
}

/** What a text may mean. Its words may be filters alone. */
export async function suggestions(context: Context, text: string, signal?: AbortSignal): Promise<Found<Suggestion>> {
  const short = text.includes(":") ? text : [...text].slice(0, LONGEST).join("");
  const answer = await context.api.places(short, LIMIT, whereabouts(context), signal);
  const { features, filters, rest, clear, missing } = answer;
  const choices: Suggestion[] = features.map((place) => ({ place, filters }));
  const alone = !rest && filters.length > 0;
  if (alone) choices.unshift({ place: null, filters });
  const notes = [missing?.message, !alone && filters.length && choices.length ? narrowed(context, filters) : ""];
  return { choices, clear: clear || alone, notes: notes.filter((note): note is string => !!note) };
}

/** Where the visitor is, if the page was told, and what the map shows. */
function whereabouts({ navigation }: Context): Whereabouts {
  const { around, view } = navigation.mode;
  const size = { width: innerWidth, height: innerHeight };
  return {
    ...(around.by === "near" && around.origin === "here" ? { near: { lon: around.lon, lat: around.lat } } : {}),
    ...(view ? { window: roundedBox(boxOf(view, size)) } : {}),
  };
}
