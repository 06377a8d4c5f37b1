/** The facilities of one's area, to find the one to edit or to look into its history. */

import type { Facility, Feature, Page } from "../../api.ts";
import { type Child, fill, h } from "../../dom.ts";
import { matcher } from "../matching.ts";
import { day } from "../moments.ts";
import { AreaPicker } from "./area-picker.ts";
import type { Context, ContextOf } from "./context.ts";
import { failure, field, heading, link, loaded, message } from "./parts.ts";

/** What one request brings. A prefecture has hundreds; the whole country is to be narrowed. */
const LOADED = 2000;
/** The most the server gives at once. */
const AT_MOST = 10_000;
const ORDER = new Intl.Collator("ja");
/** What is drawn at once. */
const DRAWN = 100;

export function facilities(context: ContextOf<"facilities">, root: HTMLElement): void {
  const { facilities: words } = context.words;
  const { user } = context.session;
  const place = user.area_name ?? user.area;
  const list = h("div", { class: "stack" });
  const picker = area(context);
  const reload: () => Promise<void> = loaded(
    context,
    list,
    (signal) => load(context, signal),
    (page) => found(context, page),
  );
  if (picker) {
    picker.onChange = () => {
      const code = picker.read();
      if (code === undefined) return;
      context.setQuery({ area: code, area_name: code === null ? null : picker.name });
      void reload();
    };
  }
  root.append(
    heading(context, place === null ? words.heading : words.headingIn(place)),
    h("p", {}, words.lead),
    ...(user.role === "planner"
      ? []
      : [h("p", {}, link(context, { view: "facility", id: null }, words.add, "button primary"))]),
    ...(picker ? [h("div", { class: "form" }, picker.element)] : []),
    list,
  );
}

/** Whoever acts in more than a municipality may narrow the list to one. */
function area(context: Context): AreaPicker | null {
  const { user } = context.session;
  if (user.area !== null && user.area.length > 2) return null;
  const query = context.query();
  const code = query.get("area");
  const chosen = code && /^\d{2,6}$/.test(code) ? { code, name: query.get("area_name") ?? code } : null;
  return new AreaPicker(context, chosen, context.words.facilities.area, user.area_name ?? context.words.area.none);
}

function load(context: Context, signal: AbortSignal): Promise<Page> {
  const narrowed = context.query().get("area");
  const code = narrowed && /^\d{2,6}$/.test(narrowed) ? narrowed : context.session.user.area;
  return context.api.facilities(
    { status: "*", limit: String(LOADED), f: "json", ...(code !== null && { municipality: code }) },
    signal,
  );
}

/** All that follows a page. */
async function loadRest(context: Context, { links }: Page): Promise<Feature<Facility>[]> {
  const next = links.find(({ rel }) => rel === "next");
  if (!next) return [];
  const query = Object.fromEntries(new URL(next.href, location.href).searchParams);
  const page = await context.api.facilities({ ...query, limit: String(AT_MOST) }, context.signal);
  return [...page.features, ...(await loadRest(context, page))];
}

