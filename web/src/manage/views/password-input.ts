/** A password's input, which can be read while it is typed. */

import { h } from "../../dom.ts";
import type { Words } from "../text/index.ts";

export function passwordInput(
  { signIn }: Words,
  autocomplete: "current-password" | "new-password",
): { input: HTMLInputElement; reveal: HTMLElement } {
  const input = h("input", {
    class: "input",
    type: "password",
    name: autocomplete,
    autocomplete,
    autocapitalize: "none",
    spellcheck: "false",
    maxlength: 200,
    required: true,
  });
  const reveal = h("input", { type: "checkbox", onchange: () => show(reveal.checked) });
  const show = (shown: boolean) => (input.type = shown ? "text" : "password");
  return { input, reveal: h("label", { class: "check" }, reveal, signIn.showPassword) };
}
