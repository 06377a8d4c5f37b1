import assert from "node:assert/strict";
import { test } from "node:test";
import { around, boxOf, disc, JAPAN, raised, viewOf } from "../../src/window.ts";

const size = { width: 800, height: 600 };
const near = (a: number, b: number, within: number) =>
  assert.ok(Math.abs(a - b) <= within, `${a} is not ${b}`);

test("at zoom 0 the world is 512 pixels wide", () => {
  const box = boxOf({ lon: 0, lat: 0, zoom: 0 }, { width: 512, height: 512 });
  near(box.west, -180, 1e-9);
  near(box.east, 180, 1e-9);
  near(box.north, 85.0511, 1e-3);
});

test("the view of a box shows all of it", () => {
  const box = boxOf(viewOf(JAPAN, size, 24), size);
  assert.ok(box.west < JAPAN.west && box.east > JAPAN.east);
  assert.ok(box.south < JAPAN.south && box.north > JAPAN.north);
});

test("a single point is not gone closer to than the limit", () => {
  assert.equal(viewOf(around([[139.7, 35.6]]), size, 40).zoom, 15);
});

test("a raised view looks further south", () => {
  const view = { lon: 139.7, lat: 35.6, zoom: 10 };
  const moved = raised(view, 300);
  near(moved.lat, boxOf(view, size).south, 1e-4);
});

test("a disc has its radius on the ground", () => {
  const ring = disc(139.7, 35.6, 1000);
  assert.deepEqual(ring[0], ring[ring.length - 1]);
  for (const [lon, lat] of ring) {
    const x = (lon - 139.7) * 111_320 * Math.cos((35.6 * Math.PI) / 180);
    near(Math.hypot(x, (lat - 35.6) * 111_320), 1000, 1);
  }
});
