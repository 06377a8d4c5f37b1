import assert from "node:assert/strict";
import { mock, test } from "node:test";

import type { Map as Library } from "maplibre-gl";

import { onLongPress } from "../../src/long-press.ts";

/** A map that only hears and tells events. */
function mapWithEvents() {
  const heard = new Map<string, (event: unknown) => void>();
  const on = (name: string, act: (event: unknown) => void) => heard.set(name, act);
  return { library: { on } as unknown as Library, tell: (name: string, event: unknown) => heard.get(name)?.(event) };
}

const press = (place: string) => ({ lngLat: place, preventDefault() {} });

test("the first press counts however young the page is, and what a telephone tells of it again does not", () => {
  let now = 300;
  mock.method(performance, "now", () => now);
  const { library, tell } = mapWithEvents();
  const places: unknown[] = [];
  onLongPress(library, (place) => places.push(place));
  tell("contextmenu", press("Nagano"));
  now += 1000;
  tell("contextmenu", press("Nagano"));
  assert.deepEqual(places, ["Nagano"]);
  now += 1000;
  tell("contextmenu", press("Iida"));
  assert.deepEqual(places, ["Nagano", "Iida"]);
  mock.restoreAll();
});
