// What axe-core finds on every page and state: nothing. And the way of a visitor with a screen reader,
// written down in web/README.md and walked here by roles and names.
import assert from "node:assert/strict";
import { accessible } from "./axe.mjs";
import { be, person } from "./people.mjs";
import { altered, ask, BASE, listed, mapReady, open, PHONE, visit, waitForQuery } from "./support.mjs";

const TOKYO = "/?near=139.7,35.68&place=Tokyo";

/** A state is an address and what is done there. */
const STATES = {
  "the first page": ["/"],
  "the nearest": [TOKYO],
  "far from everything": ["/?near=127.6809,26.2124&place=Naha"],
  "two points": [`${TOKYO}&near2=139.63,35.45&place2=Yokohama&rank=worst`],
  "suggestions": [
    "/",
    async (page) => {
      await page.getByRole("combobox").fill("渋谷");
      await page.getByRole("option").first().waitFor();
      await page.keyboard.press("ArrowDown");
    },
  ],
  "no suggestion": [
    "/",
    async (page) => {
      await page.getByRole("combobox").fill("zzzzqqqq");
      await page.waitForSelector(".search-message:not([hidden])");
    },
  ],
  "the filters": [
    "/?kind=coworking&amenity-all=wifi&open-at=now&price-max=400",
    async (page) => {
      await page.locator(".chip-all").click();
      await page.getByRole("dialog").waitFor();
      await page.waitForSelector(".choice-count:not(:empty)");
    },
  ],
  "an empty list": ["/?near=139.7,35.68&kind=exchange&stock=kura&programme=kanmin-machinaka&known=true"],
  "an empty window": ["/?map=12/30.6/140.3"],
  "a facility": [`${TOKYO}&open=hub-010`, (page) => page.getByRole("article").getByRole("heading", { level: 2 }).waitFor()],
  "a report": [
    `${TOKYO}&open=hub-010`,
    async (page) => {
      await page.locator(".card .button-row button").last().click();
      await page.locator("dialog[open] .report button[type=submit]").click();
      await page.waitForSelector(".wrong:not(:empty)");
    },
  ],
  "sharing": [
    "/",
    async (page) => {
      await page.locator(".list-tools button").last().click();
      await page.waitForSelector(".qr svg");
      await page.locator(".embedding summary").click();
    },
  ],
  "choosing two points": ["/", (page) => page.locator(".list-tools button").first().click()],
  "the tray": [`${TOKYO}&compare=hub-001,hub-010`],
  "a comparison": [`${TOKYO}&compare=hub-001,hub-010,hub-022&show=compare`, (page) => page.waitForSelector(".compare-table")],
  "the languages": ["/", (page) => page.locator(".languages-button").click(), "narrow"],
};

async function look(page, [path, steps], suffix = "") {
  await page.goto(BASE + path + (suffix && (path.includes("?") ? "&" : "?") + suffix));
  await listed(page);
  await mapReady(page);
  await steps?.(page);
}

for (const [name, state] of Object.entries(STATES)) {
  if (state[2] !== "narrow") {
    visit(`nothing is found on ${name}, wide`, {}, async (page) => {
      await look(page, state);
      await accessible(page, name);
    });
  }
  visit(`nothing is found on ${name}, narrow and dark`, { viewport: PHONE, dark: true }, async (page) => {
    await look(page, state);
    await accessible(page, name);
  });
}

for (const locale of ["en", "ja-simple"]) {
  visit(`nothing is found in ${locale}`, { viewport: PHONE }, async (page) => {
    for (const name of ["the first page", "a facility", "the filters", "a report", "a comparison"]) {
      await look(page, STATES[name], `lang=${locale}`);
      await accessible(page, `${name} in ${locale}`);
    }
  });
}

