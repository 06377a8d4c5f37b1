/** The facts of a facility, line by line. What is unknown says so; it is never left out. */

import type { Facility, Support } from "../api.ts";
import { type Child, h, outsideLink } from "../dom.ts";
import { date, distance, openingHours } from "../format.ts";
import { isBySun } from "../opening.ts";
import { type Context, languageIn, marked, named } from "./context.ts";
import { cityOf, supportClaim } from "./item.ts";

export function facts(context: Context, facility: Facility): HTMLElement {
  const { words } = context;
  const language = languageIn(context);
  const { card } = words;
  const line = (name: string, ...value: Child[]) => {
    const known = value.some((part) => part !== null && part !== undefined && part !== false && part !== "");
    return h(
      "div",
      { class: "fact" },
      h("dt", {}, name),
      known ? h("dd", {}, ...value) : h("dd", { class: "unknown" }, words.unknown),
    );
  };
  const terms = (vocabulary: "amenities" | "uses", slugs: string[] | null) =>
    slugs && (slugs.map((slug) => named(context, vocabulary, slug)).join(words.comma) || card.none);

  return h(
    "dl",
    { class: "facts" },
    line(card.address, ...address(context, facility)),
    line(card.position, ...position(context, facility)),
    line(
      card.hours,
      ...hours(context, facility),
      facility.hours_note && h("p", { class: "note" }, ...marked(context, facility.hours_note)),
    ),
    facility.closures?.length
      ? line(
          card.closures,
          ...facility.closures.map(({ from, to, note }) =>
            h("p", {}, closure(from, to, language), note && " ", ...marked(context, note)),
          ),
        )
      : null,
    line(
      card.price,
      facility.price_hour_yen !== null && words.price(facility.price_hour_yen),
      facility.price_note && h("p", { class: "note" }, ...marked(context, facility.price_note)),
    ),
    line(
      card.eligibility,
      facility.eligibility && named(context, "eligibility", facility.eligibility),
      facility.eligibility_note && h("p", { class: "note" }, ...marked(context, facility.eligibility_note)),
    ),
    line(card.kind, facility.kind && named(context, "kind", facility.kind)),
    line(
      card.stock,
      facility.stock && named(context, "stock", facility.stock),
      facility.stock_note && h("p", { class: "note" }, ...marked(context, facility.stock_note)),
      facility.built_year !== null && h("p", { class: "note" }, card.built(facility.built_year)),
    ),
    line(card.support, ...(facility.support?.map((support) => claim(context, support)) ?? [])),
    line(card.seats, facility.seats !== null && card.seatCount(facility.seats)),
    line(
      card.amenities,
      terms("amenities", facility.amenities),
      facility.amenities_note && h("p", { class: "note" }, ...marked(context, facility.amenities_note)),
    ),
    line(card.uses, terms("uses", facility.uses)),
    line(card.operator, ...marked(context, facility.operator)),
    line(card.phone, facility.phone),
    line(card.website, facility.website && outsideLink(facility.website, shortAddress(facility.website))),
    facility.osm_id && line("OpenStreetMap", outsideLink(`https://www.openstreetmap.org/${facility.osm_id}`, facility.osm_id)),
    line(card.sources, facility.sources?.length ? sources(context, facility.sources) : null),
    line(card.checked, facility.checked_on && date(facility.checked_on, language)),
  );
}

/** For who reads no Japanese the city first, then the address as signs and taxi drivers know it. */
export function address(context: Context, facility: Facility): Child[] {
  const { address: written, municipality } = facility;
  if (!written) return [];
  if (languageIn(context) !== "en" || !context.latin[municipality]) return marked(context, written);
  return [h("p", {}, cityOf(context, facility)), h("p", { lang: "ja" }, written)];
}

/** In words where a program understands them; else as they are written, and marked. */
function hours(context: Context, facility: Facility): Child[] {
  const { opening_hours: text, opening } = facility;
  if (text === null) return [];
  const unreadable = opening !== undefined && !opening.readable;
  if (!unreadable || isBySun(text)) return [openingHours(text, languageIn(context))];
  return [...marked(context, text), h("p", { class: "note" }, context.words.opening.unreadable)];
}

function position({ words }: Context, facility: Facility): Child[] {
  const { position_precision: precision, position_error: metres } = facility;
  const vague = precision === "station" || precision === "town" || precision === "city";
  const error = metres === null ? "" : words.card.error(distance(metres));
  return [
    words.card.precision[precision] + error,
    vague && h("p", { class: "note" }, words.card.positionNote),
  ];
}

function closure(from: string | null, to: string | null, language: "ja" | "en"): string {
  return [from, to].map((day) => (day ? date(day, language) : "")).join(" – ");
}

/** A claim with its evidence, one press away. */
function claim(context: Context, support: Support): HTMLElement {
  const { card, dot } = context.words;
  const details = [
    support.type,
    support.fiscal_year && `${card.year} ${support.fiscal_year}`,
    support.area && `${card.area} ${support.area}`,
  ].filter((part): part is string => Boolean(part));
  const evidence = support.evidence_title ?? support.evidence_url;
  return h(
    "div",
    { class: "claim" },
    h("p", {}, supportClaim(context, support)),
    details.length > 0 && h("p", { class: "note" }, ...marked(context, details.join(dot))),
    evidence && h("p", { class: "note" }, `${card.evidence} `, outsideLink(support.evidence_url, ...marked(context, evidence))),
  );
}

function sources(context: Context, list: NonNullable<Facility["sources"]>): HTMLElement {
  const language = languageIn(context);
  return h(
    "ul",
    { class: "sources" },
    ...list.map(({ title, url, date: day, fields }) =>
      h(
        "li",
        {},
        outsideLink(url, ...marked(context, title)),
        ...[day && date(day, language), fieldNames(context, fields)].map((part) => part && h("span", { class: "note" }, ` ${part}`)),
      ),
    ),
  );
}

/** Lines of the card that a source stands for, each once: a note is of the line it stands in. */
const LINES = [
  "address", "position", "status", "hours", "closures", "price", "eligibility", "kind", "stock", "support", "seats", "amenities", "uses",
  "operator", "phone", "website",
] as const;
const LINE_OF: Partial<Record<string, (typeof LINES)[number]>> = {
  status_asof: "status",
  opening_hours: "hours",
  hours_note: "hours",
  price_hour_yen: "price",
  price_note: "price",
  eligibility_note: "eligibility",
  stock_note: "stock",
  built_year: "stock",
  amenities_note: "amenities",
};

function fieldNames({ words }: Context, fields: string[] | null): string | null {
  const known = new Set(fields?.map((field) => LINE_OF[field] ?? field));
  const names = LINES.filter((line) => known.has(line)).map((line) => (line === "position" ? words.card.whereabouts : words.card[line]));
  return names.length > 0 ? words.card.fromSource(names.join(words.comma)) : null;
}

/** Enough of an address to recognise whose it is. */
function shortAddress(url: string): string {
  return url.replace(/^https?:\/\//, "").replace(/\/$/, "");
}
