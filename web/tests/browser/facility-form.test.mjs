// One facility as a form: what a found place says of its own precision, and what stays when a session ends.
import assert from "node:assert/strict";
import { be, person, published } from "./people.mjs";
import { ask, BASE, visit } from "./support.mjs";

async function form(page, context, who) {
  await be(context, who);
  await page.goto(`${BASE}/manage/facilities/new`);
  await page.locator(".facility-form").waitFor();
}

const precision = (page) => page.getByLabel("位置の精度", { exact: false });

visit("a place found by its name sets the precision it has, and a pin that is moved takes it back", {}, async (page, context) => {
  await form(page, context, await person("editor", "13113"));
  const box = page.getByRole("combobox", { name: "住所や町名でさがす" });
  const before = await precision(page).inputValue();
  await box.fill("渋谷区道玄坂1-2-3");
  const option = page.getByRole("option", { name: /道玄坂一丁目/ });
  await option.click();
  assert.equal(await precision(page).inputValue(), "town");
  // The address is not cut to the town that was found for it.
  assert.equal(await box.inputValue(), "渋谷区道玄坂1-2-3");
  await box.fill("渋谷区");
  await page.getByRole("option", { name: /^渋谷区/ }).first().click();
  assert.equal(await precision(page).inputValue(), "city");
  await page.getByLabel("緯度").fill("35.6571");
  await page.getByLabel("緯度").blur();
  assert.equal(await precision(page).inputValue(), before);
  // What somebody has chosen is theirs.
  await box.fill("渋谷区道玄坂1丁目");
  await option.click();
  await precision(page).selectOption("building");
  await page.getByLabel("経度").fill("139.6995");
  await page.getByLabel("経度").blur();
  assert.equal(await precision(page).inputValue(), "building");
});

visit("a session that ends takes nothing that was typed, and shows it to nobody else", { expected: /401/ }, async (page, context) => {
  const editor = await person("editor", "13113");
  const other = await person("editor", "13113");
  const signIn = async ({ name, password }) => {
    await page.locator("input[name=username]").fill(name);
    await page.locator('input[type="password"]').fill(password);
    await page.getByRole("button", { name: "サインインする" }).click();
  };
  const name = page.locator(".facility-form").getByLabel("名称", { exact: false }).first();
  const end = async () => {
    await context.clearCookies();
    await page.getByRole("button", { name: "保存して送る" }).click();
    await page.locator('input[type="password"]').waitFor();
    assert.equal(await page.locator(".facility-form").count(), 0);
  };
  const fillIn = async () => {
    await name.fill("道玄坂の仕事場");
    await page.locator(".facility-form select").first().selectOption("coworking");
    await page.getByLabel("緯度").fill("35.6571");
    await page.getByLabel("経度").fill("139.6995");
    await page.getByLabel("経度").blur();
  };
  await form(page, context, editor);
  await fillIn();
  await end();
  await signIn(editor);
  await page.locator(".facility-form").waitFor();
  assert.equal(await name.inputValue(), "道玄坂の仕事場");
  assert.equal(await page.getByLabel("緯度").inputValue(), "35.6571");
  await end();
  await signIn(other);
  await page.locator(".facility-form").waitFor();
  assert.equal(await name.inputValue(), "");
});

visit("a facility that is published already is named and linked, and another is made only when it is meant", { expected: /409/ }, async (page, context) => {
  const reviewer = await person("reviewer", "13113");
  const there = await published(reviewer, { name: "神泉の机", kind: "coworking" }, [139.6935, 35.6571]);
  await form(page, context, reviewer);
  await page.locator(".facility-form").getByLabel("名称", { exact: false }).first().fill("神泉の机");
  await page.locator(".facility-form select").first().selectOption("coworking");
  await page.getByLabel("緯度").fill("35.6571");
  await page.getByLabel("経度").fill("139.6935");
  await page.getByLabel("経度").blur();
  const named = async () =>
    (await ask(`/collections/facilities/items?q=${encodeURIComponent("神泉の机")}&f=json&status=*`)).features.length;
  const save = page.locator(".form-foot > .actions button");
  await save.click();
  const notice = page.locator(`[data-there="${there}"]`);
  await notice.waitFor();
  assert.equal(await named(), 1);
  assert.match(await notice.locator("a[target=_blank]").getAttribute("href"), new RegExp(`/items/${there}$`));
  assert.equal(await notice.locator("a[target=_blank]").textContent(), "神泉の机");
  assert.match(await notice.locator("a.button").getAttribute("href"), new RegExp(`/manage/facilities/${there}`));
  // Saved again without a decision, it is asked again and nothing is made.
  await save.click();
  await page.locator(".form-notice [data-there]").waitFor();
  assert.equal(await named(), 1);
  await notice.getByRole("button").click();
  await page.waitForURL(/\/manage\/facilities\/[\w-]+\/history/);
  assert.equal(await named(), 2);
});
