// Runs axe-core on what the page shows now. Its source is put in from outside: the page's own policy
// lets no foreign script in, and that stays as it is.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const SOURCE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** Fails with every finding, its element and why. Every rule runs, best practices included. */
export async function accessible(page, state) {
  if (!(await page.evaluate(() => "axe" in window))) await page.evaluate(SOURCE);
  const findings = await page.evaluate(async () => {
    const { violations } = await window.axe.run(document, { resultTypes: ["violations"] });
    return violations.flatMap(({ id, nodes }) =>
      nodes.map(({ target, failureSummary }) => `${id}: ${target.join(" ")} – ${failureSummary?.replace(/\s+/g, " ")}`),
    );
  });
  assert.deepEqual(findings, [], state);
}
