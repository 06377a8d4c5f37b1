import assert from "node:assert/strict";
import { afterEach, mock, test } from "node:test";
import { ApiError } from "../../src/api.ts";
import { CoverageApi, type Progress } from "../../src/coverage/api.ts";
import { FIRST } from "../../src/coverage/question.ts";

const TOLD = 'event: progress\ndata: {"share":0.5,"value":1200,"bound":1300,"gap":8.3,"seconds":2}\n\n';
const PROBLEM = 'event: problem\ndata: {"status":400,"detail":"no people"}\n\n';

afterEach(() => mock.restoreAll());

/** Searches over a connection that tells `text` and then fails with what `fails` returns. */
function search(text: string, fails: () => unknown, told: (progress: Progress) => void, signal = new AbortController().signal) {
  let isTold = false;
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      if (isTold) return controller.error(fails());
      isTold = true;
      controller.enqueue(new TextEncoder().encode(text));
    },
  }, { highWaterMark: 0 });
  mock.method(globalThis, "fetch", async () => new Response(body));
  return new CoverageApi("en").sites(FIRST, { count: 1, objective: "cover", limit: "both" }, { file: null, zones: null }, signal, told);
}

const broken = () => new TypeError("network error");

test("a connection that breaks while a search is told of is a server that is not reached", async () => {
  const shares: number[] = [];
  await assert.rejects(
    search(TOLD, broken, ({ share }) => shares.push(share)),
    (error) => error instanceof ApiError && error.status === 0,
  );
  assert.deepEqual(shares, [0.5]);
});

test("what the server says is wrong, who stops the search and what is our own fault are no broken connection", async () => {
  await assert.rejects(search(PROBLEM, broken, () => {}), (error) => error instanceof ApiError && error.status === 400);
  mock.restoreAll();
  const stopped = new AbortController();
  const stop = () => {
    stopped.abort();
    return stopped.signal.reason;
  };
  await assert.rejects(search(TOLD, stop, () => {}, stopped.signal), { name: "AbortError" });
  mock.restoreAll();
  const fault = new RangeError("of the page");
  await assert.rejects(
    search(TOLD, broken, () => {
      throw fault;
    }),
    fault,
  );
});
