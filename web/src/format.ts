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
  const own = WORDS[language];
  const written = text
    // A month's last day is written as the one before the next month's first.
    .replace(/\bJan 01 -1 day,(?:[A-Z][a-z]{2} 01 -1 day,){10}Dec 01 -1 day\b/g, own.monthEnds!)
    .replace(/\bPH \+1 day (Mo|Tu|We|Th|Fr|Sa|Su)\b/g, (_, day: string) => own.afterHolidayOn!.replace("0", DAYS[language][day]!))
    .replace(/\bPH \+1 day\b/g, own.afterHoliday!)
    .replace(/\bPH (Mo|Tu|We|Th|Fr|Sa|Su)\b/g, (_, day: string) => own.holidayOn!.replace("0", DAYS[language][day]!))
    .replace(/ unknown(?= "|;|$)/g, ` ${own.unknown}`)
    .replace(/\b24\/7\b/g, own["24/7"]!)
    // The first, second … and last of a weekday in the month.
    .replace(/\b(Mo|Tu|We|Th|Fr|Sa|Su)\[([-\d,]+)\]/g, (_, day: string, weeks: string) => nth(day, weeksOf(weeks), language))
    // Some time before or after the sun: a sign there is no range.
    .replace(/-(?=\((?:sunrise|sunset|dawn|dusk)[+-])/g, "–")
    .replace(/\((sunrise|sunset|dawn|dusk)([+-])(\d{1,2}):(\d{2})\)(-?)/g, (_, ...[sun, sign, hours, minutes, to]: string[]) =>
      own.beside!.replace("1", own[sun!]!).replace("2", own[sign!]!).replace("0", duration(Number(hours), Number(minutes), language)) + (to && "–"),
    )
    .replace(/\b(\d{1,2}):(\d{2})-(\d{1,2}):(\d{2})(\+?)/g, (_, ...[a, b, c, d, open]: string[]) => {
      const isNextDay = Number(c) * 60 + Number(d) <= Number(a) * 60 + Number(b) || Number(c) > 24;
      const to = `${isNextDay && Number(c) > 24 ? String(Number(c) - 24).padStart(2, "0") : c}:${d}`;
      return `${a}:${b}–${isNextDay ? own.next!.replace("0", to) : to}${open && own.later}`;
    })
    .replace(/(\d{1,2}:\d{2})\+/g, `$1${own.on}`)
    .replace(/\b(sunrise|sunset|dawn|dusk)(-?)/g, (_, word: string, to: string) => own[word]! + (to && "–"))
    .replace(/"([^"]*)"/g, (_, words: string) => (/^(by appointment|appointment only|on appointment|予約制)$/i.test(words) ? own.appointment! : `“${words}”`));
  const spaced = written.replace(/\s*;\s*/g, language === "ja" ? "、" : "; ").replace(/(\d)-(\d)/g, "$1–$2");
  const named = spaced.replace(/\b(Mo|Tu|We|Th|Fr|Sa|Su|PH)\b/g, (day) => DAYS[language][day] ?? day);
  if (language === "en") {
    return named.replace(/(Mon|Tue|Wed|Thu|Fri|Sat|Sun)-(?=[MTWFS])/g, "$1–").replace(/\boff\b/g, "closed").replace(/(\d)-(?=[A-Z][a-z]{2} )/g, "$1–");
  }
  return named
    .replace(/\b(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)(?: (\d{1,2})(?![:\d]))?/g, (_, month: string, date?: string) =>
      `${MONTHS.indexOf(month) + 1}月${date ? `${Number(date)}日` : ""}`,
    )
    .replace(/([月日])-(?=\d{1,2}月)/g, "$1〜")
    .replace(/([月火水木金土日])-([月火水木金土日祝])/g, "$1〜$2")
    .replace(/([月火水木金土日祝]),(?=[月火水木金土日祝])/g, "$1・")
    .replace(/\b(off|closed)\b/g, "休み");
}

/** What stands for words of the syntax; `0` is a time, `1` where the sun stands, `2` after or before. */
const WORDS: Record<"ja" | "en", Record<string, string>> = {
  ja: { "24/7": "24時間・年中無休", next: "翌0", on: "から", later: "以降も", beside: "1の02", "+": "後", "-": "前", sunrise: "日の出", sunset: "日の入り", dawn: "夜明け", dusk: "日暮れ", appointment: "予約制", unknown: "不明", monthEnds: "毎月末日", afterHoliday: "祝日の翌日", afterHolidayOn: "祝日の翌日の0曜", holidayOn: "祝日の0曜" },
  en: { "24/7": "24 hours, every day", next: "0 (next day)", on: " onwards", later: " or later", beside: "0 2 1", "+": "after", "-": "before", sunrise: "sunrise", sunset: "sunset", dawn: "dawn", dusk: "dusk", appointment: "by appointment", unknown: "unknown", monthEnds: "last day of the month", afterHoliday: "day after holidays", afterHolidayOn: "0 after a holiday", holidayOn: "0 that is a holiday" },
};

/** The weeks of `1-2,4` one by one; the last are -1, -2 … */
function weeksOf(text: string): string[] {
  return text.split(",").flatMap((part) => {
    const range = /^(\d)-(\d)$/.exec(part);
    if (!range) return [part];
    const [first, last] = [Number(range[1]), Number(range[2])];
    return Array.from({ length: Math.max(0, last - first + 1) }, (_, step) => String(first + step));
  });
}

function duration(hours: number, minutes: number, language: "ja" | "en"): string {
  const parts = language === "ja" ? [hours && `${hours}時間`, minutes && `${minutes}分`] : [hours && `${hours} h`, minutes && `${minutes} min`];
  return parts.filter(Boolean).join(language === "ja" ? "" : " ");
}

/** 第1・第3月曜, or 1st and 3rd Mon. */
function nth(day: string, weeks: string[], language: "ja" | "en"): string {
  if (language === "ja") {
    return `${weeks.map((week) => (week === "-1" ? "最終" : week.startsWith("-") ? `最後から${week.slice(1)}番目の` : `第${week}`)).join("・")}${DAYS.ja[day]}曜`;
  }
  const ordinals: Record<string, string> = { 1: "1st", 2: "2nd", 3: "3rd", 4: "4th", 5: "5th", "-1": "last", "-2": "2nd last", "-3": "3rd last" };
  return `${weeks.map((week) => ordinals[week] ?? `${week.slice(1)}th last`).join(" and ")} ${DAYS.en[day]}`;
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
