import assert from "node:assert/strict";
import { test } from "node:test";
import type { Row } from "../../src/coverage/api.ts";
import { classOf, CLASSES, csv, figure, gain, percent, scale, sorted, total } from "../../src/coverage/figures.ts";
import { coordinates, FIRST, metres, parameters, parse, write } from "../../src/coverage/question.ts";
import { scale as scaleBar, told } from "../../src/coverage/scale.ts";
import { en } from "../../src/coverage/text/en.ts";
import { ja } from "../../src/coverage/text/ja.ts";

function row(code: string, people: number | null, within: number | null, more: Partial<Row> = {}): Row {
  const coverage = people && within !== null ? within / people : null;
  return {
    code,
    name: code,
    people,
    people_within: within,
    coverage,
    facilities: 0,
    facilities_imprecise: 0,
    seats: null,
    people_source: "model",
    ...more,
  };
}

test("the address is the question written out, and read again is the same", () => {
  const query =
    "?area=40130&by=ward&within=650.5&method=area&weight=65%2B&eligibility=anyone&kind=coworking,workation&status=open,planned" +
    "&include-unknown=true&imprecise=keep&measures=all&supply=facilities&add=130.4,33.59;130.35,33.58&as-of=120&view.sites=5,median&view.show=before&view.sort=people" +
    "&view.map=11.5/33.59/130.4&view.seq=130&lang=en";
  assert.equal(write(parse(query)), query);
  for (const sites of ["5", "5,median", "5,cover,people", "5,center,none"]) {
    const own = `?within=800&view.sites=${sites}&view.zones=own`;
    assert.equal(write(parse(own)), own);
  }
  // Without areas of one's own nothing is limited.
  assert.equal(write(parse("?within=800&view.sites=5,cover,people")), "?within=800&view.sites=5");
  assert.equal(write(parse("")), "?within=800");
  assert.deepEqual(parse("").question, FIRST);
  // What is the page's own is not asked of the server.
  assert.ok(parameters(parse(query).question).every(([name]) => !name.startsWith("view.") && name !== "lang"));
});

test("what an address holds is not believed", () => {
  const wrong = parse(
    "?area=1;drop&by=square&within=-5&method=nix&weight=65&kind=%3Cb%3E&add=2.3,48.8;139.7,35.6;x&as-of=yesterday&view.sort=nix&view.map=99/0/0&view.seq=-1",
  );
  assert.deepEqual(wrong.question, { ...FIRST, pins: [[139.7, 35.6]] });
  assert.equal(wrong.sort, "coverage");
  assert.equal(wrong.view, null);
  for (const sites of ["0", "-1", "1.5", "1001", "x", "5,best", ",median", "5,cover,all"]) {
    assert.equal(parse(`?view.sites=${sites}`).siting, null, sites);
  }
  assert.deepEqual(parse("?view.sites=12").siting, { count: 12, objective: "cover", limit: "both" });
  assert.equal(wrong.seq, null);
  assert.equal(parse("?as-of=2026-04-01T09:00:00+09:00").question.asOf, "2026-04-01T09:00:00+09:00");
  assert.equal(parse("?weight=65+").question.weight, "65+");
});

test("distances and coordinates are read as people write them", () => {
  assert.deepEqual(["1,500", "１５００", "800 m", "0.5", "0", "100001", "1e3", ""].map(metres), [
    1500,
    1500,
    800,
    null,
    null,
    null,
    null,
    null,
  ]);
  assert.deepEqual(coordinates("33.59, 130.40"), [130.4, 33.59]);
  assert.deepEqual(coordinates("130.40、33.59"), [130.4, 33.59]);
  assert.equal(coordinates("48.8, 2.3"), null);
  assert.equal(coordinates("福岡市"), null);
});

test("nobody living there is no share, and an unknown part makes the sum unknown", () => {
  const rows = [row("a", 100, 25), row("b", 300, 75), row("c", 0, 0)];
  assert.deepEqual(total(rows.map((one) => figure(one, "after"))), { people: 400, within: 100, share: 0.25 });
  assert.equal(total([figure(row("c", 0, 0), "after")]).share, null);
  assert.equal(total([figure(row("d", null, null), "after"), figure(rows[0]!, "after")]).people, null);
  assert.deepEqual([null, 0, 0.0001, 0.1234, 0.9999, 1].map(percent), ["―", "0.0 %", "<0.1 %", "12.3 %", ">99.9 %", "100.0 %"]);
});

test("before and after", () => {
  const one = row("a", 100, 30, { people_within_before: 10, coverage_before: 0.1 });
  assert.deepEqual(figure(one, "before"), { people: 100, within: 10, share: 0.1 });
  assert.deepEqual(figure(one, "after"), { people: 100, within: 30, share: 0.3 });
  assert.equal(gain(one), 20);
  assert.equal(gain(row("b", 100, 30)), null);
});

test("every share has its class, growing with it", () => {
  for (const largest of [0, 0.004, 0.03, 0.12, 0.3, 0.5, 1]) {
    const ends = scale([null, largest]);
    const shares = Array.from({ length: 1001 }, (_, n) => (n / 1000) * largest);
    const classes = shares.map((share) => classOf(share, ends)!);
    assert.equal(classes[0], 0);
    assert.ok(classes.every((one, n) => one >= (classes[n - 1] ?? 0) && one < CLASSES), String(largest));
  }
  assert.equal(classOf(null, scale([])), null);
  assert.equal(classOf(0.00001, scale([0.5])), 1);
});

test("the table sorts either way, the unknown last", () => {
  const rows = [row("a", 10, 5), row("b", null, null), row("c", 20, 4), row("d", 0, 0)];
  const order = (sort: Parameters<typeof sorted>[1], descending: boolean) =>
    sorted(rows, sort, descending, "after")
      .map(({ code }) => code)
      .join("");
  assert.equal(order("coverage", true), "acbd");
  assert.equal(order("coverage", false), "cabd");
  assert.equal(order("outside", true), "cadb");
  assert.equal(order("name", false), "abcd");
});

test("a name is no formula and no second column", () => {
  assert.equal(csv([["=1+1", 'a "b", c', -1, null, "町"]]), `'=1+1,"a ""b"", c",-1,,町\r\n`);
});

test("both languages say the same things", () => {
  const paths = (words: object, before = ""): string[] =>
    Object.entries(words).flatMap(([key, value]) =>
      typeof value === "object" ? paths(value as object, `${before}${key}.`) : [before + key],
    );
  assert.deepEqual(paths(en).sort(), paths(ja).sort());
});

test("the scale's bar has a round length and is not longer than it may be", () => {
  for (const [lat, zoom] of [[35.68, 4], [35.68, 9.7], [43.06, 13.2], [26.2, 16]] as const) {
    const { metres, pixels } = scaleBar(lat, zoom);
    assert.match(String(metres), /^[125]0*$/);
    assert.ok(pixels <= 120 && pixels > 40, `${metres} m in ${pixels} px`);
    // A tile of 512 px has a 2^zoom-th of the parallel.
    const parallel = 40_075_016.686 * Math.cos((lat * Math.PI) / 180);
    assert.ok(Math.abs(metres / pixels / (parallel / 512 / 2 ** zoom) - 1) < 1e-12);
  }
  assert.equal(told(500, "ja"), "500 m");
  assert.equal(told(20_000, "ja"), "20 km");
});
