/** What stands around every view: the name, where one can go, who is signed in, what was just done. */

import { fill, h } from "../../dom.ts";
import type { Language } from "../../mode.ts";
import type { Session } from "../answers.ts";
import type { Navigation } from "../navigation.ts";
import { HOME, type Route, type ViewName } from "../route.ts";
import type { Words } from "../text/index.ts";

interface Place {
  route: Route;
  name: keyof Words["frame"]["places"];
  /** The views that count as being there. */
  views: readonly ViewName[];
  shown(session: Session): boolean;
}

const PLACES: readonly Place[] = [
  { route: HOME, name: "queue", views: ["queue", "submission"], shown: () => true },
  {
    route: { view: "facilities", q: "" },
    name: "facilities",
    views: ["facilities", "facility", "history"],
    shown: () => true,
  },
  { route: { view: "upload" }, name: "upload", views: ["upload"], shown: ({ user }) => user.role !== "planner" },
  { route: { view: "people" }, name: "people", views: ["people"], shown: ({ user }) => user.role === "admin" },
  { route: { view: "account" }, name: "account", views: ["account"], shown: () => true },
];

export class Frame {
  /** Where the views are put. */
  readonly main = h("main", { id: "main", class: "manage-main" });
  readonly #words: Words;
  readonly #navigation: Navigation;
  readonly #language: Language;
  readonly #go: (route: Route) => void;
  readonly #signOut: () => void;
  readonly #top = h("header", { class: "manage-header" });
  readonly #told = h("div", { class: "told", role: "status" });
  #waiting = 0;
  #session: Session | null = null;

  constructor(
    root: HTMLElement,
    words: Words,
    language: Language,
    navigation: Navigation,
    actions: { go(route: Route): void; signOut(): void },
  ) {
    this.#words = words;
    this.#language = language;
    this.#navigation = navigation;
    this.#go = actions.go;
    this.#signOut = actions.signOut;
    const skip = h("a", { class: "skip", href: "#main" }, words.frame.skip);
    skip.addEventListener("click", (event) => {
      // The address is the route; it has no room for a fragment.
      event.preventDefault();
      this.main.querySelector<HTMLElement>("h1")?.focus();
    });
    fill(root, skip, this.#top, this.#told, this.main);
  }

  /** Draws the top again: somebody came or went, or another place is shown. */
  refresh(session: Session | null): void {
    this.#session = session;
    const { frame } = this.#words;
    const own = session && !session.password_is_temporary ? session : null;
    fill(
      this.#top,
      h(
        "div",
        { class: "manage-bar" },
        this.#link(HOME, "manage-brand", frame.brand),
        h(
          "div",
          { class: "manage-who" },
          session && h("span", { class: "manage-name" }, whose(session, this.#words)),
          this.#otherLanguage(),
          session &&
            h("button", { type: "button", class: "text-button", onclick: this.#signOut }, frame.signOut),
        ),
      ),
      own && h("nav", { class: "manage-nav", "aria-label": frame.navigation }, this.#places(own)),
    );
  }

  /** How many wait for a decision of this person. */
  count(waiting: number): void {
    if (waiting === this.#waiting) return;
    this.#waiting = waiting;
    this.refresh(this.#session);
  }

  tell(message: string | null): void {
    if (message === null) return fill(this.#told);
    fill(
      this.#told,
      h("p", {}, message),
      h(
        "button",
        { type: "button", class: "text-button", onclick: () => this.tell(null) },
        this.#words.common.close,
      ),
    );
  }

  #places(session: Session): HTMLElement {
    const here = this.#navigation.route.view;
    const { places, waiting } = this.#words.frame;
    const list = PLACES.filter((place) => place.shown(session)).map((place) => {
      const anchor = this.#link(place.route, "", places[place.name]);
      if (place.views.includes(here)) anchor.setAttribute("aria-current", "page");
      if (place.name === "queue" && this.#waiting > 0) {
        anchor.append(
          h("span", { class: "count", "aria-hidden": "true" }, this.#waiting > 99 ? "99+" : this.#waiting),
          h("span", { class: "visually-hidden" }, waiting(this.#waiting)),
        );
      }
      return h("li", {}, anchor);
    });
    return h("ul", {}, ...list);
  }

  #link(route: Route, className: string, words: string): HTMLAnchorElement {
    const onclick = (event: MouseEvent) => {
      if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
      event.preventDefault();
      this.#go(route);
    };
    return h("a", { href: this.#navigation.address(route), class: className || null, onclick }, words);
  }

  /** The very same place in the other language. Its address is read when it is pressed: a view may have refined it. */
  #otherLanguage(): HTMLAnchorElement {
    const other = this.#language === "ja" ? "en" : "ja";
    const anchor = h(
      "a",
      { class: "language", lang: other, hreflang: other, href: this.#navigation.inLanguage(other) },
      this.#words.frame.otherLanguage,
    );
    const refresh = () => (anchor.href = this.#navigation.inLanguage(other));
    anchor.addEventListener("focus", refresh);
    anchor.addEventListener("pointerdown", refresh);
    return anchor;
  }
}

/** Who, as what, and where. */
export function whose({ user }: Session, { common }: Words): string {
  return common.whose(user.name, common.roles[user.role], user.area_name ?? user.area);
}
