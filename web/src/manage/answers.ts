/** What the server answers behind a login, typed as it is sent. null is "not there" or "not known". */

import type { FieldChange, Person, Role, Scope } from "../api/generated.d.ts";

export type {
  Account,
  Decision,
  FieldChange,
  Redacted,
  Role,
  Scope,
  SecondFactor,
  Session,
  Token,
  UserChange,
  Version,
} from "../api/generated.d.ts";

export const ROLES: readonly Role[] = ["editor", "reviewer", "planner", "admin"];

export const SCOPES: readonly Scope[] = ["read", "submit", "publish"];

/** How somebody is called; by number where no name is known. */
export function personName(person: Person): string {
  return person.name ?? `#${person.id}`;
}

/** What a visitor without an account says is wrong about a facility. */
export interface VisitorReport {
  facility: string;
  kind: "closed" | "moved" | "hours" | "other";
  text: string;
}

export type SubmissionState = "draft" | "sent" | "returned" | "published" | "rejected" | "withdrawn";

export interface Submission {
  id: number;
  kind: "file" | "facility" | "withdrawal" | "release" | "report";
  state: SubmissionState;
  revision: number;
  area: { code: string; name: string } | null;
  file_name: string | null;
  title: string | null;
  created_at: string;
  sent_at: string | null;
  decided_at: string | null;
  owner: Person;
  decided_by: Person | null;
  /** What whoever decided wrote with it. */
  note: string | null;
  contact?: string | null;
  summary: {
    rows: number;
    accepted: number;
    blocked: number;
    warned: number;
    added: number;
    changed: number;
    closed: number;
    withdrawn: number;
    unchanged: number;
    /** The name of the facility where there is but one. */
    name?: string;
    /** What a visitor reported. */
    report?: VisitorReport;
    /** Of a decision in part, the rows that were approved. */
    approved?: number[];
    /** Of a decision, the rows that stayed out. */
    left_out?: number[];
    /** The submission in which they were taken up again. */
    rest?: number;
  };
  published: { first: number; last: number } | null;
  /** Whether its owner has seen the decision. */
  told: boolean;
  /** Whether whoever asks handed it in. */
  mine: boolean;
  by_token: boolean;
  may: { edit: boolean; send: boolean; withdraw: boolean; decide: boolean };
  /** Whether the rows that stayed out can become a draft of mine. */
  may_take_rest: boolean;
  /** When its file was deleted, because it was left alone or rejected long ago. */
  file_deleted_at: string | null;
}

export interface SubmissionPage {
  submissions: Submission[];
  /** The last one's number, to go on after; null where there are no more. */
  next: number | null;
  /** Sent ones that I may decide. */
  waiting: number;
  /** Mine that were decided and that I have not seen since. */
  untold: number;
}

export interface Suggestion {
  label: string;
  cells: { column: string; text: string }[];
}

export interface RowProblem {
  row: number | null;
  column: string | null;
  code: string;
  message: string;
  found: string | null;
  expected: string | null;
  blocks: boolean;
  suggestion?: Suggestion;
  /** Other rows or columns it is about. */
  also?: unknown;
}

export interface SheetColumn {
  label: string;
  field: string | null;
  found: "named" | "guessed" | "chosen" | null;
  example: string | null;
}

/** A check of a file that the server does just now, or that waits for others. */
export interface Check {
  /** null of a file that is being handed in. */
  submission: number | null;
  /** The key of the request that hands it in. */
  request: string | null;
  state: "waiting" | "reading" | "comparing";
  /** How many others come first. */
  before: number;
  /** null while nobody knows. */
  rows: number | null;
  done: number;
}

export interface SubmissionDetail extends Submission {
  report: { rows: number; accepted: number; problems: RowProblem[] };
  file: {
    format: "csv" | "xlsx" | "geojson" | null;
    encoding: string | null;
    sheets: string[];
    sheet: string | null;
    header_row: number | null;
    /** Whether rows are read that the workbook hides; null where it hides none. */
    hidden: boolean | null;
    columns: SheetColumn[];
    /** Whether the file itself says kinds, in a column or a property. */
    has_kinds: boolean;
    /** The kind somebody chose for all rows of a file that says none. */
    kind: string | null;
    remembered: boolean;
  };
  /** The rows that stayed out of what was published. */
  left_out?: { row: number; name: string | null; why: "blocked" | "not-approved" }[];
  /** What a column may hold. */
  fields: { name: string; label: string }[];
  likely: {
    row: number;
    id: string;
    name: string;
    metres: number;
    reason: "same-place" | "same-name" | "like-name" | "phone" | "website" | "id";
    decided: "same" | "keep" | "other" | null;
  }[];
  /** Rows that cannot be approved before somebody decides whether they are a published facility. */
  undecided: number;
  /** How many cells are empty beside a published value, by field. */
  blanks: Record<string, number>;
  work: unknown;
  /** The number of the directory it was held against. */
  seq: number;
  /** How many rows change what somebody else changed since anybody last looked. */
  conflicts: number;
}

export interface SheetRow {
  row: number;
  cells: string[];
  /** Labels of the columns whose text was mended here. */
  mended: string[];
  left_out: boolean;
  /** Indices into the report's problems. */
  problems: number[];
}

export interface RowPage {
  total: number;
  rows: SheetRow[];
}

export type Effect = "added" | "changed" | "closed";

export interface Difference {
  row: number;
  /** A new facility has its id once it is published. */
  id: string | null;
  effect: Effect;
  name: string;
  position: [number, number];
  position_precision: string;
  municipality_name: string;
  fields: FieldChange[];
  /** What somebody else changed since anybody last looked: their last change, and the fields both change. */
  conflict: { seq: number; at: string; fields: string[] } | null;
}

export interface DifferencePage {
  total: number;
  counts: { added: number; changed: number; closed: number; withdrawn: number; unchanged: number };
  differences: Difference[];
  /** Records that would be withdrawn. */
  withdrawals: { id: string; name: string | null }[];
}

/** What is changed in a draft; what is absent stays. */
export interface SubmissionPatch {
  encoding?: string;
  sheet?: string;
  header_row?: number;
  hidden?: boolean;
  /** The kind of all rows of a file that says none; null takes it back. */
  kind?: string | null;
  columns?: Record<string, string | null>;
  cells?: Record<number, Record<string, string | null>>;
  left_out?: Record<number, boolean>;
  likeness?: Record<number, { same: string } | { keep: string } | "other" | null>;
  /** The decision for all other rows with the name and place of a published facility. */
  same?: "update" | "keep" | "new" | null;
  /** What empty cells do to published values. */
  blank?: "keep" | "clear" | null;
  feature?: unknown;
  contact?: string;
  /** The number of the directory somebody has looked at: what others changed up to it may be overwritten. */
  seen?: number;
  /** `draft` takes it back from review, to be mended. */
  state?: "sent" | "draft" | "withdrawn";
}
