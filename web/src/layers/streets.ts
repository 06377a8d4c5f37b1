/**
 * The operator's own basemap file, drawn in our colours between our land and our names. A file's
 * schema says how its layers are called; what is drawn is the same for all of them.
 */

import type { ExpressionSpecification, FilterSpecification, LayerSpecification, SourceSpecification } from "maplibre-gl";
import type { Streets } from "../api.ts";
import type { Language } from "../mode.ts";
import type { Palette } from "../palette.ts";
import { byZoom } from "./by-zoom.ts";
import { FONT } from "./fonts.ts";
import { STREETS_FROM } from "./streets-from.ts";

export const STREETS = "streets";

/** A layer of the file and what of it is meant. */
interface Part {
  layer: string;
  filter?: FilterSpecification;
}

type RoadClass = "minor" | "middle" | "major" | "motorway";

/** How one schema names what is drawn. */
interface Schema {
  land: Part | null;
  green: Part[];
  water: Part;
  streams: Part;
  buildings: Part;
  roads: Record<RoadClass, Part>;
  paths: Part | null;
  railways: Part;
  /** Tracks beside those that trains run through on: yards, sidings. */
  sidings: ExpressionSpecification;
  tunnel: ExpressionSpecification;
  roadNames: Part | null;
  stations: Part | null;
  name: (language: Language) => ExpressionSpecification;
}

const isPolygon: ExpressionSpecification = ["==", ["geometry-type"], "Polygon"];
const isLine: ExpressionSpecification = ["==", ["geometry-type"], "LineString"];
const one = (key: string, ...values: (string | number)[]): ExpressionSpecification =>
  ["in", ["get", key], ["literal", values]] as unknown as ExpressionSpecification;
const all = (...tests: ExpressionSpecification[]): ExpressionSpecification => ["all", ...tests] as unknown as ExpressionSpecification;
const first = (...keys: string[]): ExpressionSpecification =>
  ["coalesce", ...keys.map((key) => ["get", key])] as unknown as ExpressionSpecification;

const SCHEMAS: Record<Streets["schema"], Schema> = {
  protomaps: {
    land: { layer: "earth", filter: isPolygon },
    green: [
      {
        layer: "landuse",
        filter: all(
          isPolygon,
          one("kind", "park", "forest", "wood", "grass", "grassland", "meadow", "scrub", "garden", "nature_reserve", "cemetery", "golf_course", "village_green", "recreation_ground", "playground"),
        ),
      },
    ],
    water: { layer: "water", filter: isPolygon },
    streams: { layer: "water", filter: all(isLine, one("kind", "river", "stream", "canal")) },
    buildings: { layer: "buildings", filter: all(isPolygon, one("kind", "building", "building_part")) },
    roads: {
      motorway: { layer: "roads", filter: one("kind", "highway") },
      major: { layer: "roads", filter: all(one("kind", "major_road"), one("kind_detail", "trunk", "trunk_link", "primary", "primary_link")) },
      middle: {
        layer: "roads",
        filter: all(one("kind", "major_road"), ["!", one("kind_detail", "trunk", "trunk_link", "primary", "primary_link")]),
      },
      minor: { layer: "roads", filter: one("kind", "minor_road") },
    },
    paths: { layer: "roads", filter: one("kind", "path") },
    railways: { layer: "roads", filter: one("kind", "rail") },
    sidings: ["has", "service"],
    tunnel: ["to-boolean", ["get", "is_tunnel"]],
    roadNames: { layer: "roads", filter: all(one("kind", "highway", "major_road", "minor_road"), ["has", "name"]) },
    stations: { layer: "pois", filter: all(one("kind", "station"), ["has", "name"]) },
    name: (language) => (language === "en" ? first("name:en", "name") : first("name:ja", "name")),
  },
  openmaptiles: {
    land: null,
    green: [
      { layer: "landcover", filter: all(isPolygon, one("class", "wood", "grass", "forest")) },
      { layer: "park", filter: isPolygon },
    ],
    water: { layer: "water", filter: isPolygon },
    streams: { layer: "waterway", filter: isLine },
    buildings: { layer: "building", filter: isPolygon },
    roads: {
      motorway: { layer: "transportation", filter: all(isLine, one("class", "motorway")) },
      major: { layer: "transportation", filter: all(isLine, one("class", "trunk", "primary")) },
      middle: { layer: "transportation", filter: all(isLine, one("class", "secondary", "tertiary")) },
      minor: { layer: "transportation", filter: all(isLine, one("class", "minor", "service")) },
    },
    paths: { layer: "transportation", filter: all(isLine, one("class", "path", "track")) },
    railways: { layer: "transportation", filter: all(isLine, one("class", "rail", "transit")) },
    sidings: ["has", "service"],
    tunnel: ["==", ["get", "brunnel"], "tunnel"],
    roadNames: { layer: "transportation_name", filter: all(["!", one("class", "rail", "transit", "ferry", "path")], ["has", "name"]) },
    stations: { layer: "poi", filter: all(one("class", "railway"), ["!", one("subclass", "subway_entrance")], ["has", "name"]) },
    name: (language) => (language === "en" ? first("name:en", "name_en", "name:latin", "name") : first("name:ja", "name")),
  },
  gsi: {
    land: null,
    green: [],
    water: { layer: "WA" },
    streams: { layer: "RvrCL" },
    buildings: { layer: "BldA" },
    roads: {
      motorway: { layer: "RdCL", filter: one("vt_rdctg", "高速自動車国道等") },
      major: { layer: "RdCL", filter: one("vt_rdctg", "国道", "主要道路") },
      middle: { layer: "RdCL", filter: one("vt_rdctg", "都道府県道") },
      minor: { layer: "RdCL", filter: ["!", one("vt_rdctg", "高速自動車国道等", "国道", "主要道路", "都道府県道")] },
    },
    paths: null,
    railways: { layer: "RailCL" },
    sidings: one("vt_sngldbl", "側線"),
    tunnel: one("vt_railstate", "地下", "トンネル"),
    roadNames: null,
    stations: null,
    name: () => ["get", "name"],
  },
};

