// 「報告する」: a visitor without a login says what is wrong.
import assert from "node:assert/strict";
import { ask, mapReady, open, PHONE, visit } from "./support.mjs";

async function opened(page) {
  const { features } = await ask("/collections/facilities/items?limit=1&f=json");
  await open(page, `/?open=${features[0].id}`);
  await page.getByRole("article").getByRole("button", { name: "報告する" }).click();
  return { id: features[0].id, dialog: page.getByRole("dialog", { name: "まちがいを報告する" }) };
}

visit("a report is sent and thanked for", { viewport: PHONE }, async (page) => {
  const { id, dialog } = await opened(page);
  await dialog.getByRole("radio", { name: "閉まっている・なくなった" }).check();
  await dialog.getByLabel("くわしい内容").fill("シャッターに閉店の貼り紙がありました。");
  const [request] = await Promise.all([
    page.waitForRequest((one) => one.method() === "POST"),
    dialog.getByRole("button", { name: "報告する" }).click(),
  ]);
  assert.equal(new URL(request.url()).pathname, `/collections/facilities/items/${id}/reports`);
  assert.deepEqual(request.postDataJSON(), { kind: "closed", text: "シャッターに閉店の貼り紙がありました。", contact: "", website: "" });
  await dialog.getByText("受け付けました").waitFor();
  assert.equal((await request.response()).status(), 202);
  await page.keyboard.press("Escape");
  assert.equal(await page.evaluate(() => document.activeElement.textContent), "報告する");
});

visit("what is missing is said, and the keyboard stands there", {}, async (page) => {
  const { dialog } = await opened(page);
  const send = dialog.getByRole("button", { name: "報告する" });
  await send.click();
  await dialog.getByText("どこがちがうかを選んでください").waitFor();
  assert.equal(await page.evaluate(() => document.activeElement.name), "report-kind");
  await dialog.getByRole("radio", { name: "そのほか" }).check();
  await send.click();
  await dialog.getByText("くわしい内容を書いてください").waitFor();
  assert.equal(await page.evaluate(() => document.activeElement.id), "report-text");
});

for (const [why, answer, words] of [
  ["too many", { status: 429, body: "{}" }, "短い間に報告が続いた"],
  ["a refusal", { status: 400, contentType: "application/problem+json", body: '{"detail":"<b>長すぎます</b>"}' }, "<b>長すぎます</b>"],
]) {
  visit(`${why} is said, and what was written stays`, { expected: /429|400/ }, async (page) => {
    await page.route("**/reports", (route) => route.fulfill(answer));
    const { dialog } = await opened(page);
    await dialog.getByRole("radio", { name: "営業時間がちがう" }).check();
    await dialog.getByLabel("くわしい内容").fill("水曜は休みでした");
    await dialog.getByRole("button", { name: "報告する" }).click();
    await dialog.getByText(words).waitFor();
    assert.equal(await dialog.getByLabel("くわしい内容").inputValue(), "水曜は休みでした");
    assert.equal(await dialog.locator("b").count(), 0);
  });
}

visit("without a connection a report says so and can be sent again", { expected: /ERR_/ }, async (page, context) => {
  const { dialog } = await opened(page);
  await dialog.getByRole("radio", { name: "場所がちがう・移転した" }).check();
  // The map's worker is fetched once the page is there; without it the map itself complains.
  await mapReady(page);
  await context.setOffline(true);
  await dialog.getByRole("button", { name: "報告する" }).click();
  await dialog.getByText("サーバーにつながりません").waitFor();
  await context.setOffline(false);
  await dialog.getByRole("button", { name: "報告する" }).click();
  await dialog.getByText("受け付けました").waitFor();
});

visit("the field for programs is out of sight and of the keyboard's way", {}, async (page) => {
  const { dialog } = await opened(page);
  const trap = page.locator("#report-website");
  const box = await trap.boundingBox();
  assert.ok(box.x + box.width < 0);
  assert.equal(await trap.getAttribute("tabindex"), "-1");
  assert.equal(await dialog.getByRole("textbox").count(), 2);
});
