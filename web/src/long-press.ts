/** A long press with one finger, or the secondary click of a mouse, on the map. */

import type { LngLat, Map as Library, MapTouchEvent, Point } from "maplibre-gl";

const HOLD = 550;
/** No finger holds quite still: so many pixels are no movement. */
const SLACK = 10;

export function onLongPress(map: Library, act: (place: LngLat) => void): void {
  let timer: number | undefined;
  let start: Point | undefined;
  let lastActed = Number.NEGATIVE_INFINITY;
  const once = (place: LngLat) => {
    // Some phones send a context menu for the same press.
    if (performance.now() - lastActed < 1500) return;
    lastActed = performance.now();
    act(place);
  };
  const cancel = () => clearTimeout(timer);
  map.on("touchstart", (event: MapTouchEvent) => {
    cancel();
    start = event.point;
    if (event.points.length === 1) timer = window.setTimeout(() => once(event.lngLat), HOLD);
  });
  map.on("touchmove", (event: MapTouchEvent) => {
    if (start === undefined || event.point.dist(start) > SLACK) cancel();
  });
  // The map may move by itself meanwhile, to what the list has found: that is nothing the finger did.
  for (const ended of ["touchend", "touchcancel"] as const) map.on(ended, cancel);
  map.on("contextmenu", (event) => {
    cancel();
    event.preventDefault();
    once(event.lngLat);
  });
}
