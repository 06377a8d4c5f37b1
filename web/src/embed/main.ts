/**
 * Map and list for another site's frame: the filters stand in its address, as on the map's page.
 * It remembers nothing and asks for no position; everything further happens on the page itself.
 */

import { plain } from "../annotate.ts";
import { Api, type Facility, type Feature, type Part, type Streets } from "../api.ts";
import { viewOfResults } from "../camera.ts";
import { fill, h } from "../dom.ts";
import { languageOf, type Mode, writeMode } from "../mode.ts";
import { Navigation } from "../navigation.ts";
import { minuteInJapan } from "../opening.ts";
import { tileQuery } from "../query.ts";
import { words as allWords } from "../text/index.ts";
import { preferredLocale } from "../text/remembered.ts";
import type { Context } from "../views/context.ts";
import { displayName, nameLanguage, now, pin, where } from "../views/item.ts";
import { MapPane } from "../views/map-pane.ts";
import { around, JAPAN_WHOLE, viewOf } from "../window.ts";
import { viewOfJapan } from "../camera.ts";

/** A list that fits a frame; the page has the rest. */
const MOST = 100;
/** Up to so many, pins carry the letters of the list; more are clusters. */
const LETTERED = 26;

const navigation = new Navigation(preferredLocale(navigator.languages));
const { mode } = navigation;
const words = allWords[mode.locale];
const api = new Api(languageOf(mode.locale));
const context: Context = { api, navigation, words, now: () => new Date(), vocabularies: null, latin: {} };
document.documentElement.lang = languageOf(mode.locale);
document.title = plain(words.titled(words.embed.title));

const heading = h("h1", {}, words.embed.title);
const items = h("ol", { class: "items" });
const message = h("p", { class: "list-waiting" }, words.list.loading);
const pane = new MapPane(context, {
  moved: () => {},
  openFacility: (id) => items.querySelector<HTMLElement>(`[data-id="${CSS.escape(id)}"] a`)?.focus(),
  pointed: () => {},
  searchFrom: null,
});
document.getElementById("app")!.replaceChildren(
  h("main", { class: "embed" }, pane.element, h("section", { class: "embed-list", "aria-label": words.list.heading }, heading, message, items)),
  h(
    "footer",
    { class: "embed-foot" },
    h("a", { href: address({ ...mode, view: mode.view }), target: "_blank", rel: "noopener" }, words.embed.openFull, h("span", { class: "visually-hidden" }, words.embed.opensNew)),
  ),
);
let streets: Streets | null = null;
void start();

async function start(): Promise<void> {
  const { around: about } = mode;
  const part: Part = about.by === "near" ? { near: about, within: JAPAN_WHOLE } : { within: JAPAN_WHOLE };
  try {
    const [page, vocabularies, config] = await Promise.all([
      api.facilities(part, mode.filters, MOST),
      api.vocabularies().catch(() => null),
      api.config().catch(() => null),
    ]);
    context.vocabularies = vocabularies;
    streets = config?.basemap.streets ?? null;
    list(page.features, page.numberMatched);
  } catch {
    fill(message, words.list.failed);
    pane.view = mode.view ?? viewOfJapan(pane.size());
  }
  await pane.start();
}

function list(features: Feature<Facility>[], matched: number): void {
  const { around: about } = mode;
  const letters = features.length <= LETTERED;
  const size = pane.size();
  fill(heading, about.by === "near" ? words.list.nearest(matched) : words.filters.count(matched), " ", h("span", { class: "note" }, words.embed.title));
  fill(message, features.length === 0 && words.list.emptyFiltered);
  message.hidden = features.length > 0;
  fill(items, ...features.map((feature, index) => line(feature, letters ? index : null)));
  if (mode.view) pane.view = mode.view;
  else if (about.by === "near") pane.view = viewOfResults(about, features, size);
  else if (features.length) pane.view = viewOf(around(features.map(({ geometry }) => geometry.coordinates)), size, 48, 14);
  else pane.view = viewOfJapan(size);
  pane.show({
    listed: features,
    origins: about.by === "near" ? [about] : [],
    letters,
    chosen: null,
    facilityQuery: tileQuery(mode.filters),
    minute: mode.filters.openAt && mode.filters.openAt !== "now" ? mode.filters.openAt : minuteInJapan(context.now()),
    outside: null,
    streets,
  });
  items.addEventListener("pointerover", (event) => point(event, features));
  items.addEventListener("focusin", (event) => point(event, features));
}

function point(event: Event, features: Feature<Facility>[]): void {
  const id = (event.target as Element).closest("[data-id]")?.getAttribute("data-id");
  const found = features.find((feature) => feature.id === id);
  const [lon, lat] = found?.geometry.coordinates ?? [0, 0];
  pane.point(found ? { lon, lat } : null);
}

function line(feature: Feature<Facility>, index: number | null): HTMLElement {
  const facility = feature.properties;
  return h(
    "li",
    { class: "item", "data-id": feature.id },
    pin(context, facility, index),
    h(
      "div",
      { class: "item-body" },
      h(
        "h2",
        { class: "item-name" },
        h(
          "a",
          { href: address({ ...mode, open: feature.id }), target: "_blank", rel: "noopener", lang: nameLanguage(context, facility) },
          displayName(context, facility),
          h("span", { class: "visually-hidden" }, words.embed.opensNew),
        ),
      ),
      now(context, facility),
      ...where(context, facility),
    ),
  );
}

function address(full: Mode): string {
  return `/${writeMode(full)}`;
}
