// Open, closed, unknown, unreadable: the first thing every line and every facility says.
import assert from "node:assert/strict";
import { altered, BASE, listed, open, PHONE, visit } from "./support.mjs";

const NEAR = "/?near=139.7,35.68&place=Tokyo";
// Minutes are counted from here, and the page's clock stands still: a slow machine changes no words.
const START = Date.now();
const inMinutes = (minutes) => new Date(START + minutes * 60_000).toISOString();

/** As usable as each other: the list keeps them nearest first. */
const ALIKE = { status: "open", position_error: 0, seats: 4 };

/** The first facilities in the list get these, the rest nothing. */
function hours(page, ...given) {
  return altered(page, (facility, index) => Object.assign(facility, ALIKE, given[index]));
}

const first = (page, index = 0) => page.locator("#list .item").nth(index);

visit("a line begins with whether it is open, and until or from when", { viewport: PHONE }, async (page) => {
  await page.clock.setFixedTime(START);
  const readable = { opening_hours: "Mo-Su 09:00-18:00" };
  await hours(
    page,
    { ...readable, opening: { state: "open", until: inMinutes(120), readable: true } },
    { ...readable, opening: { state: "closed", until: inMinutes(60), readable: true } },
    { ...readable, opening: { state: "closed", until: null, readable: true } },
    { opening_hours: null, opening: { state: "unknown", until: null, readable: true } },
    { opening_hours: "気が向いたら <b>午後</b>", opening: { state: "unknown", until: null, readable: false } },
    { opening_hours: "24/7", opening: { state: "open", until: null, readable: true } },
  );
  await open(page, NEAR);
  const line = async (index) => (await first(page, index).locator(".opening").textContent()).trim();
  assert.match(await line(0), /^営業中・あと2時間（(明日)?\d{1,2}:\d\dまで）$/);
  assert.match(await line(1), /^営業時間外・(今日|明日)\d{1,2}:\d\dから$/);
  assert.equal(await line(2), "営業時間外");
  assert.equal(await line(3), "営業時間不明");
  assert.equal(await line(4), "営業時間は機械で読めません 「気が向いたら <b>午後</b>」");
  assert.equal(await line(5), "営業中");
  // Right after the name, before distance and price.
  for (let index = 0; index < 6; index += 1) {
    const order = await first(page, index)
      .locator(".item-body > *")
      .evaluateAll((parts) => parts.map((part) => part.className));
    assert.equal(order[0], "item-name");
    assert.equal(order[1], "item-now");
  }
  // Filled, ring, grey: the pin says the same.
  const tones = await page.locator("#list .pin").evaluateAll((pins) => pins.slice(0, 6).map((pin) => pin.dataset.tone));
  const expected = ["open", "shut", "shut", "unsure", "unsure", "open"];
  const closed = await page.locator("#list .item-status").evaluateAll((lines) => lines.slice(0, 6).map((line) => line.dataset.status));
  assert.deepEqual(tones, expected.map((tone, index) => (["open", "unknown"].includes(closed[index]) ? tone : "shut")));

  await first(page, 4).getByRole("link").click();
  const card = page.getByRole("article");
  assert.match(await card.locator(".opening").textContent(), /機械で読めません/);
  assert.match(await card.locator(".facts").textContent(), /営業時間気が向いたら <b>午後<\/b>営業時間は機械で読めません/);
  assert.equal(await card.locator("b").count(), 0);
});

visit("a temporary closure and what one has to ask first stand in the first lines, on the card too", { viewport: PHONE }, async (page) => {
  await page.clock.setFixedTime(START);
  const day = (days) => new Date(START + 9 * 3_600_000 + days * 86_400_000).toISOString().slice(0, 10);
  const until = inMinutes(3 * 1440);
  await hours(
    page,
    {
      status: "open",
      opening_hours: "Mo-Su 09:00-18:00",
      closures: [{ from: day(-2), to: day(3), note: "空調の工事" }],
      opening: { state: "closed", until, readable: true, note: "空調の工事" },
    },
    {
      status: "open",
      opening_hours: null,
      closures: [{ from: day(-2), to: null, note: null }],
      opening: { state: "closed", until: null, readable: true, note: null },
    },
    {
      status: "open",
      opening_hours: "Mo-Fr 09:00-12:00",
      closures: null,
      opening: { state: "unknown", until: null, readable: true, note: "要予約" },
    },
  );
  await open(page, NEAR);
  const line = async (index) => (await first(page, index).locator(".opening").textContent()).trim();
  const closure = /^臨時休業中・20\d\d年\d+月\d+日まで （空調の工事）$/;
  assert.match(await line(0), closure);
  assert.equal(await line(1), "臨時休業中・再開の日は未定");
  assert.match(await line(2), /^いま営業中かは不明 （要予約）/);
  await first(page, 0).getByRole("link").click();
  const card = page.getByRole("article");
  assert.match((await card.locator(".opening").textContent()).trim(), closure);
});

