import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { BASE, mapReady, PHONE, visit } from "./support.mjs";

const HERE = "/coverage?area=13113&within=500&view.map=13/35.664/139.698";

async function open(page, path = HERE) {
  await page.goto(BASE + path);
  await page.waitForSelector("main.coverage:not([aria-busy]) #districts tbody tr");
  await mapReady(page);
}

/** Places on the map, as pixels from its middle. */
async function from(page) {
  const box = await page.locator(".map").boundingBox();
  return (x, y) => [box.x + box.width / 2 + x, box.y + box.height / 2 + y];
}

const begin = (page) => page.getByRole("button", { name: "区域を描く", exact: true }).click();
const said = (page, words) => page.waitForFunction((text) => document.querySelector(".draw-said").textContent.includes(text), words);
const zoneRows = (page) => page.locator("#districts tbody th").allTextContents();
const counted = (page, name) =>
  page.waitForFunction((text) => document.querySelector("main:not([aria-busy]) #districts tbody")?.textContent.includes(text), name);

async function download(page, name) {
  const [file] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name, exact: true }).click()]);
  return readFile(await file.path());
}

visit("an area is drawn by mouse, named, counted like a district, and outlives a reload", {}, async (page) => {
  await open(page);
  await begin(page);
  const at = await from(page);
  for (const [x, y] of [[-90, 0], [60, -10], [80, 110]]) await page.mouse.click(...at(x, y));
  await said(page, "頂点3個");
  await page.mouse.click(...at(-40, 150));
  await page.getByRole("button", { name: "一つ戻す" }).click();
  await said(page, "頂点3個");
  await page.mouse.click(...at(-70, 120));
  await said(page, "頂点4個");
  await page.mouse.click(...at(-88, 2)); // The first corner again.
  await page.getByLabel("区域の名前", { exact: true }).fill("駅前の区域");
  await page.getByRole("button", { name: "決定して次も描く" }).click();
  await counted(page, "駅前の区域");
  // The second ends with a double press.
  await page.mouse.click(...at(120, 20));
  await page.mouse.click(...at(220, 20));
  await page.mouse.dblclick(...at(180, 110));
  await said(page, "頂点3個");
  assert.equal(await page.getByLabel("区域の名前", { exact: true }).inputValue(), "区域2");
  await page.keyboard.press("Enter");
  await counted(page, "区域2");
  assert.deepEqual(new Set(await zoneRows(page)), new Set(["駅前の区域", "区域2"]));
  assert.match(await page.locator(".zones-word").textContent(), /駅前の区域ほか1件/);
  assert.match(await page.locator("#notes").textContent(), /地図上で描いた「駅前の区域」「区域2」/);
  const people = await page.locator(".answer-people").textContent();
  assert.doesNotMatch(people, /／0人/);

  await page.reload();
  await counted(page, "駅前の区域");
  assert.equal(await page.locator(".answer-people").textContent(), people);
  // Files: the areas themselves, and the answer about them.
  const zones = JSON.parse((await download(page, "区域をGeoJSONで保存")).toString());
  assert.deepEqual(zones.features.map(({ properties }) => properties.name), ["駅前の区域", "区域2"]);
  assert.equal(zones.features[0].geometry.coordinates[0].length, 5);
  const answer = JSON.parse((await download(page, "GeoJSON")).toString());
  assert.deepEqual(answer.features.map(({ properties }) => properties.name), ["駅前の区域", "区域2"]);
  assert.equal((await download(page, "Excel")).subarray(0, 2).toString(), "PK");
  // Brought as a file they are the same areas.
  await page.getByRole("button", { name: "区域をやめて、地区に戻る" }).click();
  await counted(page, "渋谷区");
  await page.getByLabel("区域のファイル").setInputFiles({ name: "区域.geojson", mimeType: "application/geo+json", buffer: Buffer.from(JSON.stringify(zones)) });
  await counted(page, "駅前の区域");
  assert.equal(await page.locator(".answer-people").textContent(), people);
});

