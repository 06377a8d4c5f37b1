/**
 * A text box that offers choices for what is typed: the combobox of the ARIA Authoring Practices, for
 * every box of ours that searches. ↓ and ↑ go through the choices and back into the box, Enter takes one,
 * Escape closes; Home, End, ← and → stay the text's. The keys belong to the input method while it
 * converts kana.
 */

import { type Child, fill, h, setAttribute } from "../dom.ts";

/** Milliseconds between two questions: the first letter is asked for at once, a fast typist's last one too. */
const PAUSE = 80;

/** Choices that came, with what is to be said of them. */
export interface Found<T> {
  choices: T[];
  /** Whether Enter takes the first without asking. */
  clear: boolean;
  /** What stands above them, line by line. */
  notes?: string[];
}

export interface Choices<T> {
  /** Of the box; those of the choices begin with it. */
  id: string;
  /** What the list of choices is called. */
  label: string;
  /** Of the box, besides its role. */
  attributes: Record<string, string | number | boolean>;
  look(text: string, signal: AbortSignal): Promise<T[] | Found<T>>;
  /** What stands in the line of a choice. */
  line(choice: T): Child[];
  pick(choice: T): void;
  /** How many choices there are. */
  count(found: number): string;
  nothing(text: string): string;
  /** Said where Enter takes none of so many. */
  several?: (found: number) => string;
  failed(error: unknown): string;
  /** Whenever somebody has typed. */
  typed?(text: string): void;
  /** Enter with nothing to take: sends the form around the box instead of looking. */
  sends?: boolean;
  /** Escape with nothing to close empties the box. */
  empties?: boolean;
}

export class Combobox<T> {
  readonly input: HTMLInputElement;
  /** Goes behind the box. */
  readonly popup: HTMLElement;
  readonly #of: Choices<T>;
  readonly #list: HTMLElement;
  readonly #message = h("p", { class: "search-message", hidden: true });
  readonly #status = h("p", { class: "visually-hidden", role: "status" });
  #choices: T[] = [];
  #said: string[] = [];
  /** Whether the first of them is meant where none is chosen. */
  #isClear = true;
  #active = -1;
  #timer: number | undefined;
  #request: AbortController | null = null;
  #asked = -PAUSE;
  /** Whether the choices are those of what stands in the box. */
  #isCurrent = true;
  /** Enter was pressed before the choices came: the first of them is meant. */
  #takesFirst = false;

