// A file's way: chosen, checked, mended, sent, decided on, public.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { be, handedIn, person, published } from "./people.mjs";
import { ask, BASE, PHONE, visit } from "./support.mjs";

const YAIZU = "22212";
const KAMAKURA = "14204";
const CP932 = fileURLToPath(new URL("./files/yaizu-cp932.csv", import.meta.url));
const HEADER = "名称,種類,所在地,緯度,経度,席数,備考";

/** Rows of a sheet in Kamakura, each a little further east. */
function sheet(...rows) {
  return [HEADER, ...rows, ""].join("\r\n");
}

async function choose(page, file) {
  await page.goto(`${BASE}/manage/upload`);
  await page.setInputFiles("#file", file);
  await page.getByRole("button", { name: "アップロードして確認へ" }).click();
  await page.waitForSelector(".sentence");
}

const csv = (name, text) => ({ name, mimeType: "text/csv", buffer: Buffer.from(text) });

function saved(page) {
  return page.waitForFunction(() => document.querySelector(".save-status")?.textContent === "保存しました");
}

visit("a CP932 sheet with swapped coordinates is mended, sent, approved and public", {}, async (page, context) => {
  const [editor, reviewer] = [await person("editor", YAIZU), await person("reviewer", YAIZU)];
  await be(context, editor);
  await choose(page, CP932);
  assert.match(await page.locator(".sentence").textContent(), /^9行のうち 4行が使えます。5行は直すまで入りません。$/);
  assert.equal(await page.getByLabel("文字コード").inputValue(), "cp932");
  assert.equal(await page.locator("[aria-current=step]").textContent(), "2確認");

  await page.getByRole("button", { name: "5行を直す" }).click();
  await page.waitForSelector(".sheet-table tbody");
  const wrong = page.locator('td[data-label="緯度"][data-state="blocks"]');
  assert.deepEqual(await wrong.locator(".cell-text").allTextContents(), ["138.31980", "138.32310", "35.68124"]);
  assert.match(await page.locator(`#${await wrong.first().getAttribute("aria-describedby")}`).textContent(), /入れ替わっています/);
  await page.getByRole("button", { name: "緯度と経度を入れ替える（2行まとめて）" }).click();
  await saved(page);
  assert.equal(await page.locator('td[data-label="緯度"]').first().locator(".cell-text").textContent(), "34.86680");
  assert.match(await page.locator(".mend-foot p").textContent(), /残り3行/);

  await page.getByRole("button", { name: "使える6行だけで進む" }).click();
  await page.waitForSelector(".difference");
  assert.equal(await page.locator(".difference").count(), 6);
  await page.getByLabel(/ひとこと/).fill("内線 1234");
  await page.getByRole("button", { name: "審査へ送る" }).click();
  await page.waitForSelector("text=審査を待っています");
  const { pathname } = new URL(page.url());

  await context.clearCookies();
  await be(context, reviewer);
  await page.goto(`${BASE}/manage`);
  await page.getByRole("link", { name: "yaizu-cp932.csv" }).click();
  await page.waitForSelector(".difference");
  assert.ok(page.url().startsWith(BASE + pathname.replace(/\/differences$/, "")));
  await page.waitForSelector("text=連絡先：内線 1234");
  await page.getByRole("button", { name: "承認して公開する" }).click();
  await page.locator("dialog").getByRole("button", { name: "承認して公開する" }).click();
  await page.waitForSelector("text=承認し、公開しました");

  const { features } = await ask(`/collections/facilities/items?municipality=${YAIZU}&limit=50&f=json`);
  const facility = features.find(({ properties }) => properties.name === "さかなの町シェアオフィス");
  assert.deepEqual(facility.geometry.coordinates, [138.3198, 34.8668]);
});

