import assert from "node:assert/strict";
import { test } from "node:test";
import { events } from "../../src/coverage/events.ts";

/** A stream that comes in pieces of so many bytes. */
function stream(text: string, size: number): { stream: ReadableStream<Uint8Array>; cancelled: () => boolean } {
  const bytes = new TextEncoder().encode(text);
  let at = 0;
  let cancelled = false;
  const stream = new ReadableStream<Uint8Array>({
    pull(controller) {
      if (at >= bytes.length) return controller.close();
      controller.enqueue(bytes.slice(at, at + size));
      at += size;
    },
    cancel() {
      cancelled = true;
    },
  });
  return { stream, cancelled: () => cancelled };
}

const TOLD = 'event: progress\ndata: {"share":0.5}\n\n: still here\n\nevent: answer\ndata: {"name":"渋谷"}\n\nevent: answer\ndata: half';

test("events are the same however the stream is cut, letters of three bytes included", async () => {
  for (const size of [1, 2, 7, 1000]) {
    const found = [];
    for await (const event of events(stream(TOLD, size).stream)) found.push(event);
    assert.deepEqual(found, [
      { name: "progress", data: '{"share":0.5}' },
      { name: "answer", data: '{"name":"渋谷"}' },
    ]);
  }
});

test("who stops listening cancels the stream", async () => {
  const { stream: told, cancelled } = stream(TOLD, 7);
  for await (const { name } of events(told)) if (name === "progress") break;
  assert.ok(cancelled());
});
