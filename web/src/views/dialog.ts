/** A dialog over the page, made when it is needed and gone when it is closed. */

import { type Child, h, icon } from "../dom.ts";
import { ICONS } from "../shapes.ts";
import type { Context } from "./context.ts";

/** Closing gives the focus back to where it was, as the browser does for dialogs. */
export function openDialog(context: Context, heading: string, body: Child[]): HTMLDialogElement {
  const close = () => dialog.close();
  const dialog = h(
    "dialog",
    { class: "dialog", "aria-labelledby": "dialog-heading" },
    h(
      "div",
      { class: "dialog-head" },
      h("h2", { id: "dialog-heading", tabindex: -1 }, heading),
      h("button", { type: "button", class: "icon-button", "aria-label": context.words.close, onclick: close }, icon(ICONS.close)),
    ),
    h("div", { class: "dialog-body" }, ...body),
  );
  dialog.addEventListener("close", () => dialog.remove());
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) close();
  });
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}
