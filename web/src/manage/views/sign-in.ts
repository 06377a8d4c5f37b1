/** Signing in: name and password, and where the account asks for it the second factor's code. */

import { fill, h } from "../../dom.ts";
import type { ManageApi } from "../api.ts";
import { ApiError } from "../errors.ts";
import type { Words } from "../text/index.ts";
import { busy, failure, field, heading, message } from "./parts.ts";
import { passwordInput } from "./password-input.ts";

/** What a page needs before anybody is signed in. */
export interface Stranger {
  api: ManageApi;
  words: Words;
  title(words: string): void;
  /** Why somebody has to sign in now, if there is more to say than that. */
  why: string | null;
}

export function signIn(stranger: Stranger, root: HTMLElement, onDone: () => void): void {
  const words = stranger.words.signIn;
  const problem = h("div");
  const button = h("button", { type: "submit", class: "button primary" }, words.action);
  const name = h("input", {
    class: "input",
    type: "text",
    name: "username",
    autocomplete: "username",
    autocapitalize: "none",
    spellcheck: "false",
    maxlength: 64,
    required: true,
  });
  const password = passwordInput(stranger.words, "current-password");
  const nameField = field(words.name, name, words.nameHint);
  const passwordField = field(words.password, password.input);

  const submit = async () => {
    nameField.wrong(null);
    passwordField.wrong(null);
    fill(problem);
    if (!password.input.value) passwordField.wrong(words.passwordMissing);
    if (!name.value.trim()) nameField.wrong(words.nameMissing);
    if (!password.input.value || !name.value.trim()) return;
    try {
      await stranger.api.signIn(name.value.trim(), password.input.value, null);
      onDone();
    } catch (error) {
      if (error instanceof ApiError && error.code === "second-factor-required") {
        return codeStep(stranger, root, { name: name.value.trim(), password: password.input.value }, onDone);
      }
      fill(problem, failure(stranger, error));
      password.input.select();
      password.input.focus();
    }
  };

  fill(
    root,
    heading(stranger, words.heading),
    stranger.why !== null && message("note", h("p", { role: "status" }, stranger.why)),
    h("p", {}, words.lead),
    h(
      "form",
      {
        class: "form",
        // The words beside the inputs are ours, in the language of the page.
        novalidate: true,
        onsubmit: (event: SubmitEvent) => {
          event.preventDefault();
          void busy(button, submit);
        },
      },
      problem,
      nameField.element,
      passwordField.element,
      password.reveal,
      h("div", { class: "actions" }, button),
    ),
    h("details", { class: "aside" }, h("summary", {}, words.forgotten), h("p", {}, words.forgottenHow)),
    h("p", {}, h("a", { href: "/" }, words.map)),
  );
}

function codeStep(
  stranger: Stranger,
  root: HTMLElement,
  given: { name: string; password: string },
  onDone: () => void,
): void {
  const words = stranger.words.signIn;
  const problem = h("div");
  const button = h("button", { type: "submit", class: "button primary" }, words.action);
  const code = codeInput();
  const codeField = field(words.code, code);

  const submit = async () => {
    codeField.wrong(null);
    fill(problem);
    const digits = readCode(code.value);
    if (digits === null) return codeField.wrong(words.codeMissing);
    try {
      await stranger.api.signIn(given.name, given.password, digits);
      onDone();
    } catch (error) {
      // The password was right a moment ago, so it is the code.
      if (error instanceof ApiError && error.code === "wrong-credentials") {
        codeField.wrong(words.codeWrong);
        return code.select();
      }
      fill(problem, failure(stranger, error));
    }
  };

  fill(
    root,
    heading(stranger, words.codeHeading),
    h("p", {}, words.codeLead(given.name)),
    h(
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
      codeField.element,
      h("div", { class: "actions" }, button),
    ),
    h(
      "p",
      {},
      h(
        "button",
        { type: "button", class: "text-button", onclick: () => signIn(stranger, root, onDone) },
        words.back,
      ),
    ),
    h("details", { class: "aside" }, h("summary", {}, words.forgotten), h("p", {}, words.forgottenHow)),
  );
  code.focus();
}

export function codeInput(): HTMLInputElement {
  return h("input", {
    class: "input code",
    type: "text",
    inputmode: "numeric",
    autocomplete: "one-time-code",
    maxlength: 12,
  });
}

/** Six digits, however they were typed: in full width, in groups. Null where they are not six. */
export function readCode(text: string): string | null {
  const digits = text.normalize("NFKC").replace(/[\s-]/g, "");
  return /^\d{6}$/.test(digits) ? digits : null;
}
