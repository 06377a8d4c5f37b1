import assert from "node:assert/strict";
import { test } from "node:test";
import type { FeatureCollection, LineString, Point, Polygon } from "geojson";
import type { Map as Library } from "maplibre-gl";
import { DrawingLayer } from "../../src/coverage/drawing/layer.ts";
import type { Corner } from "../../src/coverage/drawing/shape.ts";

const CENTRE = { lng: 139.7, lat: 35.66 };
const CORNERS: Corner[] = [[139.69, 35.65], [139.71, 35.65], [139.71, 35.67]];

/** A map that hears, tells and keeps what is drawn: as much of one as the layer asks for. */
function drawnOn() {
  const heard = new Map<string, (event: unknown) => void>();
  let drawn: FeatureCollection = { type: "FeatureCollection", features: [] };
  const library = {
    on: (name: string, act: (event: unknown) => void) => heard.set(name, act),
    getCanvas: () => ({ addEventListener() {}, focus() {}, style: {} }),
    getSource: () => ({ setData: (data: FeatureCollection) => (drawn = data) }),
    getCenter: () => CENTRE,
    project: () => ({ dist: () => 1000 }),
    doubleClickZoom: { disable() {}, enable() {} },
  };
  const layer = new DrawingLayer(library as unknown as Library);
  layer.start({ put() {}, finish() {}, back() {} });
  const parts = (part: string) => drawn.features.filter(({ properties }) => properties?.part === part).map(({ geometry }) => geometry);
  return { layer, parts, tell: (name: string, event: unknown) => heard.get(name)?.(event) };
}

test("a shape under way leads to where the next corner would be", () => {
  const { layer, parts, tell } = drawnOn();
  layer.show(CORNERS, null);
  tell("mousemove", { lngLat: CENTRE });
  const centre = [CENTRE.lng, CENTRE.lat];
  assert.deepEqual((parts("next")[0] as LineString).coordinates, [CORNERS[2], centre]);
  assert.deepEqual((parts("inside")[0] as Polygon).coordinates, [[...CORNERS, centre, CORNERS[0]]]);
});

test("a closed shape is drawn as it is: no line and no corner more, by mouse or by keys", () => {
  const closed = [...CORNERS, CORNERS[0]!];
  const ways: ((drawn: ReturnType<typeof drawnOn>) => void)[] = [
    ({ tell }) => tell("mousemove", { lngLat: CENTRE }),
    ({ layer }) => layer.putCentre(),
  ];
  for (const way of ways) {
    const drawn = drawnOn();
    drawn.layer.show(CORNERS, null);
    way(drawn);
    drawn.layer.show(closed, null);
    // The pointer goes on over the map while the area is named.
    way(drawn);
    assert.deepEqual(drawn.parts("next"), []);
    assert.deepEqual(drawn.parts("inside"), [{ type: "Polygon", coordinates: [closed] }]);
    assert.deepEqual(drawn.parts("edge"), [{ type: "LineString", coordinates: closed }]);
    assert.equal((drawn.parts("corner") as Point[]).length, 3);
  }
});
