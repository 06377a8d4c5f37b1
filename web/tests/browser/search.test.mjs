// Looking for what is near: by name, by position, by the map.
import assert from "node:assert/strict";
import {
  ask,
  listed,
  mapReady,
  names,
  open,
  pixelOf,
  PHONE,
  visit,
  waitForPin,
  waitForQuery,
} from "./support.mjs";

const HAKATA = { longitude: 130.4207, latitude: 33.5897 };
const SEOUL = { longitude: 126.978, latitude: 37.5665 };
const BUSAN = { longitude: 129.0403, latitude: 35.1151 };

/** The list's order: by distance, where what says little of itself counts as farther than it is. */
function byUse(features) {
  const told = ["opening_hours", "hours_note", "price_hour_yen", "price_note", "eligibility", "eligibility_note", "seats", "phone"];
  const usual = { building: 0, street: 200, station: 800, town: 1000, city: 10_000 };
  const counted = ({ properties: p }) => {
    const error = p.position_error ?? usual[p.position_precision];
    if (!["open", "unknown"].includes(p.status) || error > Math.max(p.distance, 500)) return 4 * (p.distance + error);
    const hasFacts = told.some((name) => p[name] !== null) || p.amenities?.length > 0;
    return p.status === "open" && hasFacts ? p.distance : 2 * p.distance;
  };
  return features.map((feature) => [counted(feature), feature]).sort(([a], [b]) => a - b).map(([, feature]) => feature);
}

/** The list stands in its order, and its pins carry the letters A, B, C. */
async function isNearestFirst(page, lon, lat) {
  const answer = await ask(`/collections/facilities/items?near=${lon},${lat}&limit=20&f=json`);
  const features = byUse(answer.features);
  await page.waitForFunction(
    (name) => document.querySelector("#list .item-name")?.textContent === name,
    features[0].properties.name,
  );
  assert.deepEqual(
    await names(page),
    features.map((feature) => feature.properties.name),
  );
  assert.deepEqual((await page.locator("#list .pin-letter").allTextContents()).slice(0, 3), ["A", "B", "C"]);
  for (const [index, { properties }] of features.entries()) {
    const line = await page.locator("#list .item").nth(index).textContent();
    if (properties.position_precision === "city") {
      assert.match(line, /市内・位置は市の目安/);
      assert.doesNotMatch(line, /直線距離|徒歩/);
    } else {
      assert.match(line, /直線距離 [\d.]+ k?m/);
      // Beyond an hour nobody walks, and nothing is said of it.
      assert.equal(/徒歩\d+分/.test(line), properties.distance <= 4800);
    }
  }
}

for (const [typed, expected] of [
  ["渋谷", /渋谷/],
  ["しぶや", /渋谷/],
  ["150-0002", /150-0002/],
]) {
  visit(`「${typed}」 finds a place to search from`, {}, async (page) => {
    await open(page);
    await page.getByRole("combobox").fill(typed);
    const option = page.getByRole("option").filter({ hasText: expected }).first();
    await option.click();
    await waitForQuery(page, ["near", "^139\\.\\d+,35\\.\\d+$"]);
    assert.match(await page.getByRole("combobox").inputValue(), expected);
    const [lon, lat] = new URL(page.url()).searchParams.get("near").split(",");
    await listed(page);
    await isNearestFirst(page, lon, lat);
    assert.match(await page.locator("#list-heading").textContent(), /近い順/);
  });
}

visit("the first suggestion is taken by Enter, before it has even come", {}, async (page) => {
  await open(page);
  await page.getByRole("combobox").fill("渋谷");
  await page.keyboard.press("Enter");
  await waitForQuery(page, ["place", "渋谷"]);
});

visit("Enter takes what is typed, not what was suggested for the letters before", {}, async (page) => {
  await open(page);
  const box = page.getByRole("combobox");
  await box.fill("渋谷");
  await page.getByRole("option").first().waitFor();
  // No answer comes before Enter.
  let press;
  const pressed = new Promise((resolve) => {
    press = resolve;
  });
  await page.route("**/places?*", async (route) => {
    await pressed;
    await route.continue().catch(() => undefined);
  });
  await box.fill("那覇市");
  await page.keyboard.press("Enter");
  press();
  await waitForQuery(page, ["place", "那覇市"]);
});

visit("Enter asks again after a question that failed", { expected: /503/ }, async (page) => {
  await open(page);
  await page.route("**/places?*", (route) => route.fulfill({ status: 503, contentType: "application/problem+json", body: "{}" }));
  await page.getByRole("combobox").fill("渋谷");
  await page.locator(".search-message:not([hidden])").waitFor();
  await page.unroute("**/places?*");
  await page.keyboard.press("Enter");
  await waitForQuery(page, ["place", "渋谷"]);
});

