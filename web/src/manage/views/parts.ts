/** What the views are made of: headings, links, failures, fields, buttons that wait. */

import { type Child, fill, h } from "../../dom.ts";
import { ApiError } from "../errors.ts";
import type { Route } from "../route.ts";
import type { Words } from "../text/index.ts";
import type { Context } from "./context.ts";

/** Only what a part needs, so that pages without a session can use it too. */
type Speaking = { words: Words };

/** The page's only h1. It gets the focus after a navigation, and names the window. */
export function heading(context: { title(words: string): void }, words: string): HTMLHeadingElement {
  context.title(words);
  return h("h1", { class: "title", tabindex: -1 }, words);
}

/** A link within these pages. A press with a modifier opens a tab, as with any link. */
export function link(context: Context, route: Route, words: Child, className = ""): HTMLAnchorElement {
  return h(
    "a",
    {
      href: context.address(route),
      class: className || null,
      onclick: (event: MouseEvent) => {
        if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
        event.preventDefault();
        context.go(route);
      },
    },
    words,
  );
}

/** Title and detail of what went wrong: the server's own words where it had any. */
export function reasons({ words }: Speaking, error: unknown): { title: string; detail: string } {
  const { failed, offline, offlineDetail, failedDetail } = words.common;
  if (!(error instanceof ApiError)) return { title: failed, detail: failedDetail };
  if (error.status === 0) return { title: offline, detail: offlineDetail };
  return { title: error.title || failed, detail: sentence(error.detail, words) || failedDetail };
}

/** Details are half sentences that begin small in English; here they stand alone. */
function sentence(detail: string, { common }: Words): string {
  if (!detail) return "";
  const capital = detail.charAt(0).toUpperCase() + detail.slice(1);
  return /[。．.!?！？]$/u.test(capital) ? capital : capital + common.fullStop;
}

/** A failure with its reason and, where it may help, the way to try again. */
export function failure(speaking: Speaking, error: unknown, again?: () => void): HTMLElement {
  const { title, detail } = reasons(speaking, error);
  return h(
    "div",
    { class: "message failed", role: "alert" },
    h("p", { class: "message-title" }, title),
    h("p", {}, detail),
    again &&
      h(
        "p",
        {},
        h("button", { type: "button", class: "button", onclick: again }, speaking.words.common.retry),
      ),
  );
}

/** A message that is no failure: `done`, `note`, or `careful`. */
export function message(sort: "done" | "note" | "careful", ...children: Child[]): HTMLElement {
  return h("div", { class: `message ${sort}` }, ...children);
}

/**
 * Content that comes from the server: says it is loading, then what `make` makes of it, or the
 * failure with a button to try again. The returned function loads it once more.
 */
export function loaded<T>(
  context: Context,
  root: Element,
  load: (signal: AbortSignal) => Promise<T>,
  make: (value: T) => Child[],
): () => Promise<void> {
  const again = async (): Promise<void> => {
    const late = setTimeout(
      () => fill(root, h("p", { class: "note", role: "status" }, context.words.common.loading)),
      // What comes at once needs no announcement, and must not flicker.
      300,
    );
    try {
      const value = await load(context.signal);
      if (!context.signal.aborted) fill(root, ...make(value));
    } catch (error) {
      if (!context.signal.aborted) fill(root, failure(context, error, () => void again()));
    } finally {
      clearTimeout(late);
    }
  };
  void again();
  return again;
}

let fields = 0;

export interface Field {
  element: HTMLElement;
  /** Says what is wrong with the input, beside it; null takes it back. */
  wrong(words: string | null): void;
}

/** A label, its input (within a `box`, where it is part of one), what helps to fill it, and what is wrong with it. */
export function field(label: string, input: HTMLElement, hint: Child = null, box: HTMLElement = input): Field {
  fields += 1;
  const id = `field-${fields}`;
  const error = h("p", { class: "field-error", id: `${id}-error`, hidden: true });
  input.id = id;
  const described = [hint && `${id}-hint`, error.id].filter(Boolean).join(" ");
  input.setAttribute("aria-describedby", described);
  return {
    element: h(
      "div",
      { class: "field" },
      h("label", { for: id }, label),
      hint && h("p", { class: "note", id: `${id}-hint` }, hint),
      box,
      error,
    ),
    wrong(words) {
      error.hidden = words === null;
      error.textContent = words ?? "";
      if (words === null) input.removeAttribute("aria-invalid");
      else {
        input.setAttribute("aria-invalid", "true");
        input.focus();
      }
    },
  };
}

/** A choice of one, as the browser draws it. */
export function select<T extends string>(
  options: readonly (readonly [T, string])[],
  chosen: T,
  onchange?: (value: T) => void,
): HTMLSelectElement {
  const element = h(
    "select",
    { class: "input", onchange: () => onchange?.(element.value as T) },
    ...options.map(([value, words]) => h("option", { value, selected: value === chosen }, words)),
  );
  return element;
}

/** Runs something while its button waits: pressed once, it is done once. */
export async function busy(button: HTMLButtonElement, work: () => Promise<void>): Promise<void> {
  if (button.getAttribute("aria-disabled") === "true") return;
  // `disabled` would throw the focus away.
  button.setAttribute("aria-disabled", "true");
  try {
    await work();
  } finally {
    button.removeAttribute("aria-disabled");
  }
}

/** A button that copies a text, and says that it did. */
export function copyButton({ words }: Speaking, text: string): HTMLElement {
  const told = h("span", { class: "copied", role: "status" });
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      told.textContent = words.common.copied;
    } catch {
      told.textContent = words.common.copyYourself;
    }
  };
  return h(
    "span",
    { class: "copy" },
    h("button", { type: "button", class: "button", onclick: () => void copy() }, words.common.copy),
    told,
  );
}
