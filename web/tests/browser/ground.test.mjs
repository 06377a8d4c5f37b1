// What lies under the pins: the operator's streets, another server's pictures once they are wanted,
// and the first view.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before } from "node:test";
import { streetMap } from "./pmtiles.mjs";
import { DESKTOP, listed, mapReady, open, PHONE, visit } from "./support.mjs";

/** 博多駅. */
const HAKATA = [130.4207, 33.5897];
const AT_HAKATA = `/?map=15/${HAKATA[1]}/${HAKATA[0]}`;
const SCHEMAS = ["protomaps", "openmaptiles", "gsi"];

const folder = mkdtempSync(join(tmpdir(), "machinaka-ground-"));
const servers = {};

before(async () => {
  for (const schema of SCHEMAS) servers[schema] = await serveStreets(schema);
});
after(() => {
  for (const { process } of Object.values(servers)) process.kill();
  rmSync(folder, { recursive: true, force: true });
});

/** A server of its own, with a basemap file. */
async function serveStreets(schema) {
  const file = join(folder, `${schema}.pmtiles`);
  writeFileSync(file, streetMap(HAKATA, schema));
  const flags = ["--listen", "127.0.0.1:0", "--database", `sqlite:${join(folder, schema)}.sqlite`, "--basemap", file];
  const server = spawn(process.env.MACHINAKA_BINARY, ["serve", ...flags], { stdio: ["ignore", "pipe", "ignore"] });
  const base = await new Promise((resolve, reject) => {
    let text = "";
    server.stdout.on("data", (more) => {
      text += more;
      const ready = /ready at (\S+)/.exec(text);
      if (ready) resolve(ready[1]);
    });
    server.on("exit", () => reject(new Error(`the server with ${schema} ended`)));
  });
  return { process: server, base };
}

/** How many things each layer draws in the window now, once all is there. */
function drawn(page) {
  return page.evaluate(async () => {
    const map = document.querySelector(".map-canvas").maplibre;
    if (!map.loaded()) await new Promise((resolve) => map.once("idle", resolve));
    const counts = {};
    for (const { layer } of map.queryRenderedFeatures()) counts[layer.id] = (counts[layer.id] ?? 0) + 1;
    return counts;
  });
}

/** The names that a layer writes on the map, as the page's language has them. */
function written(page, layer, key = "name") {
  return page.evaluate(
    async ([layer, key]) => {
      const map = document.querySelector(".map-canvas").maplibre;
      if (!map.loaded()) await new Promise((resolve) => map.once("idle", resolve));
      return map.queryRenderedFeatures({ layers: [layer] }).map(({ properties }) => properties[key]);
    },
    [layer, key],
  );
}

/** The servers of these tests are no strangers; everybody else still is. */
const ours = /^elsewhere: http:\/\/127\.0\.0\.1:/;

for (const schema of SCHEMAS) {
  visit(`streets of a file by ${schema} are drawn over 博多駅, with the file's credit`, { expected: ours }, async (page) => {
    await page.goto(servers[schema].base + AT_HAKATA);
    await listed(page);
    await mapReady(page);
    await page.waitForFunction(() => document.querySelector(".map-canvas").maplibre.getSource("streets"));
    const layers = await drawn(page);
    for (const layer of ["street-water", "street-buildings", "street-minor", "street-major", "street-railways"])
      assert.ok(layers[layer] > 0, `${layer}: ${JSON.stringify(layers)}`);
    assert.ok((await written(page, "station-names")).includes("博多駅"));
    // The file has the tracks; the schematic makes way, or lies under the file's land.
    if (schema !== "protomaps") assert.ok(!layers["railways-line"]);
    if (schema === "protomaps") assert.ok(layers["street-land"] > 0 && layers["street-green-0"] > 0);
    const credit = { protomaps: "© OpenStreetMap (made up)", openmaptiles: "© OpenMapTiles", gsi: "国土地理院最適化ベクトルタイル" };
    assert.ok((await page.locator(".credits").textContent()).includes(credit[schema]));
  });
}

