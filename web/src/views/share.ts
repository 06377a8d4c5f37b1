/** Passing on what is on the screen: the link, its QR code, and a frame for other sites. */

import { type Child, fill, h, icon } from "../dom.ts";
import { writeFilters } from "../filters.ts";
import { ICONS } from "../shapes.ts";
import type { Context } from "./context.ts";
import { openDialog } from "./dialog.ts";
import { qrCode } from "./qr.ts";

/** Beyond it a phone no longer reads the code from a screen. */
const LONGEST_CODE = 600;

export function shareDialog(context: Context): void {
  const { share: words } = context.words;
  const address = sharedAddress(context);
  const told = h("p", { class: "share-told", role: "status" });
  const field = h("input", { class: "field", readonly: true, "aria-label": words.address, value: address });
  const code = h("div", { class: "qr" });
  openDialog(context, words.heading, [
    h("p", { class: "note" }, words.privacy),
    field,
    h(
      "div",
      { class: "button-row" },
      h("button", { type: "button", class: "button primary", onclick: () => void copy(context, address, field, told) }, words.copy),
      "share" in navigator &&
        h("button", { type: "button", class: "button", onclick: () => void send(address) }, words.send),
    ),
    told,
    code,
    ...embedding(context),
  ]);
  if (address.length > LONGEST_CODE) return fill(code, h("p", { class: "note" }, words.tooLong));
  void qrCode(address, words.qr).then((drawn) => fill(code, drawn, h("p", { class: "note" }, words.qr)));
}

export function shareButton(context: Context): HTMLElement {
  return h(
    "button",
    { type: "button", class: "button", onclick: () => shareDialog(context) },
    icon(ICONS.share),
    context.words.list.share,
  );
}

/** The visitor's own position stays out of what is passed on. */
export function sharedAddress({ navigation }: Context): string {
  const { mode } = navigation;
  const { around } = mode;
  const private_ = around.by === "both" || (around.by === "near" && around.origin === "here");
  const shared = private_ ? { ...mode, around: { by: "window" as const } } : mode;
  return location.origin + navigation.url(shared);
}

/** The map and list of these filters, framed: a municipality pastes it into its own page. */
function embedding(context: Context): Child[] {
  const { share: words, embed } = context.words;
  const { mode } = context.navigation;
  const query = new URLSearchParams(writeFilters(mode.filters));
  if (mode.view) query.set("map", `${mode.view.zoom}/${mode.view.lat}/${mode.view.lon}`);
  if (mode.locale !== "ja") query.set("lang", mode.locale);
  const address = `${location.origin}/embed${query.size ? `?${query}` : ""}`.replaceAll("%2C", ",").replaceAll("%2F", "/");
  const frame = document.createElement("iframe");
  frame.setAttribute("src", address);
  frame.setAttribute("title", embed.title);
  frame.setAttribute("width", "100%");
  frame.setAttribute("height", "560");
  frame.setAttribute("loading", "lazy");
  return [
    h(
      "details",
      { class: "embedding" },
      h("summary", {}, words.embed),
      h("p", { class: "note" }, words.embedNote),
      // Written by the browser itself, so that whatever stands in the address is escaped as it must be.
      h("textarea", { class: "field", readonly: true, rows: 4, "aria-label": words.embed }, frame.outerHTML),
    ),
  ];
}

async function send(address: string): Promise<void> {
  // Closing the system's own sheet without choosing is no failure.
  await navigator.share({ url: address, title: document.title }).catch(() => undefined);
}

async function copy(context: Context, address: string, field: HTMLInputElement, told: HTMLElement): Promise<void> {
  const { share: words } = context.words;
  try {
    await navigator.clipboard.writeText(address);
    fill(told, words.copied);
  } catch {
    // No clipboard without https or permission: the address is selected, to copy by hand.
    fill(told, words.copyYourself);
    field.select();
  }
}
