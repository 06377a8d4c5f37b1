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
  await page.getByRole("heading", { name: "圏外の人（メッシュごと）" }).waitFor();
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

visit("hubs placed too roughly are left out and said, and one press counts them", {}, async (page) => {
  await open(page, "/coverage?area=37201");
  const before = await said(page);
  assert.ok(await page.getByText(/誤差が距離より大きい拠点は、.*除いています/).first().isVisible());
  await page.getByRole("button", { name: "除かずに計算" }).click();
  await page.waitForURL(/imprecise=keep/);
  await page.waitForFunction((old) => document.querySelector(".answer").textContent !== old, before);
  await page.getByRole("button", { name: "これらを除いて計算" }).click();
  await page.waitForFunction((old) => document.querySelector(".answer").textContent === old, before);
  assert.equal(query(page).get("imprecise"), null);
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
  // Two pixels to one of the screen: fit to be printed.
  assert.ok(png.readUInt32BE(16) > 1500);
});

visit("a municipality prints on one A4 page", {}, async (page) => {
  // Yokohama has most wards.
  await open(page, "/coverage?area=14100");
  await mapReady(page);
  await page.evaluate(() => (window.print = () => {}));
  await page.getByRole("button", { name: "印刷・PDF（A4）" }).click();
  await page.waitForFunction(() => document.querySelector(".printed-map").naturalWidth > 1000);
  await page.emulateMedia({ media: "print" });
  assert.match(await page.locator("h1").innerText(), /横浜市.*テレワーク拠点の徒歩圏人口カバー率（800 m・直線距離）/);
  assert.match(await page.locator(".print-made").innerText(), /\d{4}年\d{1,2}月\d{1,2}日作成/);
  assert.match(await page.locator("#notes").innerText(), /注1.*注2.*直線距離.*出典：.*気象庁.*推計モデル/s);
  await page.emulateMedia({ media: null });
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
  // Nothing is shown to choose from that has nothing in it, and the way on leads on.
  assert.equal(await page.locator("main.coverage").getByRole("combobox").filter({ visible: true }).count(), 0);
  await page.getByRole("button", { name: "全国から調べ直す" }).click();
  await answered(page);
  assert.ok(await page.locator(".failure").isHidden());
  assert.equal(await rows(page).count(), 47);
});

visit("a moment to come is refused, and one press asks about now", { expected: /400/ }, async (page) => {
  await page.goto(`${BASE}/coverage?area=13113&as-of=2999-01-01T00:00:00Z`);
  await page.waitForSelector(".failure:not([hidden])");
  assert.match(await page.locator(".failure").textContent(), /先の日時です/);
  await page.getByRole("button", { name: "最新の内容で見る" }).click();
  await answered(page);
  assert.equal(query(page).get("as-of"), null);
  assert.equal(query(page).get("area"), "13113");
});

