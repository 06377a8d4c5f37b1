import assert from "node:assert/strict";
import { test } from "node:test";
import { byRow, cellState, flattened, grouped, mending, ofFile, rowsOf } from "../../src/manage/problem-groups.ts";
import type { Problem } from "../../src/manage/submissions.ts";

function problem(row: number | null, code: string, blocks: boolean, more: Partial<Problem> = {}): Problem {
  return { row, column: null, code, message: code, found: null, expected: null, blocks, ...more };
}

const swap = (row: number) =>
  problem(row, "coordinates-swapped", true, {
    column: "緯度",
    suggestion: {
      label: "入れ替える",
      cells: [
        { column: "緯度", text: "34" },
        { column: "経度", text: "138" },
      ],
    },
  });

const PROBLEMS: Problem[] = [
  problem(null, "column-unmatched", false),
  problem(2, "kind-missing", false),
  swap(2),
  problem(3, "kind-missing", false),
  problem(5, "value-unreadable", false, {
    column: "席数",
    message: "席数が読めません（ほかに 設備）",
    also: [problem(5, "value-unreadable", false, { column: "設備" })],
  }),
  swap(9),
];

test("what keeps rows out comes first, then what concerns most", () => {
  const groups = grouped(PROBLEMS);
  assert.deepEqual(
    groups.map(({ code, problems, rows }) => [code, problems.length, rows]),
    [
      ["coordinates-swapped", 2, [2, 9]],
      ["kind-missing", 2, [2, 3]],
      ["value-unreadable", 2, [5]],
      ["column-unmatched", 1, []],
    ],
  );
});

test("one code that blocks here and warns there is two groups", () => {
  const groups = grouped([
    problem(1, "outside-municipality", true),
    problem(2, "outside-municipality", false),
  ]);
  assert.deepEqual(
    groups.map(({ blocks, rows }) => [blocks, rows]),
    [
      [true, [1]],
      [false, [2]],
    ],
  );
});

test("problems of other columns stand on their own, and the first no longer names them", () => {
  const [first, second] = flattened(PROBLEMS.filter(({ row }) => row === 5));
  assert.equal(first!.message, "席数が読めません");
  assert.equal(second!.column, "設備");
});

test("a filter keeps rows in order", () => {
  assert.deepEqual(rowsOf(PROBLEMS, "blocked"), [2, 9]);
  assert.deepEqual(rowsOf(PROBLEMS, "warned"), [3, 5]);
  assert.equal(rowsOf(PROBLEMS, "all"), null);
  assert.deepEqual(rowsOf(PROBLEMS, { code: "kind-missing", blocks: false }), [2, 3]);
});

test("a cell shows the worst that is said of it", () => {
  const rows = byRow(PROBLEMS);
  assert.equal(cellState(rows.get(2)!, "緯度"), "blocks");
  assert.equal(cellState(rows.get(5)!, "設備"), "warns");
  assert.equal(cellState(rows.get(5)!, "名称"), null);
});

test("one press mends every row that has the suggestion", () => {
  const group = grouped(PROBLEMS)[0]!;
  assert.equal(group.mendable.length, 2);
  assert.deepEqual(mending(group.mendable), {
    cells: { 2: { 緯度: "34", 経度: "138" }, 9: { 緯度: "34", 経度: "138" } },
  });
});

test("problems of the file have no row", () => {
  assert.deepEqual(
    ofFile(PROBLEMS).map(({ code }) => code),
    ["column-unmatched"],
  );
});
