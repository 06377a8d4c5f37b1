import assert from "node:assert/strict";
import { afterEach, mock, test } from "node:test";
import { ApiError } from "../../src/api.ts";
import { CoverageApi, type Progress } from "../../src/coverage/api.ts";
import { FIRST, type Siting } from "../../src/coverage/question.ts";

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

test("areas of one's own go with the question as far as they limit it", async () => {
  const asked: { url: string; body: unknown }[] = [];
  mock.method(globalThis, "fetch", async (url: string, init: RequestInit) => {
    asked.push({ url, body: init.body });
    return new Response('event: answer\ndata: {"value":1}\n\n');
  });
  const file = new File(["name,lat,lon"], "stores.csv");
  const ask = (limit: Siting["limit"], own: { file: File | null; zones: string | null }) =>
    new CoverageApi("ja").sites({ ...FIRST, area: "13113" }, { count: 2, objective: "cover", limit }, own, new AbortController().signal, () => {});
  await ask("both", { file: null, zones: "{}" });
  await ask("people", { file, zones: "{}" });
  await ask("none", { file, zones: "{}" });
  await ask("both", { file: null, zones: null });
  const [both, people, none, without] = asked.map(({ url, body }) => ({ query: new URL(url, "http://x").searchParams, body }));
  // The district around the areas takes no part where they limit both.
  assert.deepEqual([both!.query.get("area"), both!.query.get("zones")], [null, "both"]);
  assert.deepEqual([...(both!.body as FormData).keys()], ["zones"]);
  assert.deepEqual([people!.query.get("area"), people!.query.get("zones")], ["13113", "people"]);
  assert.deepEqual([...(people!.body as FormData).keys()], ["zones", "candidates"]);
  assert.deepEqual([none!.query.get("area"), none!.query.get("zones"), none!.body], ["13113", null, file]);
  assert.deepEqual([without!.query.get("area"), without!.query.get("zones"), without!.body ?? null], ["13113", null, null]);
});
