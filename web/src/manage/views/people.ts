/** Accounts, for administrators: who there is, what they may do and where, and what to do when something is lost. */

import { type Child, fill, h } from "../../dom.ts";
import { type Account, type Role, ROLES } from "../answers.ts";
import { matcher } from "../matching.ts";
import { day } from "../moments.ts";
import { AreaPicker } from "./area-picker.ts";
import type { Context, ContextOf } from "./context.ts";
import { confirmed } from "./dialog.ts";
import { busy, copyButton, failure, field, heading, loaded, message, select } from "./parts.ts";

export function people(context: ContextOf<"people">, root: HTMLElement): void {
  const { people: words } = context.words;
  root.append(heading(context, words.heading));
  if (context.session.user.role !== "admin") {
    root.append(message("note", h("p", {}, words.only)));
    return;
  }
  const told = h("div", { role: "status" });
  const list = h("div", { class: "stack" });
  const page: Page = { context, told, reload: async () => {} };
  page.reload = loaded(
    context,
    list,
    (signal) => context.api.accounts(signal),
    (accounts) => listed(page, accounts),
  );
  root.append(h("p", { class: "lead" }, words.lead), told, adder(page), list);
}

interface Page {
  context: Context;
  /** Where results are said. */
  told: HTMLElement;
  reload: () => Promise<void>;
}

/** A temporary password, shown until somebody says that it was passed on. */
function oneTime({ context, told }: Page, name: string, password: string, before: Child = null): void {
  const { people: words } = context.words;
  fill(
    told,
    h(
      "div",
      { class: "secret" },
      before,
      h("p", { class: "field-label" }, words.oneTime(name)),
      h("code", { class: "secret-text" }, password),
      copyButton(context, password),
      h("p", {}, words.oneTimeNote),
      h("button", { type: "button", class: "button", onclick: () => fill(told) }, words.oneTimeSeen),
    ),
  );
  told.scrollIntoView({ block: "nearest" });
}

function roleChoice({ words }: Context, chosen: Role, onChange: (role: Role) => void): HTMLSelectElement {
  return select(
    ROLES.map((role) => [role, words.common.roles[role]] as const),
    chosen,
    onChange,
  );
}

/** Role and area belong together: an administrator has none, and nobody else has all of Japan by an oversight. */
function roleAndArea(context: Context, now: Account | null) {
  const { people: words, account, area: areaWords } = context.words;
  const means = h("p", { class: "note" });
  const code = now?.area ?? null;
  const picker = new AreaPicker(context, code === null ? null : { code, name: now?.area_name ?? code });
  const everywhere = h("input", { type: "checkbox", checked: now !== null && code === null });
  const admin = h("p", { class: "note" }, areaWords.admin);
  const area = h("div", {}, picker.element, h("label", { class: "check" }, everywhere, areaWords.everywhere));
  const show = (role: Role) => {
    means.textContent = account.roleMeans[role];
    area.hidden = role === "admin";
    admin.hidden = role !== "admin";
    picker.element.hidden = everywhere.checked;
  };
  const first = now?.role ?? "editor";
  const role = roleChoice(context, first, show);
  everywhere.addEventListener("change", () => show(role.value as Role));
  show(first);
  return {
    elements: [h("div", {}, field(words.role, role).element, means), area, admin],
    read(): { role: Role; area: string | null } | null {
      const chosen = role.value as Role;
      if (chosen === "admin" || everywhere.checked) return { role: chosen, area: null };
      const given = picker.read();
      if (given === null) picker.wrong(areaWords.missing);
      return given === null || given === undefined ? null : { role: chosen, area: given };
    },
  };
}

function adder(page: Page): HTMLElement {
  const { context, told } = page;
  const { people: words } = context.words;
  const problem = h("div");
  const name = h("input", {
    class: "input",
    type: "text",
    // Not one's own name: a password manager must not offer it.
    autocomplete: "off",
    spellcheck: "false",
    maxlength: 64,
  });
  const nameField = field(words.name, name, words.nameHint);
  const rights = roleAndArea(context, null);
  const button = h("button", { type: "submit", class: "button primary" }, words.addAction);
  const add = async () => {
    nameField.wrong(null);
    fill(problem);
    fill(told);
    const given = rights.read();
    if (!name.value.trim()) return nameField.wrong(words.nameMissing);
    if (given === null) return;
    try {
      const made = await context.api.addAccount(name.value.trim(), given.role, given.area);
      details.replaceWith(adder(page));
      oneTime(page, made.user.name, made.password, h("p", {}, words.added(made.user.name)));
      await page.reload();
    } catch (error) {
      fill(problem, failure(context, error));
    }
  };
  const details = h(
    "details",
    { class: "panel" },
    h("summary", {}, words.add),
    h(
      "form",
      {
        class: "form",
        novalidate: true,
        onsubmit: (event: SubmitEvent) => {
          event.preventDefault();
          void busy(button, add);
        },
      },
      problem,
      nameField.element,
      ...rights.elements,
      h("div", { class: "actions" }, button),
    ),
  );
  return details;
}

