/** What a visitor without an account reported: what it says, the facility it is about, and what was done. */

import { h } from "../../dom.ts";
import type { VisitorReport as Reported } from "../answers.ts";
import type { Bench, Step } from "./bench.ts";
import { button } from "./bench.ts";
import { busy, failure, field, link } from "./parts.ts";

export class VisitorReport implements Step {
  readonly element: HTMLElement;
  readonly #bench: Bench;
  readonly #note: HTMLTextAreaElement;
  readonly #failed = h("div", {});
  readonly #deciding: HTMLElement;

  constructor(bench: Bench) {
    this.#bench = bench;
    const { context, words, detail } = bench;
    const { visitor } = words;
    const report: Reported | undefined = detail.summary.report;
    this.#note = h("textarea", { class: "input", rows: 3, maxlength: 2000 });
    const settled = this.#act(visitor.settled, "button primary", "approve", visitor.settledDone);
    const dismissed = this.#act(visitor.dismissed, "button", "reject", visitor.dismissedDone);
    this.#deciding = h(
      "section",
      { class: "block decision", "aria-labelledby": "decision-heading" },
      h("h2", { id: "decision-heading" }, visitor.decide),
      h("p", {}, visitor.lead),
      field(visitor.note, this.#note, visitor.noteHelp).element,
      this.#failed,
      h("div", { class: "actions" }, settled, dismissed),
    );
    this.element = h(
      "div",
      { class: "send" },
      h(
        "section",
        { class: "block", "aria-labelledby": "report-heading" },
        h("h2", { id: "report-heading" }, report ? visitor.kinds[report.kind] : visitor.title),
        report?.text ? h("blockquote", { class: "said" }, h("p", {}, report.text)) : h("p", { class: "note" }, visitor.nothingSaid),
        report &&
          h(
            "div",
            { class: "actions" },
            link(context, { view: "facility", id: report.facility }, visitor.edit, "button"),
            link(context, { view: "history", id: report.facility }, visitor.history, "button"),
          ),
      ),
      this.#deciding,
    );
    this.update();
  }

  update(): void {
    this.#deciding.hidden = !this.#bench.detail.may.decide;
  }

  #act(label: string, className: string, decision: "approve" | "reject", done: string): HTMLButtonElement {
    const element: HTMLButtonElement = button(label, () => void busy(element, () => this.#decide(decision, done)), className);
    return element;
  }

  async #decide(decision: "approve" | "reject", done: string): Promise<void> {
    const { context, detail } = this.#bench;
    const note = this.#note.value.trim();
    try {
      const answer = await context.api.decide(String(detail.id), detail.revision, { decision, ...(note && { note }) });
      context.tell(done);
      context.recount();
      this.#bench.accept(answer);
    } catch (error) {
      this.#failed.replaceChildren(failure(context, error));
    }
  }
}
