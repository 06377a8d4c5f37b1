import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { ask, BASE, DESKTOP, mapReady, PHONE, visit } from "./support.mjs";

async function open(page, path) {
  await page.goto(BASE + path);
  await answered(page);
}

function answered(page) {
  return page.waitForSelector("main.coverage:not([aria-busy]) #districts tbody tr");
}

const query = (page) => new URL(page.url()).searchParams;
const rows = (page) => page.locator("#districts tbody tr");
const said = (page) => page.locator(".answer").textContent();

visit("the sentence is the question, and the table holds the server's numbers", {}, async (page) => {
  await open(page, "/coverage");
  assert.equal(await rows(page).count(), 47);
  const { features, about } = await ask("/coverage?within=800&geometry=false&f=json");
  const people = features.reduce((all, { properties }) => all + properties.people, 0);
  const within = features.reduce((all, { properties }) => all + properties.people_within, 0);
  assert.ok(within > 0);
  const spelled = (n) => n.toLocaleString("ja");
  assert.match(await page.locator(".answer-people").textContent(), new RegExp(`${spelled(within)}人／${spelled(people)}人`));
  assert.match(await page.locator(".source").textContent(), /推計モデル.*ポイント/);
  assert.equal(query(page).get("view.seq"), String(about.seq));

  await page.getByLabel("都道府県", { exact: true }).selectOption("37");
  await page.waitForFunction(() => document.querySelectorAll("#districts tbody tr").length === 17);
  assert.equal(query(page).get("area"), "37");
  await page.getByLabel("距離", { exact: true }).selectOption("other");
  await page.getByLabel("距離（m）").fill("0");
  await page.getByRole("button", { name: "決定" }).first().click();
  assert.ok(await page.locator("#other-wrong").isVisible());
  await page.getByLabel("距離（m）").fill("1,500");
  await page.getByRole("button", { name: "決定" }).first().click();
  await page.waitForURL(/within=1500/);
  await answered(page);
  await page.goBack();
  await page.waitForURL(/within=800/);
  await page.goBack();
  await page.waitForFunction(() => document.querySelectorAll("#districts tbody tr").length === 47);
  assert.equal(query(page).get("area"), null);
});

visit("a designated city comes by its wards, with who is left out by square", {}, async (page) => {
  await open(page, "/coverage?area=40130");
  await mapReady(page);
  assert.equal(await rows(page).count(), 7);
  assert.equal(query(page).get("by"), "ward");
  await page.waitForSelector('.legend h2 >> text=圏外の人（メッシュごと）');
  assert.match(await page.title(), /福岡市/);
  await page.getByRole("button", { name: "東区" }).click();
  await page.waitForURL(/area=40131/);
  await page.waitForFunction(() => document.querySelectorAll("#districts tbody tr").length === 1);
});

visit("the table sorts by key and says so, and the address keeps it", {}, async (page) => {
  await open(page, "/coverage?area=37");
  await page.getByRole("button", { name: "人口", exact: true }).focus();
  await page.keyboard.press("Enter");
  assert.equal(await page.locator('th[aria-sort="descending"]').textContent(), "人口");
  assert.equal(await rows(page).first().locator("th").textContent(), "高松市");
  await page.keyboard.press("Enter");
  assert.equal(await page.locator('th[aria-sort="ascending"]').textContent(), "人口");
  assert.equal(await rows(page).first().locator("th").textContent(), "直島町");
  assert.equal(query(page).get("view.sort"), "people");
});

visit("where nobody lives there is no share", {}, async (page) => {
  await open(page, "/coverage?area=07546");
  assert.equal(await said(page), "―");
});

visit("hubs placed too roughly are said, and one press leaves them out", {}, async (page) => {
  await open(page, "/coverage?area=37201");
  const before = await said(page);
  await page.getByRole("button", { name: "これらを除いて計算" }).click();
  await page.waitForURL(/imprecise=leave-out/);
  await page.waitForFunction((old) => document.querySelector(".answer").textContent !== old, before);
  assert.ok(await page.getByText("位置の誤差が距離より大きい拠点を除いています。").first().isVisible());
});

