// How long a nearest search takes in a real Chromium, from the last letter typed until the first pin is
// painted on the map and can be pressed: twenty towns, each on a fresh page, typed letter by letter, with
// the motion that most people see. Prints medians; nothing is asserted, because what is drawn
// without a graphics card is the measure of the machine.
//   tests/support/with-server.sh node web/tests/bench.mjs     (npm --prefix web run bench)
import { chromium } from "playwright-core";

const BASE = process.env.MACHINAKA_BASE;
if (!BASE) {
  console.error("Name the running server in MACHINAKA_BASE; tests/support/with-server.sh does.");
  process.exit(2);
}

const TOWNS = [
  "博多駅前", "甲府市", "那覇市", "長浜市", "旭川市", "横浜市", "札幌市", "仙台市", "金沢市", "名古屋市",
  "京都市", "神戸市", "岡山市", "広島市", "高松市", "松山市", "熊本市", "鹿児島市", "新潟市", "盛岡市",
];

/** Notes, in the page, when each part is there. */
function watch() {
  const times = (window.benchTimes = {});
  const mark = (name) => (times[name] ??= performance.now());
  window.benchStart = () => {
    for (const name of Object.keys(times)) delete times[name];
    mark("typed");
  };
  const asked = /\/(places|collections\/facilities\/items)\?/;
  const { fetch } = window;
  window.fetch = async (input, options) => {
    const found = asked.exec(String(input));
    // What was asked before the last letter is not waited for.
    if (found && times.typed) mark(`${found[1]} asked`);
    const answer = await fetch(input, options);
    if (found && times.typed) {
      mark(`${found[1]} answered`);
      if (times.chosen) window.benchFound = answer.clone().json();
    }
    return answer;
  };
  new MutationObserver(() => {
    if (!times.typed) return;
    // Choices of an earlier letter do not count.
    if (times["places answered"] && document.querySelector('[role="listbox"]:not([hidden]) [role="option"]')) mark("offered");
    if (times.chosen && document.querySelector("#list:not([aria-busy]) .item .pin-letter")) mark("listed");
  }).observe(document, { subtree: true, childList: true, attributes: true });
}

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--use-angle=swiftshader", "--enable-unsafe-swiftshader", "--ignore-gpu-blocklist"],
});
const runs = [];
for (const town of TOWNS) runs.push(await search(town));
await browser.close();

const parts = [
  ["last letter typed → asked", "typed", "places asked"],
  ["asked → suggestions answered", "places asked", "places answered"],
  ["answered → suggestions shown", "places answered", "offered"],
  ["chosen → list answered", "chosen", "collections/facilities/items answered"],
  ["answered → list shown", "collections/facilities/items answered", "listed"],
  ["list shown → first pin painted and can be pressed", "listed", "drawn"],
];
console.log(`A nearest search, median of ${runs.length} (least – most), milliseconds`);
for (const [name, from, to] of parts) print(name, (run) => run[to] - run[from]);
print("from typing to the list", (run) => run.listed - run.typed - run.waited);
print("from typing to a pin that can be pressed", (run) => run.drawn - run.typed - run.waited);

/** Types a town, takes the first suggestion as soon as it is there, and waits until its pins are drawn. */
async function search(town) {
  const context = await browser.newContext({
    viewport: { width: 390, height: 844 },
    locale: "ja-JP",
    serviceWorkers: "block",
  });
  const page = await context.newPage();
  await page.addInitScript(watch);
  await page.goto(BASE);
  await page.waitForSelector('.map[data-state="ready"]', { timeout: 60_000 });
  const times = await page.evaluate(async (text) => {
    const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
    const until = async (done) => {
      while (!done()) await frame();
    };
    /** Where a place lies in the window, by the view that stands in the address. */
    const pixelOf = ([lon, lat]) => {
      const view = new URLSearchParams(location.search).get("map")?.split("/").map(Number);
      if (!view) return null;
      const [zoom, centreLat, centreLon] = view;
      const { x, y, width, height } = document.querySelector(".map").getBoundingClientRect();
      const scale = 512 * 2 ** zoom;
      const down = (value) => (1 - Math.asinh(Math.tan((value * Math.PI) / 180)) / Math.PI) / 2;
      return {
        clientX: x + width / 2 + ((lon - centreLon) / 360) * scale,
        clientY: y + height / 2 + (down(lat) - down(centreLat)) * scale,
      };
    };
    const times = window.benchTimes;
    const box = document.querySelector('[role="combobox"]');
    const type = (typed) => {
      box.value = typed;
      box.dispatchEvent(new InputEvent("input", { bubbles: true }));
    };
    box.focus();
    // Ten letters a second: what is asked for the letters before may still be on its way.
    for (let typed = 1; typed < text.length; typed += 1) {
      type(text.slice(0, typed));
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    window.benchStart();
    type(text);
    await until(() => times.offered);
    // A person would look and press; that time is theirs.
    const option = document.querySelector('[role="option"]');
    times.chosen = performance.now();
    times.waited = times.chosen - times.offered;
    option.click();
    await until(() => times.listed);
    // The first pin is there once it can be pressed: then the map's pointer is a hand.
    const first = (await window.benchFound).features[0].geometry.coordinates;
    const canvas = document.querySelector("canvas");
    await until(() => {
      const at = pixelOf(first);
      const hit = at && document.elementFromPoint(at.clientX, at.clientY);
      if (hit && canvas.parentElement.contains(hit)) hit.dispatchEvent(new MouseEvent("mousemove", { ...at, bubbles: true }));
      return canvas.style.cursor === "pointer";
    });
    // It was seen in a frame that is painted by the time the next one begins.
    await frame();
    times.drawn = performance.now();
    return { ...times };
  }, town);
  await context.close();
  return times;
}

function print(name, of) {
  const sorted = runs.map(of).sort((a, b) => a - b);
  const middle = (sorted[sorted.length / 2 - 1] + sorted[sorted.length / 2]) / 2;
  const [least, most] = [sorted[0], sorted.at(-1)];
  console.log(`  ${name.padEnd(60)} ${middle.toFixed(0).padStart(6)} (${least.toFixed(0)} – ${most.toFixed(0)})`);
}
