// The filters people use: a sheet with counts, chips of what is set, a slider with its mark.
import assert from "node:assert/strict";
import { ask, open, PHONE, visit, waitForQuery } from "./support.mjs";

const count = (page, name, slug) =>
  page.locator(`.choice:has([data-filter=${name}][value=${slug}]) .choice-count`);

visit("each choice has its number, and numbers follow the other filters", { viewport: PHONE }, async (page) => {
  await open(page);
  await page.getByRole("button", { name: "絞り込み" }).click();
  const kind = count(page, "kind", "coworking");
  await page.waitForFunction(() => document.querySelector("[data-filter=kind][value=coworking] ~ .choice-count")?.textContent);
  const before = Number.parseInt(await kind.textContent(), 10);
  assert.ok(before > 0);
  await page.getByRole("checkbox", { name: "古民家・町家" }).check();
  await waitForQuery(page, ["stock", "^old-house$"]);
  await page.waitForFunction(
    (text) => document.querySelector("[data-filter=kind][value=coworking] ~ .choice-count")?.textContent !== text,
    `${before}件`,
  );
  const box = new URL(page.url()).searchParams.get("map");
  assert.equal(box, null);
  const after = Number.parseInt(await kind.textContent(), 10);
  assert.ok(after < before);
  // The button says what the list behind it holds.
  const heading = await page.locator("#list-heading").textContent();
  const [known] = /\d+/.exec(heading);
  assert.match(await page.locator(".filter-sheet .dialog-actions .primary").textContent(), new RegExp(`^${known}件`));
  await page.locator(".filter-sheet .dialog-actions .primary").click();
  await page.locator(".filter-sheet").waitFor({ state: "hidden" });
  assert.equal(await page.evaluate(() => document.activeElement.matches(".chip-all")), true);
});

visit("what is set stands beside the box and is taken back by a press", {}, async (page) => {
  await open(page, "/?kind=coworking&price-max=400&amenity-all=wifi&eligibility=anyone&also=closed&municipality=40130");
  for (const name of ["コワーキングスペースを外す", "¥400までを外す", "閉鎖した施設も表示を外す", "福岡市を外す"]) {
    await page.getByRole("button", { name }).waitFor();
  }
  assert.equal(await page.getByRole("button", { name: "だれでも", pressed: true }).count(), 1);
  assert.equal(await page.getByRole("button", { name: "Wi-Fi", pressed: true }).count(), 1);
  await page.getByRole("button", { name: "¥400までを外す" }).click();
  await page.waitForFunction(() => !location.search.includes("price-max"));
  await page.getByRole("button", { name: "だれでも", pressed: true }).click();
  await page.waitForFunction(() => !location.search.includes("eligibility"));
  await page.goBack();
  await waitForQuery(page, ["eligibility", "anyone"]);
  assert.equal(await page.getByRole("button", { name: "だれでも", pressed: true }).count(), 1);
});

visit("hubs can be asked for by how long ago their status was said", { viewport: PHONE }, async (page) => {
  await open(page);
  await page.getByRole("button", { name: "絞り込み" }).click();
  await page.getByRole("checkbox", { name: "5年以上前の情報" }).check();
  await waitForQuery(page, ["status-age", "^old$"]);
  await page.locator(".filter-sheet .dialog-actions .primary").click();
  const { numberMatched } = await ask("/collections/facilities/items?status-age=old&limit=1&f=json");
  await page.waitForFunction((n) => document.querySelector("#list-heading")?.textContent.startsWith(`${n}件`), numberMatched);
  const lines = await page.locator("#list ol.items:first-of-type .item-status").allTextContents();
  assert.ok(lines.length > 0);
  for (const line of lines) assert.match(line, /5年以上前の情報/);
  // What is set can be taken back beside the search box.
  await page.getByRole("button", { name: "5年以上前の情報を外す" }).click();
  await page.waitForFunction(() => !location.search.includes("status-age"));
});