visit("an area is drawn by keyboard alone", {}, async (page) => {
  await open(page);
  await page.getByRole("button", { name: "区域を描く", exact: true }).focus();
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => document.activeElement?.tagName === "CANVAS");
  const canvas = page.locator("canvas");
  const move = async (key) => {
    await page.keyboard.press(key);
    await page.waitForSelector("canvas:not([data-moving])");
  };
  await canvas.press(" ");
  await said(page, "頂点1個");
  await move("ArrowRight");
  await canvas.press(" ");
  await said(page, "頂点2個");
  await move("ArrowDown");
  await canvas.press(" ");
  await said(page, "頂点3個");
  await page.keyboard.press("Backspace");
  await said(page, "頂点2個");
  await page.keyboard.press("Enter");
  await page.getByText("頂点が3個以上必要です。").waitFor();
  await canvas.press(" ");
  await page.keyboard.press("Enter");
  await page.keyboard.press("Enter"); // The name as it is proposed.
  await counted(page, "区域1");
  assert.equal(await page.evaluate(() => document.activeElement?.textContent), "区域を描く");
  // Escape ends, and what was begun can go on.
  await page.keyboard.press("Enter");
  await canvas.press(" ");
  await said(page, "頂点1個");
  await page.keyboard.press("Escape");
  assert.ok(await page.locator(".draw-bar").isHidden());
  await page.getByRole("button", { name: "描きかけの続きを描く" }).click();
  await said(page, "頂点1個");
  await page.getByRole("button", { name: "中央に頂点" }).click();
  await page.getByRole("button", { name: "やめる", exact: true }).click();
  assert.ok(await page.locator(".draw-bar").isHidden());
});

visit("an area is drawn by touch", { viewport: PHONE, touch: true }, async (page) => {
  await open(page, "/coverage?area=13113&within=500&view.map=12/35.664/139.698");
  await page.getByRole("button", { name: "区域を描く", exact: true }).tap();
  const at = await from(page);
  for (const [count, [x, y]] of [[-90, -60], [80, -60], [70, 80]].entries()) {
    await page.touchscreen.tap(...at(x, y));
    await said(page, `頂点${count + 1}個`);
  }
  await page.touchscreen.tap(...at(-84, -54)); // A finger is no pencil.
  await page.getByRole("button", { name: "決定", exact: true }).last().tap();
  await counted(page, "区域1");
  assert.equal(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth), 0);
});

visit("a line that would cross another is refused at once, and so is one that closes across", {}, async (page) => {
  await open(page);
  await begin(page);
  const at = await from(page);
  for (const [x, y] of [[-90, 0], [60, 0], [60, 120]]) await page.mouse.click(...at(x, y));
  await page.mouse.click(...at(0, -40));
  await page.getByText("線が交わるので、ここには置けません（赤い線。1番目の辺と交わります）。").waitFor();
  await said(page, "頂点3個");
  // From behind the second edge the way back to the first corner leads through it.
  await page.mouse.click(...at(160, 120));
  await page.mouse.click(...at(160, 60));
  await page.getByRole("button", { name: "完了" }).click();
  await page.getByText("閉じる線が2番目の辺と交わります（赤い線）。頂点を戻すか、足してください。").waitFor();
  await page.getByRole("button", { name: "一つ戻す" }).click();
  await page.getByRole("button", { name: "一つ戻す" }).click();
  await page.mouse.click(...at(-60, 120));
  await said(page, "頂点4個");
  await page.getByRole("button", { name: "完了" }).click();
  await page.getByLabel("区域の名前", { exact: true }).waitFor();
  await page.keyboard.press("Escape"); // Open again, nothing lost.
  await said(page, "頂点4個");
});

visit("an Escape that belongs to somebody else leaves the naming of an area alone", {}, async (page) => {
  await open(page);
  await begin(page);
  const at = await from(page);
  for (const [x, y] of [[-90, 0], [60, -10], [80, 110]]) await page.mouse.click(...at(x, y));
  await said(page, "頂点3個");
  await page.getByRole("button", { name: "完了" }).click();
  const name = page.getByLabel("区域の名前", { exact: true });
  await name.fill("えき");
  // The input method gives up its conversion.
  await name.dispatchEvent("keydown", { key: "Escape", isComposing: true, bubbles: true, cancelable: true });
  assert.ok(await name.isVisible());
  // A part of the page closes something of its own.
  await name.evaluate((box) => box.addEventListener("keydown", (event) => event.preventDefault(), { once: true }));
  await name.press("Escape");
  assert.ok(await name.isVisible());
  assert.equal(await name.inputValue(), "えき");
  await name.press("Escape");
  assert.ok(await name.isHidden());
  await said(page, "頂点3個");
});

visit("a link to drawn areas says that it cannot hold them", {}, async (page) => {
  await open(page, `${HERE}&view.zones=own`);
  await page.getByText(/リンクには区域が含まれません/).waitFor();
  assert.deepEqual(await zoneRows(page), ["渋谷区"]);
});
