import assert from "node:assert/strict";
import { test } from "node:test";
import { merged, WorkSaver } from "../../src/manage/work-saver.ts";
import type { Work } from "../../src/manage/submissions.ts";

function held() {
  const sent: Work[] = [];
  let settle: { done: () => void; fail: (error: unknown) => void } = { done() {}, fail() {} };
  const log: string[] = [];
  const saver = new WorkSaver<number>({
    send: (work) => {
      sent.push(work);
      return new Promise((resolve, reject) => {
        settle = { done: () => resolve(sent.length), fail: reject };
      });
    },
    saved: (answer) => log.push(`saved ${answer}`),
    failed: () => log.push("failed"),
    busy: (busy) => log.push(busy ? "busy" : "idle"),
  });
  return { saver, sent, log, done: () => settle.done(), fail: () => settle.fail(new Error("away")) };
}

const turn = () => new Promise((resolve) => setTimeout(resolve, 0));

test("edits made while one is on its way go together", async () => {
  const { saver, sent, done, log } = held();
  saver.add({ cells: { 2: { 名称: "あ" } } });
  saver.add({ cells: { 2: { 種類: "い" } } });
  saver.add({ cells: { 3: { 名称: "う" } }, left_out: { 4: true } });
  assert.equal(sent.length, 1);
  assert.deepEqual(saver.pending, {
    cells: { 2: { 名称: "あ", 種類: "い" }, 3: { 名称: "う" } },
    left_out: { 4: true },
  });
  done();
  await turn();
  assert.deepEqual(sent[1], { cells: { 2: { 種類: "い" }, 3: { 名称: "う" } }, left_out: { 4: true } });
  done();
  await turn();
  assert.equal(saver.pending, null);
  assert.deepEqual(log.slice(-2), ["saved 2", "idle"]);
});

test("what failed is kept, with what came after it, until it is sent again", async () => {
  const { saver, sent, done, fail, log } = held();
  saver.add({ cells: { 2: { 名称: "あ" } } });
  fail();
  await turn();
  saver.add({ cells: { 2: { 名称: "い" } } });
  assert.equal(sent.length, 1, "nothing goes out before somebody says so");
  assert.ok(log.includes("failed"));
  saver.retry();
  assert.deepEqual(sent[1], { cells: { 2: { 名称: "い" } } });
  done();
  await turn();
  assert.equal(saver.pending, null);
});

test("what failed can be given up", async () => {
  const { saver, fail } = held();
  saver.add({ state: "sent" });
  fail();
  await turn();
  saver.drop();
  assert.equal(saver.pending, null);
  assert.equal(await saver.settled(), true);
});

test("the later word counts, cell by cell", () => {
  assert.deepEqual(merged({ cells: { 1: { a: "1", b: "2" } } }, { cells: { 1: { a: null } } }), {
    cells: { 1: { a: null, b: "2" } },
  });
  assert.deepEqual(merged({ columns: { a: "name" } }, { columns: { b: null } }), {
    columns: { a: "name", b: null },
  });
});
