/** The second factor: setting it up with an authenticator app, and stopping to use it. */

import { type Child, fill, h } from "../../dom.ts";
import type { SecondFactor } from "../answers.ts";
import { ApiError } from "../errors.ts";
import type { Context } from "./context.ts";
import { busy, copyButton, failure, field, message } from "./parts.ts";
import { codeInput, readCode } from "./sign-in.ts";

export function secondFactor(context: Context): HTMLElement {
  const { account: words } = context.words;
  const body = h("div", { class: "stack" });
  const told = h("div", { role: "status" });
  show(context, body, told);
  return h(
    "section",
    { class: "part", "aria-labelledby": "factor" },
    h("h2", { id: "factor", tabindex: -1 }, words.factorHeading),
    h("p", {}, words.factorLead),
    told,
    body,
  );
}

/** What there is to do now: to begin, or to stop. */
function show(context: Context, body: HTMLElement, told: HTMLElement): void {
  const { account: words } = context.words;
  const on = context.session.second_factor === "on";
  const problem = h("div");
  const button = h(
    "button",
    {
      type: "button",
      class: on ? "button" : "button primary",
      onclick: () => {
        fill(told);
        if (on) end(context, body, told);
        else void busy(button, () => begin(context, body, told, problem));
      },
    },
    on ? words.factorEnd : words.factorBegin,
  );
  fill(
    body,
    h("p", { class: "state" }, on ? words.factorOn : words.factorOff),
    problem,
    h("div", { class: "actions" }, button),
  );
}

async function begin(
  context: Context,
  body: HTMLElement,
  told: HTMLElement,
  problem: HTMLElement,
): Promise<void> {
  const { account: words } = context.words;
  let offer: SecondFactor;
  try {
    offer = await context.api.offerSecondFactor();
  } catch (error) {
    return fill(problem, failure(context, error));
  }
  // The app's own address, and nothing else a server might have sent.
  const uri = offer.uri.startsWith("otpauth://") ? offer.uri : null;
  step(context, body, told, true, [
    h("p", {}, words.factorStep1),
    h(
      "div",
      { class: "secret" },
      offer.qr && drawn(offer.qr, words.factorQr),
      h("p", { class: "field-label" }, words.factorSecret),
      h("code", { class: "secret-text" }, inFours(offer.secret)),
      copyButton(context, offer.secret),
      h("p", { class: "note" }, words.factorSecretNote),
      uri && h("p", {}, h("a", { href: uri }, words.factorOpen)),
    ),
    h("p", {}, words.factorStep2),
  ]);
}

function end(context: Context, body: HTMLElement, told: HTMLElement): void {
  step(context, body, told, false, [h("p", {}, context.words.account.factorEndLead)]);
}

/** A code that shows the app is there, to turn the factor on or off. */
function step(
  context: Context,
  body: HTMLElement,
  told: HTMLElement,
  on: boolean,
  explanation: Child[],
): void {
  const { account: words, common, signIn } = context.words;
  const problem = h("div");
  const input = codeInput();
  const code = field(signIn.code, input);
  const button = h(
    "button",
    { type: "submit", class: "button primary" },
    on ? words.factorConfirm : words.factorEndAction,
  );
  const back = () => {
    show(context, body, told);
    body.querySelector("button")?.focus();
  };
  const submit = async () => {
    code.wrong(null);
    fill(problem);
    const digits = readCode(input.value);
    if (digits === null) return code.wrong(signIn.codeMissing);
    try {
      await context.api.setSecondFactor(on, digits);
    } catch (error) {
      if (error instanceof ApiError && error.code === "wrong-credentials") {
        code.wrong(signIn.codeWrong);
        return input.select();
      }
      return fill(problem, failure(context, error));
    }
    context.session.second_factor = on ? "on" : "off";
    fill(told, message("done", h("p", {}, on ? words.factorDone : words.factorEnded)));
    back();
  };
  fill(
    body,
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
      ...explanation,
      problem,
      code.element,
      h(
        "div",
        { class: "actions" },
        button,
        h("button", { type: "button", class: "button", onclick: back }, common.cancel),
      ),
    ),
  );
  input.focus();
}

/** A QR code: dark on light in either colour scheme, or cameras do not read it. */
function drawn({ size, path }: NonNullable<SecondFactor["qr"]>, label: string): SVGElement {
  const make = (name: string, attributes: Record<string, string>) => {
    const element = document.createElementNS("http://www.w3.org/2000/svg", name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    return element;
  };
  const image = make("svg", { class: "qr", role: "img", "aria-label": label, viewBox: `0 0 ${size} ${size}` });
  image.append(
    make("rect", { width: String(size), height: String(size), fill: "#fff" }),
    make("path", { d: path, fill: "#000", "shape-rendering": "crispEdges" }),
  );
  return image as SVGElement;
}

/** Groups that can be read aloud and typed. */
export function inFours(secret: string): string {
  return secret.match(/.{1,4}/g)?.join(" ") ?? secret;
}
