import assert from "node:assert/strict";
import { test } from "node:test";
import { webAddress } from "../../src/dom.ts";
import { en } from "../../src/text/en.ts";
import { plain, pieces } from "../../src/annotate.ts";
import { jaSimple } from "../../src/text/ja-simple.ts";
import { ja } from "../../src/text/ja.ts";
import { preferredLocale } from "../../src/text/remembered.ts";
import { term } from "../../src/text/index.ts";

/** Every word of a language by its path; functions stand for what they say. */
function paths(words: object, before = ""): [string, unknown][] {
  return Object.entries(words).flatMap(([key, value]) =>
    typeof value === "object"
      ? paths(value, `${before}${key}.`)
      : [[before + key, value] as [string, unknown]],
  );
}

/** What the words of a vocabulary and prefectures are called is each language's own affair. */
const keys = (words: object) =>
  paths(words)
    .map(([path]) => path)
    .filter((path) => !/^(terms|prefectures)\./.test(path))
    .sort();

test("all languages say the same things", () => {
  assert.deepEqual(keys(en), keys(ja));
  assert.deepEqual(keys(jaSimple), keys(ja));
});

test("in やさしい日本語 every kanji has its reading", () => {
  const moment = { days: 4, date: "2026-11-30", time: "09:30" };
  const calls = [[3, moment], [moment], ["x", "y"], [null]];
  const said = (value: unknown): string => {
    if (typeof value !== "function") return String(value);
    const heard = calls.flatMap((given) => {
      try {
        return [String((value as (...given: unknown[]) => unknown)(...given))];
      } catch {
        return []; // It takes something else.
      }
    });
    assert.notEqual(heard.length, 0);
    return heard.join();
  };
  for (const [path, value] of paths(jaSimple)) {
    for (const piece of pieces(said(value))) {
      if (typeof piece === "string") assert.doesNotMatch(piece, /[\u4e00-\u9fff]/, `${path}: ${piece}`);
      else assert.match(piece.reading, /^[\u3040-\u30ff]+$/, path);
    }
  }
});

test("every prefecture has a name in English and a reading", () => {
  assert.equal(Object.keys(en.prefectures).length, 47);
  assert.deepEqual(Object.keys(jaSimple.prefectures), Object.keys(en.prefectures));
  for (const [name, read] of Object.entries(jaSimple.prefectures)) assert.equal(plain(read ?? ""), name);
});

test("no reading is left in plain text", () => {
  for (const [path, value] of paths(jaSimple)) {
    if (typeof value === "string") assert.doesNotMatch(plain(value), /[《》\uFFF9-\uFFFB]/, path);
  }
});

test("the browser's languages choose, and whoever reads neither gets English", () => {
  assert.equal(preferredLocale(["ja-JP", "en"]), "ja");
  assert.equal(preferredLocale(["en-GB", "ja"]), "en");
  assert.equal(preferredLocale(["fr", "ja", "en"]), "ja");
  assert.equal(preferredLocale(["ko", "zh-TW"]), "en");
  assert.equal(preferredLocale([]), "ja");
});

test("no Japanese is left in the English words", () => {
  for (const [path, value] of paths(en)) {
    assert.doesNotMatch(String(value), /[\u3040-\u30ff\u4e00-\u9fff]/, path);
  }
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
