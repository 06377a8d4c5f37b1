// On a train without signal: the page opens, shows what was looked at last, and says how old that is.
import assert from "node:assert/strict";
import { be, person } from "./people.mjs";
import { BASE, listed, mapReady, names, open, PHONE, visit } from "./support.mjs";

const OFFLINE = { viewport: PHONE, worker: true, expected: /ERR_INTERNET_DISCONNECTED|Failed to (load|fetch)/ };

async function kept(page) {
  await page.evaluate(() => navigator.serviceWorker.ready);
  // It fetches the whole page first, the map library included.
  await page.waitForFunction(() => navigator.serviceWorker.controller);
}

visit("the last area is there without a connection, and says when it was loaded", OFFLINE, async (page, context) => {
  await open(page, "/?near=139.7,35.68&place=Tokyo");
  await mapReady(page);
  await kept(page);
  // What is asked for once the worker is there is kept.
  await page.reload();
  await listed(page);
  await mapReady(page);
  const before = await names(page);
  assert.equal(await page.locator(".banner:not(:empty)").count(), 0);

  await context.setOffline(true);
  await page.goto(`${BASE}/`);
  await listed(page);
  assert.deepEqual(await names(page), before);
  assert.match(page.url(), /near=139\.7,35\.68/);
  assert.match(await page.locator(".banner").textContent(), /^オフラインです。\d{1,2}:\d\dに読み込んだ一覧を表示しています。$/);
  await page.locator("#list .item-name a").first().click();
  await page.getByRole("article").getByRole("heading", { level: 2, name: before[0] }).waitFor();
  await page.keyboard.press("Escape");

  // Another window of the map: the list stays, and the page says why.
  const go = (address) =>
    page.evaluate((to) => {
      history.pushState(null, "", to);
      dispatchEvent(new PopStateEvent("popstate"));
    }, address);
  await go("/?near=139.7,35.68&place=Tokyo&map=8/35.1/138.2");
  assert.deepEqual(await names(page), before);
  // Elsewhere, or with a filter, it would be another question's answer: Tokyo's distances under Hakata's name.
  for (const address of ["/?near=130.4,33.59&place=Hakata", "/?near=139.7,35.68&place=Tokyo&price-max=400"]) {
    await go(address);
    await page.getByText("一覧は、この端末に残っていません").waitFor();
    assert.equal((await names(page)).length, 0, address);
    assert.equal(await page.locator(".mark").count(), 0, address);
    await go("/?near=139.7,35.68&place=Tokyo");
    await listed(page);
    assert.deepEqual(await names(page), before);
  }

  // Back in a station everything is fresh again, by itself.
  await context.setOffline(false);
  await page.waitForFunction(() => document.querySelector(".banner").textContent === "");
});

visit("on a train: what was kept opens, what was not says so, and nothing is claimed", OFFLINE, async (page, context) => {
  await open(page, "/?near=139.7,35.68&place=Tokyo");
  await mapReady(page);
  await kept(page);
  await page.reload();
  await listed(page);
  const before = await names(page);
  await context.setOffline(true);
  await page.reload();
  await listed(page);
  assert.deepEqual(await names(page), before);
  await page.getByText(/^オフラインです。.*読み込んだ一覧/).waitFor();

  // Another place: the box says that it could not look, not that there is none.
  await page.getByRole("combobox").fill("博多");
  await page.locator(".search-message:not([hidden])").getByText(/調べられませんでした/).waitFor();
  assert.equal(await page.getByText(/見つかりません/).count(), 0);
  await page.keyboard.press("Escape");
  assert.deepEqual(await names(page), before);

  // A hub of the list opens; one that was never seen here says why it does not.
  await page.locator("#list .item-name a").first().click();
  await page.getByRole("article").getByRole("heading", { level: 2, name: before[0] }).waitFor();
  await page.goBack();
  await listed(page);
  await page.goto(`${BASE}/?open=hub-never-seen`);
  await page.getByRole("alert").getByText("オフラインです。この施設の情報は、この端末に残っていません。").waitFor();
  await context.setOffline(false);
  await page.goto(`${BASE}/`);
  await listed(page);
  assert.equal(await page.locator(".banner:not(:empty)").count(), 0);
});

