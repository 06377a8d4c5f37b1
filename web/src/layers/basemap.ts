/** Land, lines and names of our own basemap. */

import type { ExpressionSpecification, FilterSpecification, LayerSpecification } from "maplibre-gl";
import type { Outside, Streets } from "../api.ts";
import type { Language } from "../mode.ts";
import type { Palette } from "../palette.ts";
import { byZoom } from "./by-zoom.ts";
import { BOLD, FONT } from "./fonts.ts";
import { hasLand } from "./streets.ts";
import { STREETS_FROM } from "./streets-from.ts";

/** Layers by what they lie under. */
export interface Ground {
  land: LayerSpecification[];
  borders: LayerSpecification[];
  railways: LayerSpecification[];
}

/** With another server's pictures or an operator's streets in between, which have some of it themselves. */
export function ground(palette: Palette, outside: Outside | null, streets: Streets | null): Ground {
  const lines = (level: string, colour: string, width: ExpressionSpecification): LayerSpecification => ({
    id: `${level}-lines`,
    type: "line",
    source: "basemap",
    "source-layer": "boundaries",
    filter: ["==", ["get", "level"], level],
    layout: { "line-join": "round" },
    paint: { "line-color": colour, "line-width": width },
  });
  // Pictures of 256 pixels are one zoom deeper than the map, whose tiles have 512.
  const until = outside ? outside.min_zoom - 1 : 24;
  return {
    land: [
      {
        id: "land",
        type: "fill",
        source: "basemap",
        "source-layer": "land",
        ...(outside && { maxzoom: Math.max(0, until) }),
        paint: { "fill-color": palette.land, "fill-antialias": false },
      },
    ],
    borders: [
      lines("municipality", palette.municipalityLine, byZoom([6, 0.3], [9, 0.8], [14, 1.4])),
      lines("prefecture", palette.prefectureLine, byZoom([4, 0.5], [8, 1.2], [14, 2.2])),
    ],
    // Pictures and streets have the railways where they really run. A file's land lies over the
    // schematic, so that it is seen where the file ends; a file without land would show both.
    railways: outside ? [] : railways(palette, streets && !hasLand(streets) ? STREETS_FROM + 1 : 24),
  };
}

/**
 * The schematic of stations joined by strokes, dashed, so that nobody takes it for the track itself; and
 * the tracks of an official file, where one is imported.
 */
function railways(palette: Palette, until: number): LayerSpecification[] {
  const of = (kind: string, line: string): FilterSpecification => ["all", ["==", ["get", "kind"], kind], ["==", ["get", "class"], line]];
  const lines = (line: string, width: ExpressionSpecification, dash: number[]): LayerSpecification => ({
    id: `railways-${line}`,
    type: "line",
    source: "basemap",
    "source-layer": "railways",
    minzoom: 7,
    maxzoom: until,
    filter: of("schematic", line),
    paint: {
      "line-color": palette.rail,
      "line-width": width,
      "line-dasharray": dash,
      "line-opacity": byZoom([7, 0.45], [10, 0.7], [14, 0.6]),
    },
  });
  const tracks = (line: string, width: ExpressionSpecification): LayerSpecification => ({
    id: `tracks-${line}`,
    type: "line",
    source: "basemap",
    "source-layer": "railways",
    minzoom: 7,
    maxzoom: until,
    filter: of("track", line),
    layout: { "line-join": "round" },
    paint: { "line-color": palette.rail, "line-width": width, "line-opacity": byZoom([7, 0.5], [10, 0.8]) },
  });
  return [
    lines("line", byZoom([7, 0.7], [10, 1], [14, 1.6]), [4, 1.5]),
    lines("shinkansen", byZoom([7, 1.3], [10, 2]), [6, 1.5]),
    tracks("line", byZoom([7, 0.7], [10, 1.1], [14, 2])),
    tracks("shinkansen", byZoom([7, 1.4], [10, 2.2], [14, 3])),
  ];
}

function stations(palette: Palette, name: ExpressionSpecification): LayerSpecification[] {
  const of = { source: "basemap", "source-layer": "stations", minzoom: 9 };
  return [
    {
      ...of,
      id: "station-dots",
      type: "circle",
      paint: {
        "circle-color": palette.halo,
        "circle-radius": byZoom([9, 1.6], [12, 2.4], [15, 4]),
        "circle-stroke-color": palette.station,
        "circle-stroke-width": byZoom([9, 1], [15, 1.6]),
      },
    },
    {
      ...of,
      id: "station-names",
      type: "symbol",
      layout: {
        "text-field": name,
        "text-font": FONT,
        "text-size": byZoom([9, 10.5], [12, 11.5], [15, 13.5]),
        "text-max-width": 9,
        "text-padding": byZoom([9, 14], [12, 8], [14, 4]),
        // Beside its dot wherever there is room.
        "text-variable-anchor": ["top", "bottom", "left", "right"],
        "text-radial-offset": 0.5,
        "symbol-sort-key": ["get", "rank"],
      },
      paint: { "text-color": palette.station, "text-halo-color": palette.halo, "text-halo-width": 1.6 },
    },
  ];
}

export function placeNames(palette: Palette, language: Language): LayerSpecification[] {
  const english: ExpressionSpecification = [
    "case",
    ["all", ["has", "name_en"], ["!=", ["get", "name_en"], ""]],
    ["get", "name_en"],
    ["get", "name"],
  ];
  const name: ExpressionSpecification = language === "en" ? english : ["get", "name"];
  const names = (
    kind: string,
    zooms: { minzoom: number; maxzoom: number },
    size: ExpressionSpecification,
    colour: string,
    font: string[],
  ): LayerSpecification => ({
    id: `${kind}-names`,
    type: "symbol",
    source: "basemap",
    "source-layer": "labels",
    ...zooms,
    filter: ["==", ["get", "class"], kind],
    layout: {
      "text-field": name,
      "text-font": font,
      "text-size": size,
      "text-max-width": 8,
      "text-padding": 6,
      // In its place, or beside it where a pin stands there: a hub known to its city stands on its name.
      "text-variable-anchor": ["center", "top", "bottom", "left", "right"],
      "text-radial-offset": 1.2,
      "symbol-sort-key": ["coalesce", ["get", "rank"], 9999],
    },
    paint: { "text-color": colour, "text-halo-color": palette.halo, "text-halo-width": 1.6 },
  });
  return [
    names("block", { minzoom: 15, maxzoom: 24 }, byZoom([15, 11.5], [18, 14]), palette.labelQuiet, FONT),
    names("town", { minzoom: 13, maxzoom: 24 }, byZoom([13, 11.5], [17, 14]), palette.labelQuiet, FONT),
    ...stations(palette, name),
    names("ward", { minzoom: 10, maxzoom: 15 }, byZoom([10, 11.5], [14, 14]), palette.labelQuiet, FONT),
    names("municipality", { minzoom: 7.5, maxzoom: 14 }, byZoom([7.5, 11.5], [12, 15]), palette.label, FONT),
    names("prefecture", { minzoom: 4, maxzoom: 8.5 }, byZoom([4, 11], [8, 16]), palette.label, BOLD),
  ];
}
