// What the pages ask before anything is published: which column holds the names, whether rows are
// facilities that are there, what empty cells mean, what a GeoJSON file's properties are.
import assert from "node:assert/strict";
import { be, person, published } from "./people.mjs";
import { ask, BASE, PHONE, visit } from "./support.mjs";

const KAMAKURA = "14204";

async function choose(page, name, text, mimeType = "text/csv") {
  await page.goto(`${BASE}/manage/upload`);
  await page.setInputFiles("#file", { name, mimeType, buffer: Buffer.from(text) });
  await page.getByRole("button", { name: "アップロードして確認へ" }).click();
  await page.waitForSelector(".sentence");
}

/** What the server knows of the submission that the page shows. */
async function submission(page, who, part = "") {
  const id = /\/submissions\/(\d+)/.exec(page.url())?.[1];
  assert.ok(id, page.url());
  const answer = await who.ask(`/submissions/${id}${part}`);
  assert.equal(answer.status, 200);
  return answer.json();
}

/** What a step does is saved before the page goes on: the server's revision says so. */
async function saves(page, step) {
  const answered = page.waitForResponse(
    (response) => response.request().method() === "PATCH" && /\/submissions\/\d+$/.test(new URL(response.url()).pathname),
  );
  await step();
  assert.equal((await answered).status(), 200);
}

for (const viewport of [undefined, PHONE]) {
  const where = viewport ? " on a phone" : "";
  // What is chosen for a column is remembered for the area's next sheet: each test has columns of its own.
  const nameColumn = viewport ? "愛称名" : "ブランド名";
  const desksColumn = viewport ? "つくえ" : "机";

  visit(`a column only guessed to hold the names is asked for, and publishes when it is confirmed${where}`, { viewport }, async (page, context) => {
    const editor = await person("editor", KAMAKURA);
    await be(context, editor);
    await choose(page, "guess.csv", `${nameColumn},種類,所在地,緯度,経度\r\n浄明寺の机${where},シェアオフィス,鎌倉市浄明寺1,35.3195,139.5721\r\n`);
    const asked = page.locator(".column-table tr[data-open]");
    await asked.waitFor();
    assert.equal(await asked.getByRole("rowheader").textContent(), nameColumn);
    assert.equal(await asked.locator("select").inputValue(), "name");
    const isGuessed = ({ report, problems }) => (report?.problems ?? problems ?? []).some(({ code }) => code === "name-guessed");
    assert.ok(isGuessed(await submission(page, editor)));
    await saves(page, () => asked.getByRole("button").click());
    await asked.waitFor({ state: "detached" });
    assert.ok(!isGuessed(await submission(page, editor)));
  });

  visit(`one decision for all rows that may be published already${where}`, { viewport }, async (page, context) => {
    const [editor, reviewer] = [await person("editor", KAMAKURA), await person("reviewer", KAMAKURA)];
    const places = [0, 1, 2, 3, 4].map((n) => [139.5301 + n / 100, viewport ? 35.3297 : 35.3397]);
    const names = places.map((_, n) => `山崎の仕事場${where}その${"一二三四五"[n]}`);
    const ids = [];
    for (const [n, place] of places.entries()) {
      ids.push(await published(reviewer, { name: names[n], kind: "coworking", seats: 5 }, place));
    }
    await be(context, editor);
    const rows = names.map((name, n) => `${name},コワーキングスペース,,${places[n][1]},${places[n][0]},9,`);
    await choose(page, "all.csv", `名称,種類,所在地,緯度,経度,席数,備考\r\n${rows.join("\r\n")}\r\n`);
    const same = viewport ? "other" : "keep";
    const before = await submission(page, editor);
    assert.deepEqual(before.likely.map(({ id, decided }) => [id, decided]), ids.map((id) => [id, null]));
    // The step with the rows is where they are compared.
    await page.goto(/^.*\/submissions\/\d+/.exec(page.url())[0] + "/sheet");
    const all = page.locator(`#likely-all-${same === "other" ? "new" : same}`);
    await saves(page, () => all.click());
    await all.waitFor({ state: "detached" });
    const decided = async () => (await submission(page, editor)).likely.map(({ decided }) => decided).sort();
    assert.deepEqual(await decided(), [same, same, same, same, same]);
    // Each can still be decided alone.
    const first = page.locator(".pair").first();
    await first.locator('button[id$="-undo"]').click();
    await first.locator('button[id$="-same"]').waitFor();
    await saves(page, () => first.locator('button[id$="-same"]').click());
    await first.locator('button[id$="-undo"]').waitFor();
    assert.deepEqual(await decided(), [...[same, same, same, same], "same"].sort());
  });

  visit(`empty cells leave what is published, until somebody says that they clear it${where}`, { viewport }, async (page, context) => {
    const [editor, reviewer] = [await person("editor", KAMAKURA), await person("reviewer", KAMAKURA)];
    const place = viewport ? [139.5405, 35.3411] : [139.5415, 35.3411];
    const name = `梶原の机${where}`;
    const id = await published(reviewer, { name, kind: "coworking", seats: 5, phone: "0467-23-3000" }, place);
    await be(context, editor);
    await choose(page, "blank.csv", `ID,名称,種類,緯度,経度,席数,電話番号\r\n${id},${name},コワーキングスペース,${place[1]},${place[0]},8,\r\n`);
    const choice = page.locator("#read-blank");
    await choice.waitFor();
    assert.equal(await choice.inputValue(), "keep");
    const effect = async () => JSON.stringify(await submission(page, editor, "/differences"));
    assert.doesNotMatch(await effect(), /0467-23-3000/);
    await saves(page, () => choice.selectOption("clear"));
    await page.waitForFunction(() => document.querySelector("#read-blank")?.value === "clear");
    assert.match(await effect(), /0467-23-3000/);
    // The choice is the file's and is there when it is opened again.
    await page.reload();
    await choice.waitFor();
    assert.equal(await choice.inputValue(), "clear");
  });

  visit(`the properties of a GeoJSON file are chosen as a sheet's columns are${where}`, { viewport }, async (page, context) => {
    const editor = await person("editor", KAMAKURA);
    await be(context, editor);
    const feature = (n) => ({
      type: "Feature",
      geometry: { type: "Point", coordinates: [139.5521 + n / 1000, 35.3311] },
      properties: { 名称: `台の机${where}${n}`, 種別: "シェアオフィス", ひとこと: "駅から3分", [desksColumn]: `${8 + n}` },
    });
    const file = JSON.stringify({ type: "FeatureCollection", features: [feature(1), feature(2)] });
    await choose(page, "some.geojson", file, "application/geo+json");
    const desks = page.getByLabel(desksColumn, { exact: true });
    await desks.waitFor();
    assert.equal(await desks.inputValue(), "");
    await saves(page, () => desks.selectOption("seats"));
    await page.waitForFunction(() => [...document.querySelectorAll(".column-table select")].some(({ value }) => value === "seats"));
    const { file: read } = await submission(page, editor);
    assert.equal(read.columns.find(({ label }) => label === desksColumn).field, "seats");
    const shown = await submission(page, editor, "/differences");
    assert.match(JSON.stringify(shown), /"seats".{0,80}9/);
    assert.equal((await ask(`/collections/facilities/items?q=${encodeURIComponent("台の机")}&f=json`)).features.length, 0);
  });
}
