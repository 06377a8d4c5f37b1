/** Every version of a facility: who, when, from which file, what changed; and the way back to each. */

import type { Facility, Feature } from "../../api.ts";
import { type Child, fill, h } from "../../dom.ts";
import type { Answer } from "../api.ts";
import { type FieldChange, personName, type Submission, type Version } from "../answers.ts";
import { ApiError } from "../errors.ts";
import { moment } from "../moments.ts";
import type { Context, ContextOf } from "./context.ts";
import { confirmed } from "./dialog.ts";
import { type FieldWords, fieldWords } from "./field-words.ts";
import { failure, heading, link, loaded } from "./parts.ts";
import { redaction } from "./redaction.ts";

interface Past {
  versions: Answer<Version[]>;
  words: FieldWords;
  /** The facility as it is now; null where its record is withdrawn. */
  now: Answer<Feature<Facility>> | null;
}

/** A page's shared parts. */
interface Page {
  context: Context;
  id: string;
  past: Past;
  told: HTMLElement;
  reload: () => Promise<void>;
}

export function history(context: ContextOf<"history">, root: HTMLElement): void {
  const { history: words } = context.words;
  const { id } = context.route;
  const title = heading(context, words.heading);
  const told = h("div", { role: "status" });
  const body = h("div", { class: "stack" });
  const reload: () => Promise<void> = loaded(
    context,
    body,
    (signal) => load(context, id, signal),
    (past) => {
      const name = nameOf(past) ?? id;
      title.textContent = words.titled(name);
      context.title(words.titled(name));
      return shown({ context, id, past, told, reload: () => reload() }, name);
    },
  );
  root.append(
    h("p", {}, link(context, { view: "facilities", q: "" }, words.back)),
    title,
    h("p", { class: "lead" }, words.lead),
    told,
    body,
  );
}

async function load(context: Context, id: string, signal: AbortSignal): Promise<Past> {
  const withdrawn = (error: unknown) => {
    if (error instanceof ApiError && error.status === 410) return null;
    throw error;
  };
  const [versions, words, now] = await Promise.all([
    context.api.versions(id, signal),
    fieldWords(context),
    context.api.facility(id, signal).catch(withdrawn),
  ]);
  return { versions, words, now };
}

function nameOf({ now, versions }: Past): string | null {
  if (now) return now.data.properties.name;
  const names = versions.data
    .flatMap((version) => version.fields)
    .filter((field) => field.name === "name")
    .flatMap((field) => [field.after, field.before]);
  return names.find((name): name is string => typeof name === "string") ?? null;
}

function shown(page: Page, name: string): Child[] {
  const { context, id, past } = page;
  const { history: words } = context.words;
  const edits = context.session.user.role !== "planner";
  const newestFirst = past.versions.data.toSorted((a, b) => b.seq - a.seq);
  const publicPage = `/collections/facilities/items/${encodeURIComponent(id)}?f=html&lang=${context.language}`;
  return [
    past.now
      ? h(
          "div",
          { class: "actions" },
          edits && link(context, { view: "facility", id }, words.edit, "button"),
          h("a", { class: "button", href: publicPage }, words.page),
        )
      : h("p", { class: "message careful" }, words.isWithdrawn),
    h(
      "ol",
      { class: "versions", reversed: true },
      ...newestFirst.map((version, index) => record(page, version, index === 0)),
    ),
    edits && past.now && withdrawal(page, name, past.now),
  ];
}

function record(page: Page, version: Version, newest: boolean): HTMLElement {
  const { context } = page;
  const { words, language, session } = context;
  const { history: own } = words;
  const at = moment(version.at, language);
  const edits = session.user.role !== "planner";
  return h(
    "li",
    { class: "version" },
    h(
      "div",
      { class: "version-head" },
      h(
        "h2",
        {},
        h("time", { datetime: version.at }, at),
        h("span", { class: version.change === "withdrawn" ? "badge wrong" : "badge" }, own.changes[version.change]),
        newest && h("span", { class: "badge done" }, own.newest),
      ),
      h(
        "div",
        { class: "actions" },
        redaction(context, version, page.past.words, page.told, page.reload),
        !newest &&
          edits &&
          version.change !== "withdrawn" &&
          h(
            "button",
            {
              type: "button",
              class: "button",
              "aria-label": own.undoLabel(at),
              onclick: () => void undo(page, version, at),
            },
            own.undo,
          ),
      ),
    ),
    h("p", { class: "note" }, ...origin(context, version)),
    ...changes(page, version),
  );
}

