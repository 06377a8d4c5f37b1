// The comparison by keyboard alone and by roles: add, open, read, remove, close; the keyboard is never lost.
import assert from "node:assert/strict";
import { accessible } from "./axe.mjs";
import { altered, DESKTOP, listed, open, PHONE, visit, waitForQuery } from "./support.mjs";

const focused = (page) =>
  page.evaluate(() => {
    const { activeElement: at } = document;
    return at === document.body ? "nothing" : (at.getAttribute("aria-label") ?? at.textContent.trim());
  });

/** Tab until something is reached; the way there is what somebody at a keyboard goes. */
async function tabTo(page, test, what) {
  for (let steps = 0; steps < 200; steps += 1) {
    if (test(await focused(page))) return;
    await page.keyboard.press("Tab");
  }
  assert.fail(`${what} is not reached with Tab`);
}

for (const viewport of [DESKTOP, PHONE]) {
  visit(`three facilities are compared by keyboard alone at ${viewport.width} pixels`, { viewport }, async (page) => {
    await open(page, "/?near=139.7,35.68&place=Tokyo");
    const names = await page.locator("#list .item-name").allTextContents();
    const chosen = names.slice(0, 3);
    for (const name of chosen) {
      await tabTo(page, (at) => at === `${name}を比較に加える`, name);
      await page.keyboard.press("Enter");
      await page.waitForFunction(
        (label) => document.activeElement.getAttribute("aria-label") === label && document.activeElement.ariaPressed === "true",
        `${name}を比較に加える`,
      );
    }
    // What was done is said, and the fourth is refused with its reason.
    await page.waitForFunction(() => [...document.querySelectorAll('[role="status"]')].some((one) => /3件/.test(one.textContent)));
    const fourth = page.getByRole("button", { name: `${names[3]}を比較に加える` });
    assert.equal(await fourth.getAttribute("aria-disabled"), "true");

    await tabTo(page, (at) => at === "比べる", "the button that compares");
    await page.keyboard.press("Enter");
    const dialog = page.getByRole("dialog", { name: "施設の比較" });
    const table = dialog.getByRole("table", { name: "施設の比較" });
    await table.waitFor();
    await dialog.getByRole("heading", { level: 2, name: "施設の比較" }).waitFor();
    for (const name of chosen) await table.getByRole("columnheader", { name }).waitFor();
    for (const name of ["営業時間", "料金", "所在地"]) await table.getByRole("rowheader", { name: new RegExp(name) }).first().waitFor();
    const cells = await table.getByRole("row").nth(1).getByRole("cell").count();
    assert.equal(cells, 3);
    await accessible(page, "a comparison of three");

    // A column is removed: the keyboard stays in the dialog.
    await tabTo(page, (at) => at === `${chosen[1]}を比較から外す`, "the button that removes");
    await page.keyboard.press("Enter");
    await page.waitForFunction((count) => document.querySelectorAll(".compare-table thead th").length === count, 2);
    assert.equal(await focused(page), "施設の比較");

    // Closed by Escape, it gives the keyboard back to what opened it.
    await page.keyboard.press("Escape");
    await dialog.waitFor({ state: "hidden" });
    await page.waitForFunction(() => document.activeElement.textContent === "比べる");
    await page.waitForFunction(() => !new URLSearchParams(location.search).has("show"));

    // The last ones removed close it, and the keyboard is at the list.
    await page.keyboard.press("Enter");
    await table.waitFor();
    for (const name of [chosen[0], chosen[2]]) {
      await tabTo(page, (at) => at === `${name}を比較から外す`, name);
      await page.keyboard.press("Enter");
      await page.waitForFunction((label) => !document.querySelector(`[aria-label="${label}"]`) || !document.querySelector("dialog[open]"), `${name}を比較から外す`);
    }
    await dialog.waitFor({ state: "hidden" });
    await page.waitForFunction(() => document.activeElement.id === "list-heading");
  });
}

visit("removing all, and opening one of those compared, leave the keyboard somewhere", {}, async (page) => {
  await open(page, "/?near=139.7,35.68&place=Tokyo&compare=hub-001,hub-010,hub-022");
  await page.getByRole("button", { name: "すべて外す" }).focus();
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => document.activeElement.id === "list-heading");
  assert.equal(await page.locator(".tray").isVisible(), false);

  await open(page, "/?near=139.7,35.68&place=Tokyo&compare=hub-001,hub-010&show=compare");
  const link = page.getByRole("dialog").getByRole("columnheader").first().getByRole("link");
  const name = await link.textContent();
  await link.focus();
  await page.keyboard.press("Enter");
  await waitForQuery(page, ["open", "hub-001"]);
  await page.getByRole("article").getByRole("heading", { level: 2, name }).waitFor();
  await page.waitForFunction((text) => document.activeElement.textContent === text, name);
});

visit("a comparison tells no distance from where somebody searched before", {}, async (page) => {
  await open(page, "/?near=139.7,35.68&place=Tokyo");
  const ids = await page.locator("#list .item").evaluateAll((items) => items.slice(0, 2).map((one) => one.dataset.id));
  const go = (query) =>
    page.evaluate((to) => {
      history.pushState(null, "", to);
      dispatchEvent(new PopStateEvent("popstate"));
    }, `/?${query}&compare=${ids}`);
  const dialog = page.getByRole("dialog");
  const distances = dialog.getByRole("rowheader", { name: "直線距離" });
  await go("near=139.7,35.68&place=Tokyo&show=compare");
  await distances.waitFor();
  // Neither is in the next list, so neither has a distance from there.
  await go("near=130.4,33.59&place=Hakata&kind=exchange&known=true");
  await waitForQuery(page, ["place", "Hakata"]);
  await listed(page);
  await go("near=130.4,33.59&place=Hakata&kind=exchange&known=true&show=compare");
  await dialog.getByRole("columnheader").nth(1).waitFor();
  assert.equal(await distances.count(), 0);
});

visit("a comparison says なし only of an empty list: what a list does not name is not known to be missing", {}, async (page) => {
  const lists = [["wifi"], [], null];
  // The list's order is its own matter: each name says which list its hub has.
  await altered(page, (facility, index) => Object.assign(facility, { amenities: lists[index % 3], name: `施設${index % 3}` }));
  await open(page, "/?near=139.7,35.68&place=Tokyo");
  for (const box of [0, 1, 2]) await page.locator("#list [data-compare]").nth(box).click();
  await page.getByRole("button", { name: "比べる" }).click();
  const row = page.getByRole("row").filter({ has: page.getByRole("rowheader", { name: "電源" }) });
  await row.waitFor();
  const names = await page.getByRole("columnheader").allTextContents();
  const says = (await row.getByRole("cell").allTextContents()).map((text, column) => `${names.at(column - 3)} ${text}`);
  assert.deepEqual(says.map((line) => line.match(/施設\d.*/)[0].replace(/(施設\d).* /, "$1 ")).sort(), ["施設0 記載なし", "施設1 なし", "施設2 不明"]);
});

visit("the card says that nobody checked since only where nobody did", {}, async (page) => {
  let checked = null;
  await altered(page, (facility) => Object.assign(facility, { status: "open", status_asof: "2023", checked_on: checked }));
  for (const [date, says] of [[null, true], ["2023-04-01", true], ["2026-11-20", false]]) {
    checked = date;
    await open(page, "/?near=139.7,35.68&place=Tokyo");
    await page.locator("#list .item-name a").first().click();
    await page.locator(".card-status").waitFor();
    assert.equal((await page.locator(".card-status .note").count()) > 0, says, String(date));
  }
});
