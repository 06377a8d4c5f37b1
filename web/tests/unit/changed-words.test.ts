import assert from "node:assert/strict";
import { test } from "node:test";
import { changedWords, words } from "../../src/manage/changed-words.ts";

const marked = (pieces: { text: string; changed: boolean }[]) =>
  pieces.map(({ text, changed }) => (changed ? `[${text}]` : text)).join("");

test("only the words that changed are marked", () => {
  const { before, after } = changedWords("Mo-Fr 09:00-18:00", "Mo-Fr 09:00-19:30");
  assert.equal(marked(before), "Mo-Fr 09:00-[18:00]");
  assert.equal(marked(after), "Mo-Fr 09:00-[19:30]");
  const address = changedWords("静岡県焼津市本町5丁目6-1", "静岡県焼津市本町2丁目6-1");
  assert.equal(marked(address.before), "静岡県焼津市本町[5]丁目6-1");
  assert.equal(marked(address.after), "静岡県焼津市本町[2]丁目6-1");
});

test("the pieces always make the text again", () => {
  for (const [a, b] of [
    ["", "あ"],
    ["あ", ""],
    ["同じ", "同じ"],
    ["まちなかオフィス", "町なか オフィス２号"],
    ["x".repeat(900), "x".repeat(901)],
    ["https://a.example/1", "https://a.example/2?q=あ"],
  ] as const) {
    const { before, after } = changedWords(a, b);
    assert.equal(before.map(({ text }) => text).join(""), a);
    assert.equal(after.map(({ text }) => text).join(""), b);
    assert.equal(words(a).join(""), a);
  }
});

test("texts with nothing in common are marked whole", () => {
  const { before, after } = changedWords("蔵", "本町コワーキング");
  assert.equal(marked(before), "[蔵]");
  assert.equal(marked(after), "[本町コワーキング]");
});

test("an unchanged text has no mark", () => {
  assert.equal(marked(changedWords("同じ", "同じ").after), "同じ");
});
