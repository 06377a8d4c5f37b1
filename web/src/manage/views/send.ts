/** 送る: what would change, what stays behind, and the button that hands it to a reviewer. */

import { fill, h } from "../../dom.ts";
import { SheetRows } from "../sheet-rows.ts";
import type { SheetRow } from "../submissions.ts";
import type { Bench, Step } from "./bench.ts";
import { button } from "./bench.ts";
import { Decision } from "./decision.ts";
import { Differences } from "./differences.ts";
import { LikelyDuplicates } from "./likely.ts";
import { busy, field, message } from "./parts.ts";

/** Longer than this the server does not keep. */
const LONGEST_CONTACT = 200;

export class SendStep implements Step {
  readonly element: HTMLElement;
  readonly #bench: Bench;
  readonly #differences: Differences;
  readonly #decision: Decision | null;
  /** For whoever decides on what somebody else has sent; its sender finds the same where rows are mended. */
  readonly #likely: LikelyDuplicates | null;
  readonly #lead = h("p", {});
  readonly #behind = h("div", { class: "behind" });
  readonly #panel = h("section", { class: "block send-panel" });
  readonly #contact: HTMLInputElement;
  readonly #contactField: HTMLElement;
  #seq: number;
  #revision: number;

  constructor(bench: Bench) {
    this.#bench = bench;
    const { detail, words } = bench;
    this.#seq = detail.seq;
    this.#revision = detail.revision;
    this.#differences = new Differences(bench, () => this.#decision?.update());
    this.#decision = detail.may.decide ? new Decision(bench, this.#differences) : null;
    this.#likely = detail.may.decide ? new LikelyDuplicates(bench, rowsOf(bench)) : null;
    this.#contact = h("input", {
      class: "input",
      type: "text",
      maxlength: LONGEST_CONTACT,
      autocomplete: "email",
      value: detail.contact ?? "",
    });
    this.#contact.addEventListener("change", () => bench.save({ contact: this.#contact.value }));
    this.#contactField = field(words.send.contact, this.#contact, words.send.contactHelp).element;
    this.element = h(
      "div",
      { class: "send" },
      this.#lead,
      this.#behind,
      this.#likely?.element ?? null,
      this.#differences.element,
      this.#decision?.element ?? null,
      this.#panel,
    );
    void this.#differences.load();
    this.update();
  }

  update(): void {
    const { detail, words } = this.#bench;
    const { send } = words;
    // Contacts and notes change no difference.
    if (detail.seq !== this.#seq || detail.revision !== this.#revision) {
      this.#seq = detail.seq;
      this.#revision = detail.revision;
      void this.#differences.load();
    }
    const { blocked, accepted, rows } = detail.summary;
    const undecided = detail.undecided;
    const out = rows - accepted - blocked;
    const mends = detail.may.edit;
    const told = [
      blocked > 0 && (mends ? send.blockedStay(blocked) : send.blockedStayed(blocked)),
      out > 0 && (mends ? send.leftOutStay(out) : send.leftOutStayed(out)),
      undecided > 0 && send.undecided(undecided),
    ].filter((line): line is string => Boolean(line));
    fill(
      this.#behind,
      told.length > 0 &&
        detail.kind === "file" &&
        !isDone(this.#bench) &&
        message(
          mends || undecided ? "careful" : "note",
          ...told.map((line) => h("p", {}, line)),
          mends &&
            (blocked > 0 || undecided > 0) &&
            h("div", { class: "actions" }, button(send.toMend, () => this.#bench.goto("mend"))),
        ),
    );
    fill(this.#lead, !isDone(this.#bench) && send.lead(detail.summary));
    this.#panel.hidden = !detail.may.send;
    fill(this.#panel, ...(detail.may.send ? this.#sending(accepted > 0) : []));
    this.#likely?.update();
    this.#decision?.update();
  }

  #sending(possible: boolean): (HTMLElement | null)[] {
    const { words, context } = this.#bench;
    const { send } = words;
    if (!possible) return [h("p", {}, send.cannot), button(words.steps.mend, () => this.#bench.goto("mend"))];
    const element: HTMLButtonElement = button(
      send.send,
      () => void busy(element, () => this.#send()),
      "button primary",
    );
    const { role } = context.session.user;
    const decides = role === "reviewer" || role === "admin";
    return [
      this.#contactField,
      h("p", { class: "note" }, decides ? send.nextPublish : send.next),
      h("div", { class: "actions" }, element),
    ];
  }

  async #send(): Promise<void> {
    const { words, context } = this.#bench;
    this.#bench.save({ contact: this.#contact.value, state: "sent" });
    if (!(await this.#bench.settled())) return;
    context.tell(words.send.sent);
    context.recount();
  }
}

/** Rows of the sheet, fetched as they are asked for. */
function rowsOf({ context, detail }: Bench): (row: number) => Promise<SheetRow | null> {
  const source = new SheetRows(
    (only) => async (from, limit) => context.api.rows(String(detail.id), { from, limit, only }, context.signal),
  );
  source.choose(detail, "all");
  source.learn(detail);
  return (row) => source.one(row);
}

function isDone({ detail }: Bench): boolean {
  return detail.state === "published" || detail.state === "rejected" || detail.state === "withdrawn";
}