visit("one press asks what is open now, and the unknown come after what is", { viewport: PHONE }, async (page) => {
  await open(page);
  const asked = page.waitForRequest((request) => /items\?.*open-at=now/.test(request.url()) && /include-unknown=true/.test(request.url()));
  await page.getByRole("button", { name: "いま営業中" }).click();
  await asked;
  await waitForQuery(page, ["open-at", "^now$"]);
  assert.equal(await page.getByRole("button", { name: "いま営業中", pressed: true }).count(), 1);
  // Never an empty Japan: most hours are not known yet.
  await page.waitForSelector("#list .item");
});

visit("a day and an hour can be asked for", {}, async (page) => {
  await open(page);
  await page.getByRole("button", { name: "絞り込み" }).click();
  await page.getByRole("radio", { name: "日時を指定" }).check();
  await waitForQuery(page, ["open-at", "^20\\d\\d-\\d\\d-\\d\\dT\\d\\d:00:00\\+09:00$"]);
  const asked = page.waitForRequest((request) => request.url().includes("open-at=2027-01-04T10%3A00%3A00%2B09%3A00"));
  await page.getByLabel("営業している日時（日本時間）").fill("2027-01-04T10:00");
  await page.keyboard.press("Tab");
  await asked;
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "2027年1月4日 10:00に営業を外す" }).waitFor();
});

visit("the slider stops at the prices that are counted, ¥400 one press away", { viewport: PHONE }, async (page) => {
  await open(page);
  await page.getByRole("button", { name: "絞り込み" }).click();
  const slider = page.getByRole("slider", { name: "1時間の料金" });
  assert.equal(await slider.getAttribute("aria-valuetext"), "上限なし");
  await page.getByRole("button", { name: "¥400まで" }).click();
  await waitForQuery(page, ["price-max", "^400$"]);
  assert.equal(await slider.getAttribute("aria-valuetext"), "¥400まで");
  await slider.focus();
  await page.keyboard.press("ArrowRight");
  await waitForQuery(page, ["price-max", "^500$"]);
  await page.keyboard.press("End");
  await page.waitForFunction(() => !location.search.includes("price-max"));
  // The mark stands under the slider's own stop.
  await page.getByRole("button", { name: "¥400まで" }).click();
  const [mark, track] = [await page.locator(".price-mark").boundingBox(), await slider.boundingBox()];
  const stop = track.x + 8 + (track.width - 16) * 0.4;
  assert.ok(Math.abs(mark.x + mark.width / 2 - stop) < 2);
});

visit("the unknown can be left out in the sheet as in the list", {}, async (page) => {
  await open(page, "/?stock=old-house");
  await page.getByRole("button", { name: /絞り込み/ }).first().click();
  await page.getByRole("checkbox", { name: "不明な拠点も含める" }).uncheck();
  await waitForQuery(page, ["known", "true"]);
  const { numberMatched } = await ask("/collections/facilities/items?stock=old-house&bbox=122,20,154,46&limit=1&f=json");
  await page.waitForFunction((n) => document.querySelector("#list-heading").textContent.includes(`${n}件`), numberMatched);
});

visit("without its counts the sheet works as well", { expected: /500/ }, async (page) => {
  await page.route("**/facets?**", (route) => route.fulfill({ status: 500, body: "{}" }));
  await open(page);
  await page.getByRole("button", { name: "絞り込み" }).click();
  await page.getByRole("checkbox", { name: "Wi-Fi" }).check();
  await waitForQuery(page, ["amenity-all", "^wifi$"]);
});

visit("what nobody knows is not said to be missing: barrier-free hubs", { viewport: PHONE }, async (page) => {
  await open(page, "/?near=130.4207,33.5897&place=Hakata&amenity-all=barrier-free&kind=exchange");
  // The counts of the shipped data: of none it is known, and of none that it is not so.
  assert.match(await page.locator(".empty-title").textContent(), /合うと分かっている拠点はありません/);
  assert.match(await page.locator(".unknown-heading").textContent(), /不明/);
  await page.getByRole("checkbox", { name: "不明を除く" }).check();
  await page.getByText("この条件に合う拠点はありません。").waitFor();
});
