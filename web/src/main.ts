/** Starts the page: language first, then the view the address asks for. */

import { Api } from "./api.ts";
import { languageOf } from "./mode.ts";
import { Navigation } from "./navigation.ts";
import { words } from "./text/index.ts";
import { rememberedLocale, rememberLanguage } from "./text/remembered.ts";
import type { Context } from "./views/context.ts";
import { FindPage } from "./views/find.ts";

const navigation = new Navigation(rememberedLocale());
const { locale } = navigation.mode;
if (new URLSearchParams(location.search).has("lang")) rememberLanguage(locale);
// Before the address is written anew: what somebody asks for by its name alone.
const asked = new URLSearchParams(location.search).get("q");
// The address always names a language other than Japanese, so that it can be passed on.
navigation.replace({});

document.documentElement.lang = languageOf(locale);
document.documentElement.dataset.locale = locale;
// Another entry of the history may be in another language: all words change, so begin anew.
navigation.listen((mode) => {
  if (mode.locale !== locale) location.reload();
});

const context: Context = {
  api: new Api(languageOf(locale)),
  navigation,
  words: words[locale],
  now: () => new Date(),
  vocabularies: null,
  latin: {},
};
void new FindPage(context, document.getElementById("app")!).start(asked).then(keepForOffline);

/** After everything else: a first visit pays nothing for the next one without a connection. */
function keepForOffline(): void {
  if (import.meta.env.PROD && "serviceWorker" in navigator) {
    // Where storage is forbidden the page works as it did.
    navigator.serviceWorker.register("/sw.js").catch(() => undefined);
  }
}
