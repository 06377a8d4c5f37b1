/** The reviewer's decision: publish all or a part, send back with a note, refuse. */

import { fill, h } from "../../dom.ts";
import type { Decision as Decided } from "../answers.ts";
import { ApiError } from "../errors.ts";
import type { Detail } from "../submissions.ts";
import type { Bench } from "./bench.ts";
import { button } from "./bench.ts";
import type { Differences } from "./differences.ts";
import { confirmed } from "./dialog.ts";
import { busy, failure, field } from "./parts.ts";

export class Decision {
  readonly element: HTMLElement;
  readonly #bench: Bench;
  readonly #differences: Differences;
  readonly #note: HTMLTextAreaElement;
  readonly #noteField: ReturnType<typeof field>;
  readonly #conflicts = h("div", {});
  readonly #choice = h("div", { class: "choice-line" });
  readonly #acts = h("div", { class: "actions" });
  readonly #failed = h("div", {});

  constructor(bench: Bench, differences: Differences) {
    this.#bench = bench;
    this.#differences = differences;
    const { decision } = bench.words;
    this.#note = h("textarea", { class: "input", rows: 3, maxlength: 2000 });
    this.#noteField = field(decision.note, this.#note, decision.noteHelp);
    this.element = h(
      "section",
      { class: "block decision", "aria-labelledby": "decision-heading" },
      h("h2", { id: "decision-heading" }, decision.title),
      this.#conflicts,
      this.#choice,
      this.#noteField.element,
      this.#failed,
      this.#acts,
    );
    this.update();
  }

  /** The differences came, or what is chosen of them changed. */
  update(): void {
    const { words, detail } = this.#bench;
    const { decision } = words;
    const { choosing, chosen, total } = this.#differences;
    const focused = document.activeElement?.id;
    fill(this.#conflicts, detail.conflicts > 0 && this.#aboutConflicts());
    fill(
      this.#choice,
      total > 1 &&
        h(
          "label",
          { class: "check" },
          this.#partBox(choosing),
          h("span", {}, decision.choose),
        ),
      choosing && h("span", { role: "status" }, decision.chosen(chosen, total)),
      choosing && this.#mark("choose-all", decision.chooseAll, false),
      choosing && this.#mark("choose-none", decision.chooseNone, true),
      choosing && chosen < total && h("p", { class: "note" }, decision.leftNote),
    );
    fill(
      this.#acts,
      this.#act(
        "approve",
        choosing && chosen < total ? decision.approvePart(chosen) : decision.approve,
        "button primary",
        () => this.#approve(),
      ),
      this.#act("return", decision.back, "button", () => this.#sendBack()),
      this.#act("reject", decision.reject, "button careful", () => this.#reject()),
    );
    if (focused && this.element.contains(document.getElementById(focused))) {
      document.getElementById(focused)?.focus({ preventScroll: true });
    }
  }

  #partBox(on: boolean): HTMLInputElement {
    const box = h("input", { id: "choose-part", type: "checkbox", checked: on });
    box.addEventListener("change", () => {
      this.#differences.choose(box.checked);
      this.update();
    });
    return box;
  }

  #mark(id: string, label: string, out: boolean): HTMLElement {
    const act = async () => {
      const all = out ? await this.#differences.everyRow() : null;
      if (all) this.#differences.without(all.map(({ row }) => row), true);
      else this.#differences.all();
    };
    const element = button(label, () => void act().catch((error) => this.#bench.fail(error)), "text-button");
    element.id = id;
    return element;
  }

  #aboutConflicts(): HTMLElement {
    const { words, detail } = this.#bench;
    const { decision } = words;
    const leave = async () => {
      const rows = await this.#differences.everyRow();
      this.#differences.choose(true);
      this.#differences.without(
        rows.filter(({ conflict }) => conflict).map(({ row }) => row),
        true,
      );
    };
    return h(
      "div",
      { class: "message careful" },
      h("p", { class: "message-title" }, decision.conflicts(detail.conflicts)),
      h("p", {}, decision.conflictLead),
      h(
        "div",
        { class: "actions" },
        (detail.kind === "file" || detail.kind === "release") &&
          button(decision.conflictLeave, () => void leave().catch((error) => this.#bench.fail(error))),
        button(decision.conflictSeen, () => void this.#seen()),
      ),
    );
  }

  /** Somebody has looked at what others changed, and wants the submission's values all the same. */
  async #seen(): Promise<void> {
    const { context, words, detail } = this.#bench;
    const { decision } = words;
    const yes = await confirmed(context, {
      title: decision.conflictSeen,
      explanation: [h("p", {}, decision.conflictSeenSure)],
      action: decision.conflictSeenYes,
    });
    if (yes) this.#bench.save({ seen: detail.seq });
  }

  #act(id: string, label: string, className: string, work: () => Promise<void>): HTMLButtonElement {
    const element: HTMLButtonElement = button(label, () => void busy(element, work), className);
    element.id = `decide-${id}`;
    return element;
  }

  async #approve(): Promise<void> {
    const { context, words, detail } = this.#bench;
    const { decision } = words;
    const { choosing, chosen, total } = this.#differences;
    const part = choosing && chosen < total;
    if (part && chosen === 0) return this.#wrong(decision.nothingChosen);
    const { added, changed, closed, withdrawn } = detail.summary;
    const yes = await confirmed(context, {
      title: part ? decision.approvePart(chosen) : decision.approve,
      explanation: [
        h("p", {}, part ? decision.approvePartSure(chosen) : decision.approveSure({ added, changed, closed, withdrawn })),
      ],
      action: part ? decision.approvePart(chosen) : decision.approve,
    });
    if (!yes) return;
    const rows = part ? { rows: await this.#differences.chosenRows() } : {};
    await this.#decide({ decision: "approve", ...rows }, part ? decision.approvedPart : decision.approved);
  }

  async #sendBack(): Promise<void> {
    const { decision } = this.#bench.words;
    if (!this.#note.value.trim()) return this.#noteField.wrong(decision.noteMissing);
    this.#noteField.wrong(null);
    await this.#decide({ decision: "return" }, decision.returned);
  }

  async #reject(): Promise<void> {
    const { context, words } = this.#bench;
    const { decision } = words;
    const yes = await confirmed(context, {
      title: decision.reject,
      explanation: [h("p", {}, decision.rejectSure)],
      action: decision.rejectYes,
    });
    if (yes) await this.#decide({ decision: "reject" }, decision.rejected);
  }

  #wrong(words: string): void {
    fill(this.#failed, h("p", { class: "field-error", role: "alert" }, words));
  }

  async #decide(decided: Decided, done: string): Promise<void> {
    const { context, detail } = this.#bench;
    const publishes = decided.decision === "approve";
    fill(this.#failed, publishes && h("p", { class: "note", role: "status" }, this.#bench.words.decision.publishing));
    const note = this.#note.value.trim();
    let answer: Detail;
    try {
      answer = await context.api.decide(String(detail.id), detail.revision, { ...decided, ...(note && { note }) });
    } catch (error) {
      return this.#refused(error);
    }
    context.tell(done);
    context.recount();
    this.#bench.accept(answer);
  }

  /** Something is published that was not when the page was made: it is shown, and nothing was overwritten. */
  async #refused(error: unknown): Promise<void> {
    const { words } = this.#bench;
    fill(this.#failed, failure(this.#bench.context, error));
    if (!(error instanceof ApiError) || (error.status !== 409 && error.status !== 412)) return;
    await this.#bench.reload();
    await this.#differences.load();
    this.#bench.say(words.decision.changedMeanwhile);
    this.update();
  }
}
