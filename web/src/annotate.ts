/**
 * Readings over kanji. Words that carry them hold Unicode's interlinear annotation characters, which
 * no keyboard types: `ruby` writes them, `dom.ts` draws them, and wherever only plain text can stand
 * (titles, labels, attributes) `plain` takes the readings out.
 */

const ANCHOR = "\uFFF9";
const SEPARATOR = "\uFFFA";
const TERMINATOR = "\uFFFB";
const ANNOTATED = /\uFFF9([^\uFFF9-\uFFFB]*)\uFFFA([^\uFFF9-\uFFFB]*)\uFFFB/g;

export function ruby(base: string, reading: string): string {
  return ANCHOR + base + SEPARATOR + reading + TERMINATOR;
}

/** Reads 「漢字《かんじ》」; a ｜ says where the base begins when it is more than the kanji before 《. */
export function withReadings(text: string): string {
  return text.replace(/(?:｜([^｜《》]+)|([\u4e00-\u9fff々〇]+))《([^《》]+)》/g, (_, marked?: string, kanji?: string, reading?: string) =>
    ruby(marked ?? kanji ?? "", reading ?? ""),
  );
}

/** The same as a tag: only what is written in the source is read for readings, never what is put in. */
export function yomi(written: TemplateStringsArray, ...values: (string | number)[]): string {
  return written.reduce((text, part, i) => text + withReadings(part) + (i < values.length ? values[i] : ""), "");
}

export function plain(text: string): string {
  return text.replace(ANNOTATED, "$1").replace(/[\uFFF9-\uFFFB]/g, "");
}

/** The pieces of a text: plain strings, and bases with their readings. */
export function pieces(text: string): (string | { base: string; reading: string })[] {
  const found: (string | { base: string; reading: string })[] = [];
  let from = 0;
  for (const match of text.matchAll(ANNOTATED)) {
    if (match.index > from) found.push(plain(text.slice(from, match.index)));
    found.push({ base: match[1] ?? "", reading: match[2] ?? "" });
    from = match.index + match[0].length;
  }
  if (from < text.length) found.push(plain(text.slice(from)));
  return found;
}

export function isAnnotated(text: string): boolean {
  return text.includes(ANCHOR);
}
