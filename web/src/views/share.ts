/** Passing a facility on: its own page, and the address of what is on the screen. */

import type { Facility, Feature } from "../api.ts";
import { fill, h } from "../dom.ts";
import type { Context } from "./context.ts";

export function shareRow(context: Context, feature: Feature<Facility>): HTMLElement {
  const { words, navigation } = context;
  const { mode } = navigation;
  const language = mode.language === "ja" ? "" : `&lang=${mode.language}`;
  const page = `/collections/facilities/items/${encodeURIComponent(feature.id)}?f=html${language}`;
  const told = h("p", { class: "share-told", role: "status" });
  return h(
    "div",
    { class: "share" },
    h("a", { class: "button", href: page }, words.card.page),
    h(
      "button",
      { type: "button", class: "button", onclick: () => void copy(context, told) },
      words.card.copy,
    ),
    told,
  );
}

/** The visitor's own position stays out of what is passed on. */
export function sharedAddress({ navigation }: Context): string {
  const { mode } = navigation;
  const private_ = mode.around.by === "near" && mode.around.origin === "here";
  const shared = private_ ? { ...mode, around: { by: "window" as const } } : mode;
  return location.origin + navigation.url(shared);
}

async function copy(context: Context, told: HTMLElement): Promise<void> {
  const address = sharedAddress(context);
  const { card } = context.words;
  try {
    await navigator.clipboard.writeText(address);
    told.textContent = card.copied;
  } catch {
    // No clipboard without https or permission: show the address, selected, to copy by hand.
    const field = h("input", {
      class: "share-address",
      readonly: true,
      "aria-label": card.copyYourself,
      value: address,
    });
    fill(told, card.copyYourself, field);
    field.select();
  }
}
