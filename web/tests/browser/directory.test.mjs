// The map as a directory: pins and lines linked, comparison, two points, ways there, sharing, print, frames.
import assert from "node:assert/strict";
import { altered, ask, BASE, listed, mapReady, names, open, PHONE, pixelOf, visit, waitForPin, waitForQuery } from "./support.mjs";

const NEAR = "/?near=139.7,35.68&place=Tokyo";

visit("a pin that is pointed at marks its line", {}, async (page) => {
  const { features } = await ask("/collections/facilities/items?near=139.7,35.68&limit=20&f=json");
  const precise = features.findIndex(({ properties }) => properties.position_precision !== "city");
  const [lon, lat] = features[precise].geometry.coordinates;
  await open(page, `${NEAR}&map=13/${lat.toFixed(5)}/${lon.toFixed(5)}`);
  await mapReady(page);
  await waitForPin(page, await pixelOf(page, [lon, lat]));
  await page.waitForSelector(`#list [data-id="${features[precise].id}"][data-pointed]`);
  await page.mouse.move(5, 5);
  await page.waitForSelector("#list [data-pointed]", { state: "detached" });
});

visit("a window whose hubs all stand in the list has their letters on the map", {}, async (page) => {
  const { features } = await ask("/collections/facilities/items?near=139.7,35.68&limit=1&f=json");
  const [lon, lat] = features[0].geometry.coordinates;
  await open(page, `/?map=13/${lat.toFixed(5)}/${lon.toFixed(5)}`);
  assert.equal(await page.locator("#list .pin-letter").first().textContent(), "A");
  await open(page, "/");
  assert.equal(await page.locator("#list .pin-letter").count(), 0);
});

visit("up to three hubs side by side, in an address that can be passed on", { viewport: PHONE }, async (page) => {
  await open(page, NEAR);
  const [one, two, three] = await names(page);
  for (const name of [one, two, three]) {
    await page.locator("#list").getByRole("button", { name: `${name}を比較に加える`, exact: true }).click();
  }
  await waitForQuery(page, ["compare", "^[\\w-]+,[\\w-]+,[\\w-]+$"]);
  const fourth = page.locator("#list [data-compare]").nth(3);
  assert.equal(await fourth.getAttribute("aria-disabled"), "true");
  await fourth.click({ force: true });
  assert.equal(new URL(page.url()).searchParams.get("compare").split(",").length, 3);
  await page.getByRole("button", { name: "比べる" }).click();
  const table = page.getByRole("table");
  await table.waitFor();
  assert.deepEqual(
    await table.locator("thead a").allTextContents(),
    [one, two, three],
  );
  assert.ok((await table.getByRole("rowheader").allTextContents()).includes("バリアフリー"));
  await page.getByRole("button", { name: `${two}を比較から外す` }).click();
  await page.waitForFunction(() => document.querySelectorAll(".compare-table thead a").length === 2);
  const shared = page.url();
  await page.goBack();
  await page.goBack();
  await page.getByRole("table").waitFor({ state: "hidden" });
  await page.goto(shared);
  await page.getByRole("table").waitFor();
  await page.keyboard.press("Escape");
  await page.waitForFunction(() => !location.search.includes("show="));
});

