/** The arithmetic of the map window, so that the list need not wait for the map library. */

import type { Box } from "./api.ts";
import { roundedView, type View } from "./mode.ts";

/** From 与那国 and 石垣 to 根室 and 稚内: the first view of a visitor nobody has sent anywhere. */
export const JAPAN: Box = { west: 122.9, south: 24, east: 146, north: 45.7 };

/** Every island, with a margin: nothing of the directory lies outside. */
export const JAPAN_WHOLE: Box = { west: 120, south: 18, east: 156, north: 48 };

/** A side of the world in pixels at zoom 0. */
const WORLD = 512;

export interface Size {
  width: number;
  height: number;
}

export function boxOf(view: View, size: Size): Box {
  const scale = WORLD * 2 ** view.zoom;
  const x = mercatorX(view.lon);
  const y = mercatorY(view.lat);
  return {
    west: longitude(x - size.width / 2 / scale),
    east: longitude(x + size.width / 2 / scale),
    north: latitude(y - size.height / 2 / scale),
    south: latitude(y + size.height / 2 / scale),
  };
}

/** The closest view that shows all of a box, with some air around it. */
export function viewOf(box: Box, size: Size, padding: number, maxZoom = 15): View {
  const width = Math.max(1, size.width - 2 * padding);
  const height = Math.max(1, size.height - 2 * padding);
  const top = mercatorY(box.north);
  const bottom = mercatorY(box.south);
  const zoom = Math.min(
    maxZoom,
    Math.log2(width / WORLD / Math.max(1e-9, mercatorX(box.east) - mercatorX(box.west))),
    Math.log2(height / WORLD / Math.max(1e-9, bottom - top)),
  );
  return roundedView((box.west + box.east) / 2, latitude((top + bottom) / 2), Math.max(2, zoom));
}

/** The view that shows the same things so many pixels further up. */
export function raised(view: View, pixels: number): View {
  const y = mercatorY(view.lat) + pixels / (WORLD * 2 ** view.zoom);
  return roundedView(view.lon, latitude(y), view.zoom);
}

export function around(points: [number, number][]): Box {
  const lons = points.map((point) => point[0]);
  const lats = points.map((point) => point[1]);
  return {
    west: Math.min(...lons),
    east: Math.max(...lons),
    south: Math.min(...lats),
    north: Math.max(...lats),
  };
}

/** Five decimals, so that a hair's breadth of movement asks for the same list. */
export function roundedBox(box: Box): Box {
  const cut = (value: number) => Number(value.toFixed(5));
  return { west: cut(box.west), south: cut(box.south), east: cut(box.east), north: cut(box.north) };
}

/** A circle of metres on the ground, as a polygon fine enough to look round. */
export function disc(lon: number, lat: number, metres: number): [number, number][] {
  const degree = 111_320;
  const steps = 64;
  return Array.from({ length: steps + 1 }, (_, step) => {
    const angle = (2 * Math.PI * (step % steps)) / steps;
    return [
      lon + (metres * Math.cos(angle)) / (degree * Math.cos((lat * Math.PI) / 180)),
      lat + (metres * Math.sin(angle)) / degree,
    ] as [number, number];
  });
}

function mercatorX(lon: number): number {
  return (lon + 180) / 360;
}

function mercatorY(lat: number): number {
  return (1 - Math.asinh(Math.tan((lat * Math.PI) / 180)) / Math.PI) / 2;
}

function longitude(x: number): number {
  return Math.min(180, Math.max(-180, x * 360 - 180));
}

function latitude(y: number): number {
  return (Math.atan(Math.sinh(Math.PI * (1 - 2 * y))) * 180) / Math.PI;
}
