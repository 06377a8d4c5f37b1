// Makes docs/images/start.png again: the start page on a computer (1280 px) and, beside it, on a
// phone (390 px), from the real server with the shipped facilities:
//   tests/support/with-server.sh node docs/screenshots.mjs
// Chromium is taken from CHROMIUM, else /usr/bin/chromium.
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";

const require = createRequire(new URL("../web/package.json", import.meta.url));
const { chromium } = require("playwright-core");

const base = process.env.MACHINAKA_BASE;
if (!base) {
  console.error("Name the running server in MACHINAKA_BASE.");
  process.exit(2);
}

// The hubs nearest to Hakata station: a question that many readers can check.
const PAGE = `${base}/?near=130.4207,33.5897&place=${encodeURIComponent("博多駅")}`;
const SCREENS = [
  { width: 1280, height: 844 },
  { width: 390, height: 844 },
];
const GAP = 24;

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--use-angle=swiftshader", "--enable-unsafe-swiftshader", "--ignore-gpu-blocklist"],
});

async function picture(viewport) {
  const context = await browser.newContext({
    viewport,
    locale: "ja-JP",
    timezoneId: "Asia/Tokyo",
    reducedMotion: "reduce",
    colorScheme: "light",
    serviceWorkers: "block",
  });
  const page = await context.newPage();
  await page.goto(PAGE, { waitUntil: "networkidle" });
  // The map draws on after the network is quiet, without a sign that it has finished.
  await page.waitForTimeout(5000);
  const bytes = await page.screenshot();
  await context.close();
  return bytes.toString("base64");
}

const pictures = [];
for (const screen of SCREENS) pictures.push(await picture(screen));

// Both side by side at half their size, which is enough for a README.
const context = await browser.newContext({
  viewport: { width: 1024, height: 600 },
});
const page = await context.newPage();
await page.setContent(
  `<body style="margin:0;background:#fff;zoom:.6"><div style="display:inline-flex;gap:${GAP}px">${pictures
    .map((bytes) => `<img src="data:image/png;base64,${bytes}" style="outline:1px solid #ccc;outline-offset:-1px">`)
    .join("")}</div></body>`,
);
await page.waitForTimeout(500);
await page.locator("div").screenshot({ path: fileURLToPath(new URL("images/start.png", import.meta.url)) });
await browser.close();
