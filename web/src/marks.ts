/** What the map marks besides the tiles, made from the list. */

import type { Feature as MapFeature, FeatureCollection } from "geojson";
import type { Facility, Feature } from "./api.ts";
import { letter } from "./format.ts";
import { disc } from "./window.ts";

export interface Marks {
  /** The facilities of the list, in its order. */
  listed: Feature<Facility>[];
  /** The points the list is about; none while it is about the window. */
  origins: { lon: number; lat: number }[];
  /** Whether pins carry the letters of the list: it is about a point, or holds all of the window. */
  letters: boolean;
  chosen: Feature<Facility> | null;
}

/** A facility's own pin, above everything else on the map. */
export interface Mark {
  feature: Feature<Facility>;
  /** As in the list; empty where the list has no letters. */
  letter: string;
  chosen: boolean;
  /** Pixels to the right of its place. */
  offset: number;
}

const SPREAD = 30;
/** Metres: a disc that is more than a part of its city. */
const WIDE = 4000;

/**
 * From the top down: the chosen one, then in the order of the list. Those known to the very same place
 * stand side by side, so that each can be hit.
 */
export function marksOf({ listed, letters, chosen }: Marks): Mark[] {
  const sharing = new Map<string, number>();
  const marks = listed.map((feature, index): Mark => {
    const place = feature.geometry.coordinates.join();
    const before = sharing.get(place) ?? 0;
    sharing.set(place, before + 1);
    return { feature, letter: letter(index), chosen: false, offset: before * SPREAD };
  });
  const shown = letters ? marks : [];
  if (!chosen) return shown;
  const lettered = shown.find(({ feature }) => feature.id === chosen.id)?.letter ?? "";
  return [
    { feature: chosen, letter: lettered, chosen: true, offset: 0 },
    ...shown.filter(({ feature }) => feature.id !== chosen.id),
  ];
}

/** How far from its mark a facility may be, when only its town or city is known. */
export function discs({ listed, chosen }: Marks): FeatureCollection {
  const all = chosen ? [...listed.filter(({ id }) => id !== chosen.id), chosen] : listed;
  return collection(
    all.flatMap((feature): MapFeature[] => {
      const { position_precision: precision, position_error: error } = feature.properties;
      if (!error || (precision !== "station" && precision !== "town" && precision !== "city")) return [];
      const [lon, lat] = feature.geometry.coordinates;
      return [
        {
          type: "Feature",
          properties: { chosen: feature.id === chosen?.id, wide: error >= WIDE },
          geometry: { type: "Polygon", coordinates: [disc(lon, lat, error)] },
        },
      ];
    }),
  );
}

export function pointOf({ geometry }: Feature<Facility>): { lon: number; lat: number } {
  const [lon, lat] = geometry.coordinates;
  return { lon, lat };
}

export function spots(places: { lon: number; lat: number }[]): FeatureCollection {
  return collection(
    places.map(({ lon, lat }) => ({
      type: "Feature",
      properties: {},
      geometry: { type: "Point", coordinates: [lon, lat] },
    })),
  );
}

function collection(features: MapFeature[]): FeatureCollection {
  return { type: "FeatureCollection", features };
}
