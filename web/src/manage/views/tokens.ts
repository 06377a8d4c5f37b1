/** API tokens: the list, a new one shown once, revoking. */

import { type Child, fill, h } from "../../dom.ts";
import { personName, type Role, type Scope, SCOPES, type Token } from "../answers.ts";
import { moment } from "../moments.ts";
import type { Context } from "./context.ts";
import { confirmed } from "./dialog.ts";
import { busy, copyButton, failure, field, loaded, select } from "./parts.ts";

/** What each role's tokens can be good for. */
const USEFUL: Record<Role, readonly Scope[]> = {
  planner: ["read"],
  editor: ["read", "submit"],
  reviewer: SCOPES,
  admin: SCOPES,
};

export function tokens(context: Context): HTMLElement {
  const { account: words } = context.words;
  const told = h("div", { role: "status" });
  const list = h("div");
  const reload: () => Promise<void> = loaded(
    context,
    list,
    (signal) => context.api.tokens(signal),
    (all) => listed(context, all, told, () => reload()),
  );
  return h(
    "section",
    { class: "part", "aria-labelledby": "tokens" },
    h("h2", { id: "tokens" }, words.tokensHeading),
    h("p", {}, words.tokensLead),
    context.session.user.role === "admin" && h("p", { class: "note" }, words.tokensAll),
    maker(context, reload),
    told,
    list,
  );
}

function maker(context: Context, reload: () => Promise<void>): HTMLElement {
  const { account: words } = context.words;
  const shown = h("div", { role: "status" });
  const scope = select(
    USEFUL[context.session.user.role].map((one) => [one, words.scopes[one]] as const),
    "read",
  );
  const days = select(Object.entries(words.dayChoices), "365");
  const button = h("button", { type: "submit", class: "button" }, words.make);
  const make = async () => {
    try {
      const made = await context.api.addToken(scope.value as Scope, Number(days.value));
      fill(
        shown,
        h(
          "div",
          { class: "secret" },
          h("p", {}, words.made),
          h("p", { class: "field-label" }, words.secret),
          h("code", { class: "secret-text" }, made.token),
          copyButton(context, made.token),
        ),
      );
      await reload();
    } catch (error) {
      fill(shown, failure(context, error));
    }
  };
  return h(
    "form",
    {
      class: "stack",
      onsubmit: (event: SubmitEvent) => {
        event.preventDefault();
        void busy(button, make);
      },
    },
    h(
      "div",
      { class: "inline-form" },
      field(words.scope, scope).element,
      field(words.days, days).element,
      button,
    ),
    h("p", { class: "note" }, words.scopeNote),
    shown,
  );
}

/** Whether a token still opens anything. */
export function isLive(token: Token, now: Date = new Date()): boolean {
  return token.revoked_at === null && (token.expires_at === null || new Date(token.expires_at) > now);
}

function listed(context: Context, all: Token[], told: HTMLElement, reload: () => Promise<void>): Child[] {
  const { account: words } = context.words;
  if (!all.length) return [h("p", { class: "note" }, words.tokensNone)];
  const live = all.filter((token) => isLive(token));
  const ended = all.filter((token) => !isLive(token));
  const records = (tokens: Token[]) =>
    h("ul", { class: "records" }, ...tokens.map((token) => record(context, token, told, reload)));
  return [
    live.length > 0 && records(live),
    ended.length > 0 &&
      h("details", { class: "aside" }, h("summary", {}, words.showEnded(ended.length)), records(ended)),
  ];
}

function record(context: Context, token: Token, told: HTMLElement, reload: () => Promise<void>): HTMLElement {
  const { words, language, session } = context;
  const { account: own } = words;
  const live = isLive(token);
  const fact = (name: string, value: string) => h("div", {}, h("dt", {}, name), h("dd", {}, value));
  const state =
    token.revoked_at !== null
      ? own.revoked(moment(token.revoked_at, language))
      : live
        ? own.active
        : own.expired;
  const revoke = async () => {
    const yes = await confirmed(context, {
      title: own.revokeQuestion(token.hint),
      explanation: [h("p", {}, own.revokeExplanation)],
      action: own.revoke,
    });
    if (!yes) return;
    try {
      await context.api.revokeToken(token.id);
      fill(told, h("p", { class: "message done" }, own.revokedNow(token.hint)));
      await reload();
    } catch (error) {
      fill(told, failure(context, error));
    }
  };
  return h(
    "li",
    { class: live ? "record" : "record ended" },
    h(
      "div",
      { class: "record-main" },
      h("p", { class: "record-name" }, h("code", {}, `${token.hint}…`), " ", own.scopes[token.scope]),
      h(
        "dl",
        { class: "record-facts" },
        fact(own.state, state),
        token.owner.id !== session.user.id && fact(own.owner, personName(token.owner)),
        fact(own.created, moment(token.created_at, language)),
        fact(own.used, token.used_at === null ? own.never : moment(token.used_at, language)),
        fact(own.expiresAt, token.expires_at === null ? own.noExpiry : moment(token.expires_at, language)),
      ),
    ),
    live &&
      h(
        "button",
        {
          type: "button",
          class: "button careful",
          "aria-label": own.revokeLabel(token.hint),
          onclick: () => void revoke(),
        },
        own.revoke,
      ),
  );
}
