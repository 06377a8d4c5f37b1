/** Links to the usual map services, where the way there is found. */

import type { Facility, Feature } from "../api.ts";
import { h } from "../dom.ts";
import type { Context } from "./context.ts";

export function routes(context: Context, { geometry, properties }: Feature<Facility>): HTMLElement {
  const { routes: words } = context.words;
  const [lon, lat] = geometry.coordinates;
  const isVague = ["station", "town", "city"].includes(properties.position_precision);
  const links: [string, string][] = isVague ? byWords(properties) : byPosition(lon, lat);
  const names: Record<string, string> = { google: words.google, apple: words.apple, osm: words.osm };
  return h(
    "section",
    { class: "routes", "aria-label": words.heading },
    h("h3", {}, words.heading),
    isVague && h("p", { class: "note" }, words.vague),
    h(
      "ul",
      { class: "button-row" },
      ...links.map(([service, href]) =>
        h(
          "li",
          {},
          h(
            "a",
            {
              class: "button outside",
              href,
              target: "_blank",
              // The service need not learn from which page, and so for which search, somebody comes.
              rel: "noopener noreferrer",
              referrerpolicy: "no-referrer",
              "aria-label": words.opens(names[service] ?? service),
            },
            names[service],
          ),
        ),
      ),
    ),
  );
}

function byPosition(lon: number, lat: number): [string, string][] {
  return [
    ["google", `https://www.google.com/maps/dir/?api=1&destination=${lat},${lon}`],
    ["apple", `https://maps.apple.com/?daddr=${lat},${lon}`],
    ["osm", `https://www.openstreetmap.org/directions?to=${lat}%2C${lon}`],
  ];
}

/** A disc's middle is no destination: the services may know the name better than we the place. */
function byWords({ name, address, prefecture, municipality_name }: Facility): [string, string][] {
  const words = encodeURIComponent(`${name} ${address ?? prefecture + municipality_name}`);
  return [
    ["google", `https://www.google.com/maps/search/?api=1&query=${words}`],
    ["apple", `https://maps.apple.com/?q=${words}`],
    ["osm", `https://www.openstreetmap.org/search?query=${words}`],
  ];
}