visit("a cell is mended with the keyboard alone", {}, async (page, context) => {
  await be(context, await person("editor", KAMAKURA));
  await choose(
    page,
    csv("keys.csv", sheet(",コワーキングスペース,鎌倉市小町1丁目1,35.3192,139.5503,,", ",シェアオフィス,鎌倉市小町1丁目2,35.3195,139.5513,,")),
  );
  await page.getByRole("button", { name: "2行を直す" }).click();
  await page.locator("td.cell[data-state=blocks]").first().focus();
  const editing = () => page.evaluate(() => document.activeElement.getAttribute("aria-label"));
  await page.keyboard.press("Enter");
  assert.equal(await editing(), "2行目「名称」を直す");
  await page.keyboard.type("まちがい");
  await page.keyboard.press("Escape");
  assert.equal(await page.evaluate(() => document.activeElement.dataset.label), "名称");
  assert.equal(await page.locator("td.cell[data-state=blocks]").first().textContent(), "");
  await page.keyboard.press("Enter");
  await page.keyboard.type("小町の仕事場");
  await page.keyboard.press("Tab");
  assert.equal(await editing(), "3行目「名称」を直す");
  await page.keyboard.type("小町の机");
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => document.querySelectorAll("tbody[data-state=blocks]").length === 0);
  // What was mended stays in sight, and where the hands were.
  assert.equal(await page.locator("tbody[data-state=good]").count(), 2);
  assert.equal(await page.evaluate(() => document.activeElement.textContent.includes("小町の机")), true);
  await page.keyboard.press("ArrowUp");
  assert.equal(await page.evaluate(() => document.activeElement.textContent.includes("小町の仕事場")), true);
  await page.reload();
  await page.waitForSelector(".row-filters");
  assert.match(await page.locator(".mend-foot p").textContent(), /もうありません/);
});

visit("a row is left out and taken back, and mended cells can be put back", {}, async (page, context) => {
  await be(context, await person("editor", KAMAKURA));
  await choose(page, csv("rows.csv", sheet(",コワーキングスペース,鎌倉市小町1丁目3,35.3192,139.5523,,", "御成の机,シェアオフィス,鎌倉市御成町5,35.3178,139.5480,九つ,")));
  await page.getByRole("button", { name: "1行を直す" }).click();
  await page.getByRole("button", { name: "この行を除く" }).click();
  await page.waitForSelector("text=除いた行（公開されません）");
  await saved(page);
  await page.getByRole("button", { name: "除くのをやめる" }).click();
  await page.waitForSelector("tbody[data-state=blocks]");
  await page.getByRole("button", { name: "注意 1" }).click();
  const seats = page.locator('td[data-label="席数"][data-state="warns"]');
  await seats.click();
  await page.keyboard.type("9");
  await page.keyboard.press("Enter");
  await page.waitForSelector("text=この行は使えます");
  await page.getByRole("button", { name: "元に戻す" }).click();
  await seats.waitFor();
  assert.equal(await seats.locator(".cell-text").textContent(), "九つ");
});

visit(
  "an upload that fails keeps the file and is sent again, once",
  { expected: /Failed to load resource: net::ERR_FAILED/ },
  async (page, context) => {
    const editor = await person("editor", KAMAKURA);
    await be(context, editor);
    let away = true;
    await page.route("**/submissions?file=**", (route) => (away ? route.abort() : route.continue()));
    await page.goto(`${BASE}/manage/upload`);
    await page.setInputFiles("#file", csv("again.csv", sheet("由比ガ浜の机,シェアオフィス,鎌倉市由比ガ浜1,35.3120,139.5450,,")));
    await page.getByRole("button", { name: "アップロードして確認へ" }).click();
    await page.waitForSelector("text=ファイルは選んだままです");
    assert.match(await page.locator(".drop-file").textContent(), /again\.csv/);
    away = false;
    await page.getByRole("button", { name: "もう一度送る" }).click();
    await page.waitForSelector(".sentence");
    const { submissions } = await (await editor.ask("/submissions?mine=true")).json();
    assert.equal(submissions.length, 1);
  },
);