visit("squares larger than the distance are warned of", {}, async (page) => {
  await open(page, "/coverage?area=37201&within=300");
  await page.getByRole("button", { name: "面積按分で計算" }).click();
  await page.waitForURL(/method=area/);
});

visit("an imagined hub is put by keyboard and by the map, and adds people", {}, async (page) => {
  await open(page, "/coverage?area=37201");
  await mapReady(page);
  await page.getByLabel("町名、または緯度,経度").fill("34.30, 134.05");
  await page.keyboard.press("Enter");
  await page.waitForURL(/add=134.05,34.3/);
  await page.waitForFunction(() => /増えます/.test(document.querySelector(".result").textContent));
  const after = await said(page);
  await page.getByLabel("前", { exact: true }).check();
  await page.waitForFunction((old) => document.querySelector(".answer").textContent !== old, after);
  assert.equal(query(page).get("view.show"), "before");
  await page.getByLabel("後", { exact: true }).check();

  await page.getByRole("button", { name: "地図を押して置く" }).click();
  const box = await page.locator(".map").boundingBox();
  await page.mouse.click(box.x + box.width / 2 + 60, box.y + box.height / 2);
  await page.waitForURL(/add=134.05,34.3;/);
  await page.waitForFunction(() => document.querySelectorAll(".map .imagined-pin").length === 2);
  await page.getByRole("button", { name: "仮の拠点1を取り除く" }).click();
  await page.waitForFunction(() => document.querySelectorAll(".pin-list li").length === 1);
  await page.getByLabel("町名、または緯度,経度").fill("48.8, 2.3");
  await page.keyboard.press("Enter");
  await page.waitForSelector(".pins-part .wrong:not([hidden])");
});

visit("files carry the numbers and how they were made", {}, async (page) => {
  await open(page, "/coverage?area=37");
  await mapReady(page);
  const file = async (name) => {
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name, exact: true }).click(),
    ]);
    return readFile(await download.path());
  };
  const csv = (await file("CSV")).toString("utf8");
  assert.match(csv, /^\ufeffcode,name,people,people_within,coverage/);
  assert.match(csv, /\r\n37201,高松市,413544,/);
  assert.match(csv, /推計モデル/);
  const geojson = JSON.parse((await file("GeoJSON")).toString("utf8"));
  assert.equal(geojson.features.length, 17);
  assert.ok(geojson.notes.some((line) => line.includes("実際の徒歩10分到達圏を示すものではありません")));
  const png = await file("画像（PNG）");
  assert.deepEqual([...png.subarray(1, 4)], [...Buffer.from("PNG")]);
});

visit("a municipality prints on one A4 page", {}, async (page) => {
  await open(page, "/coverage?area=40130");
  await mapReady(page);
  const pdf = (await page.pdf({ preferCSSPageSize: true })).toString("latin1");
  assert.equal(pdf.match(/\/Type\s*\/Page[^s]/g).length, 1);
});

visit("an older link says that the directory has changed since", {}, async (page) => {
  await open(page, "/coverage?area=37&view.seq=1");
  await page.getByRole("button", { name: "作られた時点の内容で見る" }).click();
  await page.waitForURL(/as-of=1(&|$)/);
});

visit("a refused question says why", { expected: /400/ }, async (page) => {
  await page.goto(`${BASE}/coverage?area=48`);
  await page.waitForSelector(".failure:not([hidden])");
  assert.match(await page.locator(".failure").textContent(), /48/);
});

for (const [name, viewport] of [
  ["a phone", PHONE],
  ["a desk", DESKTOP],
]) {
  visit(`nothing is wider than ${name}, in English too, and the map is one press away`, { viewport }, async (page) => {
    await open(page, "/coverage?area=13&lang=en");
    await mapReady(page);
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth), 0);
    await page.getByRole("link", { name: "To the map of hubs" }).click();
    await page.waitForSelector("#list");
    await page.getByRole("link", { name: "Coverage", exact: true }).click();
    await answered(page);
    assert.equal(query(page).get("lang"), "en");
  });
}
