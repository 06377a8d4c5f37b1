/** Imagined facilities: put on the map, by a place's name or by coordinates; and what they change. */

import { fill, h, icon } from "../../dom.ts";
import { ICONS } from "../../shapes.ts";
import { figure, people, percent, total } from "../figures.ts";
import { coordinates, MOST_PINS, type Pin, rounded, SHOWN } from "../question.ts";
import type { Answered, Context } from "./context.ts";

export class Pins {
  readonly element: HTMLElement;
  readonly #context: Context;
  readonly #put: HTMLButtonElement;
  readonly #input: HTMLInputElement;
  readonly #message = h("p", { class: "wrong", role: "alert", hidden: true });
  readonly #list = h("ol", { class: "pin-list" });
  readonly #toggle = h("fieldset", { class: "before-after no-print", hidden: true });
  readonly #result = h("p", { class: "result", role: "status" });
  readonly #clear: HTMLButtonElement;
  readonly #putting: (on: boolean) => void;

  constructor(context: Context, putting: (on: boolean) => void) {
    this.#context = context;
    this.#putting = putting;
    const { pins: words } = context.words;
    this.#put = h("button", { type: "button", class: "button", "aria-pressed": "false" }, words.put);
    this.#put.addEventListener("click", () => {
      this.#press(this.#put.getAttribute("aria-pressed") !== "true");
    });
    this.#input = h("input", { class: "field", "aria-label": words.text, placeholder: words.text, maxlength: 100 });
    const form = h("form", { class: "pin-form" }, this.#input, h("button", { class: "button" }, words.add));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.#typed();
    });
    this.#clear = h(
      "button",
      { type: "button", class: "text-button", hidden: true, onclick: () => context.ask({ pins: [] }) },
      words.clear,
    );
    this.element = h(
      "section",
      { class: "pins-part", id: "pins" },
      h("h2", {}, words.heading),
      h("p", { class: "note no-print" }, words.lead),
      h("div", { class: "pin-tools no-print" }, this.#put, form),
      this.#message,
      this.#toggle,
      this.#result,
      this.#list,
      this.#clear,
    );
  }

  /** The map's presses are somebody else's now. */
  stop(): void {
    if (this.#put.getAttribute("aria-pressed") === "true") this.#press(false);
  }

  #press(on: boolean): void {
    const { pins: words } = this.#context.words;
    this.#put.setAttribute("aria-pressed", String(on));
    this.#put.textContent = on ? words.putting : words.put;
    this.#putting(on);
  }

  add(pin: Pin): void {
    const { pins } = this.#context.asked().question;
    if (pins.length >= MOST_PINS) return this.#say(this.#context.words.pins.full(MOST_PINS));
    this.#say(null);
    this.#context.ask({ pins: [...pins, pin] });
  }

  show(answered: Answered): void {
    const { asked, ask, language, look, words } = this.#context;
    const { pins: own } = words;
    const { question, show } = asked();
    const { pins } = question;
    this.element.classList.toggle("no-print", pins.length === 0);
    this.#toggle.hidden = pins.length === 0;
    this.#clear.hidden = pins.length < 2;
    fill(
      this.#list,
      ...pins.map(([lon, lat], index) =>
        h(
          "li",
          {},
          h("span", { class: "imagined-pin", "aria-hidden": "true" }, String(index + 1)),
          h("span", { class: "pin-place" }, `${lat}, ${lon}`),
          h(
            "button",
            {
              type: "button",
              class: "icon-button no-print",
              "aria-label": own.remove(index + 1),
              title: own.remove(index + 1),
              onclick: () => ask({ pins: pins.filter((_, other) => other !== index) }),
            },
            icon(ICONS.close),
          ),
        ),
      ),
    );
    const focused = (document.activeElement as HTMLElement | null)?.id;
    fill(
      this.#toggle,
      h("legend", { class: "visually-hidden" }, own.show),
      ...SHOWN.map((value) => {
        const id = `show-${value}`;
        const input = h("input", { type: "radio", name: "show", id, value, checked: value === show, onchange: () => look({ show: value }) });
        return h("label", { for: id }, input, h("span", {}, own.shown[value]));
      }),
    );
    if (focused?.startsWith("show-")) document.getElementById(focused)?.focus();
    const before = total(answered.rows.map((row) => figure(row, "before")));
    const after = total(answered.rows.map((row) => figure(row, "after")));
    const gained = before.within === null || after.within === null ? null : after.within - before.within;
    this.#result.textContent =
      pins.length === 0
        ? ""
        : gained !== null && gained > 0
          ? own.result(people(gained, language), percent(before.share), percent(after.share))
          : own.none;
  }

  async #typed(): Promise<void> {
    const { directory, words } = this.#context;
    const text = this.#input.value.trim();
    if (!text) return this.#input.focus();
    const numbers = coordinates(text);
    if (numbers) {
      this.#input.value = "";
      return this.add(numbers);
    }
    if (/^[\s\d.,、-]+$/.test(text.normalize("NFKC")) && /[,、]/.test(text)) return this.#say(words.pins.outside);
    try {
      const { features, clear } = await directory.places(text, 2);
      const [place] = features;
      if (!place) return this.#say(words.pins.nothing(text));
      // An imagined hub at a place that was not meant would be a wrong figure.
      if (!clear) return this.#say(words.pins.several(text));
      this.#input.value = "";
      this.add(rounded(...place.geometry.coordinates));
    } catch {
      this.#say(words.offline);
    }
  }

  #say(message: string | null): void {
    this.#message.hidden = message === null;
    this.#message.textContent = message;
  }
}
