import assert from "node:assert/strict";
import { test } from "node:test";
import { NO_FILTERS } from "../../src/filters.ts";
import { type Mode, parseMode, writeMode } from "../../src/mode.ts";

const plain: Mode = {
  screen: "find",
  locale: "ja",
  around: { by: "window" },
  filters: NO_FILTERS,
  open: null,
  compare: [],
  comparing: false,
  view: null,
  outside: false,
};

const modes: [string, Mode][] = [
  ["the first page", plain],
  ["another language", { ...plain, locale: "en" }],
  ["the simpler language", { ...plain, locale: "ja-simple" }],
  [
    "two points",
    {
      ...plain,
      around: {
        by: "both",
        one: { lon: 139.7, lat: 35.66, label: "渋谷区" },
        two: { lon: 139.63, lat: 35.45, label: "横浜市 & <b>" },
        rank: "worst",
      },
    },
  ],
  ["a comparison", { ...plain, compare: ["hub-001", "hub-002", "hub-003"], comparing: true }],
  [
    "a place",
    { ...plain, around: { by: "near", origin: "place", lon: 139.7, lat: 35.66, label: "東京都渋谷区" } },
  ],
  [
    "the visitor's position",
    { ...plain, around: { by: "near", origin: "here", lon: 130.4, lat: 33.59, label: "現在地" } },
  ],
  [
    "a point without a name",
    { ...plain, around: { by: "near", origin: "point", lon: 127.68123, lat: 26.21234, label: "" } },
  ],
  [
    "everything at once",
    {
      screen: "find",
      locale: "en",
      around: { by: "near", origin: "place", lon: 140.11332, lat: 36.08552, label: "A & B = 100% #1?" },
      filters: {
        kind: ["coworking", "share-office"],
        stock: ["kura"],
        programme: ["machizukuri-fund", "unknown"],
        openAt: "2026-11-27T10:00:00+09:00",
        eligibility: ["anyone"],
        use: ["drop-in"],
        priceMax: 400,
        amenity: ["barrier-free", "wifi"],
        certainty: ["confirmed"],
        "status-age": ["fresh"],
        municipality: ["13101"],
        also: ["planned", "closed"],
        knownOnly: true,
      },
      open: "hub-001",
      compare: ["hub-001"],
      comparing: false,
      view: { lon: 140.1, lat: 36.1, zoom: 11.25 },
      outside: true,
    },
  ],
];

for (const [name, mode] of modes) {
  test(`written and read again, ${name} is the same`, () => {
    assert.deepEqual(parseMode(writeMode(mode)), mode);
  });
}

test("the first page has no query", () => {
  assert.equal(writeMode(plain), "");
});

test("the query stays readable", () => {
  const mode: Mode = {
    ...plain,
    filters: { ...NO_FILTERS, kind: ["coworking", "exchange"] },
    view: { lon: 139.7, lat: 35.6, zoom: 9 },
  };
  assert.equal(writeMode(mode), "?kind=coworking,exchange&map=9/35.6/139.7");
});

for (const query of [
  "?near=abc",
  "?near=139.7",
  "?near=35.66,139.7",
  "?near=0,0",
  "?near=1e2,0x10",
  "?near=139.7,35.6,1",
  "?near=NaN,Infinity",
  "?map=1/2/3",
  "?map=99/35/139",
  "?map=//",
  "?open=../../etc",
  "?open=%3Cscript%3E",
  `?open=${"a".repeat(65)}`,
  "?kind=<b>,A%20B",
  "?also=open,everything",
  "?known=yes",
  "?lang=fr",
  "?base=http://example.org",
  "?near2=139.7,35.6&rank=sum",
  "?compare=..,<b>&show=compare",
  "?show=compare",
  "?price-max=free&open-at=later&municipality=x",
  "?utm_source=x&%E0%A4%A=%",
]) {
  test(`what cannot be read is left out: ${query}`, () => {
    assert.deepEqual(parseMode(query), plain);
  });
}

test("a good value next to a bad one is kept", () => {
  assert.deepEqual(parseMode("?kind=coworking,<b>,coworking&near=x").filters.kind, ["coworking"]);
});

test("a label is cut to a length a heading can hold", () => {
  const { around } = parseMode(`?near=139.7,35.6&place=${encodeURIComponent("髙".repeat(500))}`);
  assert.equal(around.by === "near" && [...around.label].length, 60);
});

test("no more are compared than fit side by side, none twice", () => {
  assert.deepEqual(parseMode("?compare=a,b,a,c,d").compare, ["a", "b", "c"]);
});

test("the preferred language holds until the address names one", () => {
  assert.equal(parseMode("", "en").locale, "en");
  assert.equal(parseMode("?lang=ja", "en").locale, "ja");
});