visit("what is older than a year says so, and what is not does not", {}, async (page) => {
  const day = (daysAgo) => new Date(Date.now() - daysAgo * 86_400_000).toISOString().slice(0, 10);
  await hours(page, { checked_on: day(10) }, { checked_on: day(400) }, { checked_on: null });
  await open(page, NEAR);
  assert.match(await first(page, 0).locator(".item-checked").textContent(), /^20\d\d年\d+月\d+日に確認比較$/);
  assert.match(await first(page, 1).locator(".item-checked").textContent(), /に確認 1年以上前の情報/);
  assert.match(await first(page, 2).locator(".item-checked").textContent(), /^確認日不明/);
  await first(page, 1).getByRole("link").click();
  await page.getByRole("article").getByText("確認から1年以上たっています").waitFor();
});

visit("a place that has closed down says that, not its hours", {}, async (page) => {
  await hours(page, { status: "closed", opening_hours: "24/7", opening: { state: "open", until: null, readable: true } });
  await open(page, NEAR);
  const closed = page.locator("#list .item").filter({ hasText: "閉鎖" });
  assert.equal(await closed.locator(".opening").count(), 0);
  assert.equal(await closed.locator(".pin").getAttribute("data-tone"), "shut");
});

visit("when something closes while the page is open, the page asks again", {}, async (page) => {
  await page.clock.install({ time: START });
  let asked = 0;
  await altered(page, (facility, index) => {
    if (index === 0) asked += 1;
    Object.assign(facility, ALIKE);
    facility.opening_hours = "Mo-Su 09:00-18:00";
    facility.opening = asked > 1
      ? { state: "closed", until: null, readable: true }
      : { state: "open", until: inMinutes(20), readable: true };
  });
  await open(page, NEAR);
  const says = (words) =>
    page.waitForFunction((text) => document.querySelector("#list .opening").textContent.includes(text), words);
  await page.clock.pauseAt(START + 17.5 * 60_000);
  await page.clock.runFor(1_000);
  await says("営業中・あと2分");
  await page.clock.runFor(61_000);
  await says("営業中・あと1分");
  await page.clock.runFor(120_000);
  await page.waitForFunction(() => document.querySelector("#list .opening").textContent.includes("営業時間外"));
  await listed(page);
});

visit("where a moment is asked about, lines and card tell that moment, not now", {}, async (page) => {
  await altered(page, (facility, index, _, asked) => {
    Object.assign(facility, ALIKE);
    if (index > 1) return;
    facility.opening_hours = "Mo-Fr 09:00-17:00";
    facility.opening = {
      now: { state: "closed", until: inMinutes(60), readable: true },
      "2026-11-27T10:00:00+09:00": { state: "open", until: "2026-11-27T17:00:00+09:00", readable: true },
      "2026-11-27T20:00:00+09:00": { state: "closed", until: "2026-11-30T09:00:00+09:00", readable: true },
    }[asked.get("opening")];
  });
  await open(page, `${NEAR}&open-at=2026-11-27T10:00:00%2B09:00`);
  const line = first(page).locator(".opening-words");
  assert.equal(await line.textContent(), "11月27日（金）10:00は営業中・17:00まで");
  assert.equal(await first(page).locator(".pin").getAttribute("data-tone"), "open");
  await first(page).getByRole("link").click();
  const card = page.getByRole("article").locator(".opening-words");
  assert.equal(await card.textContent(), "11月27日（金）10:00は営業中・17:00まで");

  // Another moment, while the card is open: it follows without closing.
  await page.getByRole("button", { name: "絞り込み" }).click();
  await page.getByLabel("営業している日時（日本時間）").fill("2026-11-27T20:00");
  await page.locator(".filter-sheet .dialog-actions .primary").click();
  await page.waitForFunction(() => document.querySelector(".card .opening-words").textContent === "11月27日（金）20:00は営業時間外・11月30日（月）9:00から");
  await page.getByRole("button", { name: /20:00に営業を外す/ }).click();
  await page.waitForFunction(() => /^営業時間外・(今日|明日)/.test(document.querySelector(".card .opening-words").textContent));
});

visit("pins are asked for with what is open, at the moment that is asked about", {}, async (page) => {
  const now = askedFor(page, "now");
  await open(page, "/");
  await now;
  const then = askedFor(page, "2026-11-27T10:00:00+09:00");
  await open(page, "/?open-at=2026-11-27T10:00:00%2B09:00");
  await then;
});

visit("pins follow the question also when it is known only after the map has begun", {}, async (page) => {
  // The library takes the map's style with the next frame, the list waits a moment for the words: no
  // time passes until the list is shown, and the words come once the map has begun.
  await page.clock.install({ time: "2026-11-26T10:00:00+09:00" });
  await page.clock.pauseAt("2026-11-26T10:00:01+09:00");
  let answerWords;
  const mapHasBegun = new Promise((resolve) => (answerWords = resolve));
  await page.route(/\/vocabularies/, (route) => mapHasBegun.then(() => route.continue()));
  const then = askedFor(page, "2026-11-27T10:00:00+09:00");
  await page.goto(`${BASE}/?open-at=2026-11-27T10:00:00%2B09:00`);
  await page.locator(".map-canvas canvas").waitFor({ state: "attached" });
  assert.equal(await page.locator("#list .items").count(), 0);
  answerWords();
  await listed(page);
  await page.clock.resume();
  await then;
});

/** The first tile of pins asked for with what is open at this moment. */
function askedFor(page, moment) {
  return page.waitForRequest((request) => {
    const { pathname, searchParams } = new URL(request.url());
    return pathname.includes("facilities/tiles") && searchParams.get("opening") === moment;
  });
}
