/** The map's colours are written once, in styles/colours.css, with those of the page. */

export interface Palette {
  land: string;
  sea: string;
  prefectureLine: string;
  municipalityLine: string;
  label: string;
  labelQuiet: string;
  halo: string;
  green: string;
  building: string;
  road: string;
  roadMajor: string;
  roadEdge: string;
  rail: string;
  station: string;
  accent: string;
  onAccent: string;
  unsure: string;
  shut: string;
  paper: string;
  /** How bright another server's pictures may be: less on a dark screen. */
  rasterBrightness: number;
  chosen: string;
}

/** The colours of the screen, or those that an element of class `on-paper` has. */
export function readPalette(from: Element = document.documentElement): Palette {
  const style = getComputedStyle(from);
  const colour = (name: string) => style.getPropertyValue(name).trim();
  return {
    land: colour("--map-land"),
    sea: colour("--map-sea"),
    prefectureLine: colour("--map-prefecture-line"),
    municipalityLine: colour("--map-municipality-line"),
    label: colour("--map-label"),
    labelQuiet: colour("--map-label-quiet"),
    halo: colour("--map-halo"),
    green: colour("--map-green"),
    building: colour("--map-building"),
    road: colour("--map-road"),
    roadMajor: colour("--map-road-major"),
    roadEdge: colour("--map-road-edge"),
    rail: colour("--map-rail"),
    station: colour("--map-station"),
    rasterBrightness: Number(colour("--map-raster-brightness")) || 1,
    accent: colour("--accent"),
    onAccent: colour("--on-accent"),
    unsure: colour("--pin-unsure"),
    shut: colour("--pin-shut"),
    paper: colour("--paper"),
    chosen: colour("--pin-chosen"),
  };
}