visit("conditions that leave no hub are removed by one press; nobody at all has no squares to tell of", {}, async (page) => {
  await open(page, "/coverage?area=13113&within=500&kind=coworking&eligibility=corporate&status=planned");
  assert.match(await page.locator(".warnings").textContent(), /条件に合う拠点がありません/);
  await page.getByRole("button", { name: "拠点の条件を外す" }).click();
  await page.waitForFunction(() => !/条件に合う拠点/.test(document.querySelector(".warnings").textContent));
  assert.equal(query(page).get("kind"), null);
  await open(page, "/coverage?area=07546");
  await page.waitForLoadState("networkidle");
  assert.match(await page.locator(".legend").textContent(), /人がいない・不明/);
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

visit("the next hubs come with their proof, numbered on the map and in the table, and can be adopted", {}, async (page) => {
  await open(page, "/coverage?area=13113&within=500&imprecise=leave-out");
  await mapReady(page);
  await page.getByLabel("何か所").fill("0");
  await page.getByRole("button", { name: "探す" }).click();
  await page.waitForSelector(".sites-part .wrong:not([hidden])");
  await page.getByLabel("何か所").fill("3");
  await page.getByRole("button", { name: "探す" }).click();
  await page.waitForSelector(".site-result .proof");
  assert.equal(query(page).get("view.sites"), "3");
  const answer = await ask("/siting?area=13113&within=500&count=3&f=json");
  assert.match(await page.locator(".site-result .result").textContent(), new RegExp(`${answer.value.toLocaleString("ja")}人増えます`));
  assert.match(await page.locator(".proof").textContent(), /最適性を証明/);
  const names = await page.locator(".site-table").first().locator("tbody th").allTextContents();
  assert.deepEqual(names, answer.features.map(({ properties }) => properties.name));
  assert.match(await page.locator("svg.curve desc").textContent(), /3か所で/);
  assert.match(await page.locator(".site-result").textContent(), /半径450 m/);
  // The address asks the same again.
  await page.reload();
  await page.waitForSelector(".site-result .proof");
  await page.getByRole("button", { name: "仮の拠点として地図に置く" }).click();
  await page.waitForFunction(() => document.querySelectorAll(".pin-list li").length === 3);
  await page.waitForFunction(() => /増えます/.test(document.querySelector(".pins-part .result").textContent));
  const people = `${answer.value.toLocaleString("ja")}人増えます`;
  assert.match(await page.locator(".pins-part .result").textContent(), new RegExp(people));
  assert.equal(query(page).get("view.sites"), null);
  await page.goBack();
  await page.waitForSelector(".site-result .proof");
});

visit("a file of vacant stores is chosen from, and what is wrong with one is said", {}, async (page) => {
  await open(page, "/coverage?area=13113&within=500");
  const file = (text) => ({ name: "空き店舗.csv", mimeType: "text/csv", buffer: Buffer.from(text) });
  await page.getByLabel("候補のファイル").setInputFiles(file("名称,緯度,経度\n恵比寿の空き店舗,35.6467,139.71\n笹塚の空き店舗,35.6737,139.6672\n"));
  await page.getByLabel("何か所").fill("1");
  await page.getByRole("button", { name: "探す" }).click();
  await page.waitForSelector(".site-result .proof");
  assert.match(await page.locator(".site-table").first().textContent(), /の空き店舗/);
  // An answer is of its own question: another distance takes it and its proof away, the way back brings neither.
  await page.getByLabel("距離", { exact: true }).selectOption("800");
  await page.waitForFunction(() => !document.querySelector(".site-result").hasChildNodes());
  await page.goBack();
  await page.waitForFunction(() => new URLSearchParams(location.search).get("within") === "500");
  assert.equal(await page.locator(".site-result .proof").count(), 0);
  await page.getByLabel("候補のファイル").setInputFiles(file("名称,緯度,経度\n大阪の空き店舗,34.7,135.5\n"));
  await page.getByRole("button", { name: "探す" }).click();
  await page.waitForSelector(".sites-part .wrong:not([hidden])");
  assert.match(await page.locator(".sites-part .wrong").textContent(), /大阪の空き店舗.*渋谷区の外/);
});

visit("a search says how far it is and how good its answer is by then, and can be stopped", {}, async (page) => {
  await open(page, "/coverage?area=13&within=1000");
  await page.getByLabel("何か所").fill("60");
  await page.getByRole("button", { name: "探す" }).click();
  await page.waitForSelector(".site-progress:not([hidden])");
  await page.waitForFunction(() => /^現時点の最良 [\d,]+人・.*・\d+秒$/.test(document.querySelector(".site-known").textContent));
  const share = await page.locator(".site-progress").evaluate((bar) => bar.value);
  assert.ok(share > 0 && share < 1);
  await page.waitForFunction((old) => document.querySelector(".site-progress").value > old, share);
  await page.getByRole("button", { name: "中止" }).click();
  assert.match(await page.locator(".sites-part [role=status]").textContent(), /中止しました/);
  assert.ok(await page.locator(".site-progress").isHidden());
  assert.ok(await page.getByRole("button", { name: "探す" }).isEnabled());
});

visit("a search whose connection breaks says so", {}, async (page) => {
  const told = 'event: progress\ndata: {"share":0.5,"value":1200,"bound":1300,"gap":8.3,"seconds":2}\n\n';
  await page.route("**/siting?*", (route) => route.fulfill({ contentType: "text/event-stream", body: told }));
  await open(page, "/coverage?area=13113");
  await page.getByRole("button", { name: "探す" }).click();
  await page.waitForSelector(".sites-part .wrong:not([hidden])");
  assert.match(await page.locator(".sites-part .wrong").textContent(), /サーバーにつながりません/);
});

visit("more measures, a workbook, and names in Latin letters", {}, async (page) => {
  await open(page, "/coverage?area=37&lang=en");
  assert.match(await page.locator("#districts").textContent(), /Takamatsu-shi/);
  await page.locator(".conditions summary").click();
  await page.getByLabel("Also distances").check();
  await page.waitForURL(/measures=all/);
  await page.waitForSelector("#measured tbody tr");
  const { features } = await ask("/coverage?area=37&within=800&measures=all&supply=facilities&geometry=false&f=json");
  const mean = features.find(({ properties }) => properties.code === "37201").properties.distance_mean;
  const line = page.locator("#measured tbody tr", { hasText: "Takamatsu-shi" });
  assert.match(await line.textContent(), new RegExp(Math.round(mean).toLocaleString("en")));
  const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: "Excel" }).click()]);
  const bytes = await readFile(await download.path());
  assert.equal(bytes.subarray(0, 2).toString(), "PK");
  const [layer] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: "GeoPackage" }).click()]);
  assert.match(layer.suggestedFilename(), /\.gpkg$/);
  assert.equal((await readFile(await layer.path())).subarray(68, 72).toString(), "GPKG");
});

