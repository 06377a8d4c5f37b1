/** Chips that open a panel of choices; every choice takes effect at once. */

import { fill, h, icon, setAttribute } from "../dom.ts";
import { EXTRA_STATUSES, type ExtraStatus, FILTER_NAMES, type FilterName, type Filters } from "../mode.ts";
import { ICONS } from "../shapes.ts";
import { type Context, named } from "./context.ts";

type Group = FilterName | "also";
const GROUPS: Group[] = [...FILTER_NAMES, "also"];

export class FilterBar {
  readonly element: HTMLElement;
  readonly #context: Context;
  readonly #chips = new Map<Group, HTMLButtonElement>();
  readonly #panel: HTMLElement;
  #open: Group | null = null;

  constructor(context: Context) {
    this.#context = context;
    const { filters } = context.words;
    for (const group of GROUPS) {
      this.#chips.set(
        group,
        h("button", {
          type: "button",
          class: "chip",
          id: `chip-${group}`,
          "aria-controls": "filter-panel",
          "aria-expanded": "false",
          onclick: () => this.#toggle(group),
        }),
      );
    }
    this.#panel = h("div", { id: "filter-panel", class: "filter-panel", hidden: true });
    this.element = h(
      "section",
      {
        class: "filters",
        "aria-label": filters.heading,
        onkeydown: (event: KeyboardEvent) => {
          if (event.key !== "Escape" || !this.#open) return;
          const chip = this.#chips.get(this.#open);
          this.#toggle(null);
          chip?.focus();
        },
      },
      h("div", { class: "chips" }, ...this.#chips.values()),
      this.#panel,
    );
    document.addEventListener("pointerdown", (event) => {
      if (this.#open && !this.element.contains(event.target as Node)) this.#toggle(null);
    });
    this.refresh();
  }

  /** Shows the filters of the mode, which may have come from the URL or the back button. */
  refresh(): void {
    const { filters: words } = this.#context.words;
    for (const [group, chip] of this.#chips) {
      const count = this.#chosen(group).length;
      fill(chip, words[group], count > 0 && h("span", { class: "chip-count" }, count), icon(ICONS.down));
      setAttribute(chip, "aria-label", count ? words.chosen(words[group], count) : null);
      setAttribute(chip, "data-on", count > 0);
    }
    if (this.#open) this.#syncChoices(this.#open);
  }

  #toggle(group: Group | null): void {
    this.#open = this.#open === group ? null : group;
    for (const [name, chip] of this.#chips) chip.setAttribute("aria-expanded", String(name === this.#open));
    this.#panel.hidden = this.#open === null;
    if (this.#open) this.#fillPanel(this.#open);
  }

  #fillPanel(group: Group): void {
    const { filters: words, close } = this.#context.words;
    const choices = this.#choices(group);
    fill(
      this.#panel,
      h(
        "fieldset",
        {},
        h("legend", {}, words[group]),
        h("p", { class: "note" }, group === "also" ? words.alsoNote : words.anyOf),
        choices.length === 0 && h("p", {}, words.failed),
        ...choices.map(([slug, label]) =>
          h(
            "label",
            { class: "choice" },
            h("input", { type: "checkbox", value: slug, onchange: () => this.#changed(group) }),
            group === "programme" &&
              slug !== "unknown" &&
              h("span", { class: "programme-dot", "data-programme": slug }),
            h("span", {}, label),
          ),
        ),
      ),
      h(
        "div",
        { class: "panel-actions" },
        h("button", { type: "button", class: "button", onclick: () => this.#apply(group, []) }, words.clear),
        h(
          "button",
          {
            type: "button",
            class: "button primary",
            onclick: () => {
              this.#toggle(null);
              this.#chips.get(group)?.focus();
            },
          },
          close,
        ),
      ),
    );
    this.#syncChoices(group);
  }

  #syncChoices(group: Group): void {
    const chosen = this.#chosen(group);
    for (const box of this.#boxes()) box.checked = chosen.includes(box.value);
  }

  #changed(group: Group): void {
    this.#apply(
      group,
      this.#boxes()
        .filter((box) => box.checked)
        .map((box) => box.value),
    );
  }

  #apply(group: Group, chosen: string[]): void {
    const { mode } = this.#context.navigation;
    this.#context.navigation.push({ filters: withChoice(mode.filters, group, chosen) });
  }

  #boxes(): HTMLInputElement[] {
    return [...this.#panel.querySelectorAll("input")];
  }

  #chosen(group: Group): string[] {
    return this.#context.navigation.mode.filters[group];
  }

  #choices(group: Group): [string, string][] {
    const { words, vocabularies } = this.#context;
    if (group === "also") return EXTRA_STATUSES.map((status) => [status, words.filters[status]]);
    const name = group === "programme" ? "programmes" : group;
    const terms = (vocabularies?.[name] ?? []).map(({ slug }): [string, string] => [
      slug,
      named(this.#context, name, slug),
    ]);
    return group === "programme" && terms.length ? [...terms, ["unknown", words.filters.unsupported]] : terms;
  }
}

export function withChoice(filters: Filters, group: Group, chosen: string[]): Filters {
  const sorted = [...chosen].sort();
  if (group === "also")
    return { ...filters, also: EXTRA_STATUSES.filter((s: ExtraStatus) => sorted.includes(s)) };
  return { ...filters, [group]: sorted };
}

/** A filter in words: 種類：コワーキングスペース、シェアオフィス. */
export function describeFilter(context: Context, name: FilterName): string {
  const { words, navigation } = context;
  const chosen = navigation.mode.filters[name].map((slug) =>
    name === "programme" && slug === "unknown"
      ? words.filters.unsupported
      : named(context, name === "programme" ? "programmes" : name, slug),
  );
  return `${words.filters[name]}：${chosen.join(words.comma)}`;
}
