// Without JavaScript: what a visitor with a phone does then, on the pages the server makes.
import assert from "node:assert/strict";
import { ask, BASE, PHONE, visit } from "./support.mjs";

const BARE = { viewport: PHONE, scripts: false };

const titles = (page) => page.locator(".cards > li strong").allTextContents();

/** Nothing is wider than the phone, and everything to press is as high as a finger. */
async function fits(page, where) {
  const { width } = await page.locator("main, body").first().boundingBox();
  assert.ok(width <= PHONE.width, `${where}: ${width} wide`);
  for (const one of await page.locator("main :not(.unseen *):is(button, input:not([type=hidden]):not([type=checkbox]):not([type=radio]), select, a.button)").all()) {
    const box = await one.boundingBox();
    if (!box) continue;
    assert.ok(box.height >= 44, `${where}: ${await one.textContent()} is ${box.height} high`);
    assert.ok(box.x >= 0 && box.x + box.width <= PHONE.width + 0.5, `${where}: ${await one.textContent()} reaches ${box.x + box.width}`);
  }
}

visit("the first page has a form, and the form finds what is nearest", BARE, async (page) => {
  await page.goto(`${BASE}/`);
  assert.equal(new URL(page.url()).pathname, "/", "who asked nothing gets the form");
  await fits(page, "/");
  await page.getByLabel(/施設の名前か郵便番号/).fill("博多駅");
  await page.getByRole("button", { name: "近い順にさがす" }).click();
  const [place] = (await ask("/places?q=博多駅&limit=1")).features;
  assert.match(await page.getByRole("heading", { level: 1 }).textContent(), new RegExp(`${place.properties.name}に近い拠点`));
  assert.match(place.properties.name, /^博多駅/);
  const { features } = await ask(`/collections/facilities/items?near=${place.geometry.coordinates}&limit=2&f=json`);
  const [first, ...others] = await titles(page);
  const nearest = features.map(({ properties }) => properties.name);
  assert.deepEqual([first, ...others].slice(0, 2).sort(), nearest.sort());
  await fits(page, "the list");

  await page.locator(".cards a").first().click();
  assert.equal(await page.getByRole("heading", { level: 1 }).textContent(), first);
  await fits(page, "a facility");
  await page.getByRole("link", { name: "違いを報告する" }).click();
  await page.getByRole("button", { name: "報告する" }).waitFor();
  await fits(page, "a report");
});

visit("an address that asks something goes on to its list, filters and all", BARE, async (page) => {
  const facts = async () => (await page.locator(".cards > li").count()) && page.locator("h1").textContent();
  await page.goto(`${BASE}/?q=${encodeURIComponent("那覇空港")}`);
  await page.waitForURL(/\/collections\/facilities\/items/);
  assert.match(await facts(), /那覇空港に近い拠点/);
  // Few are shipped there: the list does not pretend that one is near.
  const [nearest] = (await ask("/collections/facilities/items?near=127.65,26.2&limit=1&f=json")).features;
  assert.equal(await page.getByText("歩いて行けるところに、掲載されている拠点はありません。").count(), nearest.properties.distance > 4800 ? 1 : 0);

  await page.goto(`${BASE}/?near=138.5689,35.6664&place=${encodeURIComponent("甲府駅")}&kind=coworking&amenity-all=wifi&map=12/35.6/138.5&compare=hub-001`);
  await page.waitForURL(/\/collections\/facilities\/items/);
  const query = new URL(page.url()).searchParams;
  assert.deepEqual(
    [query.get("near"), query.get("kind"), query.get("amenity-all"), query.get("include-unknown")],
    ["138.5689,35.6664", "coworking", "wifi", "true"],
  );
  assert.match(await facts(), /甲府駅に近い拠点/);
  // What stood in the address stands in the form, seen or unseen, and goes on.
  assert.equal(await page.getByLabel("設備").inputValue(), "wifi");
  await page.getByLabel("設備").selectOption({ label: "バリアフリー" });
  await page.getByRole("button", { name: "近い順にさがす" }).click();
  const next = new URL(page.url()).searchParams;
  assert.deepEqual([next.get("kind"), next.get("amenity-all"), next.get("place"), next.get("near")], ["coworking", "barrier-free", "甲府駅", "138.5689,35.6664"]);
  assert.match(await facts(), /甲府駅に近い拠点/);

  // A facility that was open is its page; nonsense is the form, not an error.
  await page.goto(`${BASE}/?open=hub-010&map=12/35.6/138.5`);
  await page.getByRole("link", { name: "この施設のページを見る" }).click();
  await page.waitForURL(/items\/hub-010\?f=html/);
  // Its link to the map does not lead back to it as if nothing had been pressed.
  await page.locator(".actions").getByRole("link", { name: "地図で見る" }).click();
  await page.waitForURL(/\/\?open=hub-010/);
  await page.getByRole("link", { name: "この施設のページを見る" }).waitFor();
  // A name of several places does not lead away from the one that was meant: 府中市 of Hiroshima.
  await page.goto(`${BASE}/?lang=en&near=133.2363,34.5684&place=Fuchu-shi`);
  await page.waitForURL(/\/collections\/facilities\/items/);
  const [first] = (await ask("/collections/facilities/items?near=133.2363,34.5684&limit=1&f=json")).features;
  const { name, name_en } = first.properties;
  assert.match(await page.locator(".cards > li").first().textContent(), new RegExp(name_en ?? name));
  assert.match(await page.locator("h1").textContent(), /Fuchu-shi/);
  // Another place that is typed is searched from.
  await page.getByLabel("Station, town, hub or postal code").fill("Sapporo");
  await page.getByRole("button", { name: "Find the nearest" }).click();
  assert.match(await page.locator("h1").textContent(), /Sapporo/);
  // English begins with the form, too.
  await page.goto(`${BASE}/?lang=en`);
  await page.getByLabel("Station, town, hub or postal code").waitFor();
  // The planner's figures are those that were asked for, or none.
  await page.goto(`${BASE}/coverage?area=13&within=500.5&weight=total&method=area`);
  await page.waitForURL(/collections\/coverage\/items.*area=13.*within=500\.5.*method=area/);
  await page.goto(`${BASE}/coverage?area=99&within=500`);
  assert.equal(new URL(page.url()).pathname, "/coverage");
  const answer = await page.goto(`${BASE}/?near=nonsense&kind=zzz&open-at=never&lang=xx&place=<b>`);
  assert.equal(answer.status(), 200);
  assert.equal(new URL(page.url()).pathname, "/");
});

