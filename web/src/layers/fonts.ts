/** Families of the system. With no glyphs in the style the map draws every letter from these. */
export const FONT = [
  "Hiragino Sans",
  "Hiragino Kaku Gothic ProN",
  "Noto Sans CJK JP",
  "Noto Sans JP",
  "Yu Gothic",
  "Meiryo",
  "sans-serif",
];
/** The weight is read from the first name; a family nobody has only carries the word. */
export const BOLD = ["Machinaka Bold", ...FONT];
