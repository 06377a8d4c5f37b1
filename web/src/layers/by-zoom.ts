import type { ExpressionSpecification } from "maplibre-gl";

/** A number that grows evenly between zooms. */
export function byZoom(...stops: [number, number][]): ExpressionSpecification {
  return ["interpolate", ["linear"], ["zoom"], ...stops.flat()] as unknown as ExpressionSpecification;
}
