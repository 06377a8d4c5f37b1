import assert from "node:assert/strict";
import { test } from "node:test";
import { pieces, plain, ruby, withReadings, yomi } from "../../src/annotate.ts";

test("a reading stands over the kanji before it, or over what is marked", () => {
  assert.deepEqual(pieces(withReadings("今《いま》 開《あ》いています")), [
    { base: "今", reading: "いま" },
    " ",
    { base: "開", reading: "あ" },
    "いています",
  ]);
  assert.deepEqual(pieces(withReadings("｜お店《おみせ》")), [{ base: "お店", reading: "おみせ" }]);
});

test("plain text has no readings", () => {
  assert.equal(plain(withReadings("今《いま》 開《あ》く")), "今 開く");
  assert.equal(plain("\uFFF9a"), "a");
  assert.equal(plain("none"), "none");
});

test("what is put in is never read for readings", () => {
  assert.equal(plain(yomi`${"山《x》"}を 見《み》る`), "山《x》を 見る");
  assert.equal(plain(yomi`${ruby("山", "やま")}を 見《み》る`), "山を 見る");
});
