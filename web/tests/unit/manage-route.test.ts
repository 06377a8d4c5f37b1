import assert from "node:assert/strict";
import { test } from "node:test";
import { parse, type Route, write } from "../../src/manage/route.ts";

const routes: [string, Route][] = [
  ["/manage", { view: "queue" }],
  ["/manage/submissions/17", { view: "submission", id: "17", part: "report" }],
  ["/manage/submissions/17/differences", { view: "submission", id: "17", part: "differences" }],
  ["/manage/upload", { view: "upload" }],
  ["/manage/facilities", { view: "facilities", q: "" }],
  [`/manage/facilities?q=${encodeURIComponent("黒壁 & 蔵 100%")}`, { view: "facilities", q: "黒壁 & 蔵 100%" }],
  ["/manage/facilities/new", { view: "facility", id: null }],
  ["/manage/facilities/hub-001", { view: "facility", id: "hub-001" }],
  ["/manage/facilities/hub-001/history", { view: "history", id: "hub-001" }],
  ["/manage/people", { view: "people" }],
  ["/manage/account", { view: "account" }],
];

for (const [address, route] of routes) {
  test(`${address} is a place, and is written so`, () => {
    const { pathname, search } = new URL(address, "http://localhost");
    assert.deepEqual(parse(pathname, search), route);
    assert.equal(write(route), address);
  });
}

test("a slash at the end and foreign parameters make no difference", () => {
  assert.deepEqual(parse("/manage/", ""), { view: "queue" });
  assert.deepEqual(parse("/manage/people/", "?utm_source=x&%E0%A4%A=%"), { view: "people" });
});

for (const address of [
  "/",
  "/managers",
  "/manage/nothing",
  "/manage/submissions",
  "/manage/submissions/1/2",
  "/manage/submissions/1/differences/more",
  "/manage/submissions/..%2Fusers",
  "/manage/facilities/%3Cscript%3E",
  `/manage/facilities/${"a".repeat(65)}`,
  "/manage/facilities/new/history",
  "/manage/people/5",
]) {
  test(`nothing is at ${address}`, () => {
    assert.deepEqual(parse(address, ""), { view: "missing" });
  });
}

test("a search is cut to a length that a name can have", () => {
  const route = parse("/manage/facilities", `?q=${encodeURIComponent("髙".repeat(500))}`);
  assert.equal(route.view === "facilities" && [...route.q].length, 100);
});
