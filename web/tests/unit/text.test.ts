import assert from "node:assert/strict";
import { test } from "node:test";
import { webAddress } from "../../src/dom.ts";
import { en } from "../../src/text/en.ts";
import { ja } from "../../src/text/ja.ts";
import { term } from "../../src/text/index.ts";

/** Every word of a language by its path; functions stand for what they say. */
function paths(words: object, before = ""): [string, unknown][] {
  return Object.entries(words).flatMap(([key, value]) =>
    typeof value === "object"
      ? paths(value, `${before}${key}.`)
      : [[before + key, value] as [string, unknown]],
  );
}

test("both languages say the same things", () => {
  assert.deepEqual(
    paths(en)
      .map(([path]) => path)
      .sort(),
    paths(ja)
      .map(([path]) => path)
      .sort(),
  );
});

test("no Japanese is left in the English words", () => {
  for (const [path, value] of paths(en)) {
    if (path.startsWith("languageSwitch")) continue;
    assert.doesNotMatch(String(value), /[\u3040-\u30ff\u4e00-\u9fff]/, path);
  }
});

test("a long walk is told in hours", () => {
  assert.equal(ja.distance.walk(5), "徒歩5分");
  assert.equal(ja.distance.walk(60), "徒歩60分");
  assert.equal(ja.distance.walk(188), "徒歩約3時間8分");
  assert.equal(ja.distance.walk(120), "徒歩約2時間");
  assert.equal(en.distance.walk(188), "about 3 h 8 min on foot");
});

test("a slug nobody has named is shown as it is", () => {
  const terms = [{ slug: "kura", ja: "蔵", en: null }];
  assert.equal(term(terms, "kura", "ja"), "蔵");
  assert.equal(term(terms, "kura", "en"), "蔵");
  assert.equal(term(terms, "new", "ja"), "new");
  assert.equal(term(undefined, "new", "ja"), "new");
});

test("only web addresses become links", () => {
  assert.equal(webAddress("https://example.org/a"), "https://example.org/a");
  for (const bad of [
    "javascript:alert(1)",
    "data:text/html,x",
    "//example.org",
    "ftp://example.org",
    "",
    null,
  ]) {
    assert.equal(webAddress(bad), null);
  }
});
