/** A submission's parts by the names this journey uses, and what is promised about their size. */

import type { RowProblem, SubmissionDetail, SubmissionPatch, SubmissionState } from "./answers.ts";

export type { Difference, Effect, FieldChange, SheetColumn, SheetRow } from "./answers.ts";

export type Detail = SubmissionDetail;
export type Work = SubmissionPatch;
export type Likely = Detail["likely"][number];
export type FieldName = Detail["fields"][number];

/** A problem carries the same sort of problem in other columns of its row along. */
export interface Problem extends Omit<RowProblem, "also"> {
  also?: Problem[];
}

export const MAX_BYTES = 20 * 1024 * 1024;
export const ROWS_AT_ONCE = 200;
export const DIFFERENCES_AT_ONCE = 100;
/** The most the server gives at once. */
export const DIFFERENCES_AT_MOST = 1000;

export function problemsOf(detail: Detail): Problem[] {
  return detail.report.problems as Problem[];
}

export function fieldLabel(fields: FieldName[], name: string): string {
  return fields.find((field) => field.name === name)?.label ?? name;
}

/** Whether its owner may still mend it. */
export function isOpen(state: SubmissionState): boolean {
  return state === "draft" || state === "returned";
}

/** Whether nothing will happen to it any more. */
export function isFinal(state: SubmissionState): boolean {
  return state === "published" || state === "rejected" || state === "withdrawn";
}