visit("an upload can be stopped", { expected: /ERR_ABORTED|ERR_FAILED/ }, async (page, context) => {
  await be(context, await person("editor", KAMAKURA));
  await page.route("**/submissions?file=**", () => {}); // Never answers.
  await page.goto(`${BASE}/manage/upload`);
  await page.setInputFiles("#file", csv("slow.csv", sheet("長い道,シェアオフィス,鎌倉市長谷1,35.31,139.53,,")));
  await page.getByRole("button", { name: "アップロードして確認へ" }).click();
  await page.getByRole("button", { name: "中止" }).click();
  await page.waitForSelector("text=アップロードを中止しました");
  assert.match(await page.locator(".drop-file").textContent(), /slow\.csv/);
});

visit("what cannot be read is refused before it is sent", {}, async (page, context) => {
  await be(context, await person("editor", KAMAKURA));
  await page.goto(`${BASE}/manage/upload`);
  for (const [file, words] of [
    [csv("old.xls", "x"), /\.xlsx/],
    [csv("empty.csv", ""), /0バイト/],
    [{ name: "big.csv", mimeType: "text/csv", buffer: Buffer.alloc(21 * 1024 * 1024, "x") }, /21 MB.*20 MB/],
  ]) {
    await page.setInputFiles("#file", file);
    await page.waitForFunction((text) => new RegExp(text).test(document.querySelector("[role=alert]")?.textContent), words.source);
    assert.equal(await page.getByRole("button", { name: "アップロードして確認へ" }).count(), 0);
  }
});

visit("the template is a sheet the page itself understands", {}, async (page, context) => {
  await be(context, await person("editor", KAMAKURA));
  await page.goto(`${BASE}/manage/upload`);
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name: /ひな形/ }).click(),
  ]);
  const text = readFileSync(await download.path(), "utf8");
  assert.ok(text.startsWith("\ufeff名称,"));
  const columns = text.trim().split(",").length;
  await choose(page, csv("template.csv", text + "七里の机,コワーキングスペース" + ",".repeat(columns - 2) + "\r\n"));
  await page.waitForSelector("text=すべての列の対応が決まっています");
});

visit("a column that was matched stays matched for the next sheet", {}, async (page, context) => {
  await be(context, await person("editor", KAMAKURA));
  const text = (n) =>
    `屋号,いいところ,所在地,緯度,経度,分類\r\n大船の机${n},駅から3分,鎌倉市大船1,35.3540,139.53${n},シェアオフィス\r\n`;
  await choose(page, csv("first.csv", text(1)));
  const choice = page.getByLabel("いいところ", { exact: true });
  assert.equal(await choice.inputValue(), "");
  await choice.selectOption({ label: "もとの建物の説明" });
  await saved(page);
  await choose(page, csv("second.csv", text(2)));
  await page.waitForSelector("text=前に選んだ対応を使っています");
  assert.equal(await page.getByLabel("いいところ", { exact: true }).inputValue(), "stock_note");
});

visit("another encoding, when chosen, is how the sheet is read", {}, async (page, context) => {
  await be(context, await person("editor", YAIZU));
  await choose(page, CP932);
  await page.getByLabel("文字コード").selectOption("utf-8");
  await page.waitForFunction(() => !/^9行のうち 4行/.test(document.querySelector(".sentence").textContent));
  await page.getByLabel("文字コード").selectOption("cp932");
  await page.waitForFunction(() => /^9行のうち/.test(document.querySelector(".sentence").textContent));
});

visit(
  "what somebody else changed meanwhile is said, and nothing typed is lost",
  { expected: /412/ },
  async (page, context) => {
    const editor = await person("editor", KAMAKURA);
    await be(context, editor);
    await choose(page, csv("two.csv", sheet(",シェアオフィス,鎌倉市材木座1,35.3080,139.5510,,")));
    await page.getByRole("button", { name: "1行を直す" }).click();
    await page.waitForSelector("td.cell[data-state=blocks]");
    const [, id] = /submissions\/(\d+)/.exec(page.url());
    const other = await editor.ask(`/submissions/${id}`, "PATCH", { cells: { 2: { 席数: "7" } } }, { "If-Match": '"1"' });
    assert.equal(other.status, 200);
    await page.locator("td.cell[data-state=blocks]").click();
    await page.keyboard.type("材木座の机");
    await page.keyboard.press("Enter");
    await page.waitForSelector("text=最新の内容を読み直しました");
    await page.getByRole("button", { name: "いま入れた内容を保存する" }).click();
    await saved(page);
    const { rows } = await (await editor.ask(`/submissions/${id}/rows`)).json();
    assert.deepEqual([rows[0].cells[0], rows[0].cells[5]], ["材木座の机", "7"]);
  },
);