/** Widths in pixels by zoom, and from where a class is drawn. */
const ROADS: Record<RoadClass, { from: number; widths: [number, number][] }> = {
  minor: { from: 12.5, widths: [[13, 0.6], [14, 1.2], [15, 3], [16, 6], [18, 18]] },
  middle: { from: 10.5, widths: [[11, 0.7], [13, 1.6], [15, 5], [16, 8], [18, 22]] },
  major: { from: STREETS_FROM, widths: [[9, 0.6], [11, 1.2], [13, 2.4], [15, 7], [18, 26]] },
  motorway: { from: STREETS_FROM, widths: [[9, 1], [11, 1.8], [13, 3], [15, 7], [18, 26]] },
};
const CLASSES = Object.keys(ROADS) as RoadClass[];

/** Whether a file draws the land under its streets, and so covers what lies below. */
export function hasLand(streets: Streets): boolean {
  return SCHEMAS[streets.schema].land !== null;
}

export function streetSource(origin: string, streets: Streets): SourceSpecification {
  return {
    type: "vector",
    tiles: [`${origin}${streets.tiles}`],
    minzoom: streets.min_zoom,
    maxzoom: streets.max_zoom,
  };
}

export function streetLayers(palette: Palette, streets: Streets): LayerSpecification[] {
  const schema = SCHEMAS[streets.schema];
  const from = Math.max(STREETS_FROM, streets.min_zoom);
  const layer = (id: string, part: Part, minzoom: number) => ({
    id: `street-${id}`,
    source: STREETS,
    "source-layer": part.layer,
    minzoom: Math.max(from, minzoom),
    ...(part.filter && { filter: part.filter }),
  });
  const area = (id: string, part: Part, minzoom: number, colour: string): LayerSpecification => ({
    ...layer(id, part, minzoom),
    type: "fill",
    paint: { "fill-color": colour, "fill-antialias": id === "buildings" },
  });
  const round = { "line-cap": "round", "line-join": "round" } as const;
  const road = (kind: RoadClass, casing: boolean): LayerSpecification => {
    const { from: minzoom, widths } = ROADS[kind];
    const edge = casing ? 1.6 : 0;
    return {
      ...layer(casing ? `${kind}-edge` : kind, schema.roads[kind], casing ? Math.max(13, minzoom) : minzoom),
      type: "line",
      layout: round,
      paint: {
        "line-color": casing ? palette.roadEdge : kind === "minor" || kind === "middle" ? palette.road : palette.roadMajor,
        "line-width": byZoom(...widths.map(([zoom, width]) => [zoom, width + edge] as [number, number])),
        // What runs below ground is there, but nothing one could cross.
        "line-opacity": ["case", schema.tunnel, 0.4, 1],
      },
    };
  };
  return [
    ...(schema.land ? [area("land", schema.land, 0, palette.land)] : []),
    ...schema.green.map((part, n) => area(`green-${n}`, part, 10, palette.green)),
    area("water", schema.water, 0, palette.sea),
    {
      ...layer("streams", schema.streams, 11),
      type: "line",
      layout: round,
      paint: { "line-color": palette.sea, "line-width": byZoom([11, 0.6], [14, 1.2], [18, 5]) },
    },
    area("buildings", schema.buildings, 14.5, palette.building),
    ...(schema.paths
      ? [
          {
            ...layer("paths", schema.paths, 15.5),
            type: "line",
            paint: { "line-color": palette.roadEdge, "line-width": 1, "line-dasharray": [3, 2] },
          } as LayerSpecification,
        ]
      : []),
    ...CLASSES.map((kind) => road(kind, true)),
    ...CLASSES.map((kind) => road(kind, false)),
    ...railway(palette, schema, schema.railways, layer("railways", schema.railways, 10)),
  ];
}

