/** What a print has and the screen has not: title, date, address, and the map as a picture. */

import { fill, h } from "../dom.ts";
import { date } from "../format.ts";
import { momentInJapan } from "../opening.ts";
import { type Context, languageIn } from "./context.ts";
import { sharedAddress } from "./share.ts";

export class PrintSheet {
  readonly element = h("div", { class: "print-sheet on-paper" });
  readonly #context: Context;

  constructor(context: Context) {
    this.#context = context;
  }

  /** Waits until the picture is there: a print is taken at once, without what is still on its way. */
  async fill(picture: string | null): Promise<void> {
    const { words, now } = this.#context;
    const image = picture ? h("img", { class: "print-map", alt: words.print.mapOf, src: picture }) : null;
    const today = date(momentInJapan(now(), now()).date, languageIn(this.#context));
    fill(
      this.element,
      h("p", { class: "print-title" }, words.appName),
      image,
      h("p", {}, `${words.map.credits}　${words.print.made(today)}`),
      h("p", {}, readable(sharedAddress(this.#context))),
    );
    await image?.decode().catch(() => undefined);
  }
}

/** With the letters people know; an address that is none stays as it is. */
function readable(address: string): string {
  try {
    return decodeURI(address);
  } catch {
    return address;
  }
}
