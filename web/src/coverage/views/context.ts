/** What every part of the planner's page is given. */

import type { Api, Vocabularies } from "../../api.ts";
import type { Language } from "../../mode.ts";
import type { Coverage, CoverageApi, Named, Row } from "../api.ts";
import type { Asked, Question } from "../question.ts";
import type { OwnZones } from "../zones.ts";
import type { Words } from "../text/index.ts";

export interface Context {
  language: Language;
  words: Words;
  api: CoverageApi;
  directory: Api;
  asked(): Asked;
  /** A step: the back button undoes it. */
  ask(change: Partial<Question>): void;
  /** The same question, looked at otherwise. */
  look(change: Partial<Omit<Asked, "question">>): void;
  /** What the answer adds to the address: how it is cut, and of which state of the directory it is. */
  answered(change: { by: Question["by"]; seq: number | null }): void;
}

/** An answer with what is needed to say what it is about. */
export interface Answered {
  coverage: Coverage;
  rows: Row[];
  /** Of the area as a whole. */
  name: string;
  /** The visitor's own areas, where the answer is of them. */
  zones: OwnZones | null;
  prefectures: Named[];
  municipalities: Named[];
  vocabularies: Vocabularies | null;
}