  constructor(of: Choices<T>) {
    this.#of = of;
    const list = `${of.id}-choices`;
    this.#list = h("ul", { id: list, role: "listbox", "aria-label": of.label, hidden: true });
    this.input = h("input", {
      type: "text",
      role: "combobox",
      "aria-autocomplete": "list",
      "aria-expanded": "false",
      "aria-controls": list,
      autocomplete: "off",
      spellcheck: "false",
      ...of.attributes,
      id: of.id,
      oninput: () => this.#typed(),
      onkeydown: (event: KeyboardEvent) => this.#key(event),
      onblur: () => this.close(),
    });
    this.popup = h("div", {}, h("div", { class: "suggestions" }, this.#message, this.#list), this.#status);
  }

  get text(): string {
    return this.input.value.trim();
  }

  show(text: string): void {
    this.input.value = text;
    this.close();
  }

  /** Looks for what stands in the box now. */
  async look(): Promise<void> {
    clearTimeout(this.#timer);
    this.#request?.abort();
    const { text } = this;
    if (!text) return;
    const request = new AbortController();
    this.#request = request;
    this.#asked = performance.now();
    try {
      const answer = await this.#of.look(text, request.signal);
      if (this.#request !== request) return;
      this.#request = null;
      const { choices, clear, notes = [] } = Array.isArray(answer) ? { choices: answer, clear: true } : answer;
      if (this.#takesFirst && clear && choices[0]) return this.#take(choices[0]);
      const asks = this.#takesFirst && choices.length > 0;
      this.#open(choices, notes.length || choices.length ? notes : [this.#of.nothing(text)]);
      this.#isClear = clear;
      if (asks) this.#ask();
    } catch (error) {
      // Nothing is on its way any more: Enter asks again.
      if (this.#request === request) this.#request = null;
      if (!request.signal.aborted) this.#open([], [this.#of.failed(error)]);
    }
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#request?.abort();
    this.#request = null;
    this.#open([], []);
  }

  #typed(): void {
    clearTimeout(this.#timer);
    this.#request?.abort();
    this.#request = null;
    this.#isCurrent = false;
    this.#takesFirst = false;
    this.#activate(-1);
    const { text } = this;
    this.#of.typed?.(text);
    if (!text) return this.close();
    const wait = this.#asked + PAUSE - performance.now();
    if (wait <= 0) void this.look();
    else this.#timer = window.setTimeout(() => void this.look(), wait);
  }

  #open(choices: T[], message: string[]): void {
    this.#choices = choices;
    this.#isClear = true;
    this.#isCurrent = true;
    this.#takesFirst = false;
    fill(this.#list, ...choices.map((choice, index) => this.#option(choice, index)));
    this.#list.hidden = choices.length === 0;
    this.#say(message);
    this.input.setAttribute("aria-expanded", String(choices.length > 0));
    this.#activate(-1);
  }

  /** Says some lines above the choices, and how many of these there are. */
  #say(lines: string[]): void {
    this.#said = lines;
    this.#message.hidden = lines.length === 0;
    fill(this.#message, ...lines.map((line) => h("span", {}, line)));
    const { length } = this.#choices;
    fill(this.#status, [...lines, ...(length ? [this.#of.count(length)] : [])].join(" "));
  }

  #option(choice: T, index: number): HTMLElement {
    return h(
      "li",
      {
        id: `${this.#of.id}-choice-${index}`,
        role: "option",
        "aria-selected": "false",
        // The box keeps the focus, or the list would be gone before the click arrives.
        onmousedown: (event: MouseEvent) => event.preventDefault(),
        onclick: () => this.#take(choice),
      },
      ...this.#of.line(choice),
    );
  }

  #activate(index: number): void {
    this.#active = index;
    [...this.#list.children].forEach((option, i) => option.setAttribute("aria-selected", String(i === index)));
    const active = this.#list.children[index];
    setAttribute(this.input, "aria-activedescendant", active?.id ?? null);
    active?.scrollIntoView({ block: "nearest" });
  }

  #take(choice: T): void {
    this.close();
    this.#of.pick(choice);
  }

  #key(event: KeyboardEvent): void {
    if (event.isComposing) return;
    const acts: Record<string, () => boolean> = {
      ArrowDown: () => this.#step(1),
      ArrowUp: () => this.#step(-1),
      Enter: () => this.#enter(),
      Escape: () => this.#escape(),
    };
    if (acts[event.key]?.()) event.preventDefault();
    else if (/^(Home|End|Arrow(Left|Right))$/.test(event.key)) this.#activate(-1);
  }

  #step(by: 1 | -1): boolean {
    const count = this.#choices.length;
    // One stop past either end leads back into the box itself.
    if (count) this.#activate(((this.#active + 1 + by + count + 1) % (count + 1)) - 1);
    else void this.look();
    return true;
  }

  #enter(): boolean {
    const choice = this.#choices[Math.max(0, this.#active)];
    if (choice && this.#isCurrent && this.#active < 0 && !this.#isClear) this.#ask();
    else if (choice && this.#isCurrent) this.#take(choice);
    else if (this.#of.sends && this.#isCurrent) return false;
    else if (this.text) {
      this.#takesFirst = true;
      if (!this.#request) void this.look();
    }
    return true;
  }

  /** Several may be meant: says so, and leaves the choice. */
  #ask(): void {
    const { several } = this.#of;
    const asked = several?.(this.#choices.length);
    if (asked && !this.#said.includes(asked)) this.#say([asked, ...this.#said]);
  }

  #escape(): boolean {
    if (this.#choices.length || !this.#message.hidden) this.close();
    else if (this.#of.empties && this.input.value) {
      this.input.value = "";
      this.#typed();
    } else return false;
    return true;
  }
}
