// Compiles and runs the client of generated types: node tests/client.mjs URL TOKEN
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "vite";

const root = fileURLToPath(new URL("../", import.meta.url));
const out = mkdtempSync(join(tmpdir(), "machinaka-client-"));
await build({
  configFile: false,
  logLevel: "warn",
  root,
  build: {
    ssr: true,
    outDir: out,
    emptyOutDir: false,
    rollupOptions: {
      input: join(root, "tests/client/facility.ts"),
      output: { entryFileNames: "facility.mjs" },
    },
  },
});
const run = spawnSync(process.execPath, [join(out, "facility.mjs"), ...process.argv.slice(2)], { stdio: "inherit" });
rmSync(out, { recursive: true, force: true });
process.exit(run.status ?? 1);