visit("the first letter is asked for at once, and the last", {}, async (page) => {
  await open(page);
  // Within one task, so that no time passes in between.
  await page.evaluate(() => {
    const { fetch } = window;
    window.asked = [];
    window.fetch = (input, options) => {
      const { pathname, searchParams } = new URL(input, location.href);
      if (pathname === "/places") window.asked.push(searchParams.get("q"));
      return fetch(input, options);
    };
    const box = document.querySelector('[role="combobox"]');
    for (const text of ["な", "なは", "なはし"]) {
      box.value = text;
      box.dispatchEvent(new InputEvent("input", { bubbles: true }));
    }
  });
  await page.getByRole("option").filter({ hasText: "那覇市" }).first().waitFor();
  assert.deepEqual(await page.evaluate(() => window.asked), ["な", "なはし"]);
});

visit("Home and End are the text's, and lead out of the suggestions", {}, async (page) => {
  await open(page);
  const box = page.getByRole("combobox");
  await box.fill("渋谷");
  await page.getByRole("option").first().waitFor();
  await page.keyboard.press("ArrowDown");
  assert.equal(await page.getByRole("option", { selected: true }).count(), 1);
  await page.keyboard.press("Home");
  assert.equal(await page.getByRole("option", { selected: true }).count(), 0);
  assert.equal(await box.getAttribute("aria-activedescendant"), null);
  assert.equal(await box.evaluate((input) => input.selectionStart), 0);
});

visit("the pins of a search far away are on the map with its list", {}, async (page) => {
  await open(page);
  await mapReady(page);
  await page.getByRole("combobox").fill("那覇市");
  await page.getByRole("option").first().click();
  await page.waitForSelector("#list .pin-letter");
  const seen = await page.evaluate(() => {
    const map = document.querySelector(".map").getBoundingClientRect();
    return [...document.querySelectorAll(".mark")]
      .map((mark) => ({ letter: mark.textContent, ...mark.getBoundingClientRect().toJSON() }))
      .filter(({ x, y, right, bottom }) => x > map.x && y > map.y && right < map.right && bottom < map.bottom)
      .map(({ letter }) => letter);
  });
  assert.equal(seen[0], "A");
});

visit("a place that does not exist is said so", {}, async (page) => {
  await open(page);
  await page.getByRole("combobox").fill("zzzzqqqq");
  await page.waitForSelector(".search-message:not([hidden])");
  assert.match(await page.locator(".search-message").textContent(), /見つかりません/);
});

visit("the back button undoes a search", {}, async (page) => {
  await open(page);
  const before = await names(page);
  await page.getByRole("combobox").fill("渋谷");
  await page.getByRole("option").first().click();
  await page.waitForSelector("#list .pin-letter");
  await page.goBack();
  await page.waitForSelector("#list .pin-letter", { state: "detached" });
  await page.waitForFunction(
    (name) => document.querySelector("#list .item-name")?.textContent === name,
    before[0],
  );
  assert.equal(await page.getByRole("combobox").inputValue(), "");
});

visit("the back button undoes a search also before the map has begun", {}, async (page) => {
  let letIn;
  const held = new Promise((resolve) => (letIn = resolve));
  await page.route(/\/assets\/map-(?!pane)[^/]*\.js/, (route) => held.then(() => route.continue()));
  await open(page);
  const before = await names(page);
  await page.getByRole("combobox").fill("渋谷");
  await page.getByRole("option").first().click();
  await page.waitForSelector("#list .pin-letter");
  await page.goBack();
  await page.waitForFunction((name) => document.querySelector("#list .item-name")?.textContent === name, before[0]);
  letIn();
  await mapReady(page);
  assert.deepEqual(await names(page), before);
});

visit(
  "the visitor's position, allowed",
  { permissions: ["geolocation"], geolocation: HAKATA },
  async (page) => {
    await open(page);
    await page.getByRole("button", { name: "現在地から探す" }).click();
    await waitForQuery(page, ["near", "^130\\.4207,33\\.5897$"]);
    await listed(page);
    await isNearestFirst(page, 130.4207, 33.5897);
    assert.match(await page.locator(".list-from").textContent(), /現在地 から/);
  },
);

visit("the visitor's position, denied", {}, async (page) => {
  await open(page);
  await page.getByRole("button", { name: "現在地から探す" }).click();
  await page.waitForSelector('[role="alert"] >> text=許可されていません');
  assert.equal(await page.evaluate(() => document.activeElement.id), "search");
});

