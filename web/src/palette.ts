/** The map's colours are written once, in styles/colours.css, with those of the page. */

export interface Palette {
  land: string;
  sea: string;
  prefectureLine: string;
  municipalityLine: string;
  label: string;
  labelQuiet: string;
  halo: string;
  accent: string;
  onAccent: string;
  unsure: string;
  shut: string;
  paper: string;
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
    accent: colour("--accent"),
    onAccent: colour("--on-accent"),
    unsure: colour("--pin-unsure"),
    shut: colour("--pin-shut"),
    paper: colour("--paper"),
    chosen: colour("--pin-chosen"),
  };
}