for (const schema of SCHEMAS) {
  visit(`sidings of a file by ${schema} are drawn from close by only`, { expected: ours }, async (page) => {
    await page.goto(servers[schema].base + AT_HAKATA.replace("15/", "14/"));
    await mapReady(page);
    await page.waitForFunction(() => document.querySelector(".map-canvas").maplibre.getSource("streets"));
    const further = await drawn(page);
    assert.ok(further["street-railways"] > 0 && !further["street-railways-sidings"] && !further["street-railways-ties"]);
    await page.goto(servers[schema].base + AT_HAKATA.replace("15/", "16/"));
    await mapReady(page);
    await page.waitForFunction(() => document.querySelector(".map-canvas").maplibre.getSource("streets"));
    const close = await drawn(page);
    assert.ok(close["street-railways-sidings"] > 0 && close["street-railways-ties"] > 0, JSON.stringify(close));
  });
}

visit("names stand beside the pins of the list, and not under them", { viewport: PHONE }, async (page) => {
  await open(page, "/?map=9/26.214/127.6793");
  await mapReady(page);
  assert.ok((await written(page, "municipality-names")).includes("那覇市"));
  const under = await page.evaluate(() => {
    const map = document.querySelector(".map-canvas").maplibre;
    const frame = document.querySelector(".map-canvas").getBoundingClientRect();
    return [...document.querySelectorAll(".mark")].flatMap((mark) => {
      const box = mark.getBoundingClientRect();
      const [x, y] = [box.left + box.width / 2 - frame.left, box.top + box.height / 2 - frame.top];
      const layers = ["municipality-names", "ward-names", "town-names", "station-names"].filter((id) => map.getLayer(id));
      return map.queryRenderedFeatures([[x - 6, y - 6], [x + 6, y + 6]], { layers }).map(({ properties }) => properties.name);
    });
  });
  assert.deepEqual(under, []);
});

visit("streets are named by the page's language, and asked for only from near", { expected: ours }, async (page) => {
  const tiles = [];
  page.on("request", (request) => request.url().includes("/basemap/streets/") && tiles.push(request.url()));
  await page.goto(`${servers.protomaps.base}/`);
  await listed(page);
  await mapReady(page);
  await drawn(page);
  assert.deepEqual(tiles, []);
  assert.ok(!(await page.locator(".credits").textContent()).includes("made up"));
  const streetNames = () =>
    page.evaluate(() => {
      const map = document.querySelector(".map-canvas").maplibre;
      return JSON.stringify(map.getStyle().layers.find((layer) => layer.id === "street-names").layout["text-field"]);
    });
  assert.match(await streetNames(), /name:ja/);
  await page.goto(`${servers.protomaps.base}${AT_HAKATA}&lang=en`);
  await mapReady(page);
  await page.waitForFunction(() => document.querySelector(".map-canvas").maplibre.getSource("streets"));
  assert.match(await streetNames(), /name:en/);
  await drawn(page);
  assert.ok(tiles.length > 0);
});

visit("without a file the map is drawn as ever", {}, async (page) => {
  await open(page, AT_HAKATA);
  await mapReady(page);
  const layers = await drawn(page);
  assert.ok(layers.land > 0 && layers["railways-line"] > 0 && layers["station-dots"] > 0);
  assert.ok(!Object.keys(layers).some((layer) => layer.startsWith("street-")));
});

for (const [lang, name, station, town] of [
  ["ja", "name", "博多駅", "博多駅中央街"],
  ["en", "name_en", "Hakata Sta.", "Hakataekichuogai"],
]) {
  visit(`stations and towns are named by the page's language (${lang})`, {}, async (page) => {
    await open(page, `${AT_HAKATA}&lang=${lang}`);
    await mapReady(page);
    const stations = await written(page, "station-names", name);
    assert.ok(stations.includes(station), stations.join(" "));
    const towns = await written(page, "town-names", name);
    assert.ok(towns.includes(town), towns.join(" "));
  });
}

