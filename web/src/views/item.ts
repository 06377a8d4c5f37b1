/** One facility in the list: hours, price, who; then what it was and who supported it. */

import { ruby } from "../annotate.ts";
import type { Facility, Feature, Support } from "../api.ts";
import { h, icon, setAttribute } from "../dom.ts";
import { date, distance, letter, walkingMinutes } from "../format.ts";
import { shapeOf, toneOf } from "../shapes.ts";
import type { Words } from "../text/index.ts";
import { type Context, languageIn, named } from "./context.ts";
import { compareButton } from "./compare.ts";
import { checkedNote, openingLine } from "./opening-line.ts";

/** Minutes; beyond an hour people take a train. */
const LONGEST_WALK = 60;

export function item(context: Context, feature: Feature<Facility>, index: number | null): HTMLElement {
  const facility = feature.properties;
  const { navigation } = context;
  const opened = { ...navigation.mode, open: feature.id };
  return h(
    "li",
    { class: "item", "data-id": feature.id },
    pin(context, facility, index),
    h(
      "div",
      { class: "item-body" },
      h(
        "h3",
        { class: "item-name" },
        h(
          "a",
          {
            href: navigation.url(opened),
            lang: nameLanguage(context, facility),
            onclick: (event: MouseEvent) => {
              // A new tab or window is the visitor's choice, and the address works there too.
              if (event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0) return;
              event.preventDefault();
              navigation.push({ open: feature.id });
            },
          },
          displayName(context, facility),
        ),
      ),
      now(context, facility),
      ...where(context, facility),
      h(
        "p",
        { class: "item-status", "data-status": facility.status },
        ...city(context, facility),
        context.words.dot,
        statusWords(context, facility),
      ),
      h("p", { class: "item-about" }, ...about(context, facility)),
      h("p", { class: "item-checked" }, ...checkedNote(context, facility), compareButton(context, feature, "item-compare")),
    ),
  );
}

export function displayName(context: Context, facility: Facility): string {
  const { locale } = context.navigation.mode;
  if (locale === "ja-simple" && facility.name_kana) return ruby(facility.name, facility.name_kana);
  return (locale === "en" && facility.name_en) || facility.name;
}

/** A reader of English pages must not read Japanese names out as English. */
export function nameLanguage(context: Context, facility: Facility): string | null {
  return languageIn(context) === "en" && !facility.name_en ? "ja" : null;
}

/** Titles of ordinances and rules: they provide for a hub, and do not say that somebody saw it open. */
const RULES = /条例|規則|要綱|規程|告示/;

/** What a source said and when; of what was said long ago, that it is old. */
export function statusWords(
  context: Context,
  { status, status_asof, status_age, sources }: Pick<Facility, "status" | "status_asof" | "status_age" | "sources">,
): string {
  const { words } = context;
  const year = status_asof && date(status_asof, languageIn(context));
  const rule = status === "open" && sources?.some(({ title, fields }) => fields?.includes("status") && RULES.test(title));
  const said = (rule ? words.status.byRule : words.status[status])(year || null);
  return status_age === "ageing" || status_age === "old" ? said + words.status.age[status_age] : said;
}

type Whereabouts = Pick<Facility, "prefecture" | "municipality" | "municipality_name">;

/** 滋賀県長浜市, or Nagahama-shi, Shiga. */
export function cityOf({ words, latin }: Context, facility: Whereabouts): string {
  const { prefecture, municipality, municipality_name: name } = facility;
  return words.inPrefecture(words.prefectures[prefecture] ?? prefecture, latin[municipality] ?? name);
}

/** The same in a line; in Latin letters with the name as signs and taxi drivers know it. */
function city(context: Context, facility: Whereabouts): HTMLElement[] {
  const { municipality, municipality_name: name } = facility;
  const written = cityOf(context, facility);
  if (languageIn(context) !== "en") return [h("span", { lang: "ja" }, written)];
  return [h("span", {}, written), ...(context.latin[municipality] ? [h("span", { lang: "ja" }, ` ${name}`)] : [])];
}

/** Distance only where the position allows it: a city's centre is often kilometres away. */
export function where({ words }: Context, facility: Facility): HTMLElement[] {
  const { position_precision: precision, distance: metres, distances } = facility;
  if (precision === "city") return [h("p", { class: "item-distance vague" }, words.distance.city)];
  const parts: (HTMLElement | string)[] = [];
  if (distances) parts.push(words.both.distances(distance(distances[0]), distance(distances[1])));
  if (metres !== undefined && !distances) {
    const walk = onFoot(words, metres);
    parts.push(words.distance.line(distance(metres)) + (walk ? words.dot + walk : ""));
  }
  if (precision === "town" || precision === "station") parts.push(h("span", { class: "vague" }, words.distance[precision]));
  if (!parts.length) return [];
  return [h("p", { class: "item-distance" }, parts[0], parts[1] && " ", parts[1])];
}

/** The way on foot; null where nobody would walk it. */
export function onFoot(words: Words, metres: number): string | null {
  const minutes = walkingMinutes(metres);
  return minutes <= LONGEST_WALK ? words.distance.walk(minutes) : null;
}

export function supportClaim(context: Context, support: Support): HTMLElement {
  const { certainty } = support;
  return h(
    "span",
    { class: "support" },
    h("span", { class: "programme-dot", "data-programme": support.programme }),
    named(context, "programmes", support.programme),
    " ",
    h("span", { class: "certainty", "data-certainty": certainty }, context.words.certainty[certainty]),
  );
}

export function pin(context: Context, facility: Facility, index: number | null): HTMLElement {
  const drawn = h(
    "span",
    { class: "pin", "data-tone": toneOf(facility) },
    icon(shapeOf(facility.kind), "pin-shape"),
  );
  if (index === null) return drawn;
  setAttribute(drawn, "data-lettered", true);
  drawn.append(
    h("span", { class: "visually-hidden" }, context.words.list.letter(letter(index))),
    h("span", { class: "pin-letter", "aria-hidden": "true" }, letter(index)),
  );
  return drawn;
}

/** Hours, price, who: always in this order, on one line where there is room. */
export function now(context: Context, facility: Facility): HTMLElement {
  const rest = h("p", { class: "essentials" }, ...essentials(context, facility));
  return h("div", { class: "item-now" }, openingLine(context, facility), rest);
}


function essentials(context: Context, facility: Facility): (HTMLElement | string)[] {
  const { words } = context;
  const { price_hour_yen: yen, eligibility } = facility;
  if (yen === null && eligibility === null) return [h("span", { class: "unknown" }, words.allUnknown)];
  const shown: [string, string | null][] = [
    [words.cost, yen === null ? null : words.price(yen)],
    [words.who, eligibility && named(context, "eligibility", eligibility)],
  ];
  return shown.flatMap(([name, value], i) => [
    i > 0 ? words.dot : "",
    value ? h("span", {}, value) : h("span", { class: "unknown" }, `${name} ${words.unknown}`),
  ]);
}

function about(context: Context, facility: Facility): (HTMLElement | string)[] {
  const { words } = context;
  const what = [
    facility.kind && named(context, "kind", facility.kind),
    // What stands in brackets explains the choice in the filter; a line of the list has no room.
    facility.stock && words.formerly(named(context, "stock", facility.stock).replace(/\s*[（(].*$/, "")),
  ].filter((part): part is string => Boolean(part));
  const supported = facility.support?.map((support) => supportClaim(context, support)) ?? [];
  return [what.join(words.dot), ...supported.flatMap((claim) => [" ", claim])];
}