visit(
  "an edit that could not be saved is kept and saved again",
  { expected: /Failed to load resource/ },
  async (page, context) => {
    const editor = await person("editor", KAMAKURA);
    await be(context, editor);
    await choose(page, csv("off.csv", sheet(",シェアオフィス,鎌倉市坂ノ下1,35.3090,139.5370,,")));
    await page.getByRole("button", { name: "1行を直す" }).click();
    let away = true;
    await page.route("**/submissions/*", (route) =>
      away && route.request().method() === "PATCH" ? route.abort() : route.continue(),
    );
    await page.locator("td.cell[data-state=blocks]").click();
    await page.keyboard.type("坂の机");
    await page.keyboard.press("Enter");
    await page.waitForSelector("text=保存できませんでした");
    assert.equal(await page.locator('td[data-label="名称"] .cell-text').textContent(), "坂の机");
    away = false;
    await page.getByRole("button", { name: "もう一度保存する" }).click();
    await saved(page);
    await page.waitForSelector("text=この行は使えます");
  },
);

visit("a row like a published facility is put beside it, and merged or kept", {}, async (page, context) => {
  const [editor, reviewer] = [await person("editor", KAMAKURA), await person("reviewer", KAMAKURA)];
  const id = await published(reviewer, { name: "極楽寺坂の仕事場", kind: "coworking", seats: 5 }, [139.5301, 35.3097]);
  await be(context, editor);
  await choose(page, csv("like.csv", sheet("極楽寺坂の仕事場１号,コワーキングスペース,鎌倉市極楽寺1,35.30975,139.53015,8,")));
  await page.getByRole("button", { name: "注意のある行を見る" }).click();
  await page.waitForSelector(".pair tbody tr");
  assert.match(await page.locator(".pair").textContent(), /極楽寺坂の仕事場１号.*極楽寺坂の仕事場/s);
  await page.getByRole("button", { name: "同じ施設（まとめる）" }).click();
  await page.waitForSelector("text=同じ施設としてまとめます");
  await page.getByRole("button", { name: "送る内容を見る" }).click();
  await page.waitForSelector('.difference[data-effect="changed"]');
  assert.equal(await page.locator(".difference").count(), 1);
  assert.match(await page.locator(".change-table").textContent(), /席数5席8席/);
  assert.equal(await page.locator("tr", { hasText: "席数" }).locator("ins").textContent(), "8");
  assert.match(await page.locator(".map-link").getAttribute("href"), new RegExp(`open=${id}`));
});

visit("both files can be had back", {}, async (page, context) => {
  await be(context, await person("editor", YAIZU));
  await choose(page, CP932);
  const get = async (name) => {
    const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("link", { name }).click()]);
    return { name: download.suggestedFilename(), bytes: readFileSync(await download.path()) };
  };
  const original = await get("元のファイルをダウンロード");
  assert.equal(original.name, "yaizu-cp932.csv");
  assert.deepEqual(original.bytes, readFileSync(CP932));
  const corrected = await get("直したファイルをダウンロード");
  assert.match(new TextDecoder("shift_jis").decode(corrected.bytes), /入れ替わっています/);
});