visit("where a file ends the schematic goes on", { expected: ours }, async (page) => {
  await page.goto(`${servers.protomaps.base}/?map=13/35.6668/138.5688`);
  await listed(page);
  await mapReady(page);
  await page.waitForFunction(() => document.querySelector(".map-canvas").maplibre.getSource("streets"));
  const layers = await drawn(page);
  assert.ok(layers["railways-line"] > 0, JSON.stringify(layers));
});

visit("further out railways are a schematic, and there are no stations", {}, async (page) => {
  await open(page, "/?map=8/33.5897/130.4207");
  await mapReady(page);
  const layers = await drawn(page);
  assert.ok(layers["railways-line"] > 0 && layers["railways-shinkansen"] > 0);
  assert.ok(!layers["station-dots"]);
});

const GSI = "https://cyberjapandata.gsi.go.jp/";
const PIXEL = Buffer.from("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==", "base64");

/** Answers for the other server, which no test ever asks, and says what was asked. */
async function standIn(page) {
  const asked = [];
  await page.route(`${GSI}**`, (route) => {
    asked.push(route.request().url());
    return route.fulfill({ contentType: "image/png", body: PIXEL, headers: { "Access-Control-Allow-Origin": "*" } });
  });
  return asked;
}

for (const viewport of [DESKTOP, PHONE]) {
  visit(`地理院タイル come after a word on whom that asks (${viewport.width} px)`, { viewport, expected: /^elsewhere: https:\/\/cyberjapandata/ }, async (page) => {
    const asked = await standIn(page);
    // An address that somebody shared asks for nothing either.
    await open(page, `${AT_HAKATA}&base=outside`);
    await mapReady(page);
    const button = page.getByRole("button", { name: "地理院地図" });
    await button.waitFor();
    await drawn(page);
    assert.deepEqual(asked, []);

    await button.click();
    const dialog = page.getByRole("dialog");
    assert.match(await dialog.textContent(), /cyberjapandata\.gsi\.go\.jp/);
    await dialog.getByRole("button", { name: "表示しない" }).click();
    await drawn(page);
    assert.deepEqual(asked, []);

    await button.click();
    await dialog.getByRole("button", { name: "表示する", exact: true }).click();
    await page.waitForSelector(".map-button[aria-pressed='true']");
    await drawn(page);
    assert.ok(asked.length > 0 && asked.every((url) => url.startsWith(`${GSI}xyz/pale/`)), asked.join(" "));
    const credit = page.locator(".credits a", { hasText: "地理院タイル" });
    assert.equal(await credit.getAttribute("href"), "https://maps.gsi.go.jp/development/ichiran.html");

    // Back, and the choice is remembered.
    await button.click();
    await page.waitForSelector(".map-button.wide[aria-pressed='false']");
    assert.equal(await credit.count(), 0);
    await button.click();
    await page.waitForSelector(".map-button[aria-pressed='true']");
    assert.equal(await dialog.count(), 0);
  });

  visit(`the first view holds 札幌 and 那覇, and nothing covers them (${viewport.width} px)`, { viewport }, async (page) => {
    await open(page);
    await mapReady(page);
    const hidden = await page.evaluate(() => {
      const pane = document.querySelector(".map");
      const map = document.querySelector(".map-canvas").maplibre;
      const frame = pane.getBoundingClientRect();
      const places = { 札幌: [141.35, 43.06], 那覇: [127.68, 26.21], 石垣: [124.16, 24.34], 東京: [139.77, 35.68], 福岡: [130.4, 33.59] };
      return Object.entries(places)
        .filter(([, place]) => {
          const { x, y } = map.project(place);
          const top = document.elementFromPoint(frame.left + x, frame.top + y);
          return !top || !top.closest(".map-canvas");
        })
        .map(([name]) => name);
    });
    assert.deepEqual(hidden, []);
  });
}