for (const [why, code, words] of [
  ["unavailable", 2, "取得できませんでした"],
  ["too slow", 3, "時間がかかった"],
]) {
  visit(`the visitor's position, ${why}`, {}, async (page) => {
    await page.addInitScript((reason) => {
      navigator.geolocation.getCurrentPosition = (_, failed) => failed({ code: reason, message: "" });
    }, code);
    await open(page);
    await page.getByRole("button", { name: "現在地から探す" }).click();
    await page.waitForSelector(`[role="alert"] >> text=${words}`);
    assert.equal(await page.evaluate(() => document.activeElement.id), "search");
  });
}

for (const [where, geolocation] of [
  ["Seoul", SEOUL],
  ["Busan", BUSAN],
]) {
  visit(
    `the visitor's position, in ${where}`,
    { permissions: ["geolocation"], geolocation },
    async (page) => {
      await open(page);
      await page.getByRole("button", { name: "現在地から探す" }).click();
      await page.waitForSelector('[role="alert"] >> text=日本の外');
      assert.doesNotMatch(page.url(), /near=/);
    },
  );
}

visit("a click beside the pins offers to search from there", {}, async (page) => {
  await open(page, "/?map=9/35.5/137.9");
  await mapReady(page);
  const point = await pixelOf(page, [137.5, 35.45]);
  await page.mouse.click(point.x, point.y);
  await page.getByRole("button", { name: "ここから探す" }).click();
  await waitForQuery(page, ["near", "^137\\.\\d+,35\\.\\d+$"]);
  const [lon, lat] = new URL(page.url()).searchParams.get("near").split(",").map(Number);
  assert.ok(Math.abs(lon - 137.5) < 0.01 && Math.abs(lat - 35.45) < 0.01, `${lon},${lat}`);
  await waitForQuery(page, ["place", "の地点$"]);
  await isNearestFirst(page, lon, lat);
});

visit("the centre of the map is a point to search from, without a mouse", {}, async (page) => {
  await open(page, "/?map=12/43.05/141.35");
  await page.getByRole("button", { name: "地図の中心から探す" }).focus();
  await page.keyboard.press("Enter");
  await waitForQuery(page, ["near", "^141\\.35,43\\.05$"]);
  // A ward is named with its city.
  await waitForQuery(page, ["place", "^北海道札幌市中央区の地点$"]);
  await isNearestFirst(page, 141.35, 43.05);
});

visit("a long press searches from there", { viewport: PHONE, touch: true }, async (page, context) => {
  await open(page, "/?map=9/35.5/137.9");
  await mapReady(page);
  const point = await pixelOf(page, [137.7, 35.5]);
  const touch = await context.newCDPSession(page);
  const fingers = (type, touchPoints) => touch.send("Input.dispatchTouchEvent", { type, touchPoints });
  await fingers("touchStart", [point]);
  // The map moves by itself: the browser's bar has gone. That is nothing the finger did.
  await page.setViewportSize({ ...PHONE, height: PHONE.height + 40 });
  await waitForQuery(page, ["near", "^137\\.\\d+,35\\.\\d+$"]);
  await fingers("touchEnd", []);
  assert.match(page.url(), /origin=point/);
});

visit("a pin with a letter opens its facility", {}, async (page) => {
  const { features } = await ask("/collections/facilities/items?near=130.4207,33.5897&limit=1&f=json");
  const [lon, lat] = features[0].geometry.coordinates;
  await open(page, `/?near=130.4207,33.5897&place=Hakata&map=12/${lat.toFixed(5)}/${lon.toFixed(5)}`);
  await mapReady(page);
  const point = await pixelOf(page, [lon, lat]);
  await waitForPin(page, point);
  await page.mouse.click(point.x, point.y);
  await waitForQuery(page, ["open", `^${features[0].id}$`]);
  await page.getByRole("article").getByRole("heading", { name: features[0].properties.name }).waitFor();
});

visit("a pin of the tiles opens its facility while browsing", {}, async (page) => {
  const { features } = await ask("/collections/facilities/items?limit=1&f=json");
  const [lon, lat] = features[0].geometry.coordinates;
  await open(page, `/?map=15/${lat.toFixed(5)}/${lon.toFixed(5)}`);
  await mapReady(page);
  const point = await pixelOf(page, [lon, lat]);
  await waitForPin(page, point);
  await page.mouse.click(point.x, point.y);
  await waitForQuery(page, ["open", "."]);
});

