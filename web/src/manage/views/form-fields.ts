/** The inputs of the facility form, one sort of value a class. Empty is unknown, and says so. */

import { fill, h } from "../../dom.ts";
import { type FieldSchema, readInteger, type Wrong, wrong } from "../facility-state.ts";
import { button } from "./bench.ts";
import { field } from "./parts.ts";
import { type Speaking, wordOf } from "./values.ts";

export interface Input {
  readonly element: HTMLElement;
  value: unknown;
  /** Says what is wrong beside the input; true where nothing is. */
  check(): boolean;
  /** The server's own word about it. */
  complain(words: string): void;
}

export interface Form extends Speaking {
  required: ReadonlySet<string>;
  changed(): void;
}

export function inputFor(form: Form, schema: FieldSchema): Input {
  if (schema.type === "array" && schema.words) return new Several(form, schema);
  if (schema.words) return new One(form, schema);
  return new Line(form, schema);
}

function label(form: Form, { title, name }: FieldSchema): string {
  return form.required.has(name) ? title + form.words.aside(form.words.form.required) : title;
}

function sentence(form: Form, schema: FieldSchema, wrong: Wrong): string | null {
  const { form: words } = form.words;
  if (wrong === "missing") return words.missing(schema.title);
  if (wrong === "notNumber") return words.notNumber(schema.title);
  return wrong === "notUrl" ? words.notUrl : null;
}

/** A text, a number, a day, an address. */
class Line implements Input {
  readonly element: HTMLElement;
  readonly #form: Form;
  readonly #schema: FieldSchema;
  readonly #input: HTMLInputElement | HTMLTextAreaElement;
  readonly #field: ReturnType<typeof field>;

  constructor(form: Form, schema: FieldSchema) {
    this.#form = form;
    this.#schema = schema;
    const long = schema.name.endsWith("_note");
    const placeholder = form.required.has(schema.name) ? null : form.words.form.unknown;
    this.#input = long
      ? h("textarea", { class: "input", rows: 2, maxlength: 2000, placeholder })
      : h("input", { class: "input", type: typeOf(schema), placeholder, autocomplete: "off", ...extras(schema) });
    this.#input.addEventListener("input", () => {
      this.#field.wrong(null);
      form.changed();
    });
    this.#input.addEventListener("blur", () => this.#tidy());
    const hint = form.words.form.help[schema.name] ?? null;
    const unit = schema.unit ? form.words.form.unit[schema.unit] : null;
    this.#field = field(unit ? label(form, schema) + form.words.aside(unit) : label(form, schema), this.#input, hint);
    this.element = this.#field.element;
  }

  get value(): unknown {
    const text = this.#input.value.trim();
    if (this.#schema.type === "integer") return readInteger(text);
    return text || null;
  }

  set value(value: unknown) {
    this.#input.value = value === null || value === undefined ? "" : String(value);
  }

  check(): boolean {
    const found = sentence(this.#form, this.#schema, wrong(this.#schema, this.value, this.#required()));
    this.#field.wrong(found);
    return found === null;
  }

  complain(words: string): void {
    this.#field.wrong(words);
  }

  #required(): boolean {
    return this.#form.required.has(this.#schema.name);
  }

  #tidy(): void {
    const { value } = this;
    if (typeof value === "number" && !Number.isNaN(value)) this.#input.value = String(value);
  }
}

function typeOf({ format, name }: FieldSchema): string {
  if (format === "date") return "date";
  if (format === "uri") return "url";
  return name === "phone" ? "tel" : "text";
}

function extras({ type }: FieldSchema): Record<string, string | number> {
  return type === "integer" ? { inputmode: "numeric", maxlength: 15 } : { maxlength: 500 };
}

/** One word of a closed list. */
class One implements Input {
  readonly element: HTMLElement;
  readonly #form: Form;
  readonly #schema: FieldSchema;
  readonly #select: HTMLSelectElement;
  readonly #field: ReturnType<typeof field>;

  constructor(form: Form, schema: FieldSchema) {
    this.#form = form;
    this.#schema = schema;
    const { words } = form;
    const options = (schema.words ?? []).map((word) => h("option", { value: word }, wordOf(form, schema.name, word)));
    const none = form.required.has(schema.name) ? words.form.choose : words.form.unknown;
    this.#select = h(
      "select",
      { class: "input", onchange: () => form.changed() },
      // Where unknown is a word of the list, it is not offered twice.
      (schema.nullable || form.required.has(schema.name)) && h("option", { value: "" }, none),
      ...options,
    );
    this.#field = field(label(form, schema), this.#select, form.words.form.help[schema.name] ?? null);
    this.element = this.#field.element;
  }

  get value(): unknown {
    return this.#select.value || null;
  }

  set value(value: unknown) {
    this.#select.value = typeof value === "string" ? value : "";
    if (this.#select.selectedIndex < 0) this.#select.selectedIndex = 0;
  }

  check(): boolean {
    const missing = this.#form.required.has(this.#schema.name) && this.value === null;
    this.#field.wrong(missing ? this.#form.words.form.missing(this.#schema.title) : null);
    return !missing;
  }

  complain(words: string): void {
    this.#field.wrong(words);
  }
}

/** Several words: unknown, known to be none, or these. */
class Several implements Input {
  readonly element: HTMLElement;
  readonly #boxes: HTMLInputElement[];
  readonly #unknown: HTMLInputElement;
  readonly #none: HTMLInputElement;
  readonly #error = h("p", { class: "field-error", hidden: true });

