/** Asking before something is done that others will notice. */

import { type Child, h } from "../../dom.ts";
import type { Words } from "../text/index.ts";

export interface Question {
  title: string;
  explanation: Child[];
  /** The verb on the button that does it. */
  action: string;
  /** Looks at what was typed into the explanation; the dialog stays while it says no. */
  mayDo?: () => boolean;
}

/** Whether somebody said yes. Escape, the other button and the back button are a no. */
export function confirmed(
  { words, signal }: { words: Words; signal: AbortSignal },
  question: Question,
): Promise<boolean> {
  return new Promise((resolve) => {
    const dialog = h(
      "dialog",
      { class: "dialog", "aria-labelledby": "dialog-title" },
      h("h2", { id: "dialog-title", class: "dialog-title" }, question.title),
      ...question.explanation,
      h(
        "div",
        { class: "actions" },
        h(
          "button",
          {
            type: "button",
            class: "button primary",
            onclick: () => {
              if (question.mayDo?.() ?? true) dialog.close("yes");
            },
          },
          question.action,
        ),
        h("button", { type: "button", class: "button", onclick: () => dialog.close() }, words.common.cancel),
      ),
    );
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue === "yes");
    });
    signal.addEventListener("abort", () => dialog.close(), { once: true });
    document.body.append(dialog);
    dialog.showModal();
  });
}
