// 日本語, やさしい日本語, English: chosen by the browser, changed by a switch that stays.
import assert from "node:assert/strict";
import { altered, ask, listed, names, open, PHONE, visit } from "./support.mjs";

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

visit("an English button that names a hub in Japanese keeps the space between", { locale: "en-GB", viewport: PHONE }, async (page) => {
  await open(page, "/?near=130.4207,33.5897&place=Hakata");
  const answer = await ask("/collections/facilities/items?near=130.4207,33.5897&limit=1&f=json");
  const nearest = answer.features[0].properties.name;
  assert.match(nearest, /[ぁ-んァ-ヶ一-龠]/);
  assert.equal(await page.locator(".hint .button").first().innerText(), `See ${nearest}`);
});

/** Text in Japanese that would be read out as English. */
function unmarked(page) {
  return page.evaluate(() => {
    const found = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const { parentElement: holder, textContent } = walker.currentNode;
      if (!/[\u3040-\u30fa\u3400-\u9fff]/.test(textContent) || holder.closest("noscript, script, style")) continue;
      if (holder.closest("[lang]").lang !== "ja") found.push(textContent);
    }
    return found;
  });
}

visit("whatever stays Japanese on the English page is marked as such", { locale: "en-GB", viewport: PHONE }, async (page) => {
  await altered(page, (facility, index) => {
    facility.address ??= "山梨県甲府市丸の内一丁目1-8";
    facility.operator = "株式会社まち";
    facility.eligibility_note = "会員登録が要ります";
    facility.closures = [{ from: "2026-11-20", to: null, note: "改装のため" }];
    facility.opening_hours = index % 2 ? "気が向いたら" : '"予約制"';
    facility.opening = { state: "unknown", until: null, readable: index % 2 === 0 };
  });
  const at = "/?lang=en&near=139.7,35.68&place=%E6%9D%B1%E4%BA%AC%E9%A7%85";
  const dialog = () => page.getByRole("dialog").waitFor();
  for (const [what, path, steps] of [
    ["the list", at],
    ["a facility", `${at}&open=hub-010`, () => page.getByRole("article").getByRole("heading", { level: 2 }).waitFor()],
    ["the comparison", `${at}&compare=hub-001,hub-010,hub-022&show=compare`, () => page.waitForSelector(".compare-table")],
    ["two points", `${at}&near2=139.63,35.45&place2=%E6%A8%AA%E6%B5%9C`],
    ["the filters", at, () => page.locator(".chip-all").click().then(dialog)],
    ["a report", `${at}&open=hub-010`, () => page.locator(".card .button-row button").last().click().then(dialog)],
    ["sharing", at, () => page.locator(".list-tools button").last().click().then(dialog)],
    ["far from everything", "/?lang=en&near=127.6809,26.2124&place=Naha"],
    ["an empty window", "/?lang=en&map=12/30.6/140.3"],
    ["nothing found", "/?lang=en&near=139.7,35.68&kind=exchange&stock=kura&programme=kanmin-machinaka&known=true"],
    [
      "suggestions",
      "/?lang=en",
      async () => {
        await page.getByRole("combobox").fill("Dogenzaka");
        await page.getByRole("option").first().getByText("Dogenzaka").waitFor();
        assert.match(await page.getByRole("option").first().textContent(), /^Dogenzaka 道玄坂Shibuya-ku, TokyoTown$/);
      },
    ],
  ]) {
    await open(page, path);
    // The Latin names of municipalities come after the list.
    await page.waitForFunction(() => !document.querySelector(".item-status") || /-(shi|ku|cho|machi|mura|son)\b/.test(document.querySelector("#list").textContent));
    await steps?.();
    assert.deepEqual(await unmarked(page), [], what);
  }
});
