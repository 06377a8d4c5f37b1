/** People covered against the number of sites, drawn: what can be had, and what no choice can exceed. */

import type { Step } from "../api.ts";

const SPACE = "http://www.w3.org/2000/svg";
const [WIDTH, HEIGHT] = [360, 200];
const EDGE = { left: 64, right: 12, top: 12, bottom: 34 };

export interface CurveWords {
  title: string;
  described: string;
  sites: string;
  value(n: number): string;
}

/** The chart; whoever cannot see it is told the same by its description and by the table beside it. */
export function curve(steps: Step[], words: CurveWords): SVGSVGElement {
  const svg = shape("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, class: "curve", role: "img" }) as SVGSVGElement;
  svg.append(text("title", {}, words.title), text("desc", {}, words.described));
  const last = steps[steps.length - 1]?.count ?? 1;
  const most = round(Math.max(1, ...steps.map((step) => step.value)));
  const x = (count: number) => EDGE.left + ((WIDTH - EDGE.left - EDGE.right) * count) / last;
  const y = (value: number) => HEIGHT - EDGE.bottom - ((HEIGHT - EDGE.top - EDGE.bottom) * Math.min(value, most)) / most;
  for (const share of [0, 0.5, 1]) {
    const at = y(most * share);
    svg.append(
      shape("line", { class: "curve-grid", x1: EDGE.left, x2: WIDTH - EDGE.right, y1: at, y2: at }),
      text("text", { x: EDGE.left - 6, y: at + 4, "text-anchor": "end" }, words.value(most * share)),
    );
  }
  for (const count of new Set([1, Math.round((1 + last) / 2), last])) {
    svg.append(text("text", { x: x(count), y: HEIGHT - EDGE.bottom + 16, "text-anchor": "middle" }, String(count)));
  }
  svg.append(
    text("text", { x: WIDTH - EDGE.right, y: HEIGHT - 4, "text-anchor": "end" }, words.sites),
    shape("polyline", { class: "curve-bound", points: steps.map((step) => `${x(step.count)},${y(step.bound)}`).join(" ") }),
    shape("polyline", {
      class: "curve-line",
      points: ["0,0", ...steps.map((step) => `${step.count},${step.value}`)]
        .map((pair) => pair.split(",").map(Number) as [number, number])
        .map(([count, value]) => `${x(count)},${y(value)}`)
        .join(" "),
    }),
    ...(steps.length <= 30
      ? steps.map((step) => shape("circle", { class: "curve-point", cx: x(step.count), cy: y(step.value), r: 3.5 }))
      : []),
  );
  return svg;
}

/** The next number with one or two digits that mean something. */
function round(value: number): number {
  const unit = 10 ** Math.floor(Math.log10(value));
  return [1, 1.5, 2, 3, 4, 5, 6, 8, 10].map((step) => step * unit).find((step) => step >= value) ?? value;
}

function shape(name: string, attributes: Record<string, string | number>): SVGElement {
  const element = document.createElementNS(SPACE, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
  return element;
}

function text(name: string, attributes: Record<string, string | number>, words: string): SVGElement {
  const element = shape(name, attributes);
  element.textContent = words;
  return element;
}
