/** 「報告する」: what is wrong with a facility, told to its municipality without a login. */

import { ApiError, type Facility, type Report } from "../api.ts";
import { fill, h, setAttribute } from "../dom.ts";
import { type Context, marked } from "./context.ts";
import { openDialog } from "./dialog.ts";
import { displayName } from "./item.ts";

const KINDS: Report["kind"][] = ["closed", "moved", "hours", "other"];
/** What the server takes. */
const LONGEST_TEXT = 1000;
const LONGEST_CONTACT = 200;

export function reportDialog(context: Context, id: string, facility: Facility): void {
  const { report: words } = context.words;
  const text = h("textarea", {
    id: "report-text",
    class: "field",
    rows: 4,
    maxlength: LONGEST_TEXT,
    "aria-describedby": "report-text-hint",
  });
  const contact = h("input", {
    id: "report-contact",
    class: "field",
    type: "text",
    maxlength: LONGEST_CONTACT,
    autocomplete: "email",
    "aria-describedby": "report-contact-hint",
  });
  // Out of sight and of the keyboard's way: only a program that fills in everything fills it in.
  const trap = h("input", { id: "report-website", name: "website", type: "text", tabindex: -1, autocomplete: "off" });
  const kinds = KINDS.map((kind) => h("input", { type: "radio", name: "report-kind", value: kind, "aria-describedby": "report-wrong" }));
  const wrong = h("p", { id: "report-wrong", class: "wrong", role: "alert" });
  const send = h("button", { type: "submit", class: "button primary" }, words.send);
  const form = h(
    "form",
    {
      class: "report",
      novalidate: true,
      onsubmit: (event: SubmitEvent) => {
        event.preventDefault();
        void submit();
      },
    },
    h("p", {}, ...marked(context, words.intro(displayName(context, facility)))),
    h(
      "fieldset",
      {},
      h("legend", { class: "field-label" }, words.kind),
      ...kinds.map((input, i) => h("label", { class: "choice" }, input, h("span", {}, words.kinds[KINDS[i]!]))),
    ),
    h(
      "div",
      {},
      h("label", { class: "field-label", for: "report-text" }, words.text),
      h("p", { id: "report-text-hint", class: "note" }, words.textHint(LONGEST_TEXT)),
      text,
    ),
    h(
      "div",
      {},
      h("label", { class: "field-label", for: "report-contact" }, words.contact),
      h("p", { id: "report-contact-hint", class: "note" }, words.contactHint),
      contact,
    ),
    h("div", { class: "trap", "aria-hidden": "true" }, h("label", { for: "report-website" }, words.website), trap),
    wrong,
    h("div", { class: "button-row" }, send),
  );
  const body = h("div", {}, form);
  openDialog(context, words.heading, [body]);

  async function submit(): Promise<void> {
    const kind = KINDS.find((_, i) => kinds[i]!.checked);
    if (!kind) return complain(words.needKind, kinds[0]!);
    // The other kinds say enough by themselves; the server asks for words where they do not.
    if (!text.value.trim() && kind === "other") return complain(words.needText, text);
    busy(true);
    try {
      await context.api.report(id, { kind, text: text.value.trim(), contact: contact.value.trim(), website: trap.value });
      const done = h("p", { class: "hint", role: "status", tabindex: -1 }, words.done);
      fill(body, done);
      done.focus();
    } catch (error) {
      complain(reason(error), send);
    }
    busy(false);
  }

  function busy(sending: boolean): void {
    setAttribute(send, "aria-disabled", sending ? "true" : null);
    send.disabled = sending;
    fill(send, sending ? words.sending : words.send);
  }

  function complain(message: string, where: HTMLElement): void {
    fill(wrong, message);
    busy(false);
    where.focus();
  }

  function reason(error: unknown): string {
    if (!(error instanceof ApiError)) return words.failed("");
    if (error.status === 0) return words.offline;
    return error.status === 429 ? words.tooMany : words.failed(error.message);
  }
}
