/**
 * Where somebody is in the municipalities' pages, as a value; and the address is that value written out.
 *
 * THE CONTRACT OF A VIEW. Every route has one view, a function `(context, root) => teardown`:
 *
 *     export const people: View<"people"> = (context, root) => { …; return () => request.abort(); };
 *
 * - It is listed in the one table `VIEWS` of views/index.ts, under the `view` of its route. Whoever
 *   adds a page adds a member to `Route`, a line to `parse` and `write` here, and one to that table.
 * - `context.route` is the route it was made for, already of the right type. `context.api` is the only
 *   way to the server, `context.words` the only source of words, `context.go(route)` the way elsewhere;
 *   `link(context, route, …)` of views/parts.ts makes an <a> that does the same.
 * - It fills `root`, an empty <div> in <main>, at once: first with a `heading(context, words)` of
 *   views/parts.ts, which is the page's only h1, gets the focus after a navigation, and names the
 *   window. What comes later from the server goes below it.
 * - The function it gives back, or nothing, is called when the view goes: it ends requests, timers,
 *   listeners outside `root`. `context.signal` is aborted just before, so that passing it to every
 *   request and listener is mostly all that is needed.
 * - A request that finds nobody signed in shows the sign-in page by itself, over the same address;
 *   afterwards the view is made anew. Any other failure comes as an `ApiError`, which
 *   `failure(context, error, again)` of views/parts.ts shows.
 * - What stands in the query and is the view's own affair (a page, a filter) is read with
 *   `context.query()` and kept with `context.setQuery({…})`, without a navigation.
 * - Unsent input: `context.guard(() => words | null)` asks before it is left.
 */

export type Route =
  | { view: "queue" }
  | { view: "submission"; id: string; part: "report" | "reading" | "sheet" | "differences" }
  | { view: "upload" }
  | { view: "facilities"; q: string }
  /** The form of one facility; `null` is a new one. */
  | { view: "facility"; id: string | null }
  | { view: "history"; id: string }
  | { view: "people" }
  | { view: "account" }
  /** An address of nothing. */
  | { view: "missing" };

export type ViewName = Route["view"];
/** The route of a view, with the data that is its own. */
export type RouteOf<N extends ViewName> = Extract<Route, { view: N }>;

export const HOME: Route = { view: "queue" };

const ROOT = "/manage";
/** The longest search for a name. */
const LONGEST = 100;

/** Reads an address. What it cannot read is `missing`, never something else. */
export function parse(path: string, search: string): Route {
  const inside = path.startsWith(ROOT) ? path.slice(ROOT.length) : null;
  if (inside === null || (inside !== "" && !inside.startsWith("/"))) return { view: "missing" };
  const parts = inside.split("/").filter((part) => part !== "");
  const [first, second, third, ...more] = parts;
  if (more.length) return { view: "missing" };
  const query = new URLSearchParams(search);
  switch (first) {
    case undefined:
      return { view: "queue" };
    case "submissions":
      if (!isId(second)) break;
      if (third === undefined) return { view: "submission", id: second, part: "report" };
      if (third === "reading" || third === "sheet" || third === "differences") {
        return { view: "submission", id: second, part: third };
      }
      break;
    case "facilities":
      if (second === undefined) {
        return { view: "facilities", q: [...(query.get("q") ?? "").trim()].slice(0, LONGEST).join("") };
      }
      if (!isId(second)) break;
      if (third === undefined) return { view: "facility", id: second === "new" ? null : second };
      if (third === "history" && second !== "new") return { view: "history", id: second };
      break;
    case "upload":
    case "people":
    case "account":
      if (second === undefined) return { view: first };
  }
  return { view: "missing" };
}

/** The address of a route, without the language. */
export function write(route: Route): string {
  switch (route.view) {
    case "queue":
    case "missing":
      return ROOT;
    case "submission":
      return `${ROOT}/submissions/${route.id}${route.part === "report" ? "" : `/${route.part}`}`;
    case "facilities":
      return `${ROOT}/facilities${route.q ? `?q=${encodeURIComponent(route.q)}` : ""}`;
    case "facility":
      return `${ROOT}/facilities/${route.id ?? "new"}`;
    case "history":
      return `${ROOT}/facilities/${route.id}/history`;
    case "upload":
    case "people":
    case "account":
      return `${ROOT}/${route.view}`;
  }
}

/** What facilities and submissions are called: no more than this goes into a request's path. */
function isId(text: string | undefined): text is string {
  return text !== undefined && /^[A-Za-z0-9-]{1,64}$/.test(text);
}
