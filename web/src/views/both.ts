/** 「家と職場の両方から」: two places, and whether the sum or the longer distance counts. */

import type { Feature, Place } from "../api.ts";
import { fill, h } from "../dom.ts";
import { type Point, type Rank, RANKS, round } from "../mode.ts";
import { placeLabel } from "../searching.ts";
import type { Context } from "./context.ts";
import { openDialog } from "./dialog.ts";
import { Search } from "./search.ts";

export function bothDialog(context: Context): void {
  const { both: words } = context.words;
  const { navigation } = context;
  const { around } = navigation.mode;
  const chosen: (Point | null)[] = [null, null];
  let rank: Rank = "sum";
  if (around.by === "both") {
    [chosen[0], chosen[1], rank] = [around.one, around.two, around.rank];
  } else if (around.by === "near" && around.origin !== "here") {
    chosen[0] = { lon: around.lon, lat: around.lat, label: around.label };
  }
  const wrong = h("p", { class: "wrong", role: "alert" });
  const boxes = [words.one, words.two].map((label, i) => {
    const box = new Search(
      context,
      {
        id: `both-${i + 1}`,
        label,
        placeholder: context.words.search.placeholder,
        typed: () => (chosen[i] = null),
      },
      ({ place }) => {
        if (!place) return;
        chosen[i] = pointOf(context, place);
        box.show(chosen[i]!.label);
        fill(wrong);
      },
      () => (chosen[i] = null),
    );
    box.show(chosen[i]?.label ?? "");
    return h("div", {}, h("p", { class: "field-label", "aria-hidden": "true" }, label), h("div", { class: "search-row" }, box.element));
  });
  const ranks = RANKS.map((value) => {
    const input = h("input", { type: "radio", name: "rank", value, onchange: () => (rank = value) });
    input.checked = value === rank;
    return h("label", { class: "choice" }, input, h("span", {}, words.ranks[value]));
  });
  const dialog = openDialog(context, words.heading, [
    h("p", { class: "note" }, words.intro),
    ...boxes,
    h("fieldset", {}, h("legend", { class: "field-label" }, words.rank), ...ranks),
    wrong,
    h(
      "div",
      { class: "button-row" },
      h("button", { type: "button", class: "button primary", onclick: search }, words.search),
      h("button", { type: "button", class: "button", onclick: () => dialog.close() }, words.cancel),
    ),
  ]);
  dialog.classList.add("both-dialog");

  function search(): void {
    const [one, two] = chosen;
    if (!one || !two) {
      fill(wrong, words.need);
      dialog.querySelectorAll<HTMLInputElement>("[role=combobox]")[one ? 1 : 0]?.focus();
      return;
    }
    dialog.close();
    navigation.push({ around: { by: "both", one, two, rank }, view: null, open: null });
  }
}

function pointOf(context: Context, { geometry, properties }: Feature<Place>): Point {
  const [lon, lat] = geometry.coordinates;
  return { lon: round(lon, 6), lat: round(lat, 6), label: placeLabel(context, properties) };
}
