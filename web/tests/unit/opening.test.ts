import assert from "node:assert/strict";
import { test } from "node:test";
import { isStale, momentInJapan, openingNow } from "../../src/opening.ts";
import { en } from "../../src/text/en.ts";
import { ja } from "../../src/text/ja.ts";

/** Thursday 26 November 2026, 14:00 in Japan. */
const NOW = new Date("2026-11-26T05:00:00Z");

test("an open place says how long still, and until when", () => {
  const opening = { state: "open" as const, until: "2026-11-26T19:00:00+09:00", readable: true };
  const now = openingNow(opening, true, NOW);
  assert.deepEqual(now, { is: "open", minutesLeft: 300, until: { days: 0, date: "2026-11-26", time: "19:00" } });
  assert.equal(ja.opening.openUntil(300, { days: 0, date: "2026-11-26", time: "19:00" }), "営業中・あと5時間（19:00まで）");
  assert.equal(ja.opening.openUntil(120, { days: 0, date: "2026-11-26", time: "16:00" }), "営業中・あと2時間（16:00まで）");
  assert.equal(ja.opening.openUntil(0, { days: 0, date: "2026-11-26", time: "14:00" }), "営業中・あと1分（14:00まで）");
});

test("a closed place says from when, by the days of Japan", () => {
  const closed = (until: string | null) => openingNow({ state: "closed", until, readable: true }, true, NOW);
  assert.deepEqual(closed("2026-11-26T15:30:00Z"), { is: "closed", from: { days: 1, date: "2026-11-27", time: "00:30" } });
  assert.deepEqual(closed(null), { is: "closed", from: null });
  assert.equal(ja.opening.closedUntil({ days: 0, date: "2026-11-26", time: "18:00" }), "営業時間外・今日18:00から");
  assert.equal(ja.opening.closedUntil({ days: 1, date: "2026-11-27", time: "09:00" }), "営業時間外・明日9:00から");
  assert.equal(ja.opening.closedUntil({ days: 4, date: "2026-11-30", time: "09:00" }), "営業時間外・11月30日（月）9:00から");
  assert.equal(en.opening.closedUntil({ days: 4, date: "2026-11-30", time: "09:00" }), "Closed now · opens on Mon 30 Nov at 09:00");
});

test("what nobody knows and what no program reads are two things", () => {
  const unknown = { state: "unknown" as const, until: null };
  assert.equal(openingNow({ ...unknown, readable: false }, true, NOW).is, "unreadable");
  assert.equal(openingNow({ ...unknown, readable: false }, false, NOW).is, "unknown");
  assert.equal(openingNow({ ...unknown, readable: true }, true, NOW).is, "unknown");
});

test("an answer that names a change in the past no longer says what holds now", () => {
  for (const state of ["open", "closed"] as const) {
    assert.equal(openingNow({ state, until: "2026-11-26T14:00:00+09:00", readable: true }, true, NOW).is, "outdated");
    assert.equal(openingNow({ state, until: "nonsense", readable: true }, true, NOW).is, "outdated");
  }
  assert.equal(openingNow(undefined, true, NOW).is, "outdated");
  assert.equal(openingNow(undefined, false, NOW).is, "unknown");
});

test("days are Japan's, wherever the visitor is", () => {
  assert.deepEqual(momentInJapan(new Date("2026-11-26T14:59:00Z"), NOW), { days: 0, date: "2026-11-26", time: "23:59" });
  assert.deepEqual(momentInJapan(new Date("2026-11-26T15:00:00Z"), NOW), { days: 1, date: "2026-11-27", time: "00:00" });
});

test("a check is stale a year later to the day, and when nobody checked", () => {
  assert.equal(isStale(null, NOW), true);
  assert.equal(isStale("2025-11-27", NOW), false);
  assert.equal(isStale("2025-11-26", NOW), true);
  assert.equal(isStale("2026-11-26", NOW), false);
  const before = new Date("2025-02-28T12:00:00+09:00");
  assert.equal(isStale("2024-02-29", before), false);
  assert.equal(isStale("2024-02-29", new Date("2025-03-01T00:00:00+09:00")), true);
});
