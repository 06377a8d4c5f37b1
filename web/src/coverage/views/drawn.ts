/** An answer as the map draws it. */

import type { FeatureCollection } from "geojson";
import type { Coverage } from "../api.ts";
import type { Drawn } from "../coverage-map.ts";
import { inTheirMiddle } from "../extent.ts";
import { classOf, figure, GAPS } from "../figures.ts";
import { type Asked, parameters, type Pin } from "../question.ts";
import type { Answered } from "./context.ts";
import { scaleOf } from "./legend.ts";

const NOTHING: FeatureCollection = { type: "FeatureCollection", features: [] };

/** Before anything is answered. */
export const BLANK: Drawn = { districts: NOTHING, names: NOTHING, squares: NOTHING, pins: [], sites: [], facilityQuery: "" };

/** The districts by their share, and where `squares` are known who is left out in each. */
export function drawn(answered: Answered, squares: Coverage | null, { question, show }: Asked, sites: Pin[]): Drawn {
  const ends = scaleOf(answered);
  const own = answered.zones !== null;
  return {
    districts: {
      type: "FeatureCollection",
      features: answered.coverage.features.flatMap(({ geometry, properties }) => {
        if (!geometry) return [];
        const shade = classOf(figure(properties, show).share, ends) ?? -1;
        return [{ type: "Feature" as const, geometry, properties: { code: properties.code, class: shade, own } }];
      }),
    },
    names: own ? inTheirMiddle(answered.coverage.features) : NOTHING,
    squares: {
      type: "FeatureCollection",
      features: (squares?.features ?? []).flatMap(({ geometry, properties }) => {
        const { people, within } = figure(properties, show);
        const outside = (people ?? 0) - (within ?? 0);
        if (!geometry || outside < 1) return [];
        const gap = GAPS.filter((end) => outside >= end).length;
        return [{ type: "Feature" as const, geometry, properties: { gap } }];
      }),
    },
    pins: question.pins,
    sites,
    facilityQuery: facilityQuery(parameters(question)),
  };
}

/** The parameters that the facilities' tiles share with coverage. */
function facilityQuery(all: [string, string][]): string {
  const shared = ["eligibility", "kind", "stock", "programme", "status", "include-unknown"];
  return new URLSearchParams(all.filter(([name]) => shared.includes(name))).toString();
}
