// 日本語, やさしい日本語, English: chosen by the browser, changed by a switch that stays.
import assert from "node:assert/strict";
import { listed, open, PHONE, visit } from "./support.mjs";

visit("a browser that prefers English gets English, without having chosen anything", { locale: "en-GB" }, async (page) => {
  await open(page);
  assert.equal(await page.locator("html").getAttribute("lang"), "en");
  assert.match(await page.locator("#list-heading").textContent(), /hubs in the map window/);
});

visit("a browser that speaks neither gets English rather than signs it cannot read", { locale: "ko-KR" }, async (page) => {
  await open(page);
  assert.equal(await page.locator("html").getAttribute("lang"), "en");
});

visit("やさしい日本語 has readings over its kanji, stays, and leads back", { viewport: PHONE }, async (page) => {
  await open(page, "/?near=139.7,35.68&place=Tokyo");
  await page.getByRole("button", { name: "言語 Language" }).click();
  await page.getByRole("link", { name: "やさしい日本語" }).click();
  await page.waitForSelector("html[data-locale=ja-simple]");
  await listed(page);
  assert.match(page.url(), /near=139\.7,35\.68.*lang=ja-simple/);
  assert.equal(await page.locator("html").getAttribute("lang"), "ja");
  assert.deepEqual(
    await page.locator("#list-heading ruby").first().evaluate((ruby) => [ruby.firstChild.textContent, ruby.querySelector("rt").textContent]),
    ["近", "ちか"],
  );
  // Titles, labels and addresses hold no readings.
  assert.doesNotMatch(await page.title(), /[\uFFF9-\uFFFB]/);
  const attributes = await page.evaluate(() =>
    [...document.querySelectorAll("*")].flatMap((element) => [...element.attributes].map(({ value }) => value)),
  );
  assert.deepEqual(attributes.filter((value) => /[\uFFF9-\uFFFB《》]/.test(value)), []);
  assert.doesNotMatch(await page.locator("body").textContent(), /[\uFFF9-\uFFFB《》]/);
  await open(page, "/");
  assert.match(page.url(), /lang=ja-simple/);
  // Pages that have no simpler Japanese do not undo the choice.
  await page.goto(`${process.env.MACHINAKA_BASE}/coverage`);
  await page.waitForSelector(".coverage");
  await open(page, "/");
  assert.match(page.url(), /lang=ja-simple/);
  await page.getByRole("button", { name: /Language/ }).click();
  await page.getByRole("link", { name: "日本語", exact: true }).click();
  await page.waitForSelector("html[data-locale=ja]");
  await open(page, "/");
  assert.equal(await page.locator("html").getAttribute("data-locale"), "ja");
});

visit("the menu of languages opens and closes by keyboard", { viewport: PHONE }, async (page) => {
  await open(page);
  const button = page.getByRole("button", { name: "言語 Language" });
  await button.focus();
  await page.keyboard.press("Enter");
  assert.equal(await button.getAttribute("aria-expanded"), "true");
  await page.keyboard.press("Tab");
  assert.equal(await page.evaluate(() => document.activeElement.textContent), "日本語");
  await page.keyboard.press("Escape");
  assert.equal(await button.getAttribute("aria-expanded"), "false");
  assert.equal(await page.evaluate(() => document.activeElement.matches(".languages-button")), true);
});

visit("English lists say where a hub is in Latin letters, and as signs do", { locale: "en-US" }, async (page) => {
  await open(page, "/?lang=en&near=130.4207,33.5897&place=Hakata");
  const line = page.locator("#list .item-status").first();
  await page.waitForFunction(() => /-shi, /.test(document.querySelector("#list .item-status").textContent));
  assert.match(await line.textContent(), /^[A-Z][a-z]+-shi, [A-Z][a-z]+ .+市/);
  assert.match(await line.locator("[lang=ja]").textContent(), /市$/);
});
