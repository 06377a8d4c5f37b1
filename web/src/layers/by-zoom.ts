import type { ExpressionSpecification } from "maplibre-gl";

/** A number that grows evenly between zooms; each may depend on the feature. */
export function byZoom(...stops: [number, number | ExpressionSpecification][]): ExpressionSpecification {
  return ["interpolate", ["linear"], ["zoom"], ...stops.flat()] as unknown as ExpressionSpecification;
}
