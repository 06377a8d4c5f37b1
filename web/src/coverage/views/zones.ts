/** Areas of one's own, such as a 居住誘導区域, as districts: brought as a file, never kept. */

import { h } from "../../dom.ts";
import type { Context } from "./context.ts";

/** What the server takes. */
const LARGEST = 5 << 20;

export interface Zones {
  name: string;
  geojson: string;
}

export class ZonesPanel {
  readonly element: HTMLElement;
  readonly #context: Context;
  readonly #changed: (zones: Zones | null) => void;
  readonly #file: HTMLInputElement;
  readonly #said = h("p", { class: "note", role: "status" });
  readonly #wrong = h("p", { class: "wrong", role: "alert", hidden: true });
  readonly #clear: HTMLButtonElement;

  constructor(context: Context, changed: (zones: Zones | null) => void) {
    this.#context = context;
    this.#changed = changed;
    const { zones: words } = context.words;
    this.#file = h("input", { class: "field", id: "zone-file", type: "file", accept: ".geojson,.json", "aria-describedby": "zone-note" });
    this.#file.addEventListener("change", () => void this.#read());
    this.#clear = h("button", { type: "button", class: "text-button", hidden: true, onclick: () => this.#leave() }, words.clear);
    this.element = h(
      "section",
      { class: "zones-part no-print", id: "zones" },
      h("h2", {}, words.heading),
      h("label", { for: "zone-file" }, words.file),
      this.#file,
      h("p", { class: "note", id: "zone-note" }, words.note),
      this.#said,
      this.#wrong,
      this.#clear,
    );
  }

  /** Says what is wrong with the file, and goes back to the districts. */
  refuse(message: string): void {
    this.#file.value = "";
    this.#said.textContent = "";
    this.#clear.hidden = true;
    this.#say(message);
  }

  async #read(): Promise<void> {
    const { zones: words } = this.#context.words;
    const file = this.#file.files?.[0];
    if (!file) return;
    if (file.size > LARGEST) return this.refuse(words.tooLarge(LARGEST >> 20));
    const geojson = await file.text();
    this.#say(null);
    this.#said.textContent = words.shown(file.name);
    this.#clear.hidden = false;
    this.#changed({ name: file.name.replace(/\.(geo)?json$/i, ""), geojson });
  }

  #leave(): void {
    this.#file.value = "";
    this.#said.textContent = "";
    this.#clear.hidden = true;
    this.#changed(null);
  }

  #say(message: string | null): void {
    this.#wrong.hidden = message === null;
    this.#wrong.textContent = message;
  }
}
