/** The visitor's position, asked for only when the visitor asks. */

import type { Api } from "./api.ts";
import { inJapanBox, round } from "./mode.ts";

export type Located =
  | { found: true; lon: number; lat: number }
  | { found: false; why: "denied" | "unavailable" | "timeout" | "outside" };

const PATIENCE = 10_000;

export async function locate(api: Api): Promise<Located> {
  if (!("geolocation" in navigator)) return { found: false, why: "unavailable" };
  const answer = await new Promise<GeolocationPosition | GeolocationPositionError>((resolve) =>
    navigator.geolocation.getCurrentPosition(resolve, resolve, {
      enableHighAccuracy: true,
      timeout: PATIENCE,
      maximumAge: 60_000,
    }),
  );
  if (!("coords" in answer)) {
    const why = answer.code === 1 ? "denied" : answer.code === 3 ? "timeout" : "unavailable";
    return { found: false, why };
  }
  // Ten metres are near enough to walk, and say less about a home once they stand in a URL.
  const lon = round(answer.coords.longitude, 4);
  const lat = round(answer.coords.latitude, 4);
  if (!(await inJapan(api, lon, lat))) return { found: false, why: "outside" };
  return { found: true, lon, lat };
}

/** The box takes in parts of the neighbours; only the districts know. */
async function inJapan(api: Api, lon: number, lat: number): Promise<boolean> {
  if (!inJapanBox(lon, lat)) return false;
  try {
    return (await api.districts(lon, lat)).length > 0;
  } catch {
    return true; // A server that does not answer is no reason to send anybody abroad.
  }
}
