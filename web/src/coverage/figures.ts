/** What the page makes of the server's rows: classes, order, the sum of the parts. */

import type { Row } from "./api.ts";
import type { Asked, Sort } from "./question.ts";

export const CLASSES = 5;
/** Upper ends of the classes of people in a square who are not covered. */
export const GAPS = [100, 500, 2000] as const;
/** From here on a grid square can be told from its neighbour on the map. */
export const GAP_ZOOM = 9;
/** Upper ends of classes two to four; the first class is nobody, the last is what is above. */
const SCALES = [
  [0.01, 0.02, 0.05],
  [0.02, 0.05, 0.1],
  [0.05, 0.1, 0.2],
  [0.1, 0.2, 0.4],
  [0.2, 0.4, 0.6],
] as const;

export interface Figure {
  people: number | null;
  within: number | null;
  share: number | null;
}

/** A row's figure in the state that is shown. */
export function figure(row: Row, show: Asked["show"]): Figure {
  if (show === "before" && row.people_within_before !== undefined) {
    return { people: row.people, within: row.people_within_before, share: row.coverage_before ?? null };
  }
  return { people: row.people, within: row.people_within, share: row.coverage };
}

/** People the imagined facilities add. */
export function gain(row: Row): number | null {
  if (row.people_within === null || typeof row.people_within_before !== "number") return null;
  return row.people_within - row.people_within_before;
}

/** The parts of an area added up; one part that is not known makes the sum unknown. */
export function total(figures: Figure[]): Figure {
  let [people, within] = [0, 0];
  for (const part of figures) {
    if (part.people === null || part.within === null) return { people: null, within: null, share: null };
    people += part.people;
    within += part.within;
  }
  return { people, within, share: people > 0 ? within / people : null };
}

/** The ends of the middle classes, fitted to the largest share there is. */
export function scale(shares: (number | null)[]): readonly number[] {
  const largest = Math.max(0, ...shares.map((share) => share ?? 0));
  return SCALES.find((ends) => largest <= 2.5 * ends[2]!) ?? SCALES[SCALES.length - 1]!;
}

/** 0 is nobody covered, 4 the highest; null is nobody there, or not known. */
export function classOf(share: number | null, ends: readonly number[]): number | null {
  if (share === null) return null;
  if (share <= 0) return 0;
  const found = ends.findIndex((end) => share < end);
  return found < 0 ? CLASSES - 1 : found + 1;
}

/** Sorted for the table; what is not known comes last whichever way. */
export function sorted(rows: Row[], sort: Sort, descending: boolean, show: Asked["show"]): Row[] {
  const value = (row: Row): number | string | null => {
    const { people, within, share } = figure(row, show);
    switch (sort) {
      case "name":
        return row.code;
      case "people":
        return people;
      case "people_within":
        return within;
      case "outside":
        return people === null || within === null ? null : people - within;
      case "coverage":
        return share;
      case "facilities":
        return row.facilities;
      case "gain":
        return gain(row);
    }
  };
  const compare = (a: Row, b: Row): number => {
    const [x, y] = [value(a), value(b)];
    if (x === null || y === null) return Number(x === null) - Number(y === null);
    const order = x < y ? -1 : x > y ? 1 : 0;
    return (descending ? -order : order) || (a.code < b.code ? -1 : 1);
  };
  return [...rows].sort(compare);
}

/** To a tenth; but some are never written as nobody, and not quite all never as all. */
export function percent(share: number | null): string {
  if (share === null) return "―";
  if (share > 0 && share < 0.0005) return "<0.1 %";
  if (share < 1 && share >= 0.9995) return ">99.9 %";
  return `${(share * 100).toFixed(1)} %`;
}

export function people(count: number | null, language: "ja" | "en"): string {
  return count === null ? "―" : Math.round(count).toLocaleString(language);
}

/** Quoted as RFC 4180 has it, and so that no spreadsheet takes a name for a formula. */
export function csv(rows: (string | number | null | undefined)[][]): string {
  const cell = (value: string | number | null | undefined): string => {
    if (value === null || value === undefined) return "";
    if (typeof value === "number") return String(value);
    const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
    return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
  };
  return rows.map((row) => row.map(cell).join(",") + "\r\n").join("");
}
