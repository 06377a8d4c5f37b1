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
  const status = h("p", { class: "share-told", role: "status" });
  const field = h("input", { class: "field", readonly: true, "aria-label": words.address });
  const code = h("div", { class: "qr" });
  const show = (places: boolean) => {
    const address = sharedAddress(context, places);
    field.value = address;
    if (address.length > LONGEST_CODE) return fill(code, h("p", { class: "note" }, words.tooLong));
    void qrCode(address, words.qr).then((drawn) => {
      if (field.value === address) fill(code, drawn, h("p", { class: "note" }, words.qr));
    });
  };
  openDialog(context, words.heading, [
    context.navigation.mode.around.by === "both" ? placesChoice(words.bothPlaces, show) : h("p", { class: "note" }, words.privacy),
    field,
    h(
      "div",
      { class: "button-row" },
      h("button", { type: "button", class: "button primary", onclick: () => void copy(context, field, status) }, words.copy),
      "share" in navigator &&
        h("button", { type: "button", class: "button", onclick: () => void send(field.value) }, words.send),
    ),
    status,
    code,
    ...embedding(context),
  ]);
  show(true);
}

/** Two chosen places may be a home and an office: they are part of the link, unless the sender takes them out. */
function placesChoice(label: string, show: (places: boolean) => void): HTMLElement {
  const box = h("input", { type: "checkbox", onchange: () => show(box.checked) });
  box.checked = true;
  return h("label", { class: "choice" }, box, h("span", {}, label));
}

export function shareButton(context: Context): HTMLElement {
  return h(
    "button",
    { type: "button", class: "button", onclick: () => shareDialog(context) },
    icon(ICONS.share),
    context.words.list.share,
  );
}

/** The visitor's own position stays out of what is passed on; two chosen places are part of the question. */
export function sharedAddress({ navigation }: Context, places = true): string {
  const { mode } = navigation;
  const { around } = mode;
  const isPrivate = (around.by === "near" && around.origin === "here") || (around.by === "both" && !places);
  const shared = isPrivate ? { ...mode, around: { by: "window" as const } } : mode;
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

async function copy(context: Context, field: HTMLInputElement, status: HTMLElement): Promise<void> {
  const { share: words } = context.words;
  try {
    await navigator.clipboard.writeText(field.value);
    fill(status, words.copied);
  } catch {
    // No clipboard without https or permission: the address is selected, to copy by hand.
    fill(status, words.copyYourself);
    field.select();
  }
}
