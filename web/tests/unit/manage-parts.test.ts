import assert from "node:assert/strict";
import { test } from "node:test";
import type { Feature, Place } from "../../src/api.ts";
import type { Token } from "../../src/manage/answers.ts";
import { areaOf } from "../../src/manage/views/area-picker.ts";
import { inFours } from "../../src/manage/views/second-factor.ts";
import { readCode } from "../../src/manage/views/sign-in.ts";
import { isLive } from "../../src/manage/views/tokens.ts";

test("a code is six digits, however they are typed", () => {
  assert.equal(readCode("123456"), "123456");
  assert.equal(readCode(" 123 456 "), "123456");
  assert.equal(readCode("１２３４５６"), "123456");
  assert.equal(readCode("123-456"), "123456");
  for (const wrong of ["", "12345", "1234567", "12345a"]) assert.equal(readCode(wrong), null);
});

test("a key is shown in groups that can be read aloud", () => {
  assert.equal(inFours("ABCDEFGHIJ"), "ABCD EFGH IJ");
  assert.equal(inFours(""), "");
});

test("only districts are areas, with the prefecture before their name", () => {
  const place = (id: string, type: Place["type"], name: string, context: string | null) =>
    ({ id, properties: { id, type, name, name_en: null, context } }) as Feature<Place>;
  assert.deepEqual(areaOf(place("district-40", "prefecture", "福岡県", "")), { code: "40", name: "福岡県" });
  assert.deepEqual(areaOf(place("district-40130", "municipality", "福岡市", "福岡県")), {
    code: "40130",
    name: "福岡県 福岡市",
  });
  assert.equal(areaOf(place("town-062040202000", "town", "福岡", "山形県酒田市")), null);
});

test("a token is live until it is revoked or its time is over", () => {
  const now = new Date("2026-11-24T00:00:00Z");
  const token = (more: Partial<Token>) => ({ revoked_at: null, expires_at: null, ...more }) as Token;
  assert.ok(isLive(token({}), now));
  assert.ok(isLive(token({ expires_at: "2026-11-25T00:00:00Z" }), now));
  assert.ok(!isLive(token({ expires_at: "2026-11-23T00:00:00Z" }), now));
  assert.ok(!isLive(token({ revoked_at: "2026-11-20T00:00:00Z" }), now));
});
