/** Areas of one's own, such as a 居住誘導区域, as districts: brought as a file or drawn on the map. */

import { fill, h, icon } from "../../dom.ts";
import { ICONS } from "../../shapes.ts";
import { area } from "../drawing/shape.ts";
import { geojson, isEmpty, NO_ZONES, type OwnZones } from "../zones.ts";
import type { Context } from "./context.ts";
import { hectares } from "./drawing.ts";
import { save } from "./exports.ts";

/** What the server takes. */
const LARGEST = 5 << 20;

export interface ZonesOptions {
  zones: OwnZones;
  /** Begins a shape, or goes on with one that was left half done. */
  draw(goesOn: boolean): void;
  /** Other areas, which are to be counted. */
  changed(zones: OwnZones): void;
}

export class ZonesPanel {
  readonly element: HTMLElement;
  readonly #context: Context;
  readonly #options: ZonesOptions;
  readonly #file: HTMLInputElement;
  readonly #draw: HTMLButtonElement;
  readonly #goOn: HTMLButtonElement;
  readonly #count: HTMLButtonElement;
  readonly #list = h("ul", { class: "zone-list" });
  readonly #said = h("p", { class: "note", role: "status" });
  readonly #wrong = h("p", { class: "wrong", role: "alert", hidden: true });
  readonly #tools: HTMLElement;
  #zones: OwnZones;

  constructor(context: Context, options: ZonesOptions) {
    this.#context = context;
    this.#options = options;
    this.#zones = options.zones;
    const { zones: words } = context.words;
    this.#file = h("input", { class: "field", id: "zone-file", type: "file", accept: ".geojson,.json", "aria-describedby": "zone-note" });
    this.#file.addEventListener("change", () => void this.#read());
    this.#draw = h("button", { type: "button", class: "button", disabled: true, onclick: () => options.draw(false) }, words.draw);
    this.#goOn = h("button", { type: "button", class: "button", hidden: true, onclick: () => options.draw(true) }, words.goOn);
    this.#count = h("button", { type: "button", class: "button primary", onclick: () => options.changed(this.#zones) }, words.count);
    this.#tools = h(
      "p",
      { class: "export-buttons" },
      this.#count,
      h("button", { type: "button", class: "button", onclick: () => this.#save() }, words.save),
      h("button", { type: "button", class: "text-button", onclick: () => this.#change(NO_ZONES) }, words.clear),
    );
    this.element = h(
      "section",
      { class: "zones-part no-print", id: "zones" },
      h("h2", {}, words.heading),
      h("p", { class: "export-buttons" }, this.#draw, this.#goOn),
      h("label", { for: "zone-file" }, words.file),
      this.#file,
      h("p", { class: "note", id: "zone-note" }, words.note),
      this.#said,
      this.#wrong,
      this.#list,
      this.#tools,
    );
    this.#show();
  }

  /** Whether the map can be drawn on now, and whether a shape was left half done. */
  canDraw(can: boolean, hasDraft: boolean): void {
    this.#draw.disabled = !can;
    this.#goOn.hidden = !can || !hasDraft;
  }

  /** Back to where drawing was begun. */
  focus(): void {
    this.#draw.focus({ preventScroll: true });
  }

  /** Whether the answer that stands is of the areas. */
  set areCounted(are: boolean) {
    this.#count.hidden = are;
  }

  add(name: string, corners: OwnZones["drawn"][number]["corners"]): void {
    this.#say(null);
    this.#change({ ...this.#zones, drawn: [...this.#zones.drawn, { name, corners }] });
  }

  /** A name no area has yet. */
  freeName(): string {
    const taken = new Set(this.#zones.drawn.map(({ name }) => name));
    for (let number = this.#zones.drawn.length + 1; ; number += 1) {
      const name = this.#context.words.zones.numbered(number);
      if (!taken.has(name)) return name;
    }
  }

  /** Says what is wrong, and leaves out the file: what was drawn was checked as it grew. */
  refuse(message: string): OwnZones {
    this.#say(message);
    this.#zones = { ...this.#zones, file: null };
    this.#show();
    return this.#zones;
  }

  async #read(): Promise<void> {
    const { zones: words } = this.#context.words;
    const file = this.#file.files?.[0];
    if (!file) return;
    if (file.size > LARGEST) {
      this.#file.value = "";
      return this.#say(words.tooLarge(LARGEST >> 20));
    }
    const text = await file.text();
    this.#say(null);
    this.#change({ ...this.#zones, file: { name: file.name.replace(/\.(geo)?json$/i, ""), geojson: text } });
  }

  #change(zones: OwnZones): void {
    this.#zones = zones;
    this.#show();
    this.#options.changed(zones);
  }

  #show(): void {
    const { language, words } = this.#context;
    const { zones: own } = words;
    const { file, drawn } = this.#zones;
    if (!file) this.#file.value = "";
    this.#tools.hidden = isEmpty(this.#zones);
    this.#said.textContent = file ? own.shown(file.name) : "";
    const remove = (name: string, act: () => void) =>
      h("button", { type: "button", class: "icon-button", "aria-label": own.remove(name), title: own.remove(name), onclick: act }, icon(ICONS.close));
    fill(
      this.#list,
      file && h("li", {}, h("span", { class: "zone-name" }, own.fromFile(file.name)), remove(file.name, () => this.#change({ ...this.#zones, file: null }))),
      ...drawn.map(({ name, corners }, index) => {
        const input = h("input", { class: "field", "aria-label": own.rename(name), maxlength: 60, value: name });
        input.addEventListener("change", () => {
          const other = input.value.trim() || name;
          this.#change({ ...this.#zones, drawn: drawn.map((zone, at) => (at === index ? { ...zone, name: other } : zone)) });
        });
        return h(
          "li",
          {},
          input,
          h("span", { class: "zone-size" }, own.size(hectares(area(corners), language))),
          remove(name, () => this.#change({ ...this.#zones, drawn: drawn.filter((_, at) => at !== index) })),
        );
      }),
    );
  }

  #save(): void {
    save(new Blob([geojson(this.#zones)], { type: "application/geo+json" }), `${this.#context.words.zones.saved}.geojson`);
  }

  #say(message: string | null): void {
    this.#wrong.hidden = message === null;
    this.#wrong.textContent = message;
  }
}
