/** What the map marks besides the tiles, as GeoJSON made from the list. */

import type { Feature as MapFeature, FeatureCollection } from "geojson";
import type { Facility, Feature } from "./api.ts";
import { letter } from "./format.ts";
import { pinName, toneOf } from "./shapes.ts";
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

const SPREAD = 30;
const LETTER_SIZE = 14;

/** Pins known to the very same place stand side by side, so that each can be hit. */
export function lettered({ listed, letters, chosen }: Marks): FeatureCollection {
  const sharing = new Map<string, number>();
  const features = listed.map((feature, index) => {
    const place = feature.geometry.coordinates.join();
    const before = sharing.get(place) ?? 0;
    sharing.set(place, before + 1);
    const { kind } = feature.properties;
    const tone = toneOf(feature.properties);
    return point(feature, {
      id: feature.id,
      index,
      letter: letter(index),
      tone,
      pin: pinName(kind, tone, "large"),
      iconOffset: [before * SPREAD, 0],
      textOffset: [(before * SPREAD) / LETTER_SIZE, 0],
    });
  });
  return collection(letters ? features.filter((_, i) => listed[i]?.id !== chosen?.id) : []);
}

/** How far from its mark a facility may be, when only its town or city is known. */
export function discs({ listed, chosen }: Marks): FeatureCollection {
  const all = chosen ? [...listed.filter(({ id }) => id !== chosen.id), chosen] : listed;
  return collection(
    all.flatMap((feature): MapFeature[] => {
      const { position_precision: precision, position_error: error } = feature.properties;
      if (!error || (precision !== "town" && precision !== "city")) return [];
      const [lon, lat] = feature.geometry.coordinates;
      return [
        {
          type: "Feature",
          properties: { chosen: feature.id === chosen?.id },
          geometry: { type: "Polygon", coordinates: [disc(lon, lat, error)] },
        },
      ];
    }),
  );
}

export function chosenMark({ listed, letters, chosen }: Marks): FeatureCollection {
  if (!chosen) return collection([]);
  const index = listed.findIndex(({ id }) => id === chosen.id);
  const tone = toneOf(chosen.properties);
  return collection([
    point(chosen, {
      id: chosen.id,
      tone,
      letter: letters && index >= 0 ? letter(index) : "",
      pin: pinName(chosen.properties.kind, tone, "chosen"),
    }),
  ]);
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

function point(feature: Feature<Facility>, properties: Record<string, unknown>): MapFeature {
  return { type: "Feature", properties, geometry: feature.geometry };
}

function collection(features: MapFeature[]): FeatureCollection {
  return { type: "FeatureCollection", features };
}