visit("near home and office: the sum or the longer way, and the address keeps both", {}, async (page) => {
  await open(page);
  await page.getByRole("button", { name: "家と職場の両方から" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("button", { name: "この2地点で探す" }).click();
  await dialog.getByText("候補から地点を選んでください").waitFor();
  for (const [label, place] of [
    ["家（1つめの地点）", "渋谷"],
    ["職場（2つめの地点）", "横浜市"],
  ]) {
    await dialog.getByRole("combobox", { name: label }).fill(place);
    await dialog.getByRole("option").first().click();
  }
  await dialog.getByRole("radio", { name: "遠いほうの距離が短い順" }).check();
  await dialog.getByRole("button", { name: "この2地点で探す" }).click();
  await waitForQuery(page, ["near2", "^\\d+\\.\\d+,\\d+\\.\\d+$"]);
  await waitForQuery(page, ["rank", "^worst$"]);
  await listed(page);
  const query = new URL(page.url()).searchParams;
  const far = async (point) => {
    const { features } = await ask(`/collections/facilities/items?near=${point}&limit=1000&f=json`);
    return new Map(features.map(({ properties }) => [properties.name, properties.distance]));
  };
  const [one, two] = [await far(query.get("near")), await far(query.get("near2"))];
  const shown = await names(page);
  const worst = shown.map((name) => Math.max(one.get(name), two.get(name)));
  assert.deepEqual(worst, [...worst].sort((a, b) => a - b));
  const best = Math.min(...[...one.keys()].map((name) => Math.max(one.get(name), two.get(name))));
  assert.equal(worst[0], best);
  await page.reload();
  await listed(page);
  assert.deepEqual(await names(page), shown);
  // What is passed on asks the same, unless its sender takes the two places out.
  await page.locator(".list-tools").getByRole("button", { name: "共有" }).click();
  const link = page.getByLabel("リンク", { exact: true });
  const shared = new URL(await link.inputValue()).searchParams;
  for (const key of ["near", "near2", "place", "place2", "rank"]) assert.equal(shared.get(key), query.get(key), key);
  await page.getByRole("dialog").getByRole("checkbox").uncheck();
  assert.doesNotMatch(await link.inputValue(), /near|place|rank/);
});

visit("the way there in other map services, by name where the place is vague", {}, async (page) => {
  const { features } = await ask("/collections/facilities/items?limit=100&f=json");
  const vague = features.find(({ properties }) => properties.position_precision === "city");
  const exact = features.find(({ properties }) => ["building", "street"].includes(properties.position_precision));
  for (const [feature, pattern] of [
    [vague, new RegExp(encodeURIComponent(vague.properties.name).slice(0, 20))],
    ...(exact ? [[exact, new RegExp(`${exact.geometry.coordinates[1]}(,|%2C)${exact.geometry.coordinates[0]}`)]] : []),
  ]) {
    await open(page, `/?open=${feature.id}`);
    const links = page.getByRole("region", { name: "行き方" }).getByRole("link");
    await links.first().waitFor();
    const found = await links.evaluateAll((all) => all.map(({ href, rel, referrerPolicy }) => ({ href, rel, referrerPolicy })));
    assert.equal(found.length, 3);
    for (const { href, rel, referrerPolicy } of found) {
      assert.match(href, /^https:\/\/(www\.google\.com|maps\.apple\.com|www\.openstreetmap\.org)\//);
      assert.match(href, pattern);
      assert.match(rel, /noopener/);
      assert.equal(referrerPolicy, "no-referrer");
    }
  }
});

visit("a link, its code and a frame to paste", {}, async (page) => {
  await open(page, "/?kind=coworking&municipality=40130");
  await page.locator(".list-tools").getByRole("button", { name: "共有" }).click();
  const address = await page.getByLabel("リンク", { exact: true }).inputValue();
  assert.equal(address, page.url());
  await page.getByRole("img", { name: /QRコード/ }).waitFor();
  await page.getByText("ほかのサイトに埋め込む").click();
  const tag = await page.getByRole("textbox", { name: "ほかのサイトに埋め込む" }).inputValue();
  assert.match(tag, /^<iframe src="https?:\/\/[^"]+\/embed\?municipality=40130&amp;kind=coworking[^"]*"/);
});

visit("a print has the map as a picture, letters on both, and where it is from", {}, async (page) => {
  await open(page, "/");
  await mapReady(page);
  await page.evaluate(() => {
    window.print = () => {
      const letters = [...document.querySelectorAll("#list .pin-letter")].map((letter) => letter.textContent);
      window.printed = { letters, picture: document.querySelector(".print-map").naturalWidth };
    };
  });
  await page.locator(".list-tools").getByRole("button", { name: "印刷" }).click();
  await page.waitForFunction(() => window.printed);
  const { letters, picture } = await page.evaluate(() => window.printed);
  assert.deepEqual(letters.slice(0, 3), ["A", "B", "C"]);
  assert.ok(picture > 200);
  // Afterwards the page is as it was.
  assert.equal(await page.locator("#list .pin-letter").count(), 0);
  await page.emulateMedia({ media: "print" });
  assert.equal(await page.locator(".print-map").isVisible(), true);
  assert.equal(await page.locator(".header").isVisible(), false);
  assert.match(await page.locator(".print-sheet").textContent(), /出典/);
  await page.pdf?.({ format: "A4" }).catch(() => undefined);
});

visit("a print is light, map included, also where the screen is dark", { dark: true }, async (page) => {
  await open(page, "/");
  await mapReady(page);
  await page.evaluate(() => {
    window.print = () => {
      const picture = document.querySelector(".print-map");
      const canvas = document.createElement("canvas");
      const pen = Object.assign(canvas, { width: 50, height: 50 }).getContext("2d");
      pen.drawImage(picture, 0, 0, 50, 50);
      const pixels = pen.getImageData(0, 0, 50, 50).data.filter((_, i) => i % 4 < 3);
      window.lightness = pixels.reduce((sum, value) => sum + value, 0) / pixels.length;
    };
  });
  await page.locator(".list-tools").getByRole("button", { name: "印刷" }).click();
  await page.waitForFunction(() => window.lightness);
  assert.ok((await page.evaluate(() => window.lightness)) > 150);
  await page.emulateMedia({ media: "print", colorScheme: "dark" });
  const ink = await page.locator("#list .item-name a").first().evaluate((link) => getComputedStyle(link).getPropertyValue("--ink"));
  assert.notEqual(ink, "#f2efe9");
});

visit("the frame for other sites: filters in its address, links to the page itself", {}, async (page) => {
  const answer = await page.goto(`${BASE}/embed?kind=coworking`);
  assert.match(answer.headers()["content-security-policy"], /frame-ancestors \*/);
  assert.match(answer.headers()["content-security-policy"], /script-src 'self'/);
  await page.waitForSelector(".item");
  await mapReady(page);
  const { numberMatched } = await ask("/collections/facilities/items?kind=coworking&limit=1&f=json");
  assert.match(await page.getByRole("heading", { level: 1 }).textContent(), new RegExp(`^${numberMatched}件`));
  const link = page.getByRole("link", { name: /まちなかで開く/ });
  assert.equal(await link.getAttribute("href"), "/?kind=coworking");
  assert.equal(await link.getAttribute("target"), "_blank");
  const first = page.locator(".item a").first();
  assert.match(await first.getAttribute("href"), /^\/\?kind=coworking&open=[\w-]+$/);
});

visit("only the frame can be framed", { expected: /frame-ancestors|Refused to frame|ERR_BLOCKED/ }, async (page) => {
  for (const path of ["/", "/coverage", "/manage"]) {
    const answer = await page.request.get(BASE + path, { headers: { Accept: "text/html" } });
    assert.match(answer.headers()["content-security-policy"], /frame-ancestors 'none'/, path);
  }
});

visit("near Hakata, Miyakojima and Wakkanai the page says how far the next hub is and leads there", { viewport: PHONE }, async (page) => {
  for (const [place, lon, lat] of [
    ["博多駅", 130.4207, 33.5897],
    ["宮古島", 125.28, 24.8],
    ["稚内", 141.673, 45.4156],
  ]) {
    await open(page, `/?near=${lon},${lat}&place=${encodeURIComponent(place)}`);
    const { features } = await ask(`/collections/facilities/items?near=${lon},${lat}&limit=1&f=json`);
    const { name, position_precision: precision, prefecture, municipality_name: city, distance } = features[0].properties;
    assert.ok(distance > 2000, `${place} has a hub around the corner`);
    const hint = page.locator(".list-body > .hint");
    if (precision === "city") assert.match(await hint.textContent(), new RegExp(`${prefecture}${city}にあります`));
    else assert.match(await hint.textContent(), /約[\d.]+ k?m/);
    await hint.getByRole("button", { name: `${name}を見る` }).click();
    await page.getByRole("article").getByRole("heading", { level: 2, name }).waitFor();
  }
});

visit("a far match does not hide that a hub that may match is nearer", {}, async (page) => {
  await altered(page, (facility, index) => {
    if (index === 0) Object.assign(facility, { price_hour_yen: 300, distance: 700_000, position_precision: "town" });
    else Object.assign(facility, { price_hour_yen: null, distance: 5000 + index, position_error: 0, status: "open", seats: 4 });
  });
  await open(page, "/?near=130.4207,33.5897&place=Hakata&price-max=400");
  const hint = page.locator(".list-body > .hint");
  assert.match(await hint.textContent(), /条件に合うと分かっている拠点は、いちばん近い所でも約700 km.*もっと近くにあります/);
  const nearer = (await names(page))[1];
  await hint.getByRole("button", { name: `${nearer}を見る` }).click();
  await page.getByRole("article").getByRole("heading", { level: 2, name: nearer }).waitFor();
});

visit("an empty window says how far the nearest hub is", {}, async (page) => {
  await open(page, "/?map=12/24.8/125.28");
  await page.waitForSelector(".beyond .item");
  assert.match(await page.locator(".beyond").textContent(), /いちばん近い拠点/);
});

visit("the search box finds hubs by name and opens them", {}, async (page) => {
  const { features } = await ask("/collections/facilities/items?limit=40&f=json");
  const wanted = features.find(({ properties }) => properties.name.length > 5);
  await open(page);
  await page.getByRole("combobox").fill(wanted.properties.name);
  const option = page.getByRole("option").filter({ hasText: "施設" }).filter({ hasText: wanted.properties.name });
  await option.first().click();
  await waitForQuery(page, ["open", `^${wanted.id}$`]);
  await page.getByRole("article").getByRole("heading", { level: 2, name: wanted.properties.name }).waitFor();
});

visit("what is typed over a chosen place is not searched from the place before", {}, async (page) => {
  await open(page);
  await page.getByRole("button", { name: "家と職場の両方から" }).click();
  const dialog = page.getByRole("dialog");
  const home = dialog.getByRole("combobox", { name: "家（1つめの地点）" });
  await home.fill("渋谷");
  await dialog.getByRole("option").first().click();
  await dialog.getByRole("combobox", { name: "職場（2つめの地点）" }).fill("横浜市");
  await dialog.getByRole("option").first().click();
  await home.fill("那覇");
  await dialog.getByRole("option").first().waitFor();
  // Escape closes the suggestions, and not yet the dialog.
  await page.keyboard.press("Escape");
  await dialog.getByRole("button", { name: "この2地点で探す" }).click();
  await dialog.getByText("候補から地点を選んでください").waitFor();
});
