/** The page of one submission: for whoever mends it its four steps, for whoever decides what would change. */

import { fill, h } from "../../dom.ts";
import { type Check, personName } from "../answers.ts";
import { follow } from "../check-progress.ts";
import { ApiError } from "../errors.ts";
import { day } from "../moments.ts";
import type { RouteOf } from "../route.ts";
import { type Detail, isFinal, type Work } from "../submissions.ts";
import { uploadWords } from "../text/upload.ts";
import type { UploadWords } from "../text/upload-ja.ts";
import { WorkSaver } from "../work-saver.ts";
import type { Bench, Step, StepName } from "./bench.ts";
import { button, stepList } from "./bench.ts";
import type { Context, ContextOf } from "./context.ts";
import { confirmed } from "./dialog.ts";
import { failure, heading, link, message, reasons } from "./parts.ts";
import { Report } from "./report.ts";
import { SendStep } from "./send.ts";
import { SheetStep } from "./sheet.ts";
import { VisitorReport } from "./visitor-report.ts";

type Part = RouteOf<"submission">["part"];

const PARTS: Record<Exclude<StepName, "choose">, Part> = {
  check: "report",
  mend: "sheet",
  send: "differences",
};

const BADGE: Partial<Record<Detail["state"], string>> = {
  returned: "careful",
  published: "done",
  rejected: "wrong",
};

/** So many rows that stayed out are named. */
const LEFT_OUT_SHOWN = 20;

/** The page goes from step to step without asking for the same again. */
let handedOn: { id: string; detail: Detail } | null = null;

export function submission(context: ContextOf<"submission">, root: HTMLElement): () => void {
  const page = new SubmissionPage(context, root);
  void page.start();
  return () => page.leave();
}

class SubmissionPage implements Bench {
  readonly context: Context;
  readonly words: UploadWords;
  readonly #id: string;
  readonly #part: Part;
  readonly #root: HTMLElement;
  readonly #notice = h("div", { class: "save-notice" });
  readonly #status = h("p", { class: "save-status", role: "status" });
  readonly #around = h("div", { class: "submission-head" });
  readonly #steps = h("div", {});
  readonly #place = h("div", { class: "step-place" });
  readonly #foot = h("div", { class: "submission-foot" });
  readonly #saver: WorkSaver<Detail>;
  #known: Detail | null = null;
  #step: Step | null = null;
  #shown: StepName | null = null;
  #going: Part | null = null;

