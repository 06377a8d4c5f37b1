/** Starts the planner's page: the address is the question, every step writes it anew. */

import { Api } from "../api.ts";
import { h } from "../dom.ts";
import { rememberedLanguage, rememberLanguage } from "../text/remembered.ts";
import { CoverageApi } from "./api.ts";
import { type Asked, parse, write } from "./question.ts";
import { words } from "./text/index.ts";
import type { Context } from "./views/context.ts";
import { CoveragePage } from "./views/page.ts";

let asked: Asked = parse(location.search, rememberedLanguage());
const { language } = asked;
// Plain Japanese here is no choice against the simpler one of the map.
if (language !== rememberedLanguage()) rememberLanguage(language);
document.documentElement.lang = language;

const other = language === "ja" ? "en" : "ja";
const otherLanguage = h("a", { class: "language", lang: other, hreflang: other }, words[language].languageSwitch);

/** The address of the same in the other language; Japanese is spelled out: it must win over a remembered English. */
function refresh(): void {
  const query = write({ ...asked, language: other });
  otherLanguage.href = location.pathname + query + (other === "ja" ? "&lang=ja" : "");
}

function show(): void {
  refresh();
  void page.show();
}

const context: Context = {
  language,
  words: words[language],
  api: new CoverageApi(language),
  directory: new Api(language),
  asked: () => asked,
  ask: (change) => {
    const question = { ...asked.question, ...change };
    const isElsewhere = question.area !== asked.question.area;
    const seq = change.asOf === undefined ? asked.seq : null;
    // Where hubs should go is asked anew: what is imagined or filtered changes it.
    asked = { ...asked, question, seq, siting: null, ...(isElsewhere && { view: null }) };
    history.pushState(null, "", location.pathname + write(asked));
    show();
  },
  look: (change) => {
    asked = { ...asked, ...change };
    history.replaceState(null, "", location.pathname + write(asked));
    show();
  },
  answered: (change) => {
    asked = { ...asked, seq: change.seq ?? asked.seq, question: { ...asked.question, by: change.by } };
    history.replaceState(null, "", location.pathname + write(asked));
    refresh();
  },
};

const page = new CoveragePage(context, document.getElementById("app")!, otherLanguage);
history.replaceState(null, "", location.pathname + write(asked));
addEventListener("popstate", () => {
  asked = parse(location.search, language);
  // Another entry of the history may be in the other language: all words change, so begin anew.
  if (asked.language !== language) return location.reload();
  show();
});
refresh();
void page.show().then(() => page.startMap());
