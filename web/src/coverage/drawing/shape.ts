/**
 * A shape that grows corner by corner: what may be added to it, and why not. No line may cross or
 * touch another, so that what is closed is an area the server counts.
 */

import { inJapanBox } from "../../mode.ts";
import { rounded } from "../question.ts";

export type Corner = [lon: number, lat: number];
export type Edge = readonly [Corner, Corner];

/** Corners of one shape: nobody presses more, and an outline so long had better be brought as a file. */
export const MOST_CORNERS = 500;
/** An area takes three corners. */
export const FEWEST_CORNERS = 3;

/** Two edges that cross or touch. */
export interface Crossing {
  /** The edge that was to be drawn, */
  edge: Edge;
  /** the one that is in its way, */
  other: Edge;
  /** and the other's place among the edges, counted from 1. */
  number: number;
}

export type Refusal = { why: "outside" | "full" | "few" } | { why: "crosses" | "closing-crosses"; crossing: Crossing };

/** The first edge that the way from the last corner to `next` would cross or touch. */
export function crossing(corners: readonly Corner[], next: Corner): Crossing | null {
  const last = corners[corners.length - 1];
  if (!last) return null;
  const edge: Edge = [last, next];
  const again = corners.findIndex((corner) => same(corner, next));
  const all = edges(corners);
  // A corner that is there already is touched, not joined.
  if (again >= 0 && again < all.length) return firstMet(all, edge) ?? { edge, other: all[again]!, number: again + 1 };
  return firstMet(all, edge);
}

/** The same for the way from the last corner back to the first. */
export function crossingWhenClosed(corners: readonly Corner[]): Crossing | null {
  const [first, last] = [corners[0], corners[corners.length - 1]];
  return first && last ? firstMet(edges(corners), [last, first]) : null;
}

function edges(corners: readonly Corner[]): Edge[] {
  return corners.slice(1).map((corner, index) => [corners[index]!, corner]);
}

function firstMet(all: Edge[], edge: Edge): Crossing | null {
  const found = all.findIndex((other) => meets(other, edge));
  return found < 0 ? null : { edge, other: all[found]!, number: found + 1 };
}

/** Whether two edges have a point in common, other than a corner at which they join. */
function meets([a, b]: Edge, [c, d]: Edge): boolean {
  const joins = [a, b].filter((one) => same(one, c) || same(one, d));
  if (joins.length === 2) return true;
  if (joins.length === 1) {
    const joint = joins[0]!;
    const one = same(a, joint) ? b : a;
    const other = same(c, joint) ? d : c;
    // Back along the way they came, or not.
    return turn(joint, one, other) === 0 && !lies(joint, one, other);
  }
  const [abc, abd, cda, cdb] = [turn(a, b, c), turn(a, b, d), turn(c, d, a), turn(c, d, b)];
  if (abc * abd < 0 && cda * cdb < 0) return true;
  return (
    (abc === 0 && lies(c, a, b)) ||
    (abd === 0 && lies(d, a, b)) ||
    (cda === 0 && lies(a, c, d)) ||
    (cdb === 0 && lies(b, c, d))
  );
}

/** Whether a point in line with two others lies between them or on one of them. */
function lies(point: Corner, one: Corner, other: Corner): boolean {
  return [0, 1].every((axis) => {
    const [low, high] = one[axis]! < other[axis]! ? [one[axis]!, other[axis]!] : [other[axis]!, one[axis]!];
    return low <= point[axis]! && point[axis]! <= high;
  });
}

/**
 * On which side of the way from a to b the point c lies: 1 left, -1 right, 0 on it. Corners have six
 * decimals: in millionths of a degree they are whole, and within Japan the products are exact.
 */
function turn(a: Corner, b: Corner, c: Corner): number {
  const [ax, ay, bx, by, cx, cy] = [...a, ...b, ...c].map((degrees) => Math.round(degrees * 1e6)) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  return Math.sign((bx - ax) * (cy - ay) - (by - ay) * (cx - ax));
}

function same(a: Corner, b: Corner): boolean {
  return a[0] === b[0] && a[1] === b[1];
}

/** Square metres on a sphere as large as the earth's surface: told to two digits, so that is enough. */
export function area(corners: readonly Corner[]): number {
  const radius = 6_371_007.2;
  const radians = Math.PI / 180;
  const sum = corners.reduce((all, [lon, lat], index) => {
    const [nextLon, nextLat] = corners[(index + 1) % corners.length]!;
    return all + (nextLon - lon) * radians * (2 + Math.sin(lat * radians) + Math.sin(nextLat * radians));
  }, 0);
  return Math.abs((sum * radius * radius) / 2);
}

/** The closed ring as GeoJSON has it: against the clock, its first corner again at the end. */
export function ring(corners: readonly Corner[]): Corner[] {
  const signed = corners.reduce((all, [x, y], index) => {
    const [nextX, nextY] = corners[(index + 1) % corners.length]!;
    return all + (x * nextY - nextX * y);
  }, 0);
  const turned = signed < 0 ? [...corners].reverse() : [...corners];
  return turned.length ? [...turned, turned[0]!] : [];
}

/** A shape under way. */
export class Draft {
  #corners: Corner[] = [];

  constructor(corners: readonly Corner[] = []) {
    this.#corners = [...corners];
  }

  get corners(): readonly Corner[] {
    return this.#corners;
  }

  /** Adds a corner; says why where that cannot be. The last corner again is no other. */
  add(lon: number, lat: number): Refusal | null {
    const corner = rounded(lon, lat);
    const last = this.#corners[this.#corners.length - 1];
    if (last && same(last, corner)) return null;
    if (!inJapanBox(...corner)) return { why: "outside" };
    if (this.#corners.length >= MOST_CORNERS) return { why: "full" };
    const met = crossing(this.#corners, corner);
    if (met) return { why: "crosses", crossing: met };
    this.#corners.push(corner);
    return null;
  }

  /** Takes the last corner back. */
  back(): void {
    this.#corners.pop();
  }

  /** Why it cannot be closed as it is; null where it can. */
  closing(): Refusal | null {
    if (this.#corners.length < FEWEST_CORNERS) return { why: "few" };
    const met = crossingWhenClosed(this.#corners);
    return met && { why: "closing-crosses", crossing: met };
  }
}
