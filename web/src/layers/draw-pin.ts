/** Draws pins as pictures: for the layers that name them, and for prints. */

import type { Palette } from "../palette.ts";
import { shapeOf, type Tone } from "../shapes.ts";

/** Twice the pixels, so that pins stay sharp on phones. */
export const PIXEL_RATIO = 2;

/** Sides in CSS pixels: of the shape, and of the picture with its outline. */
const SIDES = { small: 18, large: 28, chosen: 38 } as const;

/** The map asks for each picture once, when it first needs it. */
export function drawPin(name: string, palette: Palette): ImageData | null {
  const pen = pinPicture(name, palette);
  return pen && pen.getImageData(0, 0, pen.canvas.width, pen.canvas.height);
}

export function pinPicture(name: string, palette: Palette): CanvasRenderingContext2D | null {
  const [what, size, tone, kind] = name.split("|");
  if (what !== "pin" || !(size! in SIDES)) return null;
  const side = SIDES[size as keyof typeof SIDES];
  const margin = 3;
  const pixels = (side + 2 * margin) * PIXEL_RATIO;
  const canvas = document.createElement("canvas");
  canvas.width = pixels;
  canvas.height = pixels;
  // In the processor's memory: to get it back from a graphics card takes longer than to draw it.
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  if (!pen) return null;
  pen.scale(PIXEL_RATIO, PIXEL_RATIO);
  pen.translate(margin, margin);
  const unit = side / 24;
  pen.scale(unit, unit);
  paint(pen, new Path2D(shapeOf(kind)), tone as Tone, size === "chosen", unit, palette);
  return pen;
}

function paint(
  pen: CanvasRenderingContext2D,
  shape: Path2D,
  tone: Tone,
  chosen: boolean,
  unit: number,
  palette: Palette,
): void {
  const outline = (colour: string, width: number) => {
    pen.strokeStyle = colour;
    pen.lineWidth = width / unit;
    pen.lineJoin = "round";
    pen.stroke(shape);
  };
  // A rim in the paper's colour keeps neighbouring pins apart and the shape clear on any ground.
  outline(palette.paper, 5);
  if (tone === "shut") {
    pen.fillStyle = palette.paper;
    pen.fill(shape);
    outline(palette.shut, 2.5);
  } else {
    pen.fillStyle = chosen ? palette.chosen : tone === "open" ? palette.accent : palette.unsure;
    pen.fill(shape);
  }
}
