/** The map's sources, and its layers in one list from bottom to top. */

import type { ExpressionSpecification, LayerSpecification, SourceSpecification, StyleSpecification } from "maplibre-gl";
import type { Outside, Streets } from "./api.ts";
import type { Language } from "./mode.ts";
import { ground, placeNames } from "./layers/basemap.ts";
import { byZoom } from "./layers/by-zoom.ts";
import { markRoom, pins } from "./layers/pins.ts";
import { STREETS, streetLayers, streetNames, streetSource } from "./layers/streets.ts";
import type { Palette } from "./palette.ts";

/** What a click can hit, topmost first. */
export const CLICKABLE = ["facilities", "clusters"];
/** Hidden while all there is stands in the list: its marks stand there instead. */
export const BROWSED = ["clusters", "cluster-counts", "facilities"];

export interface StyleOptions {
  palette: Palette;
  language: Language;
  /** The address of the page's own server; tile addresses must be absolute. */
  origin: string;
  facilityQuery: string;
  /** See pins. */
  minute: string;
  outside: Outside | null;
  streets: Streets | null;
}

export function mapStyle(options: StyleOptions): StyleSpecification {
  return { version: 8, sources: sources(options), layers: layers(options) };
}

export function facilityTiles(origin: string, query: string): string {
  return `${origin}/collections/facilities/tiles/WebMercatorQuad/{z}/{y}/{x}${query ? `?${query}` : ""}`;
}

function sources({ origin, facilityQuery, outside, streets }: StyleOptions): Record<string, SourceSpecification> {
  const empty: SourceSpecification = {
    type: "geojson",
    data: { type: "FeatureCollection", features: [] },
  };
  return {
    ...(outside && {
      outside: {
        type: "raster",
        tiles: [outside.tiles],
        tileSize: 256,
        minzoom: outside.min_zoom,
        maxzoom: outside.max_zoom,
      },
    }),
    ...(streets && { [STREETS]: streetSource(origin, streets) }),
    basemap: { type: "vector", tiles: [`${origin}/basemap/{z}/{y}/{x}`], minzoom: 0, maxzoom: 14 },
    facilities: { type: "vector", tiles: [facilityTiles(origin, facilityQuery)], minzoom: 0, maxzoom: 16 },
    discs: { ...empty },
    marks: { ...empty },
    origin: { ...empty },
    pointed: { ...empty },
  };
}

function layers({ palette, language, minute, outside, streets }: StyleOptions): LayerSpecification[] {
  const { land, borders, railways } = ground(palette, outside, streets);
  // 地理院タイル have names of their own.
  const isNamed = !outside?.is_gsi;
  const tint: ExpressionSpecification = ["case", ["get", "chosen"], 0.1, 0.06];
  return [
    { id: "sea", type: "background", paint: { "background-color": palette.sea } },
    ...(outside
      ? [
          {
            id: "outside",
            type: "raster",
            source: "outside",
            paint: { "raster-brightness-max": palette.rasterBrightness },
          } as LayerSpecification,
        ]
      : []),
    ...land,
    ...railways,
    ...(streets && !outside ? streetLayers(palette, streets) : []),
    ...borders,
    {
      id: "discs",
      type: "fill",
      source: "discs",
      minzoom: 7,
      paint: {
        "fill-color": palette.accent,
        // Where a city's disc fills the window, its colour says nothing any more and only dims the map.
        "fill-opacity": byZoom([9, tint], [11, ["case", ["get", "wide"], 0, tint]]),
      },
    },
    {
      id: "disc-edges",
      type: "line",
      source: "discs",
      minzoom: 7,
      paint: {
        "line-color": palette.accent,
        "line-opacity": ["case", ["get", "chosen"], 0.7, 0.28],
        "line-width": ["case", ["get", "chosen"], 1.5, 1],
        "line-dasharray": [3, 3],
      },
    },
    ...(streets && !outside ? streetNames(palette, language, streets) : []),
    ...(isNamed ? placeNames(palette, language) : []),
    ...pins(palette, minute),
    markRoom(),
  ];
}
