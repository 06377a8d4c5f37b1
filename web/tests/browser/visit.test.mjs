// What a visitor meets: the first page, the filters, a facility, the address, the language.
import assert from "node:assert/strict";
import { ask, BASE, listed, mapReady, names, open, PHONE, visit, waitForQuery } from "./support.mjs";

visit("a first visit shows the list and then the map", {}, async (page) => {
  const answer = await open(page);
  assert.match(answer.headers()["content-security-policy"] ?? "", /script-src 'self'/);
  assert.doesNotMatch(answer.headers()["content-security-policy"], /script-src[^;]*unsafe/);
  assert.match(await page.locator("#list-heading").textContent(), /地図の範囲に \d+件/);
  assert.ok((await names(page)).length > 0);
  await mapReady(page);
  assert.equal(await page.locator("html").getAttribute("lang"), "ja");
  assert.equal(new URL(page.url()).search, "");
});

visit("a facility's own page leads back to it on the map", {}, async (page) => {
  for (const id of ["hub-022", "hub-001"]) {
    await page.goto(`${BASE}/collections/facilities/items/${id}?f=html&lang=ja`);
    const name = await page.locator("h1").textContent();
    await page.getByRole("link", { name: "地図で見る" }).click();
    await page.waitForSelector(`h2:has-text("${name}")`);
    await mapReady(page);
    const { geometry } = await ask(`/collections/facilities/items/${id}?f=json`);
    const [, lat, lon] = new URL(page.url()).searchParams.get("map").split("/").map(Number);
    assert.ok(Math.abs(lon - geometry.coordinates[0]) < 0.01 && Math.abs(lat - geometry.coordinates[1]) < 0.01);
  }
});

visit("the list follows the window of the map", {}, async (page) => {
  await open(page, "/?map=10/33.59/130.4");
  await mapReady(page);
  const before = await page.locator("#list-heading").textContent();
  for (let presses = 0; presses < 3; presses += 1) {
    await page.getByRole("button", { name: "縮小" }).click();
    await waitForQuery(page, ["map", `^${9 - presses}/`]);
  }
  await page.waitForFunction((text) => document.querySelector("#list-heading").textContent !== text, before);
  assert.match(await page.locator("#list-heading").textContent(), /[1-9]\d*件/);
});

visit("more of a long list comes on request", {}, async (page) => {
  await open(page);
  const first = (await names(page)).length;
  const { numberMatched } = await ask("/collections/facilities/items?limit=1&f=json");
  assert.ok(numberMatched > first, "the shipped facilities fill more than a page");
  await page.getByRole("button", { name: "もっと見る" }).click();
  await page.waitForFunction((count) => document.querySelectorAll("#list .item").length > count, first);
  // The keyboard goes on where the new part begins.
  await page.waitForFunction(
    (count) => document.querySelectorAll("#list .item a")[count] === document.activeElement,
    first,
  );
});

visit("a filter shows matches, then the unknown, and can leave the unknown out", {}, async (page) => {
  await open(page);
  await page.getByRole("button", { name: "絞り込み" }).click();
  await page.getByRole("checkbox", { name: "ホテル・旅館の全部又は一部" }).check();
  await waitForQuery(page, ["stock", "^inn-hotel$"]);
  await page.waitForSelector("text=条件に合うか不明な拠点");
  await page.keyboard.press("Escape");
  assert.equal(await page.locator(".filter-sheet").isVisible(), false);
  const known = await ask("/collections/facilities/items?stock=inn-hotel&bbox=122,20,154,46&limit=1&f=json");
  assert.match(await page.locator("#list-heading").textContent(), new RegExp(`^${known.numberMatched}件`));
  await page.getByRole("checkbox", { name: "不明を除く" }).check();
  await waitForQuery(page, ["known", "true"]);
  await page.waitForSelector("text=条件に合うか不明な拠点", { state: "detached" });
  assert.equal(await page.evaluate(() => document.activeElement.matches(".known-only input")), true);
  assert.equal(await page.locator("#list .item").count(), Math.min(20, known.numberMatched));
});

