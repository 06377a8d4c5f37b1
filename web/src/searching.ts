/** The three ways to a search: a place by its name, a point of the map, the visitor's position. */

import type { District, Feature, Place } from "./api.ts";
import { locate } from "./locate.ts";
import { type Language, type Origin, round } from "./mode.ts";
import type { Context } from "./views/context.ts";
import type { Header } from "./views/header.ts";

export class Searching {
  readonly #context: Context;
  readonly #header: Header;

  constructor(context: Context, header: Header) {
    this.#context = context;
    this.#header = header;
  }

  pick({ geometry, properties }: Feature<Place>): void {
    const [lon, lat] = geometry.coordinates;
    const english = this.#context.navigation.mode.language === "en" ? properties.name_en : null;
    // A postal code and a prefecture say by themselves where they are.
    const bare = properties.type === "postal" || properties.type === "prefecture";
    const inside = bare ? "" : (properties.context ?? "");
    this.#near("place", lon, lat, english ?? inside + properties.name);
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
    const label = words.map.pickedIn(nameOf(districts, navigation.mode.language));
    navigation.replace({ around: { ...asked, label } });
  }

  async here(): Promise<void> {
    const { words, api } = this.#context;
    this.#header.locating(true);
    const located = await locate(api);
    this.#header.locating(false);
    if (located.found) return this.#near("here", located.lon, located.lat, words.here.label);
    this.#header.tell(words.here[located.why]);
    this.#header.search.focus();
  }

  #near(origin: Origin, lon: number, lat: number, label: string): void {
    this.#header.tell(null);
    this.#context.navigation.push({
      around: { by: "near", origin, lon: round(lon, 6), lat: round(lat, 6), label },
      view: null,
      open: null,
    });
  }
}

/** 北海道札幌市中央区, or Chuo-ku, Sapporo-shi: each language names the wider district on its own side. */
function nameOf(districts: District[], language: Language): string {
  if (language === "en") return districts.map((district) => district.name_romaji ?? district.name).join(", ");
  const names = districts.map((district) => district.name).reverse();
  return (districts[0]?.prefecture ?? "") + names.join("");
}