  constructor(context: ContextOf<"submission">, root: HTMLElement) {
    this.context = context;
    this.words = uploadWords(context.language);
    this.#id = context.route.id;
    this.#part = context.route.part;
    this.#root = root;
    this.#saver = new WorkSaver<Detail>({
      send: (work) => this.#following(context.api.changeSubmission(this.#id, this.detail.revision, work), (words) => this.say(words)),
      saved: (answer) => {
        fill(this.#notice);
        this.accept(answer);
      },
      failed: (error) => void this.#notSaved(error),
      busy: (busy) => this.say(busy ? this.words.page.saving : this.words.page.saved),
    });
    context.guard(() => (this.#saver.pending ? this.words.page.unsaved : null));
  }

  get detail(): Detail {
    if (!this.#known) throw new Error("asked for before it came");
    return this.#known;
  }

  async start(): Promise<void> {
    const { context, words } = this;
    const waiting = heading(context, words.page.loading);
    const told = h("p", { class: "note", role: "status" });
    fill(this.#root, waiting, this.#notice, told);
    const far = (words: string) => {
      told.textContent = words;
    };
    try {
      const before = handedOn?.id === this.#id ? handedOn.detail : null;
      handedOn = null;
      this.#known = before ?? (await this.#following(context.api.submission(this.#id, context.signal), far));
    } catch (error) {
      if (!context.signal.aborted) fill(this.#notice, failure(context, error, () => void this.start()));
      return;
    }
    this.#draw();
    // Whoever came here by the keyboard stands at the heading, which has its own words now.
    if (document.activeElement === document.body) this.#root.querySelector("h1")?.focus();
    void this.#tellOwner();
  }

  /** An answer for which the file may have to be checked: tells how far that is. */
  async #following(answer: Promise<Detail>, tell: (words: string) => void): Promise<Detail> {
    const { waiting, reading, comparing } = this.words.upload.checking;
    const isMeant = ({ submission }: Check) => String(submission) === this.#id;
    const stop = follow(this.context.api, isMeant, ({ state, before, rows, done }) => {
      if (state === "waiting") tell(waiting(before));
      else if (rows !== null) tell((state === "reading" ? reading : comparing)(done, rows));
    });
    try {
      return await answer;
    } finally {
      stop();
    }
  }

  leave(): void {
    if (this.#known && this.#going) handedOn = { id: this.#id, detail: this.#known };
  }

  // What the steps use.

  save(work: Work): void {
    this.#saver.add(work);
  }

  settled(): Promise<boolean> {
    return this.#saver.settled();
  }

  accept(detail: Detail): void {
    const before = this.#known;
    this.#known = detail;
    if (before?.state !== detail.state || before.may.edit !== detail.may.edit) return this.#draw();
    this.#head();
    this.#step?.update();
  }

  async reload(): Promise<void> {
    this.accept(await this.context.api.submission(this.#id, this.context.signal));
  }

  say(words: string): void {
    this.#status.textContent = words;
  }

  fail(error: unknown): void {
    fill(this.#notice, failure(this.context, error));
  }

  goto(step: StepName): void {
    if (step === "choose") return void this.#another();
    void this.#goto(step === "check" && !this.detail.may.edit ? "reading" : PARTS[step]);
  }

  /** Back to the choice of a file. What was done to this one is kept, and that is said. */
  async #another(): Promise<void> {
    if (!(await this.#saver.settled())) return;
    this.context.go({ view: "upload" });
    this.context.tell(this.words.page.kept(this.#title()));
  }

  async #goto(part: Part): Promise<void> {
    // The next step shows what the server says: first it must know all that was done.
    if (!(await this.#saver.settled())) return;
    this.#going = part;
    this.context.go({ view: "submission", id: this.#id, part });
  }

  // Drawing.

  #draw(): void {
    const { context } = this;
    const title = heading(context, this.#title());
    const focused = this.#root.contains(document.activeElement);
    this.#step = null;
    this.#shown = this.#stepShown();
    fill(
      this.#root,
      title,
      this.#around,
      this.#steps,
      this.#notice,
      this.#place,
      this.#foot,
    );
    this.#root.classList.toggle("wide", this.#shown === "mend");
    this.#head();
    this.#step = this.#newStep(this.#shown);
    fill(this.#place, this.#step?.element);
    if (focused && !this.#root.contains(document.activeElement)) title.focus();
  }

  #newStep(step: StepName | null): Step | null {
    if (this.detail.kind === "report") return new VisitorReport(this);
    if (step === "check") return new Report(this);
    if (step === "mend") return new SheetStep(this);
    return step === "send" ? new SendStep(this) : null;
  }

  /** What the address asks for, as far as this submission has it. */
  #stepShown(): StepName | null {
    const { kind, may, state } = this.detail;
    if (kind === "report") return "send";
    if (kind === "withdrawal" || kind === "facility") return isFinal(state) && state === "published" ? null : "send";
    if (this.#part === "sheet") return "mend";
    if (this.#part === "reading") return "check";
    if (this.#part === "differences") return state === "published" ? null : "send";
    if (may.edit) return "check";
    return state === "published" ? null : "send";
  }

  #title(): string {
    const { words, detail } = this;
    const { page } = words;
    const name = detail.file_name ?? detail.title;
    if (detail.kind === "file") return name || page.untitled;
    const sort = { facility: page.facility, withdrawal: page.withdrawal, release: page.release, report: page.report }[detail.kind];
    return name ? name + this.words.aside(sort) : sort;
  }

  #head(): void {
    const { words, detail, context } = this;
    const { page } = words;
    const made = detail.sent_at ?? detail.created_at;
    fill(
      this.#around,
      h("span", { class: `badge ${BADGE[detail.state] ?? ""}` }, this.#state()),
      h("span", { class: "note" }, page.from(personName(detail.owner), day(made, context.language))),
      detail.area && h("span", { class: "note" }, page.area(detail.area.name)),
      detail.contact &&
        !detail.mine &&
        h("span", { class: "note" }, page.contact(detail.contact)),
      this.#status,
    );
    fill(this.#steps, ...this.#navigation(), this.#result());
    fill(this.#foot, ...this.#files());
  }

  /** A report is settled, not published. */
  #state(): string {
    const { words, detail } = this;
    if (detail.kind !== "report") return words.states[detail.state];
    const { waiting, settled, dismissed } = words.visitor.states;
    return detail.state === "sent" ? waiting : detail.state === "published" ? settled : dismissed;
  }

  #navigation(): (HTMLElement | null)[] {
    const { words, detail } = this;
    if (detail.kind !== "file" && detail.kind !== "release") return [];
    if (detail.may.edit) {
      const now = this.#shown ?? "check";
      return [stepList(words, now, () => true, (step) => this.goto(step))];
    }
    const tab = (part: Part, label: string, here: boolean) => {
      const anchor = link(this.context, { view: "submission", id: this.#id, part }, label, "part-link");
      if (here) anchor.setAttribute("aria-current", "page");
      anchor.addEventListener("click", () => (this.#going = part), { capture: true });
      return h("li", {}, anchor);
    };
    return [
      h(
        "nav",
        { class: "parts", "aria-label": words.page.parts },
        h(
          "ul",
          {},
          detail.state !== "published" &&
            tab("differences", words.send.titleReview, this.#shown === "send"),
          detail.state === "published" && tab("report", words.page.result, this.#shown === null),
          tab("reading", words.check.title, this.#shown === "check"),
          tab("sheet", words.page.sheet, this.#shown === "mend"),
        ),
      ),
    ];
  }

  /** Where it stands, and what can be done about that. */
  #result(): HTMLElement | null {
    const { words, detail, context } = this;
    const { page, decision } = words;
    const who = detail.decided_by?.name ?? page.nobody;
    const on = (at: string | null) => (at ? day(at, context.language) : "");
    const note = detail.note && h("blockquote", { class: "reviewer-note" }, detail.note);
    switch (detail.state) {
      case "returned":
        return message(
          "careful",
          h("p", { class: "message-title" }, page.returnedNote(who)),
          note,
          detail.kind === "facility" && detail.mine && this.#toForm(),
        );
      case "published":
        if (detail.kind === "report") {
          return message("done", h("p", { class: "message-title" }, words.visitor.settledBy(who, on(detail.decided_at))), note);
        }
        return message(
          "done",
          h("p", { class: "message-title" }, decision.result.published(who, on(detail.decided_at))),
          h("p", {}, this.#counts()),
          this.#leftOut(),
          h("p", {}, page.undoable),
          note,
          h(
            "div",
            { class: "actions" },
            detail.may_take_rest && button(words.send.takeRest, () => void this.#takeRest()),
            link(context, { view: "facilities", q: "" }, page.facilities, "button"),
            link(context, { view: "queue" }, page.queue, "button"),
          ),
        );
      case "rejected":
        return message(
          "careful",
          h("p", { class: "message-title" }, decision.result.rejected(who, on(detail.decided_at))),
          note,
        );
      case "withdrawn":
        return message(
          "note",
          h("p", {}, decision.result.withdrawn()),
          detail.mine && h("div", { class: "actions" }, button(page.restore, () => void this.#takeBack())),
        );
      case "sent":
        if (detail.kind === "report") return null;
        return message(
          "note",
          h("p", {}, decision.result.sent(on(detail.sent_at))),
          detail.may.withdraw &&
            h(
              "div",
              { class: "actions" },
              button(page.takeBack, () => void this.#takeBack()),
              button(page.withdraw, () => void this.#withdraw(), "button careful"),
            ),
        );
      default:
        return detail.kind === "facility" && detail.mine ? message("note", this.#toForm()) : null;
    }
  }

  /** Which rows stayed out, by their names. */
  #leftOut(): HTMLElement | null {
    const { words, detail, context } = this;
    const rows = detail.left_out ?? [];
    if (!rows.length) return null;
    const { rest } = detail.summary;
    return h(
      "div",
      {},
      h("p", {}, words.send.leftOutOfIt(rows.length)),
      h(
        "ul",
        {},
        ...rows
          .slice(0, LEFT_OUT_SHOWN)
          .map(({ row, name, why }) => h("li", {}, words.send.leftOutRow(row, name, why === "blocked"))),
        rows.length > LEFT_OUT_SHOWN && h("li", {}, words.send.leftOutMore(rows.length - LEFT_OUT_SHOWN)),
      ),
      rest !== undefined &&
        detail.mine &&
        link(context, { view: "submission", id: String(rest), part: "sheet" }, words.send.toRest, "button"),
    );
  }

  async #takeRest(): Promise<void> {
    try {
      const draft = await this.context.api.takeRest(this.#id);
      this.context.go({ view: "submission", id: String(draft.id), part: "sheet" });
    } catch (error) {
      this.fail(error);
    }
  }

  #toForm(): HTMLElement {
    const address = new URL(this.context.address({ view: "facility", id: null }), location.href);
    address.searchParams.set("submission", this.#id);
    return h("a", { class: "button", href: address.pathname + address.search }, this.words.page.toForm);
  }

  #counts(): string {
    const { summary } = this.detail;
    if (summary.approved) return this.words.page.approvedPart(summary.approved.length);
    return this.words.page.counts(summary);
  }

  #files(): (HTMLElement | null)[] {
    const { words, detail, context } = this;
    const { page } = words;
    const isFile = detail.kind === "file";
    const get = (which: "file" | "corrected", label: string) =>
      h("a", { class: "button", href: context.api.fileAddress(this.#id, which), download: "" }, label);
    return [
      isFile
        ? h(
            "div",
            { class: "actions" },
            get("file", page.original),
            get("corrected", page.corrected),
          )
        : null,
      isFile ? h("p", { class: "note" }, page.correctedNote) : null,
      detail.may.edit ? h("p", { class: "note" }, page.savedAlready) : null,
      detail.may.edit
        ? h("p", {}, button(page.withdrawDraft, () => void this.#withdraw(), "text-button"))
        : null,
    ];
  }

  async #withdraw(): Promise<void> {
    const { words, context, detail } = this;
    const { page } = words;
    const draft = detail.may.edit;
    const yes = await confirmed(context, {
      title: draft ? page.withdrawDraft : page.withdraw,
      explanation: [h("p", {}, draft ? page.withdrawDraftSure : page.withdrawSure)],
      action: draft ? page.withdrawDraft : page.withdraw,
    });
    if (!yes) return;
    this.save({ state: "withdrawn" });
    if (await this.settled()) context.recount();
  }

  async #takeBack(): Promise<void> {
    this.save({ state: "draft" });
    if (await this.settled()) this.context.recount();
  }

  /** Whoever handed it in has seen the decision with this page. */
  async #tellOwner(): Promise<void> {
    const { mine, decided_at: decided, told } = this.detail;
    if (!mine || !decided || told) return;
    try {
      await this.context.api.told(this.#id);
      this.context.recount();
    } catch {
      // They are told again the next time.
    }
  }

  /** What was typed is kept; what the server has is shown. */
  async #notSaved(error: unknown): Promise<void> {
    const { words, context } = this;
    const { page } = words;
    if (context.signal.aborted) return;
    this.say("");
    if (error instanceof ApiError && error.stale) {
      try {
        const fresh = await context.api.submission(this.#id, context.signal);
        const who = fresh.decided_by && !fresh.may.edit ? personName(fresh.decided_by) : page.somebody;
        this.accept(fresh);
        fill(
          this.#notice,
          message(
            "careful",
            h("p", { class: "message-title", role: "alert" }, page.meanwhile(who)),
            h("p", {}, page.meanwhileKept),
            h(
              "div",
              { class: "actions" },
              fresh.may.edit && button(page.meanwhileAgain, () => this.#saver.retry(), "button primary"),
              button(page.meanwhileDrop, () => this.#dropAll()),
            ),
          ),
        );
        return;
      } catch {
        // Then it is said like any other failure.
      }
    }
    const { title, detail } = reasons(context, error);
    fill(
      this.#notice,
      h(
        "div",
        { class: "message failed", role: "alert" },
        h("p", { class: "message-title" }, page.notSaved(title)),
        h("p", {}, detail),
        h(
          "div",
          { class: "actions" },
          button(page.again, () => this.#saver.retry(), "button primary"),
          button(page.giveUp, () => this.#dropAll()),
        ),
      ),
    );
  }

  #dropAll(): void {
    this.#saver.drop();
    this.say("");
    fill(this.#notice);
    void this.reload()
      .then(() => this.#draw())
      .catch((error) => this.fail(error));
  }
}
