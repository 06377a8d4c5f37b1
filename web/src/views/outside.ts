/** The word before another server is asked for pictures of the map, and the answer to it. */

import type { Outside } from "../api.ts";
import { h } from "../dom.ts";
import type { Context } from "./context.ts";
import { openDialog } from "./dialog.ts";

/** Where the Geospatial Information Authority asks those who show its tiles to point to. */
export const GSI_TILES = "https://maps.gsi.go.jp/development/ichiran.html";

const KEY = "machinaka.outside-map";
/** For this visit, where storage is forbidden. */
let agreedNow = "";

/** Whether the visitor has agreed that this server is asked. Another server is another question. */
export function hasAgreedTo(host: string): boolean {
  try {
    return agreedNow === host || localStorage.getItem(KEY) === host;
  } catch {
    return agreedNow === host;
  }
}

export function askForOutside(context: Context, outside: Outside, show: () => void): void {
  const { gsi, outside: other, askOutside: words } = context.words.map;
  const dialog = openDialog(context, words.heading(outside.is_gsi ? gsi : other), [
    h("p", {}, words.whom(outside.host)),
    h("p", { class: "note" }, words.remembered),
    h(
      "div",
      { class: "button-row" },
      h(
        "button",
        {
          type: "button",
          class: "button primary",
          onclick: () => {
            agree(outside.host);
            dialog.close();
            show();
          },
        },
        words.show,
      ),
      h("button", { type: "button", class: "button", onclick: () => dialog.close() }, words.cancel),
    ),
  ]);
}

function agree(host: string): void {
  agreedNow = host;
  try {
    localStorage.setItem(KEY, host);
  } catch {
    // Storage may be forbidden; then it is asked again at the next visit.
  }
}