/** Who, from which file, under which number. */
function origin(context: Context, version: Version): Child[] {
  const { words } = context;
  const { history: own, queue, common } = words;
  const { submission } = version;
  const file = submission?.file_name ?? null;
  const parts: Child[] = [
    queue.by(personName(version.actor)),
    submission &&
      link(
        context,
        { view: "submission", id: String(submission.id), part: "report" },
        file === null ? own.fromSubmission : own.fromFile(file),
      ),
    version.token ? own.fromToken : null,
    own.number(version.seq),
  ].filter((part) => part !== null);
  return parts.flatMap((part, index) => (index ? [common.dot, part] : [part]));
}

function changes(page: Page, version: Version): Child[] {
  const { history: words } = page.context.words;
  const { fields, redacted } = version;
  if (!fields.length && !redacted.length) {
    // A withdrawal is told by its word.
    return version.change === "withdrawn" ? [] : [h("p", { class: "note" }, words.sameAsBefore)];
  }
  const first = version.change === "created";
  const table = h(
    "table",
    { class: "changes" },
    h(
      "thead",
      {},
      h(
        "tr",
        {},
        h("th", { scope: "col" }, words.field),
        !first && h("th", { scope: "col" }, words.before),
        h("th", { scope: "col" }, first ? "" : words.after),
      ),
    ),
    h("tbody", {}, ...fields.map((field) => row(page, version, field, first))),
  );
  if (!first) return [table];
  return [h("details", { class: "aside" }, h("summary", {}, words.firstValues(fields.length)), table)];
}

function row(page: Page, version: Version, field: FieldChange, first: boolean): HTMLElement {
  const { past } = page;
  const { history: words } = page.context.words;
  const gone = version.redacted.includes(field.name);
  const after = gone
    ? [h("em", { class: "note" }, words.redacted)]
    : first
      ? [past.words.text(field.name, field.after)]
      : past.words.compared(field).after;
  return h(
    "tr",
    {},
    h("th", { scope: "row" }, past.words.name(field.name)),
    !first && h("td", { "data-label": words.before }, ...past.words.compared(field).before),
    h(
      "td",
      { "data-label": first ? null : words.after },
      h("ins", { class: "value" }, ...after),
    ),
  );
}

async function undo(page: Page, version: Version, at: string): Promise<void> {
  const { context, id, past, told } = page;
  const { history: words } = context.words;
  const reviewed = context.session.user.role === "editor";
  const yes = await confirmed(context, {
    title: words.undoQuestion(at),
    explanation: [h("p", {}, words.undoExplanation), reviewed && h("p", {}, words.undoReview)],
    action: words.undo,
  });
  if (!yes) return;
  try {
    const submission = await context.api.undo(id, version.seq, past.versions.etag ?? "*");
    await finished(page, submission, words.undone, words.undoSent);
  } catch (error) {
    fill(told, failure(context, error));
    told.scrollIntoView({ block: "nearest" });
  }
}

/** Says what came of it: done at once, or handed in for review. */
async function finished(
  { context, told, reload }: Page,
  submission: Submission | null,
  done: string,
  sent: string,
): Promise<void> {
  if (submission) {
    context.tell(sent);
    context.go({ view: "submission", id: String(submission.id), part: "differences" });
    return;
  }
  fill(told, h("p", { class: "message done" }, done));
  await reload();
  told.scrollIntoView({ block: "nearest" });
}

function withdrawal(page: Page, name: string, now: Answer<Feature<Facility>>): HTMLElement {
  const { context, id, told } = page;
  const { history: words } = context.words;
  const ask = async () => {
    const reviewed = context.session.user.role === "editor";
    const yes = await confirmed(context, {
      title: words.withdrawQuestion(name),
      explanation: [h("p", {}, words.withdrawExplanation), reviewed && h("p", {}, words.undoReview)],
      action: words.withdraw,
    });
    if (!yes) return;
    try {
      const submission = await context.api.withdrawFacility(id, now.etag ?? "*");
      await finished(page, submission, words.withdrawn(name), words.withdrawSent(name));
    } catch (error) {
      fill(told, failure(context, error));
      told.scrollIntoView({ block: "nearest" });
    }
  };
  return h(
    "section",
    { class: "part", "aria-labelledby": "withdrawal" },
    h("h2", { id: "withdrawal" }, words.withdrawHeading),
    h("p", {}, words.withdrawLead),
    h(
      "p",
      {},
      h("button", { type: "button", class: "button careful", onclick: () => void ask() }, words.withdraw),
    ),
  );
}