function listed(page: Page, accounts: Account[]): Child[] {
  const { people: words } = page.context.words;
  const disabled = accounts.filter((account) => account.disabled_at !== null).length;
  const list = h("ul", { class: "records" });
  const nothing = h("p", { class: "note", role: "status" });
  const show = (text: string) => {
    const matches = matcher(text);
    const found = accounts.filter((account) => matches(account.name, account.area_name, account.area));
    fill(list, ...found.map((account) => record(page, account)));
    nothing.textContent = found.length ? "" : words.searchNothing;
  };
  const search = h("input", {
    class: "input",
    type: "search",
    autocomplete: "off",
    oninput: () => show(search.value),
  });
  show("");
  return [
    h("p", { class: "count-line" }, words.count(accounts.length, disabled)),
    // Whoever fits on a screen needs no search.
    accounts.length > 8 && field(words.search, search).element,
    nothing,
    list,
  ];
}

function record(page: Page, account: Account): HTMLElement {
  const { words, language, session } = page.context;
  const { people: own, common } = words;
  const disabled = account.disabled_at !== null;
  const below = h("div", { class: "record-below" });
  const button = h(
    "button",
    {
      type: "button",
      class: "button",
      "aria-expanded": "false",
      "aria-label": own.changeLabel(account.name),
      onclick: () => {
        const open = below.childElementCount === 0;
        fill(below, open && changes(page, account));
        button.setAttribute("aria-expanded", String(open));
      },
    },
    own.change,
  );
  return h(
    "li",
    { class: disabled ? "record ended" : "record" },
    h(
      "div",
      { class: "record-main" },
      h(
        "p",
        { class: "record-name" },
        account.name,
        account.id === session.user.id && h("span", { class: "badge" }, own.you),
        disabled && h("span", { class: "badge wrong" }, own.disabled(day(account.disabled_at!, language))),
        account.password_is_temporary && h("span", { class: "badge careful" }, own.temporary),
      ),
      h(
        "p",
        {},
        [
          common.roles[account.role],
          account.area_name ?? account.area ?? common.everywhere,
          account.second_factor === "on" ? own.factorOn : own.factorOff,
          own.since(day(account.created_at, language)),
        ].join(common.dot),
      ),
    ),
    button,
    below,
  );
}

/** What can be done with an account. */
function changes(page: Page, account: Account): HTMLElement {
  const { context, told } = page;
  const { words, session } = context;
  const { people: own, common } = words;
  const { id, name } = account;
  const disabled = account.disabled_at !== null;
  const problem = h("div");
  const rights = roleAndArea(context, account);
  const save = h("button", { type: "submit", class: "button primary" }, common.save);

  const done = async (said: string) => {
    fill(told, message("done", h("p", {}, said)));
    await page.reload();
    told.scrollIntoView({ block: "nearest" });
  };
  const attempt = async (work: () => Promise<void>) => {
    fill(problem);
    fill(told);
    try {
      await work();
    } catch (error) {
      fill(problem, failure(context, error));
    }
  };
  const act = (action: string, question: string, explanation: string, work: () => Promise<void>, careful = false) =>
    h(
      "button",
      {
        type: "button",
        class: careful ? "button careful" : "button",
        onclick: async () => {
          const asked = { title: question, explanation: [h("p", {}, explanation)], action };
          if (await confirmed(context, asked)) await attempt(work);
        },
      },
      action,
    );

  return h(
    "form",
    {
      class: "form panel-body",
      novalidate: true,
      "aria-label": own.changeHeading(name),
      onsubmit: (event: SubmitEvent) => {
        event.preventDefault();
        const given = rights.read();
        if (!given) return;
        void busy(save, () =>
          attempt(async () => {
            await context.api.changeAccount(id, given);
            await done(own.saved(name));
          }),
        );
      },
    },
    problem,
    ...rights.elements,
    h("div", {}, h("div", { class: "actions" }, save), h("p", { class: "note" }, own.sessionsEnd)),
    h(
      "div",
      { class: "actions" },
      act(own.reset, own.resetQuestion(name), own.resetExplanation, async () => {
        const password = await context.api.resetPassword(id);
        await page.reload();
        oneTime(page, name, password);
      }),
      account.second_factor === "on" &&
        act(own.factor, own.factorQuestion(name), own.factorExplanation, async () => {
          await context.api.changeAccount(id, { second_factor: "off" });
          await done(own.factorDone(name));
        }),
      disabled
        ? h(
            "button",
            {
              type: "button",
              class: "button",
              onclick: () =>
                void attempt(async () => {
                  await context.api.changeAccount(id, { disabled: false });
                  await done(own.enableDone(name));
                }),
            },
            own.enable,
          )
        : id !== session.user.id &&
            act(
              own.disable,
              own.disableQuestion(name),
              own.disableExplanation,
              async () => {
                await context.api.changeAccount(id, { disabled: true });
                await done(own.disableDone(name));
              },
              true,
            ),
    ),
  );
}
