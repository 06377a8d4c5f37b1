/** A sheet to begin with: the headers of every field an official would fill in, and nothing else. */

import type { Language } from "../mode.ts";

/** In the order of a sheet people would make themselves. `lat` and `lon` stand for the position. */
const COLUMNS = [
  "name",
  "name_kana",
  "kind",
  "address",
  "lat",
  "lon",
  "status",
  "opening_hours",
  "price_hour_yen",
  "eligibility",
  "seats",
  "amenities",
  "uses",
  "stock",
  "built_year",
  "operator",
  "phone",
  "website",
  "checked_on",
] as const;

const PLACE: Record<Language, Record<string, string>> = {
  ja: { lat: "緯度", lon: "経度" },
  en: { lat: "Latitude", lon: "Longitude" },
};

/** UTF-8 with a byte order mark, so that Excel reads it as it is. */
export function template(names: Record<string, string>, language: Language): string {
  const headers = COLUMNS.map((column) => PLACE[language][column] ?? names[column] ?? column);
  return `\ufeff${headers.map(quoted).join(",")}\r\n`;
}

function quoted(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
