import assert from "node:assert/strict";
import { test } from "node:test";
import { closureAt, isCheckedSince, isStale, momentInJapan, openingNow } from "../../src/opening.ts";
import { en } from "../../src/text/en.ts";
import { ja } from "../../src/text/ja.ts";

/** Thursday 26 November 2026, 14:00 in Japan. */
const NOW = new Date("2026-11-26T05:00:00Z");

test("an open place says how long still, and until when", () => {
  const opening = { state: "open" as const, until: "2026-11-26T19:00:00+09:00", readable: true };
  const now = openingNow(opening, "Mo-Fr 09:00-18:00", NOW);
  assert.deepEqual(now, { is: "open", minutesLeft: 300, until: { days: 0, date: "2026-11-26", time: "19:00" } });
  assert.equal(ja.opening.openUntil(300, { days: 0, date: "2026-11-26", time: "19:00" }), "営業中・あと5時間（19:00まで）");
  assert.equal(ja.opening.openUntil(120, { days: 0, date: "2026-11-26", time: "16:00" }), "営業中・あと2時間（16:00まで）");
  assert.equal(ja.opening.openUntil(0, { days: 0, date: "2026-11-26", time: "14:00" }), "営業中・あと1分（14:00まで）");
});

test("a closed place says from when, by the days of Japan", () => {
  const closed = (until: string | null) => openingNow({ state: "closed", until, readable: true }, "Mo-Fr 09:00-18:00", NOW);
  assert.deepEqual(closed("2026-11-26T15:30:00Z"), { is: "closed", from: { days: 1, date: "2026-11-27", time: "00:30" } });
  assert.deepEqual(closed(null), { is: "closed", from: null });
  assert.equal(ja.opening.closedUntil({ days: 0, date: "2026-11-26", time: "18:00" }), "営業時間外・今日18:00から");
  assert.equal(ja.opening.closedUntil({ days: 1, date: "2026-11-27", time: "09:00" }), "営業時間外・明日9:00から");
  assert.equal(ja.opening.closedUntil({ days: 4, date: "2026-11-30", time: "09:00" }), "営業時間外・11月30日（月）9:00から");
  assert.equal(en.opening.closedUntil({ days: 4, date: "2026-11-30", time: "09:00" }), "Closed now · opens on Mon 30 Nov at 09:00");
});

test("what nobody knows and what no program reads are two things", () => {
  const unknown = { state: "unknown" as const, until: null };
  assert.equal(openingNow({ ...unknown, readable: false }, "気が向いたら", NOW).is, "unreadable");
  assert.equal(openingNow({ ...unknown, readable: false }, "sunrise-sunset", NOW).is, "outdated");
  assert.equal(openingNow({ ...unknown, readable: false }, null, NOW).is, "unknown");
  // There are hours, and they are shown: what is not known is whether it is open.
  assert.equal(openingNow({ ...unknown, readable: true }, "sunrise-sunset", NOW).is, "outdated");
});

test("a closure is told whatever the hours are, and nothing is promised for the day after it", () => {
  const shut = { state: "closed" as const, until: "2026-12-03T00:00:00+09:00" };
  const till = { days: 7, date: "2026-12-03", time: "00:00" };
  for (const [hours, readable] of [["気が向いたら", false], [null, false], ["sunrise-sunset", true]] as const) {
    assert.deepEqual(openingNow({ ...shut, readable }, hours, NOW), { is: "closed", from: null, till }, `${hours}`);
  }
  assert.deepEqual(openingNow({ ...shut, readable: true }, "Mo-Su 00:00-24:00", NOW), { is: "closed", from: till });
  assert.equal(ja.opening.closedTill(till), "休業中・12月3日（木）0:00まで");
  assert.equal(en.opening.closedTill(till), "Closed until Thu 3 Dec at 00:00");
});

test("an answer that names a change in the past no longer says what holds now", () => {
  for (const state of ["open", "closed"] as const) {
    assert.equal(openingNow({ state, until: "2026-11-26T14:00:00+09:00", readable: true }, "Mo-Fr 09:00-18:00", NOW).is, "outdated");
    assert.equal(openingNow({ state, until: "nonsense", readable: true }, "Mo-Fr 09:00-18:00", NOW).is, "outdated");
  }
  assert.equal(openingNow(undefined, "Mo-Fr 09:00-18:00", NOW).is, "outdated");
  assert.equal(openingNow(undefined, null, NOW).is, "unknown");
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

test("a check counts only after the period that the status is known of", () => {
  for (const [checkedOn, statusAsOf, since] of [
    ["2026-11-20", "2023", true],
    ["2023-06-01", "2023", false],
    ["2023-06-01", "2023-05", true],
    ["2023-05-31", "2023-05", false],
    ["2023-05-02", "2023-05-01", true],
    ["2023-05-01", "2023-05-01", false],
    ["2022-01-01", "2023", false],
    ["2026-11-20", null, true],
    [null, "2023", false],
    [null, null, false],
  ] as const)
    assert.equal(isCheckedSince(checkedOn, statusAsOf), since, `${checkedOn} ${statusAsOf}`);
});

test("a temporary closure is the one that holds on the day, in Japan, and only while it is closed", () => {
  const shut = { state: "closed" as const, until: null, readable: true };
  const works = { from: "2026-11-26", to: "2026-12-02", note: "空調の工事" };
  const forGood = { from: "2027-01-10", to: null, note: null };
  assert.equal(closureAt(shut, [forGood, works], NOW), works);
  // 00:30 on 3 December in Japan.
  assert.equal(closureAt(shut, [works], new Date("2026-12-02T15:30:00Z")), null);
  assert.equal(closureAt({ ...shut, at: "2027-02-01T10:00:00+09:00" }, [works, forGood], NOW), forGood);
  assert.equal(closureAt({ ...shut, state: "open" as const }, [works], NOW), null);
  assert.equal(closureAt(undefined, [works], NOW), null);
  assert.equal(closureAt(shut, null, NOW), null);
  assert.equal(ja.opening.shut("2026年12月2日"), "臨時休業中・2026年12月2日まで");
  assert.equal(en.opening.shut(null), "Temporarily closed; no day of reopening is known");
});
