/** The first thing a visitor wants to know: is it open, how long still, and how fresh is that. */

import type { Facility } from "../api.ts";
import { h } from "../dom.ts";
import { date, openingHours } from "../format.ts";
import { closureAt, isStale, openingNow } from "../opening.ts";
import { type Context, languageIn, marked } from "./context.ts";

/** 営業中・あと2時間（19:00まで）. Nothing for a place that has closed down: its status says that. */
export function openingLine(context: Context, facility: Facility): HTMLElement | null {
  const { status, opening, opening_hours: hours } = facility;
  if (status === "closed" || status === "suspended" || status === "planned") return null;
  const { opening: words } = context.words;
  const now = openingNow(opening, hours, context.now());
  const written = hours !== null && (now.is === "unreadable" || now.is === "outdated" || now.is === "unknown");
  const note = noteOf(facility, written ? hours : "");
  return h(
    "p",
    { class: "opening", "data-opening": now.is },
    h("span", { class: "opening-mark", "aria-hidden": "true" }),
    h("span", { class: "opening-words" }, openingWords(context, facility)),
    note && " ",
    note && h("span", { class: "opening-note" }, ...marked(context, words.noted(note))),
    written && " ",
    written && h("span", { class: "opening-written" }, ...marked(context, words.asWritten(hoursAsWritten(context, hours, now.is)))),
  );
}

/** Why it is closed, or what one has to ask first, where the hours beside it do not say so already. */
function noteOf({ opening }: Facility, written: string): string | null {
  const note = opening?.note;
  return note && !written.includes(note) ? note : null;
}

/** The same as words alone. */
export function openingWords(context: Context, facility: Facility): string {
  const {
    words: { opening: words },
    now,
  } = context;
  const state = openingNow(facility.opening, facility.opening_hours, now());
  switch (state.is) {
    case "open":
      if (state.at) return words.openThen(state.at, state.until);
      return state.until && state.minutesLeft !== null ? words.openUntil(state.minutesLeft, state.until) : words.open;
    case "closed": {
      const shut = closureAt(facility.opening, facility.closures, now());
      const reopens = shut && (shut.to ? date(shut.to, languageIn(context)) : null);
      if (shut) return state.at ? words.shutThen(state.at, reopens) : words.shut(reopens);
      if (state.at) return words.closedThen(state.at, state.from);
      if (state.till) return words.closedTill(state.till);
      return state.from ? words.closedUntil(state.from) : words.closed;
    }
    default:
      return words[state.is];
  }
}

/** Hours nobody understands stay exactly as they are written. */
function hoursAsWritten(context: Context, hours: string, state: string): string {
  return state === "unreadable" ? hours : openingHours(hours, languageIn(context));
}

/** When somebody last looked; a year later that is no longer worth much, and says so. */
export function checkedNote(context: Context, facility: Facility): (HTMLElement | string)[] {
  const { opening: words } = context.words;
  const { checked_on: checked } = facility;
  if (!checked) return [h("span", { class: "unknown" }, words.neverChecked)];
  const told = words.checked(date(checked, languageIn(context)));
  if (!isStale(checked, context.now())) return [h("span", {}, told)];
  return [h("span", {}, told), " ", h("strong", { class: "stale" }, words.stale)];
}