visit("on a phone the wrong cells are cards", { viewport: PHONE, touch: true }, async (page, context) => {
  await be(context, await person("editor", KAMAKURA));
  // A sheet of its own: rows another test published would be likely duplicates here.
  await choose(
    page,
    csv(
      "phone.csv",
      sheet(
        "扇ガ谷の縁側,シェアオフィス,鎌倉市扇ガ谷1丁目,139.5496,35.3243,,",
        "扇ガ谷の蔵,シェアオフィス,鎌倉市扇ガ谷2丁目,139.5486,35.3253,,",
        ",シェアオフィス,鎌倉市扇ガ谷3丁目,35.3263,139.5476,,",
      ),
    ),
  );
  await page.getByRole("button", { name: "3行を直す" }).click();
  await page.waitForSelector(".row-card");
  assert.equal(await page.locator(".sheet-table").count(), 0);
  await page.getByRole("button", { name: "緯度と経度を入れ替える", exact: true }).first().click();
  await page.waitForSelector('.row-card[data-row="2"][data-state="good"]');
  await page.getByRole("button", { name: "4行目「名称」を直す" }).click();
  await page.keyboard.type("扇ガ谷の机");
  await page.getByRole("button", { name: "決定" }).click();
  await page.waitForSelector('.row-card[data-row="4"][data-state="good"]');
});

visit("a row that is kept out and remarked on besides is counted once", {}, async (page, context) => {
  await be(context, await person("editor", KAMAKURA));
  // Of a number that is no telephone's every row is remarked on; the first is kept out as well.
  await choose(page, csv("once.csv", "名称,所在地,緯度,経度,電話番号\r\n,鎌倉市笛田1丁目,35.3180,139.5180,内線のみ\r\n笛田の机,鎌倉市笛田2丁目,35.3190,139.5190,内線のみ\r\n"));
  const tally = () => page.locator(".tally div:not([hidden]) dd").allTextContents();
  assert.deepEqual(await tally(), ["1", "1", "1"]);
  await page.getByRole("button", { name: "1行を直す" }).click();
  await page.getByRole("button", { name: "注意 1" }).click();
  await page.waitForSelector('tbody[data-state="warns"]');
  assert.equal(await page.locator("tbody").count(), 1);

  await choose(page, csv("none.csv", "名称,所在地,緯度,経度,電話番号\r\n,鎌倉市笛田3丁目,35.3180,139.5180,内線のみ\r\n"));
  assert.deepEqual(await tally(), ["1", "0"]);
  await page.getByRole("button", { name: "1行を直す" }).click();
  await page.getByRole("button", { name: "注意 0" }).click();
  await page.waitForSelector("text=注意のある行はありません");
});

visit("a sheet without a column for the kind gets one for all of its rows", {}, async (page, context) => {
  const [editor, reviewer] = [await person("editor", KAMAKURA), await person("reviewer", KAMAKURA)];
  // A row of a facility that is published with another kind, which stays.
  const id = await published(reviewer, { name: "稲村の会議室", kind: "rental-space" }, [139.5250, 35.3010]);
  await be(context, editor);
  await choose(page, csv("kinds.csv", `ID,名称,所在地,緯度,経度,席数\r\n${id},稲村の会議室,,,,9\r\n,稲村の机,鎌倉市稲村ガ崎1丁目,35.3020,139.5270,3\r\n`));
  assert.deepEqual(await page.locator(".tally div:not([hidden]) dd").allTextContents(), ["0", "2"]);
  const kind = page.getByLabel("施設の種類", { exact: true });
  assert.equal(await kind.inputValue(), "");
  await kind.selectOption({ label: "シェアオフィス" });
  await saved(page);
  assert.match(await page.locator(".sentence").textContent(), /^2行すべてが使えます。$/);
  await page.reload();
  assert.equal(await kind.inputValue(), "share-office");
  await page.getByRole("button", { name: "送る内容を見る" }).click();
  await page.waitForSelector(".difference");
  const [, number] = /submissions\/(\d+)/.exec(page.url());
  const { differences } = await (await editor.ask(`/submissions/${number}/differences`)).json();
  const kinds = differences.map(({ fields }) => fields.find(({ name }) => name === "kind")?.after);
  assert.deepEqual(kinds, [undefined, "share-office"]);

  await page.goBack();
  await kind.selectOption("");
  await saved(page);
  const { report } = await (await editor.ask(`/submissions/${number}`)).json();
  assert.deepEqual(report.problems.filter(({ code }) => code === "kind-missing").map(({ row }) => row), [null]);
  // A sheet that says kinds itself is not asked about.
  await choose(page, csv("own.csv", sheet("稲村の蔵,シェアオフィス,鎌倉市稲村ガ崎2丁目,35.3030,139.5280,,")));
  assert.equal(await page.getByLabel("施設の種類", { exact: true }).count(), 0);
});

