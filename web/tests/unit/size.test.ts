// What a first visit loads before the list can be used, as the build left it: run after `npm run build`.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { gzipSync } from "node:zlib";

const DIST = `${process.cwd()}/dist`;
/** Kilobytes, compressed, without the map library. */
const MOST = 200_000;

/** The page, its styles, its script and all that these need before they run. */
function firstView(page: string): Map<string, string> {
  const found = new Map<string, string>();
  const take = (name: string) => {
    if (found.has(name)) return;
    const text = readFileSync(DIST + name, "utf8");
    found.set(name, text);
    if (name.endsWith(".html")) {
      for (const [, address] of text.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)) take(address!);
    } else if (name.endsWith(".js")) {
      // Only what is imported outright; `import()` comes later.
      for (const [, file] of text.matchAll(/(?:from|import)\s*"\.\/([^"]+)"/g)) take(`/assets/${file}`);
    }
  };
  take(page);
  return found;
}

for (const [page, most] of [
  ["/index.html", MOST],
  ["/embed.html", MOST],
] as const) {
  test(`the first view of ${page} is small and waits for no map library`, (context) => {
    const files = firstView(page);
    assert.ok([...files.keys()].some((name) => name.endsWith(".js")) && [...files.keys()].some((name) => name.endsWith(".css")));
    const bytes = [...files.values()].reduce((sum, text) => sum + gzipSync(text).length, 0);
    context.diagnostic(`${page}: ${bytes} bytes compressed in ${files.size} files`);
    assert.ok(bytes < most, `${bytes} bytes`);
      // Our own styles name the library's classes; its script is what weighs.
    for (const [name, text] of files) assert.ok(!name.endsWith(".js") || !text.includes("maplibregl-"), `the map library is in ${name}`);
  });
}

test("the worker is one file, and names every file of the page it keeps", () => {
  const worker = readFileSync(`${DIST}/sw.js`, "utf8");
  assert.doesNotMatch(worker, /^\s*import\b|__PAGE_/m);
  for (const name of firstView("/index.html").keys()) {
    if (name.startsWith("/assets/") && !name.endsWith(".svg")) assert.ok(worker.includes(`"${name}"`), name);
  }
  assert.match(worker, /maplibre-gl-worker/);
});
