/** The three ways to a search: a place by its name, a point of the map, the visitor's position. */

import { plain } from "./annotate.ts";
import type { District, Place, PlaceFilter } from "./api.ts";
import { withPlaceFilters } from "./filters.ts";
import { locate } from "./locate.ts";
import { type Language, type Origin, round, roundedView } from "./mode.ts";
import { type Context, languageIn } from "./views/context.ts";
import type { Header } from "./views/header.ts";
import type { Suggestion } from "./views/search.ts";

export class Searching {
  readonly #context: Context;
  readonly #header: Header;

  constructor(context: Context, header: Header) {
    this.#context = context;
    this.#header = header;
  }

  /** A facility is opened; a place is searched from; filters narrow what is shown. */
  pick({ place, filters }: Suggestion): void {
    const { navigation } = this.#context;
    if (!place) {
      this.#header.tell(null);
      this.#header.refreshSearch();
      return navigation.push({ filters: withPlaceFilters(navigation.mode.filters, filters) });
    }
    const { id, geometry, properties } = place;
    const [lon, lat] = geometry.coordinates;
    if (properties.type === "facility") {
      this.#header.tell(null);
      return navigation.push({ around: { by: "window" }, view: roundedView(lon, lat, 15), open: id });
    }
    this.#near("place", lon, lat, placeLabel(this.#context, properties), filters);
  }

  /** A point of the map gets its district's name when the server has told it. */
  async from(givenLon: number, givenLat: number): Promise<void> {
    const { words, api, navigation } = this.#context;
    const [lon, lat] = [round(givenLon, 5), round(givenLat, 5)];
    this.#near("point", lon, lat, words.map.picked);
    const { around: asked } = navigation.mode;
    const districts = await api.districts(lon, lat).catch(() => []);
    // The visitor may have gone on while the name was looked up.
    if (!districts.length || navigation.mode.around !== asked || asked.by !== "near") return;
    const label = plain(words.map.pickedIn(nameOf(districts, languageIn(this.#context))));
    navigation.replace({ around: { ...asked, label } });
  }

  async here(): Promise<void> {
    const { words, api, navigation } = this.#context;
    const { around: before } = navigation.mode;
    this.#header.locating(true);
    const located = await locate(api);
    this.#header.locating(false);
    // Who has chosen another place meanwhile is not taken away from it.
    if (navigation.mode.around !== before) return;
    if (located.found) return this.#near("here", located.lon, located.lat, words.here.label);
    this.#header.tell(words.here[located.why]);
    this.#header.search.focus();
  }

  #near(origin: Origin, lon: number, lat: number, given: string, filters: PlaceFilter[] = []): void {
    const label = plain(given); // It stands in the address and in the search box.
    const { navigation } = this.#context;
    this.#header.tell(null);
    navigation.push({
      filters: withPlaceFilters(navigation.mode.filters, filters),
      around: { by: "near", origin, lon: round(lon, 6), lat: round(lat, 6), label },
      view: null,
      open: null,
    });
  }
}

/** Of these the name says where it is. */
const WIDE = new Set(["prefecture", "municipality", "postal"]);

/** What a place is called in the search box and in addresses. */
export function placeLabel(context: Context, properties: Place): string {
  const { name_en: name, context_en: wider, type } = properties;
  const english = languageIn(context) === "en" && name && (wider && !WIDE.has(type) ? `${name}, ${wider.split(", ")[0]}` : name);
  // A postal code and a prefecture say by themselves where they are.
  const bare = type === "postal" || type === "prefecture";
  return english || (bare ? "" : (properties.context ?? "")) + properties.name;
}

/** 北海道札幌市中央区, or Chuo-ku, Sapporo-shi: each language names the wider district on its own side. */
function nameOf(districts: District[], language: Language): string {
  if (language === "en") return districts.map((district) => district.name_romaji ?? district.name).join(", ");
  const names = districts.map((district) => district.name).reverse();
  return (districts[0]?.prefecture ?? "") + names.join("");
}
