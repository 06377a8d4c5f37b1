import assert from "node:assert/strict";
import { test } from "node:test";
import { date, distance, letter, openingHours, walkingMinutes } from "../../src/format.ts";

const distances: [number, string][] = [
  [0, "0 m"],
  [0.4, "0 m"],
  [7.6, "8 m"],
  [83, "83 m"],
  [346, "350 m"],
  [354.9, "350 m"],
  [994, "990 m"],
  [996, "1.0 km"],
  [1000, "1.0 km"],
  [1249, "1.2 km"],
  [9940, "9.9 km"],
  [9960, "10 km"],
  [12_499, "12 km"],
  [123_456, "120 km"],
  [1_234_567, "1200 km"],
];
for (const [metres, words] of distances) {
  test(`${metres} metres read ${words}`, () => assert.equal(distance(metres), words));
}

test("what is no distance has no words", () => {
  assert.equal(distance(Number.NaN), "");
  assert.equal(distance(-1), "");
});

const walks: [number, number][] = [
  [0, 1],
  [80, 1],
  [80.1, 2],
  [350, 5],
  [400, 5],
  [401, 6],
];
for (const [metres, minutes] of walks) {
  test(`${metres} metres are ${minutes} minutes on foot`, () =>
    assert.equal(walkingMinutes(metres), minutes));
}

test("letters go on after Z", () => {
  assert.deepEqual([0, 25, 26, 51, 52, 701, 702].map(letter), ["A", "Z", "AA", "AZ", "BA", "ZZ", "AAA"]);
});

test("dates are as exact as they are known", () => {
  assert.equal(date("2022", "ja"), "2022年");
  assert.equal(date("2022-03", "ja"), "2022年3月");
  assert.equal(date("2022-03-05", "ja"), "2022年3月5日");
  assert.equal(date("2022-03-05", "en"), "5 Mar 2022");
  assert.equal(date("2022", "en"), "2022");
  assert.equal(date("昨年", "ja"), "昨年");
});

test("opening hours exchange words and leave the rest", () => {
  assert.equal(openingHours("Mo-Fr 09:00-19:00; Sa,Su,PH off", "ja"), "月〜金 09:00–19:00、土・日・祝 休み");
  assert.equal(openingHours("Mo-Fr 09:00-19:00; PH off", "en"), "Mon–Fri 09:00–19:00; holidays closed");
  assert.equal(openingHours("平日のみ", "ja"), "平日のみ");
});