visit("areas of one's own are counted, and one that crosses itself is refused by name", { expected: /400/ }, async (page) => {
  await open(page, "/coverage?area=13113&within=500");
  const zone = (name, ring) => ({
    name: "区域.geojson",
    mimeType: "application/geo+json",
    buffer: Buffer.from(
      JSON.stringify({ type: "Feature", properties: { name }, geometry: { type: "Polygon", coordinates: [ring] } }),
    ),
  });
  const [west, south, east, north] = [139.69, 35.64, 139.72, 35.67];
  await page.getByLabel("区域のファイル").setInputFiles(
    zone("居住誘導区域", [[west, south], [east, south], [east, north], [west, north], [west, south]]),
  );
  await page.waitForFunction(() => /居住誘導区域/.test(document.querySelector("#districts").textContent));
  assert.equal(await rows(page).count(), 1);
  await page.getByLabel("区域のファイル").setInputFiles(
    zone("交差", [[west, south], [east, north], [east, south], [west, north], [west, south]]),
  );
  await page.waitForSelector(".zones-part .wrong:not([hidden])");
  assert.match(await page.locator(".zones-part .wrong").textContent(), /1件目の区域（交差）.*139\.705,35\.655 の近くで線が交わっています/);
  await page.waitForFunction(() => /渋谷区/.test(document.querySelector("#districts").textContent));
});

visit("the next hubs are sought in areas of one's own, for whom it says, and a link without the areas waits for them", {}, async (page) => {
  const box = (name, west, south, east, north) => ({
    type: "Feature",
    properties: { name },
    geometry: { type: "Polygon", coordinates: [[[west, south], [east, south], [east, north], [west, north], [west, south]]] },
  });
  const zones = { type: "FeatureCollection", features: [box("恵比寿", 139.703, 35.644, 139.714, 35.651), box("本町", 139.665, 35.672, 139.69, 35.69)] };
  const file = { name: "居住誘導区域.geojson", mimeType: "application/geo+json", buffer: Buffer.from(JSON.stringify(zones)) };
  const post = async (query) => {
    const init = { method: "POST", headers: { "Content-Type": "application/geo+json" }, body: JSON.stringify(zones) };
    return (await fetch(`${BASE}/siting?within=400&count=3&lang=ja&${query}`, init)).json();
  };
  const shows = async (answer) => {
    const more = new RegExp(`${answer.value.toLocaleString("ja")}人増えます`);
    await page.waitForFunction((text) => new RegExp(text).test(document.querySelector(".site-result .result")?.textContent ?? ""), more.source);
    const names = await page.locator(".site-table").first().locator("tbody th").allTextContents();
    assert.deepEqual(names, answer.features.map(({ properties }) => properties.name + (properties.zone ?? "")));
  };
  await open(page, "/coverage?area=13113&within=400");
  const limit = page.getByLabel("どこから、だれのために");
  assert.ok(await limit.isHidden());
  await page.getByLabel("区域のファイル").setInputFiles(file);
  await page.waitForFunction(() => /本町/.test(document.querySelector("#districts").textContent));
  assert.deepEqual(await limit.locator("option").allTextContents(), [
    "区域の中から、区域に住む人のために",
    "区域の中から、渋谷区に住む人のために",
    "渋谷区の中から、区域に住む人のために",
    "区域を使わず、渋谷区の中から渋谷区の人のために",
  ]);
  await page.getByRole("button", { name: "探す" }).click();
  const both = await post("");
  await shows(both);
  assert.match(await page.locator(".site-result").textContent(), /区域「恵比寿」「本町」の中から、区域に住む人のために選ぶ/);
  assert.equal(query(page).get("view.sites"), "3");
  // The people are those of the areas' own rows.
  const before = await page.locator(".answer-people").textContent();
  assert.match(before, new RegExp(`／${both.people.toLocaleString("ja")}人`));

  await limit.selectOption("people");
  await page.getByRole("button", { name: "探す" }).click();
  await shows(await post("area=13113&zones=people"));
  assert.equal(query(page).get("view.sites"), "3,cover,people");
  const [saved] = await Promise.all([page.waitForEvent("download"), page.locator(".site-result").getByRole("button", { name: "CSV" }).click()]);
  assert.match(await readFile(await saved.path(), "utf8"), /gain,zone\r?\n/);

  // A sheet of stores is chosen from as far as they lie in the areas.
  await limit.selectOption("both");
  const stores = "名称,緯度,経度\n恵比寿の空き店舗,35.6467,139.71\n笹塚の空き店舗,35.6737,139.6372\n";
  await page.getByLabel("候補のファイル").setInputFiles({ name: "空き店舗.csv", mimeType: "text/csv", buffer: Buffer.from(stores) });
  await page.getByLabel("何か所").fill("1");
  await page.getByRole("button", { name: "探す" }).click();
  await page.waitForFunction(() => /候補のうち1件は区域の外/.test(document.querySelector(".site-result").textContent));
  assert.match(await page.locator(".site-table").first().textContent(), /恵比寿の空き店舗/);

  // Somebody who is sent the link has the question, but not the areas.
  const link = page.url().replace(/&view\.sites=[^&]*/, "") + "&view.sites=3";
  await page.evaluate(() => sessionStorage.clear());
  await page.goto(link);
  await page.waitForSelector(".sites-part .wrong:not([hidden])");
  assert.match(await page.locator(".sites-part .wrong").textContent(), /区域のGeoJSONを開くと/);
  assert.equal(await page.locator(".site-result .result").count(), 0);
  await page.getByLabel("区域のファイル").setInputFiles(file);
  await shows(both);
});
