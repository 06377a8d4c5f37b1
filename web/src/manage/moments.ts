/** Moments as people read them, in the time of Japan wherever the browser is. */

import type { Language } from "../mode.ts";

const ZONE = "Asia/Tokyo";

/** 2026年11月24日 9:05, or 24 Nov 2026, 9:05. What cannot be read stays as it is. */
export function moment(text: string, language: Language): string {
  return format(text, language, { dateStyle: language === "ja" ? "long" : "medium", timeStyle: "short" });
}

/** The day alone. */
export function day(text: string, language: Language): string {
  return format(text, language, { dateStyle: language === "ja" ? "long" : "medium" });
}

function format(text: string, language: Language, style: Intl.DateTimeFormatOptions): string {
  const time = new Date(text);
  if (Number.isNaN(time.getTime())) return text;
  return new Intl.DateTimeFormat(language === "ja" ? "ja-JP" : "en-GB", { ...style, timeZone: ZONE }).format(time);
}

/** How many whole days have passed. */
export function daysSince(text: string, now: Date = new Date()): number {
  return Math.max(0, Math.floor((now.getTime() - new Date(text).getTime()) / 86_400_000));
}
