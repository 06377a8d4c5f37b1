// Runs the browser tests against a running server with the shipped facilities:
//   npm run test:browser -- --base http://127.0.0.1:8080     (or MACHINAKA_BASE)
// Chromium is taken from CHROMIUM, else /usr/bin/chromium.
import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const given = process.argv.indexOf("--base");
const base = given > 0 ? process.argv[given + 1] : process.env.MACHINAKA_BASE;
if (!base) {
  console.error("Name the running server: --base http://127.0.0.1:8080, or MACHINAKA_BASE.");
  process.exit(2);
}

const here = fileURLToPath(new URL("./browser/", import.meta.url));
const files = readdirSync(here).filter((name) => name.endsWith(".test.mjs"));
const run = spawnSync(
  process.execPath,
  ["--test", "--test-reporter=tap", "--test-concurrency=1", ...files.map((name) => join(here, name))],
  { stdio: "inherit", env: { ...process.env, MACHINAKA_BASE: base.replace(/\/$/, "") } },
);
process.exit(run.status ?? 1);
