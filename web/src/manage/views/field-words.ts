/** Fields and their values in the page's language, and what of a value changed. */

import { type Child, h } from "../../dom.ts";
import type { FieldChange } from "../answers.ts";
import { changedWords, type Piece } from "../changed-words.ts";
import { uploadEn } from "../text/upload-en.ts";
import { uploadJa } from "../text/upload-ja.ts";
import type { Context } from "./context.ts";
import { valueText } from "./values.ts";

export interface FieldWords {
  name(field: string): string;
  text(field: string, value: unknown): string;
  /** Both values, with the words marked that differ. */
  compared(change: FieldChange): { before: Child[]; after: Child[] };
}

export async function fieldWords(context: Context): Promise<FieldWords> {
  const { language } = context;
  const [names, vocabularies] = await Promise.all([context.fieldNames(), context.vocabularies()]);
  const speaking = { words: language === "ja" ? uploadJa : uploadEn, vocabularies, language };
  const text = (field: string, value: unknown) => valueText(speaking, field, value);
  return {
    name: (field) => names[field] ?? (field === "position" ? speaking.words.send.position : field),
    text,
    compared({ name, before, after }) {
      const known = before !== null && before !== undefined && after !== null && after !== undefined;
      // Where a value came or went, there is nothing to compare: only the value itself is marked.
      if (!known) return { before: [whole(text(name, before), before)], after: [whole(text(name, after), after)] };
      const { before: old, after: fresh } = changedWords(text(name, before), text(name, after));
      return { before: marked(old), after: marked(fresh) };
    },
  };
}

function marked(pieces: Piece[]): Child[] {
  return pieces.map(({ text, changed }) => (changed ? h("mark", {}, text) : text));
}

function whole(text: string, value: unknown): Child {
  return value === null || value === undefined ? h("span", { class: "unknown" }, text) : h("mark", {}, text);
}
