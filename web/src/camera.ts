/** Where the map should look, so that what matters is in sight. */

import type { Facility, Feature } from "./api.ts";
import { roundedView, type View } from "./mode.ts";
import { around, boxOf, disc, JAPAN, raised, type Size, viewOf } from "./window.ts";

/** Of the nearest hubs, so many should be in sight at once … */
const IN_SIGHT = 4;
/** … but a hub around the corner is not made a dot for the sake of one in the next prefecture. */
const TOGETHER = 3000;
/** Pixels at every edge: the buttons of the map, and half a pin beside them. */
const AIR = 68;

export interface Place {
  lon: number;
  lat: number;
}

/** Pixels at the map's lower edge that the credits cover, two lines of them. */
const CREDITS = 52;

export function viewOfJapan({ width, height }: Size): View {
  return raised(viewOf(JAPAN, { width, height: height - CREDITS }, 20), CREDITS / 2);
}

/** Both points of a search, and what was found between and around them. */
export function viewOfBoth(origins: Place[], features: Feature<Facility>[], size: Size): View {
  const points = features.slice(0, IN_SIGHT).map(({ geometry }) => geometry.coordinates);
  return viewOf(around([...origins.map(({ lon, lat }): [number, number] => [lon, lat]), ...points]), size, AIR);
}

export function viewOfResults(origin: Place, features: Feature<Facility>[], size: Size): View {
  const away = (feature: Feature<Facility>) =>
    Math.max(feature.properties.distance ?? 0, feature.properties.position_error ?? 0);
  // Matches come before what might match, however far they are; the map shows what is near.
  const nearest = [...features].sort((a, b) => (a.properties.distance ?? 0) - (b.properties.distance ?? 0));
  const reach = Math.max(TOGETHER, 5 * (nearest[0] ? away(nearest[0]) : 0));
  const points = nearest
    .slice(0, IN_SIGHT)
    .filter((feature) => away(feature) <= reach)
    .flatMap(extent);
  return viewOf(around([[origin.lon, origin.lat], ...points]), size, AIR);
}

/** What a facility takes up on the map: its pin, or the disc somewhere in which it lies. */
function extent({ geometry, properties }: Feature<Facility>): [number, number][] {
  const [lon, lat] = geometry.coordinates;
  return properties.position_error ? disc(lon, lat, properties.position_error) : [[lon, lat]];
}

/**
 * The view that brings a facility into the part of the map no card covers; null if it is there
 * already. `closer` asks to go near enough to recognise the town in any case.
 */
export function viewOfFacility(
  facility: Feature<Facility>,
  now: View,
  size: Size,
  covered: number,
  closer: boolean,
): View | null {
  const free = { width: size.width, height: size.height - covered };
  const box = boxOf(raised(now, -covered / 2), free);
  const [lon, lat] = facility.geometry.coordinates;
  const inSight = lon > box.west && lon < box.east && lat > box.south && lat < box.north;
  if (inSight && !closer) return null;
  const { zoom } = viewOf(around(extent(facility)), free, AIR, 14);
  return raised(roundedView(lon, lat, zoom), covered / 2);
}
