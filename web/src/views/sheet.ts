/** The panel beside the map, under it on a phone: the list, and the card over the list. */

import { fill, h } from "../dom.ts";
import type { Words } from "../text/index.ts";

export class Sheet {
  readonly element: HTMLElement;
  readonly #list: HTMLElement;

  constructor(words: Words, list: HTMLElement, card: HTMLElement, tray: HTMLElement) {
    this.#list = list;
    const handle = h(
      "button",
      { type: "button", class: "handle", "aria-expanded": "false" },
      h("span", {}, words.list.enlarge),
    );
    this.element = h("div", { class: "sheet" }, handle, h("div", { class: "sheet-body" }, list, card), tray);
    handle.addEventListener("click", () => {
      const enlarged = this.element.classList.toggle("enlarged");
      handle.setAttribute("aria-expanded", String(enlarged));
      fill(handle.firstElementChild!, enlarged ? words.list.shrink : words.list.enlarge);
    });
  }

  /** How many pixels of the map's lower part lie under this panel; none where they stand side by side. */
  covered(map: HTMLElement): number {
    const panel = this.element.getBoundingClientRect();
    const { left, right, bottom } = map.getBoundingClientRect();
    const beside = panel.left >= right || panel.right <= left;
    return beside ? 0 : Math.max(0, bottom - panel.top);
  }

  /** Behind an open card the list can be neither seen nor reached. */
  showCard(open: boolean): void {
    this.#list.inert = open;
    this.element.classList.toggle("with-card", open);
  }
}