visit("in a wide sheet the first wrong cell is in sight, and which facility it is", {}, async (page, context) => {
  await be(context, await person("editor", KAMAKURA));
  const many = Array.from({ length: 30 }, (_, i) => `その他の列${i}`);
  await choose(
    page,
    csv("wide.csv", `名称,種類,所在地,${many},緯度,経度\r\n岡本の机,シェアオフィス,鎌倉市岡本1丁目,${many},139.5270,35.3480\r\n`),
  );
  await page.getByRole("button", { name: "1行を直す" }).click();
  await page.waitForSelector("td.cell[data-state=blocks]");
  const seen = await page.evaluate(() => {
    const box = (selector) => document.querySelector(selector).getBoundingClientRect();
    const around = box(".sheet-scroll");
    return ["tbody td[data-state=blocks]", "tbody td.named"].map(
      (selector) => box(selector).left >= around.left && box(selector).right <= around.right,
    );
  });
  assert.deepEqual(seen, [true, true]);
});

visit("a column that holds a part of a field says which", {}, async (page, context) => {
  await be(context, await person("editor", KAMAKURA));
  await choose(page, csv("parts.csv", "名称,都道府県名,市区町村名,町字,開始時間,緯度,経度,電話番号\r\n梶原の机,神奈川県,鎌倉市,梶原1丁目,9:00,35.3290,139.5200,内線のみ\r\n"));
  const matched = page.getByLabel("都道府県名", { exact: true });
  assert.equal(await matched.inputValue(), "address.prefecture");
  assert.equal(await matched.locator("option:checked").textContent(), "住所: 都道府県");
  await page.getByRole("button", { name: "注意のある行を見る" }).click();
  await page.getByRole("button", { name: "すべて 1" }).click();
  const heads = await page.locator(".head-field").allTextContents();
  assert.deepEqual(heads.filter((text) => /^[a-z.]+$/.test(text)), []);
});

visit("where no column says what a facility is called, columns are chosen first", {}, async (page, context) => {
  await be(context, await person("editor", KAMAKURA));
  await choose(page, csv("odd.csv", "ほげ,ふが,ぴよ\r\n寺分の机,鎌倉市寺分1丁目,シェアオフィス\r\n"));
  await page.getByRole("button", { name: "列の対応を選ぶ" }).click();
  assert.equal(await page.evaluate(() => document.activeElement.id), "column-0");
  await page.getByLabel("ほげ", { exact: true }).selectOption("name");
  await saved(page);
  await page.getByLabel("ふが", { exact: true }).selectOption("address");
  await page.waitForSelector("text=1行すべてが使えます");
  assert.equal(await page.getByRole("button", { name: "列の対応を選ぶ" }).count(), 0);
});

visit("a draft that is given up is kept, and becomes a draft again", {}, async (page, context) => {
  await be(context, await person("editor", KAMAKURA));
  await choose(page, csv("aside.csv", sheet(",シェアオフィス,鎌倉市上町屋,35.3380,139.5250,,")));
  await page.getByRole("button", { name: "1行を直す" }).click();
  await page.locator("td.cell[data-state=blocks]").click();
  await page.keyboard.type("上町屋の机");
  await page.keyboard.press("Enter");
  await page.waitForSelector("text=この行は使えます");
  // The first step can be gone back to as well; the draft stays.
  await page.getByRole("button", { name: /選ぶ/ }).click();
  await page.waitForSelector("text=「aside.csv」は、いまのまま受付箱に残っています");
  await page.goto(`${BASE}/manage`);
  await page.getByRole("button", { name: "下書き「aside.csv」をやめる" }).click();
  await page.locator("dialog").getByRole("button", { name: "下書きをやめる" }).click();
  await page.waitForSelector("text=「取り下げたもの」に残っています");
  await page.locator("summary", { hasText: "取り下げたもの" }).click();
  await page.getByRole("link", { name: "aside.csv" }).click();
  await page.getByRole("button", { name: "下書きに戻す" }).click();
  await page.waitForSelector("text=1行すべてが使えます");
  assert.equal(await page.locator(".submission-head .badge").textContent(), "下書き");
});

