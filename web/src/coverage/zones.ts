/**
 * Areas of one's own, such as a 居住誘導区域: brought as a file, drawn on the map, or both. They are
 * sent with a question and kept nowhere but in this tab, so that a reload does not lose them.
 */

import type { Feature, FeatureCollection } from "geojson";
import { type Corner, ring } from "./drawing/shape.ts";

export interface DrawnZone {
  name: string;
  corners: readonly Corner[];
}

export interface OwnZones {
  file: { name: string; geojson: string } | null;
  drawn: readonly DrawnZone[];
}

export const NO_ZONES: OwnZones = { file: null, drawn: [] };
const KEY = "machinaka.coverage.zones";

export function isEmpty(zones: OwnZones): boolean {
  return zones.file === null && zones.drawn.length === 0;
}

/** What the server is sent: the file's features, then the drawn ones. */
export function geojson(zones: OwnZones): string {
  if (zones.file && zones.drawn.length === 0) return zones.file.geojson;
  const drawn = zones.drawn.map(feature);
  if (!zones.file) return JSON.stringify({ type: "FeatureCollection", features: drawn } satisfies FeatureCollection);
  const brought = featuresOf(zones.file.geojson);
  // What cannot be read goes as it is: the server says what is wrong with it.
  return brought ? JSON.stringify({ type: "FeatureCollection", features: [...brought, ...drawn] }) : zones.file.geojson;
}

function feature({ name, corners }: DrawnZone): Feature {
  return {
    type: "Feature",
    properties: { name },
    geometry: { type: "Polygon", coordinates: [ring(corners)] },
  };
}

function featuresOf(text: string): unknown[] | null {
  try {
    const read = JSON.parse(text) as { type?: unknown; features?: unknown };
    if (read.type === "FeatureCollection") return Array.isArray(read.features) ? read.features : [];
    if (read.type === "Feature") return [read];
    return typeof read.type === "string" ? [{ type: "Feature", properties: {}, geometry: read }] : null;
  } catch {
    return null;
  }
}

/** What they are called together: the file's name, the first drawn one's, and how many more. */
export function named(zones: OwnZones, more: (first: string, others: number) => string): string {
  const all = [...(zones.file ? [zones.file.name] : []), ...zones.drawn.map(({ name }) => name)];
  const [first = "", ...others] = all;
  return others.length ? more(first, others.length) : first;
}

/** Keeps them for a reload of this tab, where the browser lets it and they are not too large. */
export function remember(zones: OwnZones): void {
  try {
    if (isEmpty(zones)) sessionStorage.removeItem(KEY);
    else sessionStorage.setItem(KEY, JSON.stringify(zones));
  } catch {
    forget();
  }
}

function forget(): void {
  try {
    sessionStorage.removeItem(KEY);
  } catch {
    // No storage: nothing is kept.
  }
}

export function remembered(): OwnZones {
  try {
    return read(sessionStorage.getItem(KEY));
  } catch {
    return NO_ZONES;
  }
}

/** What was kept, if it is what this page keeps. */
export function read(text: string | null): OwnZones {
  if (text === null) return NO_ZONES;
  const kept = JSON.parse(text) as Partial<Record<keyof OwnZones, unknown>>;
  const file = kept.file as { name?: unknown; geojson?: unknown } | null | undefined;
  const drawn = Array.isArray(kept.drawn) ? (kept.drawn as { name?: unknown; corners?: unknown }[]) : [];
  return {
    file:
      typeof file?.name === "string" && typeof file.geojson === "string"
        ? { name: file.name, geojson: file.geojson }
        : null,
    drawn: drawn.flatMap(({ name, corners }) =>
      typeof name === "string" && Array.isArray(corners) && corners.every(isCorner) ? [{ name, corners: corners as Corner[] }] : [],
    ),
  };
}

function isCorner(value: unknown): value is Corner {
  return Array.isArray(value) && value.length === 2 && value.every((part) => typeof part === "number" && Number.isFinite(part));
}
