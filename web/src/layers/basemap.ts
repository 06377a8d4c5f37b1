/** Land, lines and names of our own basemap. */

import type { ExpressionSpecification, LayerSpecification } from "maplibre-gl";
import type { Outside, Streets } from "../api.ts";
import type { Language } from "../mode.ts";
import type { Palette } from "../palette.ts";
import { byZoom } from "./by-zoom.ts";
import { BOLD, FONT } from "./fonts.ts";

/** Layers by what they lie under. */
export interface Ground {
  land: LayerSpecification[];
  borders: LayerSpecification[];
  railways: LayerSpecification[];
}

/** With another server's pictures or an operator's streets in between, which have some of it themselves. */
export function ground(palette: Palette, outside: Outside | null, streets: Streets | null): Ground {
  void streets;
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
    railways: [],
  };
}

export function placeNames(palette: Palette, language: Language): LayerSpecification[] {
  const english: ExpressionSpecification = [
    "case",
    ["all", ["has", "name_en"], ["!=", ["get", "name_en"], ""]],
    ["get", "name_en"],
    ["get", "name"],
  ];
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
      "text-field": language === "en" ? english : ["get", "name"],
      "text-font": font,
      "text-size": size,
      "text-max-width": 8,
      "text-padding": 6,
      "symbol-sort-key": ["coalesce", ["get", "rank"], 9999],
    },
    paint: { "text-color": colour, "text-halo-color": palette.halo, "text-halo-width": 1.6 },
  });
  return [
    names("block", { minzoom: 15, maxzoom: 24 }, byZoom([15, 11.5], [18, 14]), palette.labelQuiet, FONT),
    names("town", { minzoom: 13, maxzoom: 24 }, byZoom([13, 11.5], [17, 14]), palette.labelQuiet, FONT),
    names("ward", { minzoom: 10, maxzoom: 15 }, byZoom([10, 11.5], [14, 14]), palette.labelQuiet, FONT),
    names("municipality", { minzoom: 7.5, maxzoom: 14 }, byZoom([7.5, 11.5], [12, 15]), palette.label, FONT),
    names("prefecture", { minzoom: 4, maxzoom: 8.5 }, byZoom([4, 11], [8, 16]), palette.label, BOLD),
  ];
}