  constructor(form: Form, schema: FieldSchema) {
    const { words } = form;
    const box = (name: string, words: string, onchange: () => void) => {
      const input = h("input", { type: "checkbox", name: `${schema.name}-${name}`, onchange });
      return [input, h("label", { class: "check" }, input, h("span", {}, words))] as const;
    };
    const [unknown, unknownLabel] = box("unknown", words.form.unknown, () => {
      if (unknown.checked) this.#clear(unknown);
      else unknown.checked = true;
      form.changed();
    });
    const [none, noneLabel] = box("none", words.form.none, () => {
      if (none.checked) this.#clear(none);
      else unknown.checked = true;
      form.changed();
    });
    const choices = (schema.words ?? []).map((word) =>
      box(word, wordOf(form, schema.name, word), () => {
        const any = this.#boxes.some(({ checked }) => checked);
        none.checked = false;
        unknown.checked = !any;
        form.changed();
      }),
    );
    this.#unknown = unknown;
    this.#none = none;
    this.#boxes = choices.map(([input]) => input);
    this.#boxes.forEach((input, i) => (input.value = schema.words?.[i] ?? ""));
    this.element = h(
      "fieldset",
      { class: "field several" },
      h("legend", { class: "field-label" }, label(form, schema)),
      h("div", { class: "several-known" }, unknownLabel, noneLabel),
      h("div", { class: "several-boxes" }, ...choices.map(([, element]) => element)),
      this.#error,
    );
    this.value = null;
  }

  #clear(except: HTMLInputElement): void {
    for (const input of [...this.#boxes, this.#unknown, this.#none]) input.checked = input === except;
  }

  get value(): unknown {
    if (this.#unknown.checked) return null;
    if (this.#none.checked) return [];
    return this.#boxes.filter(({ checked }) => checked).map(({ value }) => value);
  }

  set value(value: unknown) {
    const list = Array.isArray(value) ? (value as string[]) : null;
    for (const input of this.#boxes) input.checked = list?.includes(input.value) ?? false;
    this.#unknown.checked = list === null;
    this.#none.checked = list !== null && list.length === 0;
  }

  check(): boolean {
    this.#error.hidden = true;
    return true;
  }

  complain(words: string): void {
    this.#error.textContent = words;
    this.#error.hidden = false;
  }
}

/** What an entry of a list of objects is made of. */
export interface Part {
  name: string;
  label: string;
  /** Slugs to choose from; else a text, a day or an address. */
  words?: string[];
  type?: "date" | "url" | "text";
  required?: boolean;
}

/** A list of small records: sources, programmes, closures. */
export class Records implements Input {
  readonly element: HTMLElement;
  readonly #form: Form;
  readonly #parts: Part[];
  readonly #words: { add: string; remove: string };
  readonly #nullable: boolean;
  readonly #list = h("ul", { class: "entries" });
  readonly #error = h("p", { class: "field-error", hidden: true });
  #entries: Record<string, unknown>[] = [];
  /** What no entry means: unknown, unless it was known that there is none. */
  #empty: [] | null = null;

  constructor(
    form: Form,
    schema: FieldSchema,
    parts: Part[],
    words: { add: string; remove: string; lead?: string },
  ) {
    this.#form = form;
    this.#parts = parts;
    this.#words = words;
    this.#nullable = schema.nullable;
    this.element = h(
      "fieldset",
      { class: "field entries-field" },
      h("legend", { class: "field-label" }, label(form, schema)),
      words.lead && h("p", { class: "note" }, words.lead),
      this.#list,
      this.#error,
      button(words.add, () => {
        this.#entries.push(Object.fromEntries(parts.map(({ name, words }) => [name, words?.at(-1) ?? null])));
        this.#draw();
        this.#list.querySelector<HTMLElement>("li:last-child .input")?.focus();
        form.changed();
      }),
    );
    this.#draw();
  }

  #draw(): void {
    const { words } = this.#form;
    fill(
      this.#list,
      ...this.#entries.map((entry, index) =>
        h(
          "li",
          { class: "entry" },
          ...this.#parts.map((part) => this.#part(entry, part)),
          button(
            this.#words.remove,
            () => {
              this.#entries.splice(index, 1);
              this.#draw();
              this.element.querySelector<HTMLElement>(":scope > button")?.focus();
              this.#form.changed();
            },
            "text-button",
          ),
        ),
      ),
      !this.#entries.length && h("li", { class: "unknown" }, this.#nullable ? words.form.unknown : words.form.none),
    );
  }

  #part(entry: Record<string, unknown>, part: Part): HTMLElement {
    const current = entry[part.name];
    const input = part.words
      ? h(
          "select",
          { class: "input" },
          ...part.words.map((word) =>
            h("option", { value: word, selected: word === current }, wordOf(this.#form, part.name, word)),
          ),
        )
      : h("input", { class: "input", type: part.type ?? "text", maxlength: 500, autocomplete: "off" });
    if (input instanceof HTMLInputElement) input.value = typeof current === "string" ? current : "";
    input.addEventListener("input", () => {
      entry[part.name] = input.value.trim() || null;
      this.#form.changed();
    });
    return field(part.label, input).element;
  }

  get value(): unknown {
    const whole = this.#entries.filter((entry) =>
      this.#parts.every(({ name, required }) => !required || Boolean(entry[name])),
    );
    if (!whole.length && this.#nullable) return this.#empty;
    return whole.map((entry) => ({ ...entry }));
  }

  set value(value: unknown) {
    this.#entries = Array.isArray(value) ? value.map((entry: object) => ({ ...entry })) : [];
    this.#empty = Array.isArray(value) && !value.length ? [] : null;
    this.#draw();
  }

  check(): boolean {
    this.#error.hidden = true;
    return true;
  }

  complain(words: string): void {
    this.#error.textContent = words;
    this.#error.hidden = false;
  }
}
