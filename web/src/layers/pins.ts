/** Facilities as clusters and pins, and the point they are near to. Those with letters are marks.ts. */

import type { ExpressionSpecification, LayerSpecification } from "maplibre-gl";
import type { Palette } from "../palette.ts";
import { BOLD } from "./fonts.ts";

/**
 * Who has closed down, and who is open as far as a tile says it. Tiles live longer than a minute: what
 * was to change by `minute` (RFC 3339 with Japan's offset, as tiles write it) is not known any more.
 */
export function pinImage(minute: string): ExpressionSpecification {
  const isOver: ExpressionSpecification = ["<=", ["coalesce", ["get", "opening_until"], "9"], minute];
  const tone: ExpressionSpecification = [
    "case",
    ["!", ["in", ["get", "status"], ["literal", ["open", "unknown"]]]],
    "shut",
    isOver,
    "unsure",
    ["match", ["get", "opening"], "open", "open", "closed", "shut", "unsure"],
  ];
  return ["concat", "pin|small|", tone, "|", ["coalesce", ["get", "kind"], ""]];
}

/** Whose tiles say nothing of hours need no minute. */
export function pins(palette: Palette, minute = ""): LayerSpecification[] {
  return [
    {
      id: "clusters",
      type: "circle",
      source: "facilities",
      "source-layer": "facilities",
      filter: ["has", "cluster"],
      paint: {
        "circle-color": palette.accent,
        "circle-radius": ["step", ["get", "point_count"], 15, 10, 18, 100, 23, 1000, 28],
        "circle-stroke-color": palette.paper,
        "circle-stroke-width": 2.5,
      },
    },
    {
      id: "cluster-counts",
      type: "symbol",
      source: "facilities",
      "source-layer": "facilities",
      filter: ["has", "cluster"],
      layout: {
        "text-field": ["to-string", ["get", "point_count"]],
        "text-font": BOLD,
        "text-size": 14,
        "text-allow-overlap": true,
        // As wide as the circle behind it, so that place names make way for both.
        "text-padding": 12,
      },
      paint: { "text-color": palette.onAccent },
    },
    {
      id: "facilities",
      type: "symbol",
      source: "facilities",
      "source-layer": "facilities",
      filter: ["!", ["has", "cluster"]],
      layout: {
        "icon-image": pinImage(minute),
        "icon-allow-overlap": true,
      },
    },
    {
      id: "origin-halo",
      type: "circle",
      source: "origin",
      paint: { "circle-color": palette.chosen, "circle-opacity": 0.2, "circle-radius": 16 },
    },
    {
      id: "origin",
      type: "circle",
      source: "origin",
      paint: {
        "circle-color": palette.chosen,
        "circle-radius": 6,
        "circle-stroke-color": palette.paper,
        "circle-stroke-width": 3,
      },
    },
    {
      id: "pointed",
      type: "circle",
      source: "pointed",
      paint: {
        "circle-color": "transparent",
        "circle-radius": 21,
        "circle-stroke-color": palette.chosen,
        "circle-stroke-width": 3,
      },
    },
  ];
}

/**
 * Room for the pins of the list, which stand above the map as elements of the page: place names go
 * aside for them as for anything written on the map.
 */
export function markRoom(): LayerSpecification {
  return {
    id: "mark-room",
    type: "symbol",
    source: "marks",
    layout: {
      "text-field": "●",
      "text-font": BOLD,
      "text-size": 22,
      "text-padding": 1,
      "text-allow-overlap": true,
    },
    paint: { "text-opacity": 0 },
  };
}
