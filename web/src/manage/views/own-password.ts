/** Choosing a password of one's own: at once in place of a temporary one, later as part of the account. */

import { fill, h } from "../../dom.ts";
import type { Session } from "../answers.ts";
import type { ManageApi } from "../api.ts";
import { ApiError } from "../errors.ts";
import type { Words } from "../text/index.ts";
import { busy, failure, field, heading } from "./parts.ts";
import { passwordInput } from "./password-input.ts";

/** The shortest password the server takes. */
const SHORTEST = 12;

interface Chooser {
  api: ManageApi;
  words: Words;
  session: Session;
}

export function ownPassword(
  chooser: Chooser & { title(words: string): void },
  root: HTMLElement,
  onDone: () => void,
): void {
  const words = chooser.words.ownPassword;
  const done = () => {
    chooser.session.password_is_temporary = false;
    onDone();
  };
  root.append(heading(chooser, words.heading), h("p", {}, words.lead), passwordForm(chooser, done));
}

/** The form alone. */
export function passwordForm(chooser: Chooser, onDone: () => void): HTMLFormElement {
  const words = chooser.words.ownPassword;
  const temporary = chooser.session.password_is_temporary;
  const problem = h("div");
  const button = h(
    "button",
    // As part of the account it is one thing among others.
    { type: "submit", class: temporary ? "button primary" : "button" },
    words.action,
  );
  const old = passwordInput(chooser.words, "current-password");
  const chosen = passwordInput(chooser.words, "new-password");
  const again = passwordInput(chooser.words, "new-password");
  const oldField = field(temporary ? words.old : words.oldOwn, old.input);
  const chosenField = field(words.chosen, chosen.input, words.rule);
  const againField = field(words.again, again.input);
  // One box shows all three.
  old.reveal.addEventListener("change", () => {
    chosen.input.type = old.input.type;
    again.input.type = old.input.type;
  });

  const submit = async () => {
    for (const one of [oldField, chosenField, againField]) one.wrong(null);
    fill(problem);
    const short = SHORTEST - [...chosen.input.value].length;
    // From the last to the first, so that the first wrong one has the focus in the end.
    const wrong = [
      again.input.value !== chosen.input.value && ([againField, words.different] as const),
      short > 0 && ([chosenField, words.short(short)] as const),
      !old.input.value && ([oldField, words.missing] as const),
    ].filter((found) => found !== false);
    for (const [one, why] of wrong) one.wrong(why);
    if (wrong.length) return;
    try {
      await chooser.api.choosePassword(old.input.value, chosen.input.value);
    } catch (error) {
      const code = error instanceof ApiError ? error.code : "";
      if (code === "wrong-credentials") return oldField.wrong(words.oldWrong);
      if (code === "unfit-password") return chosenField.wrong((error as ApiError).detail);
      return fill(problem, failure(chooser, error));
    }
    form.reset();
    onDone();
  };

  const form = h(
    "form",
    {
      class: "form",
      novalidate: true,
      onsubmit: (event: SubmitEvent) => {
        event.preventDefault();
        void busy(button, submit);
      },
    },
    problem,
    // Password managers keep the new password under the name they find here.
    h("input", {
      class: "visually-hidden",
      type: "text",
      name: "username",
      autocomplete: "username",
      value: chooser.session.user.name,
      readonly: true,
      tabindex: -1,
      "aria-hidden": "true",
    }),
    oldField.element,
    chosenField.element,
    againField.element,
    old.reveal,
    h("div", { class: "actions" }, button),
  );
  return form;
}
