/**
 * Whether a place is open, as the server worked it out, put into what a visitor must know: how long
 * still, or from when. Only moments are compared here; what hours mean is for the server to say.
 */

import type { Opening as Answered, Closure } from "./api/generated.d.ts";

/** The property `opening` of a facility, asked for with `opening=now` or a moment. */
export interface Opening extends Answered {
  /** The moment this is told of, as it was asked for; absent for now. Noted by api.ts. */
  at?: string;
}

/** A moment in Japan, as seen from another. */
export interface Moment {
  /** 0 today, 1 tomorrow, and so on. */
  days: number;
  /** YYYY-MM-DD. */
  date: string;
  /** HH:MM. */
  time: string;
}

export type OpeningNow =
  | { is: "open"; minutesLeft: number | null; until: Moment | null; at?: Moment }
  | { is: "closed"; from: Moment | null; at?: Moment; /** When that ends, and nobody knows what then. */ till?: Moment }
  /** No hours are known. */
  | { is: "unknown" }
  /** There are hours, but no program understands them. */
  | { is: "unreadable" }
  /** The answer is older than the change it named: what holds now is not known. */
  | { is: "outdated" };

/** Hours by the sun are understood by anybody, but not worked out here. */
const SUN = /\b(sunrise|sunset|dawn|dusk)\b/;

export function isBySun(hours: string): boolean {
  return SUN.test(hours);
}

/** What is open at times that nobody can work out, and hours that are only words. */
const UNSURE = /\b(sunrise|sunset|dawn|dusk|SH|easter|unknown)\b|"/;

/** `hours` are as they are written, null where none are known. What is told of another moment names it. */
export function openingNow(opening: Opening | undefined, hours: string | null, clock: Date): OpeningNow {
  const known = hours !== null;
  const now = opening?.at ? new Date(opening.at) : clock;
  if (!opening) return { is: known ? "outdated" : "unknown" };
  // A temporary closure is known whatever the hours are.
  if (known && !opening.readable && opening.state === "unknown") return { is: isBySun(hours) ? "outdated" : "unreadable" };
  if (opening.state === "unknown") return { is: known ? "outdated" : "unknown" };
  const until = opening.until === null ? null : new Date(opening.until);
  if (until && Number.isNaN(until.getTime())) return { is: "outdated" };
  if (until && until <= now) return { is: "outdated" };
  const moment = until && momentInJapan(until, now);
  const at = opening.at ? { at: momentInJapan(now, now) } : {};
  if (opening.state === "closed") {
    const reopens = opening.readable && !UNSURE.test(hours ?? "");
    return reopens || !moment ? { is: "closed", from: moment, ...at } : { is: "closed", from: null, till: moment, ...at };
  }
  const minutesLeft = until && Math.floor((until.getTime() - now.getTime()) / 60_000);
  return { is: "open", minutesLeft, until: moment, ...at };
}

/** The temporary closure for which it is closed at a moment. */
export function closureAt(opening: Opening | undefined, closures: readonly Closure[] | null, clock: Date): Closure | null {
  if (opening?.state !== "closed") return null;
  const now = opening.at ? new Date(opening.at) : clock;
  const { date } = momentInJapan(now, now);
  return closures?.find(({ from, to }) => (from ?? date) <= date && date <= (to ?? date)) ?? null;
}

/** Japan has had one time zone without summer time since 1952. */
const JAPAN = 9 * 3_600_000;
const DAY = 86_400_000;

export function momentInJapan(moment: Date, now: Date): Moment {
  const there = new Date(moment.getTime() + JAPAN).toISOString();
  const day = (date: Date) => Math.floor((date.getTime() + JAPAN) / DAY);
  return { days: day(moment) - day(now), date: there.slice(0, 10), time: there.slice(11, 16) };
}

/** As the server writes a moment: RFC 3339 with Japan's offset, to the minute. */
export function minuteInJapan(moment: Date): string {
  const { date, time } = momentInJapan(moment, moment);
  return `${date}T${time}:00+09:00`;
}

/** Whether a facility was last checked more than a year ago, or nobody says when. */
export function isStale(checkedOn: string | null, now: Date): boolean {
  if (!checkedOn) return true;
  const year = Number(checkedOn.slice(0, 4)) + 1;
  const due = Date.parse(`${year}${checkedOn.slice(4)}T00:00:00+09:00`);
  // The 29th of February has no anniversary in most years: the day after stands for it.
  return Number.isNaN(due) ? Date.parse(`${year}-03-01T00:00:00+09:00`) <= now.getTime() : due <= now.getTime();
}

/** Whether somebody checked after the period that a status is known of: a year, a month or a day. */
export function isCheckedSince(checkedOn: string | null, statusAsOf: string | null): boolean {
  return checkedOn !== null && (statusAsOf === null || checkedOn.slice(0, statusAsOf.length) > statusAsOf);
}
