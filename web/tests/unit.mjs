// Compiles the unit tests with the sources they import, then runs them with Node's own runner.
// Node 20 cannot strip types itself, and Vite is here already.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "vite";

const here = fileURLToPath(new URL("./unit/", import.meta.url));
const out = mkdtempSync(join(tmpdir(), "machinaka-unit-"));
const tests = readdirSync(here).filter((name) => name.endsWith(".test.ts"));

await build({
  configFile: false,
  logLevel: "warn",
  root: fileURLToPath(new URL("../", import.meta.url)),
  build: {
    ssr: true,
    outDir: out,
    emptyOutDir: false,
    rollupOptions: {
      input: Object.fromEntries(tests.map((name) => [name.replace(".ts", ""), join(here, name)])),
      output: { entryFileNames: "[name].mjs" },
    },
  },
});

const files = tests.map((name) => join(out, name.replace(".ts", ".mjs")));
const run = spawnSync(process.execPath, ["--test", "--test-reporter=tap", ...files], { stdio: "inherit" });
rmSync(out, { recursive: true, force: true });
process.exit(run.status ?? 1);
