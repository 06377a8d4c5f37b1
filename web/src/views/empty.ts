/** An empty list that helps: what was asked, what to loosen, and the nearest hub beyond. */

import type { Api, Part } from "../api.ts";
import { fill, h } from "../dom.ts";
import { activeFilters, type FilterName, type Filters, NO_FILTERS, without } from "../filters.ts";
import { distance } from "../format.ts";
import type { Listing } from "../results.ts";
import type { Context } from "./context.ts";
import { describeFilter } from "./filter-words.ts";
import { cityOf, item } from "./item.ts";

export function emptyState(context: Context, listing: Listing, actions: { zoomOut(): void }): HTMLElement {
  const { words, navigation, api } = context;
  const active = activeFilters(listing.filters);
  const loosen = h("div", { class: "loosen" });
  const beyond = h("div", { class: "beyond" });
  const inWindow = "within" in listing.part;
  const filtered = listing.matched > listing.known ? words.list.emptyKnown : words.list.emptyFiltered;
  void offerLooser(context, listing, active, loosen);
  if ("within" in listing.part) void offerNearest(context, api, listing.part.within, listing.filters, beyond);
  return h(
    "div",
    { class: "empty" },
    h("p", { class: "empty-title" }, active.length ? filtered : words.list.emptyWindow),
    active.length > 0 &&
      h(
        "p",
        { class: "note" },
        words.list.asked(active.map((name) => describeFilter(context, listing.filters, name)).join(" / ")),
      ),
    loosen,
    inWindow &&
      h("button", { type: "button", class: "button", onclick: () => actions.zoomOut() }, words.list.zoomOut),
    active.length > 1 &&
      h(
        "button",
        { type: "button", class: "button", onclick: () => navigation.push({ filters: NO_FILTERS }) },
        words.filters.clearAll,
      ),
    beyond,
  );
}

/** One button for each filter whose loss would bring something, with the number it would bring. */
async function offerLooser(context: Context, listing: Listing, active: FilterName[], place: Element) {
  const { words, navigation, api } = context;
  const offers = await Promise.all(
    active.map(async (name) => {
      const filters = { ...without(listing.filters, name), knownOnly: true };
      return { name, count: await countOf(api, listing.part, filters) };
    }),
  );
  fill(
    place,
    ...offers
      .filter(({ count }) => count > 0)
      .map(({ name, count }) =>
        h(
          "button",
          {
            type: "button",
            class: "button",
            onclick: () => navigation.push({ filters: without(navigation.mode.filters, name) }),
          },
          words.list.loosen(words.filters[name], count),
        ),
      ),
  );
}

async function offerNearest(
  context: Context,
  api: Api,
  box: { west: number; south: number; east: number; north: number },
  filters: Filters,
  place: Element,
) {
  const near = { lon: (box.west + box.east) / 2, lat: (box.south + box.north) / 2 };
  const page = await api.facilities({ near }, { ...filters, knownOnly: true }, 1).catch(() => null);
  const nearest = page?.features[0];
  if (!nearest) return;
  const { words } = context;
  const { distance: metres, position_precision: precision } = nearest.properties;
  const told =
    precision === "city"
      ? words.list.beyondIn(cityOf(context, nearest.properties))
      : metres !== undefined && words.list.beyondMetres(distance(metres));
  fill(
    place,
    h("h3", { class: "beyond-heading" }, words.list.beyond),
    told && h("p", { class: "hint" }, told),
    h("ol", { class: "items" }, item(context, nearest, null)),
  );
}

/** A count that cannot be had is no offer. */
async function countOf(api: Api, part: Part, filters: Filters): Promise<number> {
  const page = await api.facilities(part, filters, 1).catch(() => null);
  return page?.numberMatched ?? 0;
}