/**
 * A line, from close by with ties across it, as maps have drawn rails for long; below ground a faint line
 * without. A large station has a dozen tracks side by side: further out ties would make one dark
 * band of them, and sidings are left out.
 */
function railway(palette: Palette, schema: Schema, part: Part, layer: object): LayerSpecification[] {
  const line = { ...layer, type: "line" } as LayerSpecification & { type: "line"; id: string; minzoom: number };
  const through = all(...(part.filter ? [part.filter as ExpressionSpecification] : []), ["!", schema.sidings]);
  const sidings = all(...(part.filter ? [part.filter as ExpressionSpecification] : []), schema.sidings);
  return [
    {
      ...line,
      id: `${line.id}-sidings`,
      minzoom: Math.max(line.minzoom, 15),
      filter: sidings,
      paint: { "line-color": palette.rail, "line-width": byZoom([15, 0.6], [17, 1.2]), "line-opacity": 0.6 },
    },
    {
      ...line,
      filter: through,
      paint: {
        "line-color": palette.rail,
        "line-width": byZoom([10, 0.8], [13, 1], [15, 1.3], [17, 2]),
        "line-opacity": ["case", schema.tunnel, 0.35, 0.9],
      },
    },
    {
      ...line,
      id: `${line.id}-ties`,
      minzoom: Math.max(line.minzoom, 16),
      filter: through,
      paint: {
        "line-color": palette.rail,
        "line-width": byZoom([16, 5], [18, 9]),
        "line-dasharray": [0.3, 2.5],
        "line-opacity": ["case", schema.tunnel, 0, 0.6],
      },
    },
  ];
}

/** Names of streets, and of those stations that our own list does not have. */
export function streetNames(palette: Palette, language: Language, streets: Streets): LayerSpecification[] {
  const schema = SCHEMAS[streets.schema];
  const name = schema.name(language);
  const paint = { "text-halo-color": palette.halo, "text-halo-width": 1.6 };
  const names: LayerSpecification[] = [];
  if (schema.roadNames) {
    names.push({
      id: "street-names",
      type: "symbol",
      source: STREETS,
      "source-layer": schema.roadNames.layer,
      minzoom: Math.max(14, streets.min_zoom),
      ...(schema.roadNames.filter && { filter: schema.roadNames.filter }),
      layout: {
        "symbol-placement": "line",
        "symbol-spacing": 400,
        "text-field": name,
        "text-font": FONT,
        "text-size": byZoom([14, 11], [18, 14]),
        "text-padding": 12,
      },
      paint: { ...paint, "text-color": palette.labelQuiet },
    });
  }
  if (schema.stations) {
    names.push({
      id: "street-stations",
      type: "symbol",
      source: STREETS,
      "source-layer": schema.stations.layer,
      minzoom: Math.max(13.5, streets.min_zoom),
      ...(schema.stations.filter && { filter: schema.stations.filter }),
      layout: {
        "text-field": name,
        "text-font": FONT,
        "text-size": byZoom([13.5, 11.5], [17, 14]),
        // One place is named once: our own name of a station stands within about 120 m of the file's.
        "text-padding": byZoom([13.5, 24], [15, 60], [17, 120]),
      },
      paint: { ...paint, "text-color": palette.station },
    });
  }
  return names;
}
