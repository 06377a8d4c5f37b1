/** Which words of a text changed: what a reviewer's eye should land on. */

export interface Piece {
  text: string;
  changed: boolean;
}

/** Texts longer than this are shown whole as changed: nobody reads a thousand little marks. */
const LONGEST = 600;

/** The old and the new text, cut where they begin and stop to differ. */
export function changedWords(before: string, after: string): { before: Piece[]; after: Piece[] } {
  if (before === after) return { before: same(before), after: same(after) };
  if (!before || !after || before.length > LONGEST || after.length > LONGEST) {
    return { before: whole(before), after: whole(after) };
  }
  const [old, fresh] = [words(before), words(after)];
  const [keptOld, keptFresh] = common(old, fresh);
  // Where next to nothing stayed, marks between single letters would only confuse.
  const kept = old.filter((_, i) => keptOld[i]).join("").length;
  if (kept * 4 < Math.min(before.length, after.length)) return { before: whole(before), after: whole(after) };
  return { before: pieces(old, keptOld), after: pieces(fresh, keptFresh) };
}

/** Numbers and Latin words stay whole; Japanese is cut by the browser's dictionary, else by letter. */
export function words(text: string): string[] {
  const parts = text.match(/[0-9]+(?:[.,:][0-9]+)*|[A-Za-z]+|\s+|[^0-9A-Za-z\s]+/gu) ?? [];
  return parts.flatMap((part) => (/^[0-9A-Za-z\s]/.test(part) ? [part] : cut(part)));
}

const segmenter =
  typeof Intl !== "undefined" && "Segmenter" in Intl
    ? new Intl.Segmenter("ja", { granularity: "word" })
    : null;

function cut(text: string): string[] {
  return segmenter ? [...segmenter.segment(text)].map(({ segment }) => segment) : [...text];
}

/** The longest common subsequence, as marks on either side. */
function common(old: string[], fresh: string[]): [boolean[], boolean[]] {
  const width = fresh.length + 1;
  const best = new Uint16Array((old.length + 1) * width);
  for (let i = old.length - 1; i >= 0; i -= 1) {
    for (let j = fresh.length - 1; j >= 0; j -= 1) {
      best[i * width + j] =
        old[i] === fresh[j]
          ? best[(i + 1) * width + j + 1]! + 1
          : Math.max(best[(i + 1) * width + j]!, best[i * width + j + 1]!);
    }
  }
  const marks: [boolean[], boolean[]] = [old.map(() => false), fresh.map(() => false)];
  let [i, j] = [0, 0];
  while (i < old.length && j < fresh.length) {
    if (old[i] === fresh[j]) {
      marks[0][i] = true;
      marks[1][j] = true;
      i += 1;
      j += 1;
    } else if (best[(i + 1) * width + j]! >= best[i * width + j + 1]!) i += 1;
    else j += 1;
  }
  return marks;
}

function pieces(parts: string[], kept: boolean[]): Piece[] {
  const made: Piece[] = [];
  parts.forEach((text, index) => {
    const changed = !kept[index];
    const last = made.at(-1);
    if (last && last.changed === changed) last.text += text;
    else made.push({ text, changed });
  });
  return made;
}

function same(text: string): Piece[] {
  return text ? [{ text, changed: false }] : [];
}

function whole(text: string): Piece[] {
  return text ? [{ text, changed: true }] : [];
}
