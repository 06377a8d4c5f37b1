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

/** Filled: open now. A ring: closed now, or closed down. Grey: nobody knows. */
export function toneOf({ status, opening }: Pick<Facility, "status" | "opening">): Tone {
  if (status !== "open" && status !== "unknown") return "shut";
  if (opening?.state === "open") return "open";
  return opening?.state === "closed" ? "shut" : "unsure";
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
  language:
    "M12 2a10 10 0 1 0 0 20 10 10 0 0 0 0-20Zm0 2c.9 0 2.200 1.500 3 4H9c.8-2.500 2.100-4 3-4ZM8.600 10h6.800a17 17 0 0 1 0 4H8.600a17 17 0 0 1 0-4Zm-2 0a19 19 0 0 0 0 4H4.300a8 8 0 0 1 0-4Zm10.800 0h2.300a8 8 0 0 1 0 4h-2.300a19 19 0 0 0 0-4ZM9 16h6c-.8 2.500-2.100 4-3 4s-2.200-1.500-3-4Zm-2.100 0a12 12 0 0 0 1 2.900A8 8 0 0 1 5.100 16Zm10.200 0h1.800a8 8 0 0 1-2.800 2.900 12 12 0 0 0 1-2.900ZM6.900 8H5.100a8 8 0 0 1 2.800-2.900A12 12 0 0 0 6.900 8Zm9.200-2.900A8 8 0 0 1 18.900 8h-1.800a12 12 0 0 0-1-2.900Z",
  both: "M6.500 3a4.500 4.500 0 0 1 4.400 5.500L15 12.600V9.900h2v6.200h-6.200v-2h2.700L9.600 10.200A4.500 4.500 0 1 1 6.500 3Zm0 2a2.500 2.500 0 1 0 0 5 2.500 2.500 0 0 0 0-5ZM18 16.500a2.500 2.500 0 1 1 0 5 2.500 2.500 0 0 1 0-5Z",
  filter: "M3 6h18v2H3Zm3 5h12v2H6Zm4 5h4v2h-4Z",
  share: "M17 2a4 4 0 1 1-3.2 6.4L9.7 10.700a4 4 0 0 1 0 2.6l4.1 2.3A4 4 0 1 1 13 17.4l-4.2-2.400a4 4 0 1 1 0-6l4.2-2.400A4 4 0 0 1 17 2Zm0 2a2 2 0 1 0 0 4 2 2 0 0 0 0-4ZM6 10a2 2 0 1 0 0 4 2 2 0 0 0 0-4Zm11 6a2 2 0 1 0 0 4 2 2 0 0 0 0-4Z",
  print: "M6 3h12v5h3v9h-3v4H6v-4H3V8h3Zm2 2v3h8V5Zm-3 5v5h1v-2h12v2h1v-5Zm3 5v4h8v-4Z",
  plus: "M11 4h2v7h7v2h-7v7h-2v-7H4v-2h7Z",
  minus: "M4 11h16v2H4Z",
  outside: "M5 3h6v2H5v14h14v-6h2v8H3V3Zm9 0h7v7h-2V6.4l-8.3 8.3-1.4-1.4L17.6 5H14Z",
} as const;
