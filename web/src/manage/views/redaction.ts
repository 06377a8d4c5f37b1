/** Taking a value out of the log that should never have been published; for administrators. */

import { fill, h } from "../../dom.ts";
import type { Version } from "../answers.ts";
import type { Context } from "./context.ts";
import { confirmed } from "./dialog.ts";
import type { FieldWords } from "./field-words.ts";
import { failure, field, select } from "./parts.ts";

/** A button for one version; null where there is no value to take out, or nobody who may. */
export function redaction(
  context: Context,
  version: Version,
  fields: FieldWords,
  told: HTMLElement,
  reload: () => Promise<void>,
): HTMLElement | null {
  const { history: words } = context.words;
  const values = version.fields.filter(
    ({ name, after }) => after !== null && !version.redacted.includes(name),
  );
  if (context.session.user.role !== "admin" || !values.length) return null;
  const ask = async () => {
    const which = select(
      values.map(({ name, after }) => [name, `${fields.name(name)}：${start(fields.text(name, after))}`] as const),
      values[0]!.name,
    );
    const reason = h("input", { class: "input", type: "text", maxlength: 200, autocomplete: "off" });
    const reasonField = field(words.redactReason, reason);
    const yes = await confirmed(context, {
      title: words.redactQuestion,
      explanation: [
        h("p", {}, words.redactExplanation),
        field(words.field, which).element,
        reasonField.element,
      ],
      action: words.redact,
      mayDo: () => {
        const given = reason.value.trim() !== "";
        reasonField.wrong(given ? null : words.redactReasonMissing);
        return given;
      },
    });
    if (!yes) return;
    try {
      const done = await context.api.redact(version.seq, which.value, reason.value.trim());
      fill(
        told,
        h(
          "div",
          { class: "message done" },
          h("p", {}, words.redactedNow(fields.name(which.value), done.submissions.length)),
          h("p", {}, words.redactNotReached),
          h("ul", {}, ...done.not_reached.map((place) => h("li", {}, place))),
        ),
      );
      await reload();
    } catch (error) {
      fill(told, failure(context, error));
    }
    told.scrollIntoView({ block: "nearest" });
  };
  return h(
    "button",
    {
      type: "button",
      class: "button",
      "aria-label": words.redactLabel(version.seq),
      onclick: () => void ask(),
    },
    words.redact,
  );
}

/** Enough of a value to know it by. */
function start(text: string): string {
  const letters = [...text];
  return letters.length > 24 ? `${letters.slice(0, 24).join("")}…` : text;
}
