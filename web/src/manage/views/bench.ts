/** What the steps of a submission's page share: the submission as it is now, and the one way to change it. */

import type { Child } from "../../dom.ts";
import { h } from "../../dom.ts";
import type { Detail, Work } from "../submissions.ts";
import type { UploadWords } from "../text/upload-ja.ts";
import type { Context } from "./context.ts";

/** The steps of a file's way, in order. The first is done once there is a submission. */
export const STEPS = ["choose", "check", "mend", "send"] as const;
export type StepName = (typeof STEPS)[number];

export interface Bench {
  readonly context: Context;
  readonly words: UploadWords;
  readonly detail: Detail;
  /** Saves at once; the answer comes to the step's `update`. */
  save(work: Work): void;
  /** Resolves when nothing is left to save; false where something could not be. */
  settled(): Promise<boolean>;
  /** Replaces what is known by what an answer said. */
  accept(detail: Detail): void;
  /** Asks for the submission anew. */
  reload(): Promise<void>;
  goto(step: StepName): void;
  /** Says something in the page's status line. */
  say(words: string): void;
  /** A request failed beyond the step's own help. */
  fail(error: unknown): void;
}

/** One step's part of the page. */
export interface Step {
  readonly element: HTMLElement;
  /** The submission changed: by this step, or by anybody. */
  update(): void;
}

/** A file without columns is a list of features, and counts them. */
export function rowName({ detail, words }: Bench, row: number): string {
  return detail.file.format === "geojson" ? words.mend.feature(row) : words.mend.row(row);
}

/** Whether a row is kept out or only remarked on, in words and not by colour alone. */
export function tag(words: UploadWords, blocks: boolean): HTMLElement {
  return h(
    "span",
    { class: blocks ? "tag blocks" : "tag warns" },
    blocks ? words.mend.blocks : words.mend.warns,
  );
}

/** A button. */
export function button(words: Child, act: () => void, className = "button"): HTMLButtonElement {
  return h("button", { type: "button", class: className, onclick: act }, words);
}

/** The steps, the present one marked. Steps that can be gone to are buttons. */
export function stepList(
  words: UploadWords,
  now: StepName,
  reachable: (step: StepName) => boolean,
  goto: (step: StepName) => void,
): HTMLElement {
  const place = STEPS.indexOf(now);
  return h(
    "nav",
    { class: "steps", "aria-label": words.steps.label },
    h(
      "ol",
      {},
      ...STEPS.map((step, index) => {
        const inside = [
          h("span", { class: "step-number", "aria-hidden": "true" }, index + 1),
          h("span", { class: "step-name" }, words.steps[step]),
          index < place && h("span", { class: "visually-hidden" }, words.aside(words.steps.done)),
        ];
        const free = step !== now && reachable(step);
        return h(
          "li",
          {
            class: "step",
            "data-state": index < place ? "done" : index === place ? "now" : "later",
          },
          free
            ? h("button", { type: "button", class: "step-inside", onclick: () => goto(step) }, ...inside)
            : h("span", { class: "step-inside", "aria-current": step === now ? "step" : null }, ...inside),
        );
      }),
    ),
  );
}
