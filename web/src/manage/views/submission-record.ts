/** One submission in a list: what it is, whose, since when, what it comes to. */

import { type Child, h } from "../../dom.ts";
import { personName, type Submission } from "../answers.ts";
import { daysSince, moment } from "../moments.ts";
import type { Route } from "../route.ts";
import type { Context } from "./context.ts";
import { link } from "./parts.ts";

/** What a submission is called; a file by its name, a facility by its own. */
export function titleOf({ words }: Context, submission: Submission): string {
  return submission.title ?? submission.file_name ?? words.queue.untitled;
}

/** Where it is worked on: whoever decides begins with what would change, everybody else with the report. */
function placeOf({ id, kind, may }: Submission): Route {
  if (kind === "report") return { view: "submission", id: String(id), part: "differences" };
  return { view: "submission", id: String(id), part: may.decide ? "differences" : "report" };
}

/** Whether somebody else decided on it, and its owner has not said that they saw it. */
export function isNews({ session }: Context, { mine, told, decided_at, decided_by }: Submission): boolean {
  return mine && !told && decided_at !== null && decided_by?.id !== session.user.id;
}

export function submissionRecord(context: Context, submission: Submission, ...actions: Child[]): HTMLElement {
  const { queue: words, common } = context.words;
  const { state, mine, note } = submission;
  const decided = state === "published" || state === "rejected" || state === "returned";
  const facts = [
    submission.kind === "file" ? null : words.kinds[submission.kind],
    mine ? null : words.by(personName(submission.owner)),
    submission.area?.name ?? null,
    when(context, submission),
  ].filter((fact) => fact !== null);
  return h(
    "li",
    { class: "record" },
    h(
      "div",
      { class: "record-main" },
      h(
        "p",
        { class: "record-name" },
        link(context, placeOf(submission), titleOf(context, submission)),
        decided && stateBadge(context, submission),
        isNews(context, submission) && h("span", { class: "badge careful" }, words.fresh),
      ),
      h("p", { class: "note" }, facts.join(common.dot)),
      summary(context, submission),
      note && h("blockquote", { class: "said" }, h("span", { class: "note" }, words.note), h("p", {}, note)),
    ),
    h("div", { class: "record-actions" }, ...actions),
  );
}

function stateBadge({ words }: Context, { state, kind }: Submission): HTMLElement {
  const sort = state === "published" ? "done" : state === "rejected" ? "wrong" : "careful";
  const settled = kind === "report" && state === "published";
  return h("span", { class: `badge ${sort}` }, settled ? words.queue.settled : words.queue.states[state]);
}

function when({ words, language }: Context, submission: Submission): string | null {
  const { queue } = words;
  const { state, sent_at, created_at, decided_at, decided_by } = submission;
  if (state === "draft") return queue.createdAt(moment(created_at, language));
  if (state === "sent" && sent_at !== null) {
    const days = daysSince(sent_at);
    const sent = queue.sentAt(moment(sent_at, language));
    return days > 0 ? `${sent}${words.common.comma}${queue.waits(days)}` : sent;
  }
  return decided_at === null ? null : queue.decidedAt(moment(decided_at, language), decided_by?.name ?? null);
}

/** What it comes to; while it is being mended, what is still to do. */
function summary({ words }: Context, { summary, state, kind }: Submission): HTMLElement | null {
  const { queue } = words;
  const open = state === "draft" || state === "returned";
  const parts = [
    summary.report && queue.reports[summary.report.kind],
    open && kind === "file" && queue.rows(summary.rows),
    open && summary.blocked > 0 && queue.blocked(summary.blocked),
    open && summary.warned > 0 && queue.warned(summary.warned),
    summary.added > 0 && queue.added(summary.added),
    summary.changed > 0 && queue.changed(summary.changed),
    summary.closed > 0 && queue.closed(summary.closed),
    summary.withdrawn > 0 && queue.withdrawn(summary.withdrawn),
    !open && summary.unchanged > 0 && queue.unchanged(summary.unchanged),
  ].filter((part) => Boolean(part));
  if (!parts.length) return null;
  return h("p", { class: "record-summary" }, ...parts.map((part) => h("span", {}, part)));
}