visit("an empty list says what was asked and what to loosen", {}, async (page) => {
  await open(page, "/?near=139.7,35.68&kind=exchange&stock=kura&programme=kanmin-machinaka&known=true");
  await page.waitForSelector(".empty");
  assert.match(await page.locator(".empty").textContent(), /条件：種類：交流施設/);
  await page.getByRole("button", { name: "すべて外す" }).click();
  await page.waitForSelector("#list .item");
  assert.doesNotMatch(page.url(), /kind=/);
});

visit("closed facilities are shown only when asked for", {}, async (page) => {
  const all = await ask("/collections/facilities/items?status=closed&limit=1&f=json");
  await open(page, "/?near=139.7,35.68");
  const usual = Number.parseInt(await page.locator("#list-heading").textContent(), 10);
  await page.getByRole("button", { name: "絞り込み" }).click();
  await page.getByRole("checkbox", { name: "閉鎖した施設も表示" }).check();
  await waitForQuery(page, ["also", "closed"]);
  await page.waitForFunction(
    (count) => Number.parseInt(document.querySelector("#list-heading").textContent, 10) === count,
    usual + all.numberMatched,
  );
});

visit("a facility opens, says what is unknown, and the back button closes it", {}, async (page) => {
  await open(page);
  const name = (await names(page))[0];
  await page.locator("#list").getByRole("link", { name, exact: true }).first().click();
  const card = page.getByRole("article", { name: "施設の詳細" });
  await card.waitFor();
  assert.equal(await card.getByRole("heading", { level: 2 }).textContent(), name);
  assert.ok((await card.locator("dd.unknown").count()) > 0);
  assert.equal(await card.locator("dd.unknown").first().textContent(), "不明");
  assert.equal(await page.evaluate(() => document.activeElement.textContent), name);
  for (const href of await card
    .locator("a[target=_blank]")
    .evaluateAll((links) => links.map((link) => link.href))) {
    assert.match(href, /^https?:/);
  }
  assert.match(await page.title(), new RegExp("｜まちなか$"));
  const own = await card.getByRole("link", { name: "この施設のページ" }).getAttribute("href");
  assert.match(own, /^\/collections\/facilities\/items\/[\w-]+\?f=html$/);
  await page.goBack();
  await card.waitFor({ state: "hidden" });
  assert.doesNotMatch(page.url(), /open=/);
  assert.equal(await page.evaluate(() => document.activeElement.textContent), name);
});

visit(
  "a copied link keeps the visitor's own position to itself",
  { permissions: ["clipboard-read", "clipboard-write"] },
  async (page) => {
    const { features } = await ask("/collections/facilities/items?limit=1&f=json");
    await open(
      page,
      `/?near=139.7,35.68&origin=here&place=${encodeURIComponent("現在地")}&open=${features[0].id}`,
    );
    await page.getByRole("article").getByRole("button", { name: "共有" }).click();
    await page.getByRole("button", { name: "リンクをコピー" }).click();
    await page.waitForSelector("text=リンクをコピーしました");
    const copied = await page.evaluate(() => navigator.clipboard.readText());
    assert.match(copied, new RegExp(`open=${features[0].id}`));
    assert.doesNotMatch(copied, /near=/);
  },
);

visit("a shared address restores place, filter, facility and map", {}, async (page) => {
  const { features } = await ask(
    "/collections/facilities/items?near=139.7,35.68&kind=coworking&limit=3&f=json",
  );
  const { id, properties } = features[1];
  await open(
    page,
    `/?near=139.7,35.68&place=${encodeURIComponent("東京の真ん中")}&kind=coworking&open=${id}&map=9.5/35.7/139.8`,
  );
  assert.equal(await page.getByRole("combobox").inputValue(), "東京の真ん中");
  assert.match(await page.locator(".list-from").textContent(), /東京の真ん中 から/);
  assert.match(await page.getByRole("button", { name: "絞り込み、1件設定中" }).textContent(), /1/);
  await page.getByRole("button", { name: "コワーキングスペースを外す" }).waitFor();
  await page.getByRole("article").getByRole("heading", { name: properties.name }).waitFor();
  await mapReady(page);
  assert.match(page.url(), /map=9\.5\/35\.7\/139\.8/);
});

