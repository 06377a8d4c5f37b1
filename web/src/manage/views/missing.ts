/** An address of nothing. */

import { h } from "../../dom.ts";
import { HOME } from "../route.ts";
import type { Context } from "./context.ts";
import { heading, link } from "./parts.ts";

export function missing(context: Context, root: HTMLElement): void {
  const words = context.words.missing;
  root.append(
    heading(context, words.heading),
    h("p", {}, words.explanation),
    h("p", {}, link(context, HOME, words.home, "button")),
  );
}
