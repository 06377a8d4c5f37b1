import assert from "node:assert/strict";
import { test } from "node:test";
import { blocksOf, page, pageOf, RowStore } from "../../src/manage/row-pages.ts";

test("a page is always one there is", () => {
  assert.deepEqual(page(1, 0), { number: 1, of: 1, from: 0, to: 0 });
  assert.deepEqual(page(3, 250), { number: 3, of: 3, from: 200, to: 250 });
  assert.deepEqual(page(99, 250), { number: 3, of: 3, from: 200, to: 250 });
  assert.deepEqual(page(Number.NaN, 20_000).number, 1);
  assert.equal(page(1, 20_000).of, 200);
  assert.equal(pageOf(0), 1);
  assert.equal(pageOf(100), 2);
});

test("blocks are fetched once each", async () => {
  const asked: number[] = [];
  const store = new RowStore(async (from, limit) => {
    asked.push(from);
    const rows = Array.from({ length: Math.min(limit, 450 - from) }, (_, i) => ({
      row: from + i + 2,
      cells: [],
      mended: [],
      left_out: false,
    }));
    return { total: 450, rows };
  }, 200);
  assert.deepEqual(
    (await store.at([0, 199, 200, 449, 450])).map(({ row }) => row),
    [2, 201, 202, 451],
  );
  await store.at([1, 201]);
  assert.deepEqual(asked, [0, 200, 400]);
  assert.equal(store.total, 450);
  store.forget();
  await store.at([1]);
  assert.deepEqual(asked, [0, 200, 400, 0]);
  assert.deepEqual(blocksOf([5, 3, 401], 200), [0, 2]);
});

test("a block that failed is asked again", async () => {
  let broken = true;
  const store = new RowStore(async () => {
    if (broken) throw new Error("away");
    return { total: 1, rows: [{ row: 2, cells: [], mended: [], left_out: false }] };
  }, 200);
  await assert.rejects(store.at([0]));
  broken = false;
  assert.equal((await store.at([0])).length, 1);
});