visit("an address with nonsense in it shows the plain page", {}, async (page) => {
  await open(page, "/?near=x,y&map=a/b/c&kind=%3Cb%3E&open=%2E%2E%2F&lang=xx&utm_source=mail");
  assert.match(await page.locator("#list-heading").textContent(), /地図の範囲に/);
});

visit("markup in an address is shown as text", {}, async (page) => {
  await open(page, `/?near=139.7,35.68&place=${encodeURIComponent("<img src=x onerror=alert(1)>")}`);
  assert.match(await page.locator(".list-from").textContent(), /<img src=x/);
  assert.equal(await page.locator("#list img").count(), 0);
});

visit("an unknown facility is explained", { expected: /404/ }, async (page) => {
  await open(page, "/?open=no-such-hub");
  await page.waitForSelector("text=この施設は見つかりません");
});

visit("English is one press away and remembered", {}, async (page) => {
  await open(page, "/?near=139.7,35.68&place=Tokyo");
  await page.getByRole("link", { name: "English" }).click();
  await listed(page);
  assert.equal(await page.locator("html").getAttribute("lang"), "en");
  assert.match(await page.locator("#list-heading").textContent(), /hubs, nearest first/);
  assert.match(page.url(), /near=139\.7,35\.68/);
  await open(page, "/");
  assert.equal(await page.locator("html").getAttribute("lang"), "en");
  assert.match(page.url(), /lang=en/);
  await page.getByRole("link", { name: "日本語", exact: true }).click();
  await page.waitForSelector("html[lang=ja]");
});

visit("where no map can be drawn the list goes on alone", { expected: /WebGL|GPU|webgl/ }, async (page) => {
  await page.addInitScript(() => {
    const real = HTMLCanvasElement.prototype.getContext;
    HTMLCanvasElement.prototype.getContext = function (kind, ...rest) {
      return kind.startsWith("webgl") ? null : real.call(this, kind, ...rest);
    };
  });
  await open(page);
  await page.waitForSelector("text=この環境では地図を表示できません");
  await page.getByRole("combobox").fill("渋谷");
  await page.getByRole("option").first().click();
  await page.waitForSelector("#list .pin-letter");
});

visit(
  "a server that fails is said politely and can be asked again",
  { expected: /500|Failed to load/ },
  async (page) => {
    let broken = true;
    await page.route("**/collections/facilities/items?**", (route) =>
      broken ? route.fulfill({ status: 500, body: "{}" }) : route.continue(),
    );
    await page.goto(`${process.env.MACHINAKA_BASE}/`);
    await page.waitForSelector("text=一覧を読み込めませんでした");
    broken = false;
    await page.getByRole("button", { name: "もう一度試す" }).click();
    await listed(page);
  },
);

for (const viewport of [
  PHONE,
  { width: 320, height: 640 },
  { width: 768, height: 1024 },
  { width: 1280, height: 800 },
]) {
  visit(`nothing is wider than the screen at ${viewport.width} pixels`, { viewport }, async (page) => {
    const { features } = await ask("/collections/facilities/items?limit=1&f=json");
    for (const path of [
      "/",
      "/?near=139.7,35.68&place=Tokyo&kind=coworking",
      `/?open=${features[0].id}`,
      "/?lang=en",
    ]) {
      await open(page, path);
      await mapReady(page);
      const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      assert.ok(over <= 0, `${path} is ${over} pixels too wide`);
    }
  });
}

visit("nothing jumps while the page loads", { viewport: PHONE }, async (page) => {
  await page.addInitScript(() => {
    window.shifted = 0;
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.shifted += entry.value;
    }).observe({ type: "layout-shift", buffered: true });
  });
  await open(page);
  await mapReady(page);
  const shifted = await page.evaluate(() => window.shifted);
  assert.ok(shifted < 0.05, `layout shift ${shifted}`);
});

visit("on a phone the credits can be pressed, not the handle of the list", { viewport: PHONE }, async (page) => {
  await open(page);
  await page.locator(".credits a").click({ trial: true });
});
