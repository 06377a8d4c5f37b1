/** Making elements. Text only ever enters as text nodes, so no data can become markup. */

import { isAnnotated, pieces, plain } from "./annotate.ts";

export type Child = Node | string | number | null | undefined | false;
type Value = string | number | boolean | null | undefined | ((event: never) => void);

export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Record<string, Value> = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") {
      element.addEventListener(name.replace(/^on/, ""), value as EventListener);
    } else {
      setAttribute(element, name, value);
    }
  }
  element.append(...present(children));
  return element;
}

/** true writes an empty attribute, false and null remove it. */
export function setAttribute(
  element: Element,
  name: string,
  value: string | number | boolean | null | undefined,
): void {
  if (value === false || value === null || value === undefined) element.removeAttribute(name);
  else element.setAttribute(name, value === true ? "" : plain(String(value)));
}

export function fill(element: Element, ...children: Child[]): void {
  element.replaceChildren(...present(children));
}

/** A drawing of one path in a 24 × 24 box. It says nothing a reader of the text would miss. */
export function icon(path: string, className = "icon"): SVGSVGElement {
  const namespace = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(namespace, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("class", className);
  svg.setAttribute("aria-hidden", "true");
  const drawn = document.createElementNS(namespace, "path");
  drawn.setAttribute("d", path);
  svg.append(drawn);
  return svg;
}

/** A link to a page outside, if the address is a web address; otherwise just the words. */
export function outsideLink(url: string | null | undefined, ...words: (Node | string)[]): Node {
  const href = webAddress(url);
  if (!href) return h("span", {}, ...words);
  return h("a", { href, rel: "noopener noreferrer", target: "_blank", class: "outside" }, ...words);
}

/** http and https only: anything else in a record is not a place to send a visitor to. */
export function webAddress(url: string | null | undefined): string | null {
  if (!url) return null;
  try {
    const parsed = new URL(url);
    return parsed.protocol === "http:" || parsed.protocol === "https:" ? parsed.href : null;
  } catch {
    return null;
  }
}

function present(children: Child[]): (Node | string)[] {
  return children
    .filter((child) => child !== null && child !== undefined && child !== false)
    .flatMap((child) => {
      if (typeof child === "number") return [String(child)];
      if (typeof child === "string" && isAnnotated(child)) return [annotated(child)];
      return [child as Node | string];
    });
}

/** Text with readings over some of it. They are for the eye: read aloud, everything would be said twice. */
function annotated(text: string): HTMLElement {
  const drawn = pieces(text).map((piece) =>
    typeof piece === "string"
      ? piece
      : h("ruby", {}, piece.base, h("rp", {}, "("), h("rt", { "aria-hidden": "true" }, piece.reading), h("rp", {}, ")")),
  );
  // One piece to whatever lays out its children side by side.
  return h("span", {}, ...drawn);
}
