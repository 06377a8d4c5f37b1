import assert from "node:assert/strict";
import { test } from "node:test";
import { type Api, type Feature, type Facility, type Page } from "../../src/api.ts";
import { NO_FILTERS } from "../../src/filters.ts";
import { ResultLoader } from "../../src/results.ts";

const feature = (id: string) => ({ type: "Feature", id, geometry: { type: "Point", coordinates: [139.7, 35.6] }, properties: { id } }) as unknown as Feature<Facility>;
const page = (id: string) => ({ features: [feature(id)], numberMatched: 2, links: [{ rel: "next", href: `/next-of-${id}` }] }) as unknown as Page;

test("the next page of a list that is being replaced is not fetched, and stops nothing", async () => {
  const waiting: ((answer: Page) => void)[] = [];
  const followed: string[] = [];
  const api = {
    facilities: () => new Promise<Page>((resolve) => waiting.push(resolve)),
    following: (href: string) => {
      followed.push(href);
      return Promise.resolve(page("more"));
    },
  } as unknown as Api;
  const loader = new ResultLoader(api, () => undefined);
  const first = loader.load({ near: { lon: 139.7, lat: 35.6 } }, NO_FILTERS);
  waiting.shift()!(page("tokyo"));
  await first;
  const second = loader.load({ near: { lon: 130.4, lat: 33.6 } }, NO_FILTERS);
  await loader.more();
  waiting.shift()!(page("hakata"));
  await second;
  assert.deepEqual(followed, []);
  assert.deepEqual(loader.results.listing?.features.map(({ id }) => id), ["hakata"]);
  await loader.more();
  assert.deepEqual(followed, ["/next-of-hakata"]);
  assert.deepEqual(loader.results.listing?.features.map(({ id }) => id), ["hakata", "more"]);
});
