/**
 * The shape of a pin says the kind of place, its tone how sure it is to be open: colour is
 * never alone. The list and the map draw the same paths, in a 24 × 24 box.
 */

import type { Facility } from "./api.ts";

const CIRCLE = "M12 2a10 10 0 1 1 0 20a10 10 0 1 1 0-20Z";

const SHAPES: Record<string, string> = {
  coworking: CIRCLE,
  "share-office": "M5.5 2.5h13a3 3 0 0 1 3 3v13a3 3 0 0 1-3 3h-13a3 3 0 0 1-3-3v-13a3 3 0 0 1 3-3Z",
  "satellite-office": "M12 .8 23.2 12 12 23.2.8 12Z",
  workation: "M12 1.5 22.8 10.2 18.7 22H5.3L1.2 10.2Z",
  "telework-center": "M6.3 2.2h11.4L23.3 12l-5.6 9.8H6.3L.7 12Z",
  exchange: "M7.4 1.5h9.2l5.9 5.9v9.2l-5.9 5.9H7.4l-5.9-5.9V7.4Z",
  "rental-space": "M2.5 4.5h19v15h-19Z",
};

export type Tone = "open" | "unsure" | "shut";

export function shapeOf(kind: string | null | undefined): string {
  return (kind && SHAPES[kind]) || CIRCLE;
}

export function toneOf(status: Facility["status"]): Tone {
  if (status === "open") return "open";
  return status === "unknown" ? "unsure" : "shut";
}

/** The name under which the map keeps the picture of a pin; layers/draw-pin.ts reads it back. */
export function pinName(kind: string | null, tone: Tone, size: "small" | "large" | "chosen"): string {
  return `pin|${size}|${tone}|${kind ?? ""}`;
}

export const ICONS = {
  search:
    "M10.5 3a7.5 7.5 0 1 0 4.6 13.4l4.7 4.7 1.4-1.4-4.7-4.7A7.5 7.5 0 0 0 10.5 3Zm0 2a5.5 5.5 0 1 1 0 11 5.5 5.5 0 0 1 0-11Z",
  here: "M11 1h2v3.07A8 8 0 0 1 19.93 11H23v2h-3.07A8 8 0 0 1 13 19.93V23h-2v-3.07A8 8 0 0 1 4.07 13H1v-2h3.07A8 8 0 0 1 11 4.07Zm1 5a6 6 0 1 0 0 12 6 6 0 0 0 0-12Zm0 3a3 3 0 1 1 0 6 3 3 0 0 1 0-6Z",
  close: "m5.6 4.2 6.4 6.4 6.4-6.4 1.4 1.4-6.4 6.4 6.4 6.4-1.4 1.4-6.4-6.4-6.4 6.4-1.4-1.4 6.4-6.4-6.4-6.4Z",
  down: "m4.7 8.3 7.3 7.3 7.3-7.3 1.4 1.4-8.7 8.7-8.7-8.7Z",
  back: "m11 4.3 1.4 1.4L7.1 11H21v2H7.1l5.3 5.3L11 19.7 3.3 12Z",
  plus: "M11 4h2v7h7v2h-7v7h-2v-7H4v-2h7Z",
  minus: "M4 11h16v2H4Z",
  outside: "M5 3h6v2H5v14h14v-6h2v8H3V3Zm9 0h7v7h-2V6.4l-8.3 8.3-1.4-1.4L17.6 5H14Z",
} as const;
