import assert from "node:assert/strict";
import { test } from "node:test";
import { fold, matcher } from "../../src/manage/matching.ts";
import { day, daysSince, moment } from "../../src/manage/moments.ts";
import { en } from "../../src/manage/text/en.ts";
import { ja } from "../../src/manage/text/ja.ts";

/** Every word of a language by its path; functions stand for what they say. */
function paths(words: object, before = ""): [string, unknown][] {
  return Object.entries(words).flatMap(([key, value]) =>
    typeof value === "object"
      ? paths(value, `${before}${key}.`)
      : [[before + key, value] as [string, unknown]],
  );
}

test("both languages say the same things in the municipalities' pages", () => {
  const keys = (words: object) => paths(words).map(([path]) => path).sort();
  assert.deepEqual(keys(en), keys(ja));
});

test("functions of both languages take the same", () => {
  const english = new Map(paths(en));
  for (const [path, value] of paths(ja)) {
    if (typeof value === "function") {
      assert.equal((english.get(path) as () => string).length, value.length, path);
    }
  }
});

test("no Japanese is left in the English words", () => {
  for (const [path, value] of paths(en)) {
    if (path === "frame.otherLanguage") continue;
    assert.doesNotMatch(String(value), /[\u3040-\u30ff\u4e00-\u9fff]/, path);
  }
});

test("moments are told in the time of Japan", () => {
  assert.equal(moment("2026-11-23T15:05:00Z", "ja"), "2026年11月24日 0:05");
  assert.equal(moment("2026-11-23T15:05:00Z", "en"), "24 Nov 2026, 00:05");
  assert.equal(day("2026-11-23T15:05:00Z", "ja"), "2026年11月24日");
  assert.equal(moment("someday", "ja"), "someday");
});

test("days that have passed are whole ones", () => {
  const now = new Date("2026-11-24T12:00:00Z");
  assert.equal(daysSince("2026-11-24T00:00:00Z", now), 0);
  assert.equal(daysSince("2026-11-21T11:59:00Z", now), 3);
  assert.equal(daysSince("2026-11-25T00:00:00Z", now), 0);
});

test("a search ignores width, case and which kana", () => {
  assert.equal(fold("ｶﾌｪ　ＡＢＣ"), "かふぇ abc");
  const matches = matcher("かふぇ　abc");
  assert.ok(matches("カフェ ABC 天神", null));
  assert.ok(matches("ABC", "カフェ"));
  assert.ok(!matches("カフェ"));
  assert.ok(matcher("")("何でも"));
  assert.ok(matcher("ヴ")("ゔ"));
});
