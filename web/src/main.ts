/** Starts the page: language first, then the view the address asks for. */

import { Api } from "./api.ts";
import { Navigation } from "./navigation.ts";
import { rememberedLanguage, rememberLanguage, words } from "./text/index.ts";
import type { Context } from "./views/context.ts";
import { FindPage } from "./views/find.ts";

const navigation = new Navigation(rememberedLanguage());
const { language } = navigation.mode;
if (new URLSearchParams(location.search).has("lang")) rememberLanguage(language);
// The address always names a language other than Japanese, so that it can be passed on.
navigation.replace({});

document.documentElement.lang = language;
// Another entry of the history may be in the other language: all words change, so begin anew.
navigation.listen((mode) => {
  if (mode.language !== language) location.reload();
});

const context: Context = { api: new Api(language), navigation, words: words[language], vocabularies: null };
void new FindPage(context, document.getElementById("app")!).start();