function found(context: Context, page: Page): Child[] {
  const { facilities: words } = context.words;
  let all = page.features.toSorted(byName);
  if (!all.length) {
    return [
      h(
        "div",
        { class: "calm" },
        h("p", { class: "message-title" }, words.empty),
        context.session.user.role !== "planner" && h("p", {}, words.emptyHow),
        context.session.user.role !== "planner" &&
          h("p", {}, link(context, { view: "upload" }, context.words.queue.upload, "button primary")),
      ),
    ];
  }
  const count = h("p", { class: "count-line", role: "status" });
  const list = h("ul", { class: "records" });
  const part = page.numberMatched > all.length ? message("note", h("p", {}, words.part(all.length))) : null;
  const below = h("div");
  const draw = (hits: Feature<Facility>[], text: string, drawn = DRAWN) => {
    fill(list, ...hits.slice(0, drawn).map((one) => record(context, one.properties)));
    const rest = Math.min(DRAWN, hits.length - drawn);
    if (!hits.length) fill(below, nothing(context, text, () => clear()));
    else fill(below, rest > 0 && more(words.more(rest), () => draw(hits, text, drawn + DRAWN), list));
  };
  const show = (text: string) => {
    const matches = matcher(text);
    const hits = all.filter(({ properties: one }) =>
      matches(one.name, one.name_kana, one.name_en, one.address, one.municipality_name, one.id),
    );
    count.textContent = text ? words.found(hits.length, all.length) : words.count(page.numberMatched);
    draw(hits, text);
  };
  // The rest of a long list is fetched when somebody first looks for what may be in it.
  let typed = "";
  let rest: Promise<void> | null = null;
  const seek = async (text: string) => {
    typed = text;
    show(text);
    if (!text || page.numberMatched <= all.length) return;
    count.textContent = context.words.common.loading;
    rest ??= loadRest(context, page).then((found) => {
      all = [...page.features, ...found].toSorted(byName);
      part?.remove();
    });
    try {
      await rest;
      show(typed);
    } catch (error) {
      rest = null;
      if (!context.signal.aborted) fill(below, failure(context, error, () => void seek(typed)));
    }
  };
  const search = h("input", {
    class: "input",
    type: "search",
    autocomplete: "off",
    enterkeyhint: "search",
    maxlength: 100,
    value: context.route.view === "facilities" ? context.route.q : "",
    oninput: () => {
      const q = search.value.trim();
      refine(context, q);
      void seek(q);
    },
  });
  const clear = () => {
    search.value = "";
    refine(context, "");
    void seek("");
    search.focus();
  };
  void seek(search.value);
  return [
    h("div", { class: "form" }, field(words.search, search).element),
    part,
    count,
    list,
    below,
  ];
}

/** The search goes into the address; what else stands there stays. */
function refine(context: Context, q: string): void {
  context.setQuery({ q: q || null });
}

/** By reading where it is known, else by name. */
function byName({ properties: a }: Feature<Facility>, { properties: b }: Feature<Facility>): number {
  return ORDER.compare(a.name_kana ?? a.name, b.name_kana ?? b.name);
}

function nothing({ words }: Context, text: string, clear: () => void): HTMLElement {
  const { facilities: own } = words;
  return h(
    "div",
    { class: "calm" },
    h("p", { class: "message-title" }, own.nothing(text)),
    h("p", {}, own.nothingHow),
    h("p", {}, h("button", { type: "button", class: "button", onclick: clear }, own.clear)),
  );
}

function more(words: string, act: () => void, list: HTMLElement): HTMLElement {
  return h(
    "button",
    {
      type: "button",
      class: "button",
      onclick: () => {
        const before = list.childElementCount;
        act();
        // The keyboard goes on where the new part begins.
        list.children[before]?.querySelector("a")?.focus();
      },
    },
    words,
  );
}

function record(context: Context, facility: Facility): HTMLElement {
  const { words, language, session } = context;
  const { facilities: own, common } = words;
  const { id, name, status } = facility;
  const edits = session.user.role !== "planner";
  const named = (anchor: HTMLAnchorElement, label: string) => {
    anchor.setAttribute("aria-label", label);
    return anchor;
  };
  const page = `/collections/facilities/items/${encodeURIComponent(id)}?f=html&lang=${language}`;
  return h(
    "li",
    { class: "record" },
    h(
      "div",
      { class: "record-main" },
      h(
        "p",
        { class: "record-name" },
        edits ? link(context, { view: "facility", id }, name) : name,
        status !== "open" &&
          h("span", { class: status === "closed" ? "badge wrong" : "badge" }, own.status[status]),
        facility.synthetic && h("span", { class: "badge careful" }, own.synthetic),
      ),
      h(
        "p",
        { class: "note" },
        [
          facility.address ?? facility.municipality_name,
          own.precision[facility.position_precision],
          own.updated(day(facility.updated_at, language)),
        ].join(common.dot),
      ),
    ),
    h(
      "div",
      { class: "record-actions" },
      edits && named(link(context, { view: "facility", id }, own.edit, "button"), own.editLabel(name)),
      edits && named(link(context, { view: "history", id }, own.history, "button"), own.historyLabel(name)),
      named(h("a", { href: page, class: "button" }, own.page), own.pageLabel(name)),
    ),
  );
}
