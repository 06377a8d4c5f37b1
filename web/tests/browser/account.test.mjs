// One's own account: the second factor is set up with a code to scan or a key to type.
import assert from "node:assert/strict";
import { be, person } from "./people.mjs";
import { BASE, PHONE, visit } from "./support.mjs";

for (const viewport of [PHONE, { width: 1280, height: 800 }]) {
  visit(`the second factor is a code to scan at ${viewport.width} pixels`, { viewport }, async (page, context) => {
    await be(context, await person("editor", "14204"));
    await page.goto(`${BASE}/manage/account`);
    await page.getByRole("button", { name: "設定を始める" }).click();
    const code = page.getByRole("img", { name: "認証アプリで読み取るQRコード" });
    await code.waitFor();
    // What is drawn is square, whole, and dark on light: the corner of the first mark, and the margin beside it.
    const box = await code.boundingBox();
    assert.ok(Math.abs(box.width - box.height) < 1 && box.width >= 180 && box.x >= 0, JSON.stringify(box));
    const { size, path } = await code.evaluate((svg) => ({
      size: svg.viewBox.baseVal.width,
      path: svg.querySelector("path").getAttribute("d"),
    }));
    assert.ok(size >= 37 && path.startsWith("M4 4h7v1h-7z"), `${size} ${path.slice(0, 30)}`);
    const secret = (await page.locator(".secret-text").textContent()).replaceAll(" ", "");
    assert.match(secret, /^[A-Z2-7]{32}$/);
    const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    assert.ok(over <= 0, `${over} pixels too wide`);
  });
}
