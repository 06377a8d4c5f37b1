/** What the map marks besides the tiles, as GeoJSON made from the list. */

import type { Feature as MapFeature, FeatureCollection } from "geojson";
import type { Facility, Feature } from "./api.ts";
import { letter } from "./format.ts";
import { pinName, toneOf } from "./shapes.ts";
import { disc } from "./window.ts";

export interface Marks {
  /** The facilities of the list, in its order. */
  listed: Feature<Facility>[];
  /** The point the list is about; null while it is about the window. */
  origin: { lon: number; lat: number } | null;
  chosen: Feature<Facility> | null;
}

const SPREAD = 30;
const LETTER_SIZE = 14;

/** Pins known to the very same place stand side by side, so that each can be hit. */
export function lettered({ listed, origin, chosen }: Marks): FeatureCollection {
  const sharing = new Map<string, number>();
  const features = listed.map((feature, index) => {
    const place = feature.geometry.coordinates.join();
    const before = sharing.get(place) ?? 0;
    sharing.set(place, before + 1);
    const { kind, status } = feature.properties;
    return point(feature, {
      id: feature.id,
      index,
      letter: letter(index),
      tone: toneOf(status),
      pin: pinName(kind, toneOf(status), "large"),
      iconOffset: [before * SPREAD, 0],
      textOffset: [(before * SPREAD) / LETTER_SIZE, 0],
    });
  });
  return collection(origin ? features.filter((_, i) => listed[i]?.id !== chosen?.id) : []);
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

export function chosenMark({ listed, origin, chosen }: Marks): FeatureCollection {
  if (!chosen) return collection([]);
  const index = listed.findIndex(({ id }) => id === chosen.id);
  const tone = toneOf(chosen.properties.status);
  return collection([
    point(chosen, {
      id: chosen.id,
      tone,
      letter: origin && index >= 0 ? letter(index) : "",
      pin: pinName(chosen.properties.kind, tone, "chosen"),
    }),
  ]);
}

export function spot(place: { lon: number; lat: number } | null): FeatureCollection {
  if (!place) return collection([]);
  return collection([
    { type: "Feature", properties: {}, geometry: { type: "Point", coordinates: [place.lon, place.lat] } },
  ]);
}

function point(feature: Feature<Facility>, properties: Record<string, unknown>): MapFeature {
  return { type: "Feature", properties, geometry: feature.geometry };
}

function collection(features: MapFeature[]): FeatureCollection {
  return { type: "FeatureCollection", features };
}