visit("where nothing matches the list says so, and how to go on", BARE, async (page) => {
  await page.goto(`${BASE}/collections/facilities/items?f=html&place=${encodeURIComponent("甲府")}&seats-min=9999`);
  assert.equal(await page.locator(".cards > li").count(), 0);
  await page.getByText("この条件に合うとわかっている拠点はありません。").waitFor();
  await fits(page, "nothing");
  await page.getByRole("link", { name: "わからない拠点も見る" }).click();
  assert.ok((await page.locator(".cards > li").count()) > 0);
  assert.match(await page.locator("h1").textContent(), /甲府/);
  await page.goBack();
  await page.getByRole("link", { name: "条件をすべて外す" }).click();
  assert.ok((await page.locator(".cards > li").count()) > 0);
  assert.match(await page.locator("h1").textContent(), /甲府/);

  // No such place: said, with what to try.
  await page.getByLabel(/施設の名前か郵便番号/).fill("zzzzqqqq");
  await page.getByRole("button", { name: "近い順にさがす" }).click();
  await page.getByRole("alert").getByText(/見つかりません/).waitFor();
});

visit("in English, with the Japanese that stays marked as such", { ...BARE, locale: "en-GB" }, async (page) => {
  await page.goto(`${BASE}/?lang=en&near=130.4207,33.5897&place=Hakata`);
  await page.waitForURL(/items\?f=html&lang=en/);
  assert.match(await page.locator("h1").textContent(), /^Hubs near Hakata/);
  for (const path of [
    page.url().slice(BASE.length),
    "/collections/facilities/items/hub-010?f=html&lang=en",
    "/collections/municipalities/items/40130?f=html&lang=en",
    "/collections/municipalities/items?f=html&lang=en",
    "/credits?f=html&lang=en",
    "/?lang=en&kind=coworking",
    "/collections/facilities/items/hub-010/reports?lang=en",
  ]) {
    await page.goto(BASE + path);
    if (path.startsWith("/?")) await page.waitForURL(/items\?f=html/); // It goes on by itself.
    await page.waitForLoadState();
    assert.deepEqual(await unmarked(page), [], path);
    await fits(page, path);
  }
});

/** Japanese that a screen reader would read out as English. Evaluated by the driver, not by the page. */
async function unmarked(page) {
  const html = await page.content();
  // Nested elements of one sort do not occur where Japanese is marked.
  const body = html.slice(html.indexOf("<body")).replace(/<(script|style|noscript)[^>]*>[\s\S]*?<\/\1>/g, "");
  const without = body.replace(/<(\w+)[^>]* lang="ja"[^>]*>[^]*?<\/\1>/g, "");
  return without.replace(/<[^>]*>/g, "\n").split("\n").filter((text) => /[\u3040-\u30fa\u3400-\u9fff]/.test(text));
}

visit("the frame and the planner's page lead to what needs no script", BARE, async (page, context) => {
  await page.goto(`${BASE}/embed?kind=coworking&municipality=19`);
  const [list] = await Promise.all([context.waitForEvent("page"), page.getByRole("link", { name: /一覧で見る/ }).click()]);
  await list.waitForLoadState();
  assert.match(list.url(), /municipality=19.*kind=coworking/);

  await page.goto(`${BASE}/coverage?area=19&within=800&view.sites=3`);
  await page.waitForURL(/\/collections\/coverage\/items\?f=html&area=19&within=800/);
  assert.ok((await page.locator(".cards > li").count()) > 5);
  await fits(page, "coverage");
});

visit("where several places have one name the list asks which, and the choice leads on", BARE, async (page) => {
  await page.goto(`${BASE}/collections/facilities/items?f=html&place=${encodeURIComponent("県庁前駅")}&kind=coworking`);
  await page.getByText("次のどの場所ですか。").waitFor();
  const choices = page.locator(".choices a");
  assert.ok((await choices.count()) > 1);
  await fits(page, "the choices");
  await choices.filter({ hasText: "那覇市" }).first().click();
  assert.match(await page.getByRole("heading", { level: 1 }).textContent(), /県庁前駅に近い拠点/);
  assert.equal(new URL(page.url()).searchParams.get("kind"), "coworking");
});

visit("words beside a place are the form's filters", BARE, async (page) => {
  await page.goto(`${BASE}/collections/facilities/items?f=html&place=${encodeURIComponent("博多駅 Wi-Fi")}`);
  assert.match(await page.getByRole("heading", { level: 1 }).textContent(), /博多駅に近い拠点/);
  assert.equal(await page.getByLabel(/施設の名前か郵便番号/).inputValue(), "博多駅");
  assert.equal(await page.locator("select[name=amenity-all]").inputValue(), "wifi");
});
