/**
 * A plain week as OpenStreetMap's opening hours, and back. What cannot be said as a week — seasons,
 * every second Tuesday — is left to the field for experts: `parseWeek` then answers null.
 */

export const DAYS = ["Mo", "Tu", "We", "Th", "Fr", "Sa", "Su", "PH"] as const;
export type Day = (typeof DAYS)[number];

export interface Span {
  /** HH:MM, as an input of type time has it. */
  from: string;
  to: string;
}

/** What is known of a day: its spans, closed, or — of public holidays — nothing in particular. */
export type DayHours = Span[] | "off" | null;
export type Week = Record<Day, DayHours>;

export function emptyWeek(): Week {
  return { Mo: "off", Tu: "off", We: "off", Th: "off", Fr: "off", Sa: "off", Su: "off", PH: null };
}

/** Days with equal hours together: `Mo-Fr 09:00-18:00; Sa 10:00-17:00; PH off`. Empty if no day is open. */
export function writeWeek(week: Week): string {
  const groups: { days: Day[]; hours: string }[] = [];
  for (const day of DAYS) {
    const hours = writeHours(week[day]);
    // A weekday nobody names is closed; holidays nobody names are like the weekday they fall on.
    if (hours === null || (hours === "off" && day !== "PH")) continue;
    const group = groups.find((other) => other.hours === hours && day !== "PH");
    if (group) group.days.push(day);
    else groups.push({ days: [day], hours });
  }
  if (!groups.some(({ hours }) => hours !== "off")) return "";
  return groups.map(({ days, hours }) => `${writeDays(days)} ${hours}`).join("; ");
}

function writeHours(hours: DayHours): string | null {
  if (hours === null || hours === "off") return hours;
  const whole = hours.filter(({ from, to }) => isTime(from) && isTime(to));
  if (!whole.length) return "off";
  return whole
    .map(({ from, to }) => `${from}-${to === "00:00" ? "24:00" : to}`)
    .sort()
    .join(",");
}

function writeDays(days: Day[]): string {
  const runs: Day[][] = [];
  for (const day of days) {
    const run = runs.at(-1);
    if (run && DAYS.indexOf(day) === DAYS.indexOf(run.at(-1)!) + 1) run.push(day);
    else runs.push([day]);
  }
  return runs
    .flatMap((run) => (run.length > 2 ? [`${run[0]}-${run.at(-1)}`] : run))
    .join(",");
}

/** The week a text says, if it is one. */
export function parseWeek(text: string): Week | null {
  const rules = text.trim().split(/\s*;\s*/).filter(Boolean);
  if (!rules.length) return null;
  const week = emptyWeek();
  for (const rule of rules) {
    const found = /^(?:([A-Z][A-Za-z,\s-]*?)\s+)?(off|closed|[\d:,\s–-]+)$/.exec(rule);
    if (!found) return rule === "24/7" && rules.length === 1 ? wholeWeek() : null;
    const days = found[1] === undefined ? DAYS.slice(0, 7) : parseDays(found[1]);
    const hours = parseHours(found[2]!);
    if (!days || !hours) return null;
    for (const day of days) week[day] = hours === "off" ? "off" : hours.map((span) => ({ ...span }));
  }
  return week;
}

function wholeWeek(): Week {
  const week = emptyWeek();
  for (const day of DAYS.slice(0, 7)) week[day] = [{ from: "00:00", to: "00:00" }];
  return week;
}

function parseDays(text: string): Day[] | null {
  const days: Day[] = [];
  for (const part of text.split(",").map((piece) => piece.trim())) {
    const [first, last, more] = part.split("-");
    const [from, to] = [DAYS.indexOf(first as Day), DAYS.indexOf((last ?? first) as Day)];
    if (from < 0 || to < 0 || more !== undefined) return null;
    if (last !== undefined && (first === "PH" || last === "PH")) return null;
    // Sa-Mo goes over the end of the week.
    for (let i = from; ; i = (i + 1) % 7) {
      days.push(DAYS[i]!);
      if (i === to || from === 7) break;
    }
  }
  return days;
}

function parseHours(text: string): DayHours {
  if (text === "off" || text === "closed") return "off";
  const spans: Span[] = [];
  for (const part of text.split(",")) {
    const found = /^\s*(\d{1,2}:\d{2})\s*[-–]\s*(\d{1,2}:\d{2})\s*$/.exec(part);
    const [from, to] = [wrapped(found?.[1]), wrapped(found?.[2])];
    if (!from || !to) return null;
    spans.push({ from, to });
  }
  return spans;
}

/** Hours past midnight may be counted on: 25:30 is 01:30. */
function wrapped(time: string | undefined): string | null {
  if (!time) return null;
  const [hours, minutes] = time.split(":").map(Number) as [number, number];
  if (hours > 48 || minutes > 59) return null;
  return `${String(hours % 24).padStart(2, "0")}:${String(minutes).padStart(2, "0")}`;
}

function isTime(text: string): boolean {
  return /^([01]\d|2[0-3]):[0-5]\d$/.test(text);
}