visit("what is kept is never called open on the strength of an old answer", OFFLINE, async (page, context) => {
  await open(page, "/?near=139.7,35.68&place=Tokyo");
  await kept(page);
  await page.reload();
  await listed(page);
  // The same page an hour after what it says was loaded: every change it names lies behind.
  await page.evaluate(async () => {
    const cache = await caches.open("machinaka-kept");
    for (const request of await cache.keys()) {
      if (!request.url.includes("/items?")) continue;
      const answer = await cache.match(request, { ignoreVary: true });
      const json = await answer.json();
      for (const { properties } of json.features ?? []) {
        properties.opening_hours = "Mo-Su 09:00-18:00";
        properties.opening = { state: "open", until: new Date(Date.now() - 60_000).toISOString(), readable: true };
      }
      await cache.put(request, new Response(JSON.stringify(json), { headers: answer.headers }));
    }
  });
  await context.setOffline(true);
  await page.reload();
  await listed(page);
  assert.match(await page.locator("#list .opening").first().textContent(), /いま営業中かは不明/);
  assert.equal(await page.locator('#list [data-opening="open"]').count(), 0);
});

visit("with a connection the worker answers nothing from what it kept", { worker: true }, async (page) => {
  await open(page, "/?near=139.7,35.68&place=Tokyo");
  await kept(page);
  await page.reload();
  await listed(page);
  const [first] = await names(page);
  await page.evaluate(async () => {
    const cache = await caches.open("machinaka-kept");
    for (const request of await cache.keys()) {
      if (request.url.includes("/items?")) await cache.put(request, new Response('{"features":[],"numberMatched":0,"links":[]}'));
    }
  });
  await page.reload();
  await listed(page);
  assert.equal((await names(page))[0], first);
});

visit(
  "other pages are given nothing that was kept, and nothing of theirs is kept",
  { worker: true, expected: /ERR_|Failed to (load|fetch)|401/ },
  async (page, context) => {
    await open(page, "/?near=139.7,35.68&place=Tokyo");
    await kept(page);
    const path = "/collections/facilities/items/hub-010?f=json&opening=now";
    const ask = () => page.evaluate((address) => fetch(address).then(({ status }) => status, () => 0), path);
    assert.equal(await ask(), 200);
    await page.waitForFunction(async (address) => Boolean(await (await caches.open("machinaka-kept")).match(address, { ignoreVary: true })), path);
    await be(context, await person("reviewer", null));
    await page.goto(`${BASE}/manage/facilities/hub-010/history`);
    await page.waitForSelector("h1");
    await page.waitForLoadState("networkidle");
    const addresses = await page.evaluate(async () => (await (await caches.open("machinaka-kept")).keys()).map(({ url }) => url));
    assert.deepEqual(addresses.filter((address) => /history|session|submissions/.test(address)), []);
    await context.setOffline(true);
    assert.equal(await ask(), 0, "the municipality's page would take an old record for today's");
    await context.setOffline(false);
  },
);

visit("the page can be installed: its manifest, icons and worker are there", {}, async (page) => {
  await open(page);
  const manifest = await (await page.request.get(`${BASE}/manifest.webmanifest`)).json();
  assert.equal(manifest.start_url, "/");
  assert.equal(manifest.display, "standalone");
  for (const { src, sizes } of manifest.icons) {
    const [width] = sizes.split("x").map(Number);
    const natural = await page.evaluate(async (address) => {
      const image = new Image();
      image.src = address;
      await image.decode();
      return image.naturalWidth;
    }, src);
    assert.equal(natural, width, src);
  }
  assert.match((await page.request.get(`${BASE}/sw.js`)).headers()["content-type"], /javascript/);
});