for (const viewport of [PHONE, { width: 1280, height: 800 }]) {
  visit(`what the keyboard goes to is in sight and marked at ${viewport.width} pixels`, { viewport }, async (page, context) => {
    const [editor, reviewer] = [await person("editor", KAMAKURA), await person("reviewer", KAMAKURA)];
    const rows = Array.from({ length: 8 }, (_, i) => `,シェアオフィス,鎌倉市台${i + 1}丁目,35.3400,139.53${20 + i},,`);
    const { id } = await handedIn(editor, "focus.csv", sheet(...rows));
    const name = `大町の机 ${viewport.width}`;
    const facility = await published(reviewer, { name, kind: "coworking", opening_hours: "Mo-Fr 09:00-18:00" }, [139.5560, 35.3130]);
    await be(context, editor);
    for (const [path, ready] of [
      [`/manage/submissions/${id}/sheet`, ".row-card, .sheet-table tbody"],
      [`/manage/facilities/${facility}`, ".facility-form .day-state"],
    ]) {
      await page.goto(BASE + path);
      await page.waitForSelector(ready);
      for (let presses = 0; presses < 60; presses += 1) {
        await page.keyboard.press("Tab");
        const hidden = await page.evaluate(() => {
          const element = document.activeElement;
          if (!element || element === document.body) return null;
          const { left, top, width, height } = element.getBoundingClientRect();
          const there = document.elementFromPoint(left + Math.min(width / 2, 30), top + height / 2);
          const seen = there && (element.contains(there) || there.contains(element));
          const { outlineStyle, outlineWidth } = getComputedStyle(element);
          const marked = outlineStyle !== "none" && parseFloat(outlineWidth) >= 2;
          return seen && marked ? null : element.outerHTML.slice(0, 100);
        });
        assert.equal(hidden, null, path);
      }
    }
  });
}

for (const viewport of [PHONE, { width: 768, height: 1024 }, { width: 1280, height: 800 }]) {
  visit(`every step fits ${viewport.width} pixels and has targets for fingers`, { viewport }, async (page, context) => {
    const editor = await person("editor", KAMAKURA);
    const { id } = await handedIn(editor, "fit.csv", sheet(",シェアオフィス,鎌倉市山崎1,35.3370,139.5330,,とても長い備考".padEnd(120, "長")));
    await be(context, editor);
    for (const language of ["ja", "en"]) {
      for (const [path, ready] of [
        ["/manage/upload", ".drop"],
        [`/manage/submissions/${id}`, ".sentence"],
        [`/manage/submissions/${id}/sheet`, ".row-card, .sheet-table tbody"],
        [`/manage/submissions/${id}/differences`, ".empty-rows"],
      ]) {
        await page.goto(`${BASE}${path}?lang=${language}`);
        await page.waitForSelector(ready);
        const found = await page.evaluate(() => {
          const small = [...document.querySelectorAll("main :is(button, select, summary, .button, input:not([type=file], [type=checkbox]))")]
            .filter((element) => element.checkVisibility() && element.getBoundingClientRect().height < 43.5)
            .map((element) => element.outerHTML.slice(0, 80));
          return { over: document.documentElement.scrollWidth - innerWidth, small };
        });
        assert.ok(found.over <= 0, `${path} (${language}) is ${found.over} pixels too wide`);
        assert.deepEqual(found.small, [], `${path} (${language})`);
      }
    }
  });
}
