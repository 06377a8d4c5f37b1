/** Changing one cell where it stands: Enter keeps, Esc cancels, Tab keeps and goes to the next problem. */

import { h } from "../../dom.ts";
import type { UploadWords } from "../text/upload-ja.ts";

/** What somebody did with the editor. */
export type Edited = "kept" | "cancelled" | "next" | "previous";

export interface Editing {
  text: string;
  label: string;
  /** Ids of what says what is wrong. */
  describedBy: string;
  words: UploadWords;
  /** `text` is null where nothing was changed. Called once. */
  done(how: Edited, text: string | null): void;
}

export function cellEditor(editing: Editing): HTMLElement {
  const { text, words } = editing;
  // A long text or one of several lines needs room; in it, Shift+Enter makes a line.
  const long = text.includes("\n") || text.length > 40;
  const input = long
    ? h("textarea", { class: "input cell-input", rows: 3 })
    : h("input", { class: "input cell-input", type: "text", autocomplete: "off", spellcheck: "false" });
  input.value = text;
  input.setAttribute("aria-label", editing.label);
  if (editing.describedBy) input.setAttribute("aria-describedby", editing.describedBy);
  let over = false;
  const finish = (how: Edited) => {
    if (over) return;
    over = true;
    editing.done(how, how === "cancelled" || input.value === text ? null : input.value);
  };
  input.addEventListener("keydown", ((event: KeyboardEvent) => {
    // Enter and Tab belong to the input method while it converts kana.
    if (event.isComposing) return;
    if (event.key === "Enter" && !event.shiftKey) finish("kept");
    else if (event.key === "Escape") finish("cancelled");
    else if (event.key === "Tab") finish(event.shiftKey ? "previous" : "next");
    else {
      // The arrows move in the text, not in the sheet.
      event.stopPropagation();
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  }) as EventListener);
  const element = h(
    "span",
    { class: "cell-editor" },
    input,
    h(
      "span",
      { class: "cell-editor-buttons" },
      h("button", { type: "button", class: "button primary", onclick: () => finish("kept") }, words.mend.save),
      h("button", { type: "button", class: "button", onclick: () => finish("cancelled") }, words.mend.cancel),
    ),
  );
  // Leaving the cell keeps what was typed, as a spreadsheet does.
  element.addEventListener("focusout", (event) => {
    const to = event.relatedTarget;
    if (document.hasFocus() && !(to instanceof Node && element.contains(to))) finish("kept");
  });
  return element;
}

/** Puts the focus in, all text chosen, once the editor stands in the page. */
export function focusEditor(editor: HTMLElement): void {
  const input = editor.querySelector<HTMLInputElement | HTMLTextAreaElement>(".cell-input");
  input?.focus({ preventScroll: true });
  input?.select();
}