visit("everything can be done with the keyboard", {}, async (page) => {
  await open(page);
  await page.keyboard.press("Tab");
  assert.equal(await page.evaluate(() => document.activeElement.textContent), "一覧へ移動");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Tab");
  const box = page.getByRole("combobox");
  assert.equal(await page.evaluate(() => document.activeElement.id), "search");
  await page.keyboard.type("しぶや");
  await page.getByRole("option").first().waitFor();
  assert.equal(await box.getAttribute("aria-expanded"), "true");
  await page.keyboard.press("Escape");
  assert.equal(await box.getAttribute("aria-expanded"), "false");
  await page.keyboard.press("ArrowDown");
  await page.getByRole("option").first().waitFor();
  await page.keyboard.press("ArrowDown");
  const active = await box.getAttribute("aria-activedescendant");
  assert.equal(await page.locator(`#${active}`).getAttribute("aria-selected"), "true");
  await page.keyboard.press("Enter");
  await page.waitForSelector("#list .pin-letter");

  const filters = page.getByRole("button", { name: "絞り込み" });
  await filters.focus();
  await page.keyboard.press("Enter");
  await page.getByRole("dialog").waitFor();
  while (!(await page.evaluate(() => document.activeElement.matches("[data-filter=kind]")))) await page.keyboard.press("Tab");
  await page.keyboard.press("Space");
  await waitForQuery(page, ["kind", "."]);
  await page.keyboard.press("Escape");
  assert.equal(await page.evaluate(() => document.activeElement.matches(".chip-all")), true);

  const link = page.locator("#list .item-name a").first();
  await link.focus();
  await page.keyboard.press("Enter");
  await waitForQuery(page, ["open", "."]);
  const card = page.getByRole("article");
  await card.waitFor();
  await page.keyboard.press("Escape");
  await card.waitFor({ state: "hidden" });
  assert.equal(await page.evaluate(() => document.activeElement.closest(".item-name") !== null), true);
});

visit("an address with q means the place of that name; where there is none the box says so", { viewport: PHONE }, async (page) => {
  await open(page, "/?lang=en&q=Hakata+Station");
  await page.waitForFunction(() => document.querySelector(".list-from").textContent.includes("from Hakata Station"));
  await waitForQuery(page, ["near", "^130\\.\\d+,33\\.\\d+$"]);
  assert.equal(await page.evaluate(() => new URLSearchParams(location.search).get("q")), null);
  await open(page, "/?lang=ja&q=zzzzqqqq");
  await page.locator(".search-message:not([hidden])").getByText(/「zzzzqqqq」に合う場所や施設は見つかりません/).waitFor();
  assert.equal(await page.getByRole("combobox").inputValue(), "zzzzqqqq");
});

visit("what somebody types stays while the map comes to rest", {}, async (page) => {
  await open(page, "/");
  await mapReady(page);
  await page.getByRole("combobox").fill("渋谷");
  await page.getByRole("option").first().waitFor();
  // The wheel turns the map, and leaves the keyboard where it is.
  const box = await page.locator(".map").boundingBox();
  await page.mouse.move(box.x + box.width / 2, box.y + box.height * 0.8);
  await page.mouse.wheel(0, -300);
  await waitForQuery(page, ["map", "."]);
  assert.equal(await page.getByRole("combobox").inputValue(), "渋谷");
  assert.ok(await page.getByRole("option").first().isVisible());
});

visit("somebody without Japanese finds a quarter, a ward and a county, and reads where they are", { viewport: PHONE, locale: "en-GB" }, async (page) => {
  await open(page, "/?lang=en");
  for (const [text, name, where] of [
    ["Dogenzaka", "Dogenzaka 道玄坂", "Shibuya-ku, Tokyo"],
    ["hakata-ku", "Hakata-ku 博多区", "Fukuoka-shi, Fukuoka"],
    ["Minamitsuru-gun", "Fujikawaguchiko-machi 富士河口湖町", "Yamanashi"],
  ]) {
    await page.getByRole("combobox").fill(text);
    const option = page.getByRole("option").first();
    await option.getByText(where, { exact: true }).waitFor();
    assert.equal(await option.locator(".option-name").textContent(), name);
  }
});

visit("a position that comes late does not take away the place chosen meanwhile", {}, async (page) => {
  await page.addInitScript(() => {
    navigator.geolocation.getCurrentPosition = (found) => {
      window.arrive = () => found({ coords: { longitude: 130.4207, latitude: 33.5897, accuracy: 20 } });
    };
  });
  await open(page, "/");
  await page.getByRole("button", { name: "現在地から探す" }).click();
  await page.getByRole("combobox").fill("渋谷");
  await page.getByRole("option").first().click();
  await waitForQuery(page, ["place", "渋谷"]);
  await page.evaluate(() => window.arrive());
  await page.waitForFunction(() => !document.querySelector(".here-button").matches("[aria-busy=true], [aria-disabled=true], :disabled"));
  // Whatever the arrival set off without asking the server has happened one turn later.
  await page.evaluate(() => new Promise((resolve) => setTimeout(resolve)));
  await listed(page);
  assert.match(new URL(page.url()).searchParams.get("place"), /渋谷/);
});

