/** Numbers and dates as a visitor reads them; the words around them are in text/. */

/** Metres or kilometres to two digits that mean something: 350 m, 1.2 km, 12 km, 120 km. */
export function distance(metres: number): string {
  if (!Number.isFinite(metres) || metres < 0) return "";
  const rounded = twoDigits(metres);
  if (rounded < 1000) return `${rounded} m`;
  const kilometres = rounded / 1000;
  return `${kilometres < 10 ? kilometres.toFixed(1) : kilometres.toFixed(0)} km`;
}

/** Minutes on foot at 80 m a minute, rounded up, as Japanese notices of property count them. */
export function walkingMinutes(metres: number): number {
  return Math.max(1, Math.ceil(metres / 80));
}

/** Minutes as hours and minutes: [3, 8] for 188. */
export function hoursAndMinutes(minutes: number): [number, number] {
  return [Math.floor(minutes / 60), minutes % 60];
}

/** A, B … Z, AA, AB …: the letter a pin shares with its line in the list. */
export function letter(index: number): string {
  const last = String.fromCharCode(65 + (index % 26));
  return index < 26 ? last : letter(Math.floor(index / 26) - 1) + last;
}

/** "2022", "2022-03" or "2022-03-05" in words; anything else as it is. */
export function date(text: string, language: "ja" | "en"): string {
  const found = /^(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?/.exec(text);
  if (!found) return text;
  const [, year, month, day] = found;
  if (language === "ja") {
    return `${year}年` + (month ? `${Number(month)}月` : "") + (day ? `${Number(day)}日` : "");
  }
  if (!month) return year!;
  const name = new Date(Date.UTC(2000, Number(month) - 1, 1)).toLocaleString("en", {
    month: "short",
    timeZone: "UTC",
  });
  return day ? `${Number(day)} ${name} ${year}` : `${name} ${year}`;
}

/**
 * Opening hours in OSM syntax with the days in Japanese. Only words are exchanged: what the
 * rule means is for the server to say, and a rule that is not understood stays as it is written.
 */
export function openingHours(text: string, language: "ja" | "en"): string {
  const spaced = text.replace(/\s*;\s*/g, language === "ja" ? "、" : "; ").replace(/(\d)-(\d)/g, "$1–$2");
  const named = spaced.replace(/\b(Mo|Tu|We|Th|Fr|Sa|Su|PH)\b/g, (day) => DAYS[language][day] ?? day);
  if (language === "en") {
    return named.replace(/(Mon|Tue|Wed|Thu|Fri|Sat|Sun)-(?=[MTWFS])/g, "$1–").replace(/\boff\b/g, "closed");
  }
  return named
    .replace(/\b(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)(?: (\d{1,2}))?/g, (_, month: string, date?: string) =>
      `${MONTHS.indexOf(month) + 1}月${date ? `${Number(date)}日` : ""}`,
    )
    .replace(/([月日])-(?=\d{1,2}月)/g, "$1〜")
    .replace(/([月火水木金土日])-([月火水木金土日祝])/g, "$1〜$2")
    .replace(/([月火水木金土日祝]),(?=[月火水木金土日祝])/g, "$1・")
    .replace(/\boff\b/g, "休み");
}

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

const DAYS: Record<"ja" | "en", Record<string, string>> = {
  ja: { Mo: "月", Tu: "火", We: "水", Th: "木", Fr: "金", Sa: "土", Su: "日", PH: "祝" },
  en: { Mo: "Mon", Tu: "Tue", We: "Wed", Th: "Thu", Fr: "Fri", Sa: "Sat", Su: "Sun", PH: "holidays" },
};

function twoDigits(value: number): number {
  if (value < 10) return Math.round(value);
  const scale = 10 ** (Math.floor(Math.log10(value)) - 1);
  return Math.round(value / scale) * scale;
}
