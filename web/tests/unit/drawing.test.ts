import assert from "node:assert/strict";
import { test } from "node:test";
import { area, type Corner, crossing, crossingWhenClosed, Draft, MOST_CORNERS, ring } from "../../src/coverage/drawing/shape.ts";
import { geojson, isEmpty, named, NO_ZONES, type OwnZones, read } from "../../src/coverage/zones.ts";

const at = (x: number, y: number): Corner => [139.7 + x / 1000, 35.6 + y / 1000];
const path = (...points: [number, number][]): Corner[] => points.map(([x, y]) => at(x, y));

test("a line that would cross or touch an earlier one is refused, and both are named", () => {
  const corners = path([0, 0], [10, 0], [10, 10]);
  assert.equal(crossing(corners, at(0, 10)), null);
  const met = crossing(corners, at(5, -5));
  assert.deepEqual(met, { edge: [at(10, 10), at(5, -5)], other: [at(0, 0), at(10, 0)], number: 1 });
  // Touching is crossing: at a corner, on an edge, and through a corner.
  assert.equal(crossing(corners, at(0, 0))?.number, 1);
  assert.equal(crossing(corners, at(5, 0))?.number, 1);
  assert.equal(crossing(path([0, 0], [10, 0], [10, 10], [-5, 10]), at(5, -10))?.number, 1);
});

test("back along the way one came is no area, straight on is", () => {
  assert.ok(crossing(path([0, 0], [10, 0]), at(5, 0)));
  assert.ok(crossing(path([0, 0], [10, 0]), at(-5, 0)));
  assert.equal(crossing(path([0, 0], [10, 0]), at(20, 0)), null);
  assert.ok(crossingWhenClosed(path([0, 0], [10, 0], [20, 0])));
});

test("the closing line is held to the same", () => {
  assert.equal(crossingWhenClosed(path([0, 0], [10, 0], [10, 10], [0, 10])), null);
  // A hook: the way back to the first corner leads through the second edge.
  assert.equal(crossingWhenClosed(path([0, 0], [20, 0], [20, 10], [10, 10], [30, 5]))?.number, 2);
});

test("crossing agrees with a slow count over many shapes", () => {
  let seed = 7;
  const next = (below: number) => {
    seed = (seed * 1103515245 + 12345) % 2147483648;
    return seed % below;
  };
  // Parametric intersection in floating point, over a grid coarse enough to be exact.
  const meet = (a: Corner, b: Corner, c: Corner, d: Corner) => {
    const [p, q, r, s] = [a, b, c, d].map(([x, y]) => [Math.round((x - 139.7) * 1000), Math.round((y - 35.6) * 1000)] as [number, number]);
    const cross = (u: number[], v: number[]) => u[0]! * v[1]! - u[1]! * v[0]!;
    const minus = (u: number[], v: number[]) => [u[0]! - v[0]!, u[1]! - v[1]!];
    const [along, other, apart] = [minus(q!, p!), minus(s!, r!), minus(r!, p!)];
    const whole = cross(along, other);
    if (whole !== 0) {
      const [t, u] = [cross(apart, other) / whole, cross(apart, along) / whole];
      return t >= 0 && t <= 1 && u >= 0 && u <= 1;
    }
    if (cross(apart, along) !== 0) return false;
    const length = along[0]! ** 2 + along[1]! ** 2;
    const [t, u] = [minus(r!, p!), minus(s!, p!)].map((one) => (one[0]! * along[0]! + one[1]! * along[1]!) / length);
    return Math.max(Math.min(t!, u!), 0) <= Math.min(Math.max(t!, u!), 1);
  };
  for (let round = 0; round < 5000; round += 1) {
    const points = Array.from({ length: 4 }, () => at(next(8), next(8)));
    const [a, b, c, d] = points as [Corner, Corner, Corner, Corner];
    const distinct = new Set(points.map(String)).size === 4;
    // The edge between is drawn without a check, so that only the first is in question.
    if (!distinct) continue;
    const found = crossing([a, b, c], d);
    const expected = meet(a, b, c, d);
    if (expected) assert.equal(found?.number, 1, String(points));
    else assert.notEqual(found?.number, 1, String(points));
  }
});

test("a draft grows, refuses, takes back and closes", () => {
  const draft = new Draft();
  assert.equal(draft.closing()?.why, "few");
  for (const corner of path([0, 0], [10, 0], [10, 10])) assert.equal(draft.add(...corner), null);
  // The same place again is the second press of a double press.
  assert.equal(draft.add(...at(10, 10)), null);
  assert.equal(draft.corners.length, 3);
  assert.equal(draft.add(...at(5, -5))?.why, "crosses");
  assert.equal(draft.add(2.35, 48.85)?.why, "outside");
  assert.equal(draft.corners.length, 3);
  assert.equal(draft.closing(), null);
  draft.back();
  assert.equal(draft.closing()?.why, "few");
  const full = new Draft(Array.from({ length: MOST_CORNERS }, (_, n): Corner => [139 + n / 1e4, 35 + (n % 2) / 1e4]));
  assert.equal(full.add(140, 36)?.why, "full");
});

test("a ring is closed and runs against the clock, and its area is that of the ground", () => {
  const clockwise = path([0, 0], [0, 10], [10, 10], [10, 0]);
  const closed = ring(clockwise);
  assert.deepEqual(closed, [at(10, 0), at(10, 10), at(0, 10), at(0, 0), at(10, 0)]);
  assert.deepEqual(ring(path([0, 0], [10, 0], [10, 10])), [at(0, 0), at(10, 0), at(10, 10), at(0, 0)]);
  // 0.01° by 0.01° at 35.6° north: 1,109.5 m by 905.7 m on the ellipsoid.
  assert.ok(Math.abs(area(clockwise) / (1109.5 * 905.7) - 1) < 0.01);
});

test("drawn areas are sent after those of a file, whatever GeoJSON it is", () => {
  const drawn = [{ name: "駅の東", corners: path([0, 0], [10, 0], [10, 10]) }];
  const parsed = (zones: OwnZones) => JSON.parse(geojson(zones));
  assert.deepEqual(
    parsed({ file: null, drawn }).features.map(({ properties }: { properties: { name: string } }) => properties.name),
    ["駅の東"],
  );
  const polygon = { type: "Polygon", coordinates: [ring(path([0, 0], [5, 0], [5, 5]))] };
  const feature = { type: "Feature", properties: { name: "誘導区域" }, geometry: polygon };
  for (const body of [polygon, feature, { type: "FeatureCollection", features: [feature] }]) {
    const { features } = parsed({ file: { name: "f", geojson: JSON.stringify(body) }, drawn });
    assert.equal(features.length, 2);
    assert.deepEqual(features[0].geometry, polygon);
    assert.equal(features[1].properties.name, "駅の東");
  }
  // What nobody can read goes as it is, for the server to name.
  assert.equal(geojson({ file: { name: "f", geojson: "{nonsense" }, drawn }), "{nonsense");
  assert.equal(named({ file: { name: "誘導区域", geojson: "" }, drawn }, (first, others) => `${first}+${others}`), "誘導区域+1");
});

test("what a tab kept is read again, and nothing else is", () => {
  const zones: OwnZones = { file: { name: "f", geojson: "{}" }, drawn: [{ name: "区域1", corners: path([0, 0], [1, 0], [1, 1]) }] };
  assert.deepEqual(read(JSON.stringify(zones)), zones);
  assert.equal(read(null), NO_ZONES);
  assert.ok(isEmpty(read('{"file":{"name":1},"drawn":[{"name":"x","corners":[["a",1]]},{"corners":[]},7]}')));
});