visit("words beside a place become the page's filters, and can be taken off", {}, async (page) => {
  await open(page);
  const box = page.getByRole("combobox");
  await box.fill("渋谷 コワーキング");
  await page.getByRole("option").first().waitFor();
  // Said once, and not in every line.
  const said = page.locator(".search-message:not([hidden])");
  assert.equal(await said.textContent(), "絞り込み：コワーキングスペース");
  assert.equal(await page.locator(".suggestions").getByText("絞り込み：コワーキングスペース").count(), 1);
  await page.keyboard.press("Enter");
  await waitForQuery(page, ["near", "^139\\.7\\d*,35\\.6\\d*$"]);
  await waitForQuery(page, ["kind", "^coworking$"]);
  assert.match(await box.inputValue(), /渋谷駅/);
  await page.getByRole("button", { name: "コワーキングスペースを外す" }).click();
  await page.waitForFunction(() => !new URLSearchParams(location.search).has("kind"));
  await waitForQuery(page, ["near", "."]);
});

visit("words that are filters alone narrow what is shown", {}, async (page) => {
  await open(page);
  await page.getByRole("combobox").fill("電源 個室");
  await page.getByRole("option").first().waitFor();
  await page.keyboard.press("Enter");
  await waitForQuery(page, ["amenity-all", "^booth,power$"]);
  assert.equal(await page.getByRole("combobox").inputValue(), "");
  assert.doesNotMatch(page.url(), /near=/);
});

visit("of several places of one name Enter takes none and asks", {}, async (page) => {
  await open(page);
  const box = page.getByRole("combobox");
  await box.fill("県庁前駅");
  await page.keyboard.press("Enter");
  await page.locator(".search-message:not([hidden])").getByText("複数あります").waitFor();
  assert.ok((await page.getByRole("option").count()) > 1);
  assert.doesNotMatch(page.url(), /near=/);
  // Each says where it is; a chosen one is taken.
  const wider = await page.locator(".option-context").allTextContents();
  assert.ok(new Set(wider).size > 1, wider);
  // With words that are filters both are said.
  await box.fill("県庁前駅 電源");
  await page.getByRole("option").first().waitFor();
  await page.keyboard.press("Enter");
  const lines = page.locator(".search-message:not([hidden]) span");
  await lines.nth(1).waitFor();
  assert.deepEqual(await lines.allTextContents(), ["あてはまる場所が複数あります。選んでください。", "絞り込み：電源"]);
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await waitForQuery(page, ["place", "県庁前駅"]);
});

visit("a guess is called a guess, and is not taken unasked", {}, async (page) => {
  await open(page);
  await page.getByRole("combobox").fill("しんじく");
  const option = page.getByRole("option").filter({ hasText: "新宿" }).first();
  await option.getByText("もしかして").waitFor();
  await page.keyboard.press("Enter");
  await page.locator(".search-message:not([hidden])").waitFor();
  assert.doesNotMatch(page.url(), /near=/);
});

visit("a house's number is left out and said so; a former name is named", {}, async (page) => {
  await open(page);
  const box = page.getByRole("combobox");
  await box.fill("奈良市法蓮町387");
  await page.getByRole("option").first().getByText("「387」を除いて探しました").waitFor();
  await page.keyboard.press("Enter");
  await waitForQuery(page, ["place", "法蓮町"]);
  await box.fill("浜松市中区");
  await page.getByRole("option").first().getByText("旧浜松市中区").waitFor();
});

visit("a station that does not exist is said so, and no town takes its place", {}, async (page) => {
  await open(page);
  await page.getByRole("combobox").fill("ぬまのはらっぱ駅");
  await page.keyboard.press("Enter");
  await page.locator(".search-message:not([hidden])").getByText("という名前の駅は見つかりません").waitFor();
  assert.equal(await page.getByRole("option").count(), 0);
});

visit("an address with q brings its filters along", {}, async (page) => {
  await open(page, `/?q=${encodeURIComponent("博多駅 Wi-Fi")}`);
  await waitForQuery(page, ["near", "^130\\.42"]);
  await waitForQuery(page, ["amenity-all", "^wifi$"]);
  await open(page, `/?q=${encodeURIComponent("中央区")}`);
  await page.getByRole("option").first().waitFor();
  assert.doesNotMatch(page.url(), /near=/);
});
