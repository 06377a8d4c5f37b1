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
  assert.equal(
    openingHours('Tu-Su 09:00-17:00; PH Mo 09:00-17:00; PH +1 day Tu off; Dec 28-Jan 04 Tu-Su 09:00-17:00 unknown "年末年始休業"', "ja"),
    "火〜日 09:00–17:00、祝日の月曜 09:00–17:00、祝日の翌日の火曜 休み、12月28日〜1月4日 火〜日 09:00–17:00 不明 “年末年始休業”",
  );
  const monthEnds = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"].map((month) => `${month} 01 -1 day`);
  assert.equal(openingHours(`Mo-Su 09:00-17:00; ${monthEnds.join(",")} off`, "ja"), "月〜日 09:00–17:00、毎月末日 休み");
  assert.equal(openingHours("Tu-Su 09:00-17:00; PH Mo 09:00-17:00; PH +1 day Tu off", "en"), "Tue–Sun 09:00–17:00; Mon that is a holiday 09:00–17:00; Tue after a holiday closed");
  assert.equal(openingHours("平日のみ", "ja"), "平日のみ");
  for (const [text, japanese, english] of [
    ["24/7", "24時間・年中無休", "24 hours, every day"],
    ["Fr,Sa 22:00-05:00", "金・土 22:00–翌05:00", "Fri,Sat 22:00–05:00 (next day)"],
    ["Fr 20:00-26:00", "金 20:00–翌02:00", "Fri 20:00–02:00 (next day)"],
    ["PH 10:00-15:00; Mo-Fr off", "祝 10:00–15:00、月〜金 休み", "holidays 10:00–15:00; Mon–Fri closed"],
    ["sunrise-sunset", "日の出–日の入り", "sunrise–sunset"],
    ["Mo[1] off; We[2,4] off; Su[-1] off", "第1月曜 休み、第2・第4水曜 休み、最終日曜 休み", "1st Mon closed; 2nd and 4th Wed closed; last Sun closed"],
    ["Dec 29-Jan 03 off", "12月29日〜1月3日 休み", "Dec 29–Jan 03 closed"],
    ['"by appointment"', "予約制", "by appointment"],
    ["10:00+", "10:00から", "10:00 onwards"],
    ["Apr-Sep 09:00-18:00", "4月〜9月 09:00–18:00", "Apr-Sep 09:00–18:00"],
    ["(sunrise+01:00)-(sunset-00:30)", "日の出の1時間後–日の入りの30分前", "1 h after sunrise–30 min before sunset"],
    ["18:00-02:00+", "18:00–翌02:00以降も", "18:00–02:00 (next day) or later"],
    ["Mo[-2] off", "最後から2番目の月曜 休み", "2nd last Mon closed"],
    ["Mo[1-2] off", "第1・第2月曜 休み", "1st and 2nd Mon closed"],
    ["PH closed", "祝 休み", "holidays closed"],
  ] as const) {
    assert.equal(openingHours(text, "ja"), japanese);
    assert.equal(openingHours(text, "en"), english);
  }
});
