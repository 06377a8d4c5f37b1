/** One's own account: who one is here, the password, the second factor, the tokens. */

import { h } from "../../dom.ts";
import { moment } from "../moments.ts";
import type { ContextOf } from "./context.ts";
import { passwordForm } from "./own-password.ts";
import { heading } from "./parts.ts";
import { secondFactor } from "./second-factor.ts";
import { tokens } from "./tokens.ts";

export function account(context: ContextOf<"account">, root: HTMLElement): void {
  const { session, words, language } = context;
  const { account: own, common } = words;
  const { user } = session;
  const fact = (name: string, value: string, note = "") =>
    h(
      "div",
      { class: "fact" },
      h("dt", {}, name),
      h("dd", {}, value, note && h("p", { class: "note" }, note)),
    );
  const changed = h("div", { role: "status" });

  root.append(
    heading(context, own.heading),
    h(
      "section",
      { class: "part", "aria-labelledby": "you" },
      h("h2", { id: "you" }, own.you),
      h(
        "dl",
        { class: "facts" },
        fact(own.name, user.name),
        fact(own.role, common.roles[user.role], own.roleMeans[user.role]),
        fact(own.area, user.area_name ?? user.area ?? common.everywhere),
        fact(own.expires, moment(session.expires_at, language)),
      ),
    ),
    h(
      "section",
      { class: "part", "aria-labelledby": "password" },
      h("h2", { id: "password" }, own.passwordHeading),
      h("p", {}, own.passwordLead),
      changed,
      passwordForm(context, () => {
        changed.replaceChildren(h("p", { class: "message done" }, words.ownPassword.done));
      }),
    ),
    secondFactor(context),
    tokens(context),
  );
}