visit("nothing is found where hours are open, closed and unreadable", { viewport: PHONE }, async (page) => {
  const until = new Date(Date.now() + 5_400_000).toISOString();
  await altered(page, (facility, index) => {
    facility.opening_hours = index % 4 === 3 ? "気が向いたら" : "Mo-Su 09:00-18:00";
    facility.opening = { state: ["open", "closed", "unknown", "unknown"][index % 4], until: index % 2 ? until : null, readable: index % 4 !== 3 };
    facility.checked_on = "2020-01-01";
  });
  await look(page, [TOKYO]);
  await accessible(page, "hours");
});

visit("nothing is found when the server fails", { expected: /500|Failed to load/ }, async (page) => {
  await page.route("**/collections/facilities/items?**", (route) => route.fulfill({ status: 500, body: "{}" }));
  await page.goto(`${BASE}/`);
  await page.waitForSelector(".failure");
  await accessible(page, "a failure");
});

visit("nothing is found on the frame for other sites", {}, async (page) => {
  for (const path of ["/embed", "/embed?kind=coworking&lang=en", "/embed?near=139.7,35.68&lang=ja-simple"]) {
    await page.goto(BASE + path);
    await page.waitForSelector(".item");
    await mapReady(page);
    await accessible(page, path);
  }
});

for (const options of [{}, { viewport: PHONE, dark: true }]) {
  const how = options.dark ? "narrow and dark" : "wide";
  visit(`nothing is found where an area is drawn, ${how}`, options, async (page) => {
    await page.goto(`${BASE}/coverage?area=13113&within=500`);
    await page.waitForSelector('.coverage:not([aria-busy="true"]) table');
    await mapReady(page);
    await page.getByRole("button", { name: "区域を描く", exact: true }).click();
    await accessible(page, "drawing begun");
    const box = await page.locator(".map").boundingBox();
    for (const [x, y] of [[0, 0], [80, 0], [80, 60]]) await page.mouse.click(box.x + box.width / 2 + x, box.y + box.height / 2 + y);
    await page.mouse.click(box.x + box.width / 2 + 40, box.y + box.height / 2 - 40);
    await accessible(page, "a crossing refused");
    await page.getByRole("button", { name: "完了" }).click();
    await accessible(page, "naming");
    await page.getByRole("button", { name: "決定", exact: true }).last().click();
    await page.waitForSelector('.coverage:not([aria-busy="true"]) .zones-word:not([hidden])');
    await accessible(page, "counted");
  });

  visit(`nothing is found on coverage, ${how}`, options, async (page) => {
    const siting = "/coverage?area=13113&within=500&measures=all&view.sites=3";
    for (const path of ["/coverage", "/coverage?area=14&within=800", "/coverage?area=14130&within=800&lang=en", siting]) {
      await page.goto(BASE + path);
      await page.waitForSelector('.coverage:not([aria-busy="true"]) table');
      if (path === siting) await page.waitForSelector(".site-result .proof");
      await accessible(page, path);
    }
  });

  visit(`nothing is found on the municipalities' pages, ${how}`, { ...options, expected: /401|404/ }, async (page, context) => {
    await page.goto(`${BASE}/manage`);
    await page.waitForSelector("form");
    await accessible(page, "signing in");
    await be(context, await person("reviewer", "14208"));
    for (const [path, ready] of [
      ["/manage", "h1"],
      ["/manage/upload", "h1"],
      ["/manage/facilities", "h1"],
      ["/manage/facilities/new", ".facility-form"],
      ["/manage/account", "h1"],
    ]) {
      await page.goto(BASE + path);
      await page.waitForSelector(ready);
      await page.waitForLoadState("networkidle");
      await accessible(page, path);
    }
  });
}

