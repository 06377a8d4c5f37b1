/** A long press with one finger, or the secondary click of a mouse, on the map. */

import type { LngLat, Map as Library, MapTouchEvent } from "maplibre-gl";

const HOLD = 550;

export function onLongPress(map: Library, act: (place: LngLat) => void): void {
  let timer: number | undefined;
  let lastActed = 0;
  const once = (place: LngLat) => {
    // Some phones send a context menu for the same press.
    if (performance.now() - lastActed < 1500) return;
    lastActed = performance.now();
    act(place);
  };
  const cancel = () => clearTimeout(timer);
  map.on("touchstart", (event: MapTouchEvent) => {
    cancel();
    if (event.points.length === 1) timer = window.setTimeout(() => once(event.lngLat), HOLD);
  });
  for (const ended of ["touchend", "touchcancel", "touchmove", "movestart"] as const) map.on(ended, cancel);
  map.on("contextmenu", (event) => {
    cancel();
    event.preventDefault();
    once(event.lngLat);
  });
}
