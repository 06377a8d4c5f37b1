/** The first page: what waits for whoever is signed in, oldest first, and what became of theirs. */

import { type Child, fill, h } from "../../dom.ts";
import type { Submission, SubmissionPage } from "../answers.ts";
import type { Context, ContextOf } from "./context.ts";
import { confirmed } from "./dialog.ts";
import { failure, heading, link, loaded, message } from "./parts.ts";
import { isNews, submissionRecord, titleOf } from "./submission-record.ts";

/** Enough for a day's work; more comes on request. */
const WAITING = 50;
const OWN = 50;
const DECIDED = 10;

interface Inbox {
  ended: SubmissionPage;
  sent: SubmissionPage;
  own: SubmissionPage;
  decided: SubmissionPage;
}

export function queue(context: ContextOf<"queue">, root: HTMLElement): void {
  const { queue: words } = context.words;
  const { role } = context.session.user;
  root.append(heading(context, words.heading));
  if (role === "planner") {
    root.append(
      message("note", h("p", {}, words.planner)),
      h("p", {}, link(context, { view: "facilities", q: "" }, words.toFacilities, "button primary")),
    );
    return;
  }
  const told = h("div", { role: "status" });
  const body = h("div", { class: "sections" });
  root.append(
    h(
      "div",
      { class: "actions" },
      link(context, { view: "upload" }, words.upload, "button primary"),
      link(context, { view: "facility", id: null }, words.newFacility, "button"),
    ),
    told,
    body,
  );
  const reload: () => Promise<void> = loaded(
    context,
    body,
    (signal) => load(context, signal),
    (inbox) => sections(context, inbox, told, () => reload()),
  );
}

async function load({ api }: Context, signal: AbortSignal): Promise<Inbox> {
  const [sent, own, decided, ended] = await Promise.all([
    api.submissions({ state: ["sent"], limit: WAITING }, signal),
    api.submissions({ state: ["draft", "returned"], mine: true, limit: OWN }, signal),
    api.submissions({ state: ["published", "rejected"], mine: true, limit: DECIDED }, signal),
    api.submissions({ state: ["withdrawn"], mine: true, limit: DECIDED }, signal),
  ]);
  return { sent, own, decided, ended };
}

function sections(context: Context, inbox: Inbox, told: HTMLElement, reload: () => Promise<void>): Child[] {
  const { queue: words } = context.words;
  const { sent, own, decided, ended } = inbox;
  context.title(words.titled(sent.waiting));
  context.recount();
  const mine = (state: Submission["state"]) => own.submissions.filter((one) => one.state === state);
  const list = (submissions: Submission[]) =>
    submissions.map((one) =>
      submissionRecord(
        context,
        one,
        one.state === "draft" && one.may.withdraw && discard(context, one, told, reload),
        isNews(context, one) && seen(context, one, told, reload),
      ),
    );

  // Whoever may decide sees all of the queue from its beginning, and goes on where a page ends.
  const decide = h("ul", { class: "records" }, ...list(sent.submissions.filter((one) => one.may.decide)));
  const others = sent.submissions.filter((one) => !one.may.decide);
  const more = sent.next === null ? null : moreOf(context, sent.next, decide, list);
  const made = [
    section(words.decide, words.decideNote, decide, more),
    section(words.returned, words.returnedNote, h("ul", { class: "records" }, ...list(mine("returned").reverse()))),
    section(words.drafts, words.draftsNote, h("ul", { class: "records" }, ...list(mine("draft")))),
    section(words.underReview, "", h("ul", { class: "records" }, ...list(others))),
    section(words.decided, "", h("ul", { class: "records" }, ...list(decided.submissions))),
    aside(words.ended, words.endedNote, h("ul", { class: "records" }, ...list(ended.submissions))),
  ].filter((one) => one !== null);
  const news = [...own.submissions, ...decided.submissions].filter((one) => isNews(context, one)).length;
  const calm = !sent.submissions.length && !own.submissions.length;
  return [
    news > 0 && message("note", h("p", {}, words.untold(news))),
    calm && nothing(context),
    ...made,
  ];
}

let headings = 0;

function section(title: string, note: string, list: HTMLElement, after: Child = null): HTMLElement | null {
  if (!list.childElementCount) return null;
  headings += 1;
  const id = `section-${headings}`;
  return h(
    "section",
    { "aria-labelledby": id, class: "stack" },
    h("h2", { id }, title, h("span", { class: "section-count" }, list.childElementCount)),
    note && h("p", { class: "note" }, note),
    list,
    after,
  );
}

/** What nobody waits for any more, but can still be found. */
function aside(title: string, note: string, list: HTMLElement): HTMLElement | null {
  if (!list.childElementCount) return null;
  return h(
    "details",
    { class: "aside" },
    h("summary", {}, title, " ", h("span", { class: "section-count" }, list.childElementCount)),
    h("div", { class: "stack" }, h("p", { class: "note" }, note), list),
  );
}

function nothing({ session, words }: Context): HTMLElement {
  const reviews = session.user.role !== "editor";
  return h(
    "div",
    { class: "calm" },
    h("p", { class: "message-title" }, words.queue.nothingHeading),
    h("p", {}, reviews ? words.queue.nothingReviewer : words.queue.nothingEditor),
  );
}

function moreOf(
  context: Context,
  from: number,
  list: HTMLElement,
  records: (submissions: Submission[]) => HTMLElement[],
): HTMLElement {
  const place = h("div");
  let before: number | null = from;
  const button = h(
    "button",
    {
      type: "button",
      class: "button",
      onclick: async () => {
        try {
          const page = await context.api.submissions(
            { state: ["sent"], limit: WAITING, before: before ?? undefined },
            context.signal,
          );
          const fresh = records(page.submissions.filter((one) => one.may.decide));
          list.append(...fresh);
          fresh[0]?.querySelector("a")?.focus();
          before = page.next;
          if (before === null) place.remove();
        } catch (error) {
          if (!context.signal.aborted) place.append(failure(context, error));
        }
      },
    },
    context.words.common.more,
  );
  place.append(button);
  return place;
}

/** Says that a result was seen: it is no longer marked as new. */
function seen(
  context: Context,
  submission: Submission,
  told: HTMLElement,
  reload: () => Promise<void>,
): HTMLElement {
  const { queue: words } = context.words;
  const mark = async () => {
    try {
      await context.api.told(submission.id);
      await reload();
    } catch (error) {
      fill(told, failure(context, error));
    }
  };
  return h(
    "button",
    {
      type: "button",
      class: "button",
      "aria-label": words.seenLabel(titleOf(context, submission)),
      onclick: () => void mark(),
    },
    words.seen,
  );
}

function discard(
  context: Context,
  submission: Submission,
  told: HTMLElement,
  reload: () => Promise<void>,
): HTMLElement {
  const { queue: words } = context.words;
  const title = titleOf(context, submission);
  const ask = async () => {
    const yes = await confirmed(context, {
      title: words.removeQuestion(title),
      explanation: [h("p", {}, words.removeExplanation)],
      action: words.remove,
    });
    if (!yes) return;
    try {
      await context.api.changeSubmission(submission.id, submission.revision, { state: "withdrawn" });
      fill(told, message("done", h("p", {}, words.removed(title))));
      await reload();
    } catch (error) {
      fill(told, failure(context, error));
    }
  };
  return h(
    "button",
    { type: "button", class: "button", "aria-label": words.removeLabel(title), onclick: () => void ask() },
    words.remove,
  );
}