visit("with a screen reader: from the box to a facility and back, by roles and names", {}, async (page) => {
  await open(page);
  // Landmarks, in the order they are met.
  for (const role of ["banner", "main"]) assert.equal(await page.getByRole(role).count(), 1, role);
  await page.getByRole("search").waitFor();
  await page.getByRole("region", { name: "絞り込み" }).waitFor();
  await page.getByRole("region", { name: "地図", exact: true }).waitFor();
  assert.equal(await page.getByRole("heading", { level: 1 }).textContent(), "まちなか");

  const box = page.getByRole("combobox", { name: "町・市区町村・郵便番号・施設名でさがす" });
  await box.fill("渋谷");
  await page.getByRole("listbox", { name: "場所と施設の候補" }).waitFor();
  await page.waitForFunction(() => [...document.querySelectorAll('[role="status"]')].some((one) => /候補が\d+件/.test(one.textContent)));
  await page.keyboard.press("ArrowDown");
  assert.equal(await page.getByRole("option", { selected: true }).count(), 1);
  await page.keyboard.press("Enter");
  await page.waitForSelector("#list .pin-letter");
  await page.waitForFunction(() => [...document.querySelectorAll('[role="status"]')].some((one) => /近い順.*から/.test(one.textContent)));

  const list = page.getByRole("region", { name: /近い順/ });
  const first = list.getByRole("listitem").first();
  const link = first.getByRole("link");
  const name = await link.textContent();
  assert.match(await first.textContent(), /記号 A/);
  assert.match(await first.textContent(), /営業/);
  await list.getByRole("heading", { level: 3, name }).first().waitFor();

  await first.getByRole("button", { name: `${name}を比較に加える`, pressed: false }).click();
  await first.getByRole("button", { name: `${name}を比較に加える`, pressed: true }).waitFor();

  await link.focus();
  await page.keyboard.press("Enter");
  const card = page.getByRole("article", { name: "施設の詳細" });
  await card.waitFor();
  await page.waitForFunction((text) => document.activeElement.tagName === "H2" && document.activeElement.textContent === text, name);
  for (const button of ["一覧に戻る", "共有", "報告する"]) await card.getByRole("button", { name: button }).waitFor();
  // The list behind cannot be reached while the facility is open.
  assert.equal(await page.locator("#list").getAttribute("inert"), "");
  await page.keyboard.press("Escape");
  await waitForQuery(page, ["near", "."]);
  await page.waitForFunction((text) => document.activeElement.textContent === text, name);

  await page.getByRole("button", { name: "比べる" }).click();
  const table = page.getByRole("dialog", { name: "施設の比較" }).getByRole("table");
  await table.getByRole("columnheader", { name }).waitFor();
  await table.getByRole("rowheader", { name: "営業時間" }).waitFor();
});

visit("everything is there at 200 % and at 400 %", { viewport: { width: 640, height: 400 } }, async (page) => {
  for (const viewport of [
    { width: 640, height: 400 },
    { width: 320, height: 256 },
  ]) {
    await page.setViewportSize(viewport);
    await open(page, TOKYO);
    await page.locator("#list .item-name a").first().scrollIntoViewIfNeeded();
    await page.locator("#list .item-name a").first().click();
    await page.getByRole("article").getByRole("heading", { level: 2 }).waitFor();
    const report = page.getByRole("button", { name: "報告する" });
    await report.scrollIntoViewIfNeeded();
    await report.click();
    const send = page.getByRole("dialog").getByRole("button", { name: "報告する" });
    await send.scrollIntoViewIfNeeded();
    const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    assert.ok(over <= 0, `${viewport.width}: ${over} pixels too wide`);
  }
});

visit("nothing moves for whoever wants no movement, and forced colours keep what colours said", {}, async (page) => {
  await page.emulateMedia({ reducedMotion: "reduce", forcedColors: "active" });
  await open(page, `${TOKYO}&open=hub-010&eligibility=anyone`);
  const moving = await page.evaluate(() =>
    document.getAnimations().filter(({ effect }) => Number(effect?.getComputedTiming().duration) > 1).length,
  );
  assert.equal(moving, 0);
  const pressed = page.locator('.chip[aria-pressed="true"]').first();
  assert.equal(await pressed.evaluate((chip) => getComputedStyle(chip).borderTopWidth), "2px");
  assert.match(await pressed.evaluate((chip) => getComputedStyle(chip, "::before").content), /✓/);
  await ask("/collections/facilities/items?limit=1&f=json");
});
