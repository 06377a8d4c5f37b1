/**
 * Keeps the map's page usable without a connection. The page's own files are named by their content
 * and come from the cache; data comes from the network as long as there is one. What was loaded
 * before stands in only when the network fails, and then carries the time it was loaded, so that the
 * page can say how old it is: nothing kept is ever passed off as fresh.
 */

/** Written by the build: the files of the map's page, and a name for this set of them. */
declare const __PAGE_FILES__: string[];
declare const __PAGE_VERSION__: string;

interface Extendable extends Event {
  waitUntil(work: Promise<unknown>): void;
}
interface Asked extends Extendable {
  request: Request;
  respondWith(answer: Promise<Response>): void;
}
interface Worker {
  addEventListener(kind: "install" | "activate", act: (event: Extendable) => void): void;
  addEventListener(kind: "fetch", act: (event: Asked) => void): void;
  skipWaiting(): Promise<void>;
  clients: { claim(): Promise<void> };
}
const worker = self as unknown as Worker;

const SHELL = `machinaka-page-${__PAGE_VERSION__}`;
const KEPT = "machinaka-kept";
/** As in api.ts, which reads it; an import would make this file two, and old browsers take only one. */
const LOADED = "x-machinaka-loaded";
/** Answers kept: the last area with its tiles at a few zooms, some megabytes. */
const MOST = 400;
const PUBLIC = /^\/(collections\/(facilities|municipalities|prefectures)\/|basemap\/|places$|vocabularies$|config\.json$)/;
const FILES = /^\/(assets\/|icons\/|manifest\.webmanifest$|icon\.svg$)/;

worker.addEventListener("install", (event) => event.waitUntil(install()));
worker.addEventListener("activate", (event) => event.waitUntil(activate()));
worker.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== location.origin) return;
  if (request.mode === "navigate") {
    if (pathname === "/") event.respondWith(page(request));
  } else if (FILES.test(pathname)) {
    event.respondWith(file(request));
  } else if (PUBLIC.test(pathname) && isForMap(request)) {
    event.respondWith(data(event));
  }
});

/**
 * Only the map's page says how old an answer is, so only it is given kept ones: the others fail
 * openly. Its tiles are asked for by a script of its own.
 */
function isForMap({ referrer }: Request): boolean {
  const from = referrer && new URL(referrer).pathname;
  return from === "/" || from.startsWith("/assets/");
}

async function install(): Promise<void> {
  const cache = await caches.open(SHELL);
  const page = await fetch("/", { headers: { Accept: "text/html" } });
  if (!page.ok) throw new Error("the page was not there to keep");
  await cache.put("/", page);
  await cache.addAll(__PAGE_FILES__);
  await worker.skipWaiting();
}

async function activate(): Promise<void> {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name !== SHELL && name !== KEPT).map((name) => caches.delete(name)));
  await worker.clients.claim();
}

async function page(request: Request): Promise<Response> {
  try {
    return await fetch(request);
  } catch (error) {
    const kept = await (await caches.open(SHELL)).match("/");
    if (kept) return kept;
    throw error;
  }
}

async function file(request: Request): Promise<Response> {
  return (await (await caches.open(SHELL)).match(request.url)) ?? fetch(request);
}

async function data(event: Asked): Promise<Response> {
  const { request } = event;
  try {
    const answer = await fetch(request);
    const isPrivate = answer.headers.get("cache-control")?.includes("no-store");
    if (answer.status === 200 && !isPrivate) event.waitUntil(keep(request.url, answer.clone()));
    return answer;
  } catch (error) {
    const kept = await (await caches.open(KEPT)).match(request.url, { ignoreVary: true });
    if (kept) return kept;
    throw error;
  }
}

async function keep(url: string, answer: Response): Promise<void> {
  const headers = new Headers(answer.headers);
  headers.set(LOADED, new Date().toISOString());
  // The body is no longer encoded once it has been read.
  headers.delete("content-encoding");
  headers.delete("content-length");
  const cache = await caches.open(KEPT);
  // The oldest go first: what is asked for again moves to the end.
  await cache.delete(url, { ignoreVary: true });
  await cache.put(url, new Response(await answer.blob(), { status: 200, headers }));
  const keys = await cache.keys();
  await Promise.all(keys.slice(0, Math.max(0, keys.length - MOST)).map((key) => cache.delete(key, { ignoreVary: true })));
}

export {};
