/** Starts the municipalities' pages: language, who is there, then the view the address asks for. */

import { h } from "../dom.ts";
import { rememberedLanguage, rememberLanguage } from "../text/remembered.ts";
import type { Session } from "./answers.ts";
import { ManageApi } from "./api.ts";
import { ApiError } from "./errors.ts";
import { Navigation } from "./navigation.ts";
import { HOME, type Route } from "./route.ts";
import { words } from "./text/index.ts";
import type { Context, View } from "./views/context.ts";
import { Frame } from "./views/frame.ts";
import { VIEWS } from "./views/index.ts";
import { ownPassword } from "./views/own-password.ts";
import { failure } from "./views/parts.ts";
import { signIn } from "./views/sign-in.ts";

const named = new URLSearchParams(location.search).get("lang");
const language = named === "ja" || named === "en" ? named : rememberedLanguage();
// Plain Japanese here is no choice against the simpler one of the map.
if (language !== rememberedLanguage()) rememberLanguage(language);
document.documentElement.lang = language;

const api = new ManageApi(language);
const own = words[language];
const navigation = new Navigation(language, () => show("navigated"));
const frame = new Frame(document.getElementById("app")!, own, language, navigation, {
  go,
  signOut: () => void signOut(),
});

/** Ends what the view shown now has under way. */
let leave: () => void = () => {};
/** The view whose session ended, for the same person to go on with; what was typed stays in it. */
let waiting: { content: Node[]; leave: () => void; user: number; title: string; address: string } | null = null;
/** What is shown in place of a view: several requests of one page may all be turned away. */
let standing: "sign-in" | "password" | null = null;
/** Whether what was told is from the place before, and goes with the next one. */
let told: "fresh" | "old" = "old";

function tell(message: string): void {
  frame.tell(message);
  told = "fresh";
}

/** Fetches once, and again only if it failed. */
function once<T>(load: () => Promise<T>): () => Promise<T> {
  let loading: Promise<T> | null = null;
  return () => {
    loading ??= load().catch((error: unknown) => {
      loading = null;
      throw error;
    });
    return loading;
  };
}
const vocabularies = once(() => api.vocabularies());
const fieldNames = once(() => api.fieldNames());

function go(route: Route): void {
  if (navigation.go(route)) window.scrollTo(0, 0);
}

function title(words: string): void {
  document.title = own.frame.titled(words);
}

/** A page of its own in place of the view: there is nobody to show it to yet. */
function instead(make: (root: HTMLElement) => void): void {
  leave();
  leave = () => {};
  // What waits still has something that nobody sent.
  if (!waiting) navigation.guard(null);
  frame.refresh(api.session);
  const root = h("div", { class: "page narrow" });
  make(root);
  frame.main.replaceChildren(root);
}

/** Shows the view of the address, to whoever is signed in. */
function show(reason: "started" | "navigated" | "signed-in"): void {
  const { session } = api;
  if (!session) return askWhoIsThere(null);
  if (session.password_is_temporary) return askForPassword(session);
  standing = null;
  leave();
  if (told === "old") frame.tell(null);
  told = "old";
  frame.refresh(session);
  const gone = new AbortController();
  const { route } = navigation;
  const context: Context = {
    api,
    words: own,
    language,
    session,
    route,
    signal: gone.signal,
    go,
    address: (to) => navigation.address(to),
    refine: (to) => navigation.refine(to),
    query: () => new URLSearchParams(location.search),
    setQuery: (changes) => navigation.setQuery(changes),
    guard: (guard) => navigation.guard(guard),
    tell,
    title,
    recount: () => void recount(),
    vocabularies,
    fieldNames,
  };
  const root = h("div", { class: "page" });
  frame.main.replaceChildren(root);
  // The table pairs each view with its own route, which the compiler cannot follow through the lookup.
  const view = VIEWS[route.view] as (context: Context, root: HTMLElement) => ReturnType<View<"missing">>;
  const teardown = view(context, root);
  leave = () => {
    gone.abort();
    teardown?.();
  };
  // On the first page the focus is where the browser puts it.
  if (reason !== "started") root.querySelector<HTMLElement>("h1")?.focus();
}

function askWhoIsThere(why: string | null): void {
  if (standing === "sign-in") return;
  standing = "sign-in";
  instead((root) =>
    signIn({ api, words: own, title, why }, root, () => {
      if (!resumed()) show("signed-in");
      void recount();
    }),
  );
}

/** Whether somebody has typed here what the server does not know. */
function hasUnsent(): boolean {
  const typed = [...frame.main.querySelectorAll<HTMLInputElement | HTMLTextAreaElement>("input, textarea")];
  return navigation.isGuarded || typed.some(({ value, defaultValue }) => value !== defaultValue);
}

/** Lays the view aside as it is while its person signs in again. */
function setAside(user: number): void {
  if (standing !== null || !hasUnsent()) return;
  waiting = { content: [...frame.main.childNodes], leave, user, title: document.title, address: location.href };
  leave = () => {};
}

/** Whether the view laid aside is shown again: to nobody but its own person, and in its own place. */
function resumed(): boolean {
  const aside = waiting;
  waiting = null;
  const { session } = api;
  if (!aside) return false;
  if (!session || session.password_is_temporary || session.user.id !== aside.user || location.href !== aside.address) {
    aside.leave();
    navigation.guard(null);
    return false;
  }
  standing = null;
  leave = aside.leave;
  document.title = aside.title;
  frame.refresh(session);
  frame.main.replaceChildren(...aside.content);
  tell(own.signIn.resumed);
  frame.main.querySelector<HTMLElement>("h1")?.focus();
  return true;
}

function askForPassword(session: Session): void {
  if (standing === "password") return;
  standing = "password";
  instead((root) =>
    ownPassword({ api, words: own, title, session }, root, () => {
      tell(own.ownPassword.done);
      show("signed-in");
      void recount();
    }),
  );
  frame.main.querySelector<HTMLElement>("h1")?.focus();
}

async function signOut(): Promise<void> {
  try {
    await api.signOut();
  } catch (error) {
    if (!(error instanceof ApiError && error.signedOut)) return tell(own.frame.signOutFailed);
  }
  // Nothing of what was shown stays in this window, in its history or in memory.
  location.assign(navigation.address(HOME));
}

/** Asks how many wait. Not knowing is no failure worth telling. */
async function recount(): Promise<void> {
  const { session } = api;
  if (!session || session.password_is_temporary || session.user.role === "planner") return;
  try {
    frame.count((await api.submissions({ state: ["sent"], limit: 1 })).waiting);
  } catch {
    frame.count(0);
  }
}

api.onTurnedAway = (error, user) => {
  if (!error.signedOut) {
    if (api.session) {
      api.session.password_is_temporary = true;
      askForPassword(api.session);
    }
    return;
  }
  if (user !== null) setAside(user);
  askWhoIsThere(own.signIn.ended);
};

async function start(): Promise<void> {
  try {
    await api.whoIsThere();
  } catch (error) {
    if (error instanceof ApiError && error.signedOut) return askWhoIsThere(null);
    return instead((root) => {
      title(own.frame.brand);
      root.append(failure({ words: own }, error, () => void start()));
    });
  }
  show("started");
  void recount();
}

void start();
