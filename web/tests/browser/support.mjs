// One browser per test file, one fresh visitor per test. Every visit is watched: errors on the
// console, breaches of the content security policy and requests to other hosts fail the test.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { chromium } from "playwright-core";

export const BASE = process.env.MACHINAKA_BASE;
export const DESKTOP = { width: 1280, height: 800 };
export const PHONE = { width: 390, height: 844 };

const FLAGS = [
  "--no-sandbox",
  // Draws WebGL without a graphics card.
  "--use-angle=swiftshader",
  "--enable-unsafe-swiftshader",
  "--ignore-gpu-blocklist",
  // Keeps the browser's own errands off the network.
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--no-first-run",
];

// A wait ends when the page says that it is ready. These only end a wait for what never comes, so
// they are far beyond what a slow, busy machine needs.
const CEILING = 60_000;
const TEST_CEILING = 240_000;

let browser;
before(async () => {
  browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: FLAGS,
  });
});
after(() => browser?.close());

/** A test with a visitor of its own; `steps` gets the page and what the watch has seen so far. */
export function visit(name, options, steps) {
  test(name, { timeout: TEST_CEILING }, async () => {
    const context = await browser.newContext({
      viewport: options.viewport ?? DESKTOP,
      locale: options.locale ?? "ja-JP",
      javaScriptEnabled: options.scripts ?? true,
      hasTouch: options.touch ?? false,
      reducedMotion: "reduce",
      permissions: options.permissions ?? [],
      colorScheme: options.dark ? "dark" : "light",
      // A worker would answer what tests fake; the tests without a connection let it.
      serviceWorkers: options.worker ? "allow" : "block",
      ...(options.geolocation && { geolocation: options.geolocation }),
    });
    context.setDefaultTimeout(CEILING);
    const page = await context.newPage();
    const seen = await watch(page);
    try {
      await steps(page, context);
      assert.deepEqual(
        seen.filter((line) => !options.expected?.test(line)),
        [],
      );
    } finally {
      // What the page still asks for when a test is over fails no test.
      await page.unrouteAll({ behavior: "ignoreErrors" });
      await context.close();
    }
  });
}

async function watch(page) {
  const seen = [];
  await page.exposeBinding("reportBreach", (_, text) => seen.push(`policy: ${text}`));
  await page.addInitScript(() => {
    addEventListener("securitypolicyviolation", (event) =>
      window.reportBreach(`${event.violatedDirective} ${event.blockedURI}`),
    );
  });
  page.on("console", (message) => {
    if (message.type() === "error") seen.push(`console: ${message.text()}`);
  });
  page.on("pageerror", (error) => seen.push(`exception: ${error.message}`));
  page.on("request", (request) => {
    const { protocol, origin } = new URL(request.url());
    if (protocol.startsWith("http") && origin !== new URL(BASE).origin)
      seen.push(`elsewhere: ${request.url()}`);
  });
  return seen;
}

/** Opens an address and waits until the list has been answered. */
export async function open(page, path = "/") {
  const answer = await page.goto(BASE + path);
  await listed(page);
  return answer;
}

/** Every answer of facilities goes through `change` first: hours and prices nobody ships yet can be shown. */
export async function altered(page, change) {
  await page.route(/\/collections\/facilities\/items(\/[\w-]+)?\?/, async (route) => {
    if (route.request().resourceType() === "document") return route.continue();
    const answer = await route.fetch();
    if (!answer.ok()) return route.fulfill({ response: answer });
    const json = await answer.json();
    const { searchParams } = new URL(route.request().url());
    (json.features ?? [json]).forEach((feature, index) => change(feature.properties, index, feature, searchParams));
    return route.fulfill({ response: answer, json });
  });
}

/** The list has an answer: items, or the help of the empty list. */
export function listed(page) {
  return page.waitForSelector("#list:not([aria-busy]) :is(.items, .empty)");
}

export function mapReady(page) {
  return page.waitForSelector('.map[data-state="ready"]');
}

export function waitForQuery(page, test) {
  return page.waitForFunction(
    ([key, pattern]) => new RegExp(pattern).test(new URLSearchParams(location.search).get(key) ?? ""),
    test,
  );
}

export function names(page) {
  return page.locator("#list .item-name").allTextContents();
}

export async function ask(path) {
  const answer = await fetch(BASE + path, { headers: { Accept: "application/json" } });
  assert.equal(answer.status, 200, path);
  return answer.json();
}

/** Where a place lies on the map's canvas, for a map whose view stands in the URL. */
export async function pixelOf(page, [lon, lat]) {
  const [zoom, centreLat, centreLon] = new URL(page.url()).searchParams.get("map").split("/").map(Number);
  const box = await page.locator(".map").boundingBox();
  const scale = 512 * 2 ** zoom;
  const y = (value) => (1 - Math.asinh(Math.tan((value * Math.PI) / 180)) / Math.PI) / 2;
  return {
    x: box.x + box.width / 2 + ((lon - centreLon) / 360) * scale,
    y: box.y + box.height / 2 + (y(lat) - y(centreLat)) * scale,
  };
}

/** Waits until something that can be pressed is drawn under a point of the map. */
export async function waitForPin(page, point) {
  const end = Date.now() + CEILING;
  for (let tries = 0; Date.now() < end; tries += 1) {
    await page.mouse.move(point.x + (tries % 2), point.y);
    const cursor = await page.evaluate(
      () =>
        new Promise((resolve) =>
          requestAnimationFrame(() => resolve(document.querySelector("canvas").style.cursor)),
        ),
    );
    if (cursor === "pointer") return;
  }
  assert.fail("no pin appeared on the map");
}
