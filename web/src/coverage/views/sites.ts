/** Where the next hubs should go: asked with a number, answered with places, their proof and the curve. */

import { ApiError } from "../../api.ts";
import { fill, h } from "../../dom.ts";
import type { Progress, Sites } from "../api.ts";
import { csv, people, percent } from "../figures.ts";
import { LIMITS, MOST_PINS, MOST_SITES, OBJECTIVES, type Pin, rounded, type Siting } from "../question.ts";
import { geojson, type OwnZones } from "../zones.ts";
import type { Answered, Context } from "./context.ts";
import { curve } from "./curve.ts";
import { save } from "./exports.ts";
import { sentence } from "./notes.ts";

export interface SitesOptions {
  /** Other sites are to be seen on the map. */
  changed(sites: Pin[]): void;
  /** The areas of one's own that are counted, with a number that every change of them raises. */
  zones(): { own: OwnZones; version: number } | null;
}

export class SitesPanel {
  readonly element: HTMLElement;
  readonly #context: Context;
  readonly #options: SitesOptions;
  readonly #count: HTMLInputElement;
  readonly #objective: HTMLSelectElement;
  readonly #limit: HTMLSelectElement;
  readonly #limiting: HTMLElement;
  readonly #file: HTMLInputElement;
  readonly #start: HTMLButtonElement;
  readonly #cancel: HTMLButtonElement;
  readonly #bar = h("progress", { class: "site-progress", max: 1, hidden: true });
  /** Changes twice a second: read aloud it would drown everything. */
  readonly #known = h("p", { class: "site-known", hidden: true });
  readonly #said = h("p", { class: "note", role: "status" });
  readonly #wrong = h("p", { class: "wrong", role: "alert", hidden: true });
  readonly #result = h("div", { class: "site-result", tabindex: "-1" });
  #request: AbortController | null = null;
  /** The question that the result, or the search under way, is of. */
  #key = "";
  /** What was asked with a file, which no address holds. */
  #withFile: { siting: Siting; file: File } | null = null;

  constructor(context: Context, options: SitesOptions) {
    this.#context = context;
    this.#options = options;
    const { sites: words } = context.words;
    this.#bar.setAttribute("aria-label", words.running);
    this.#count = h("input", { class: "field", id: "site-count", type: "number", min: 1, max: MOST_SITES, step: 1, inputmode: "numeric", required: true });
    this.#objective = h(
      "select",
      { class: "field", id: "site-objective" },
      ...OBJECTIVES.map((slug) => h("option", { value: slug }, words.objectives[slug])),
    );
    this.#limit = h("select", { class: "field", id: "site-limit", "aria-describedby": "site-limit-note" });
    this.#limiting = h(
      "div",
      { class: "site-limit", hidden: true },
      h("label", { for: "site-limit" }, words.limit),
      this.#limit,
      h("p", { class: "note", id: "site-limit-note" }, words.limitNote),
    );
    this.#file = h("input", {
      class: "field",
      id: "site-file",
      type: "file",
      accept: ".csv,.xlsx,.geojson,.json",
      "aria-describedby": "site-file-note",
    });
    this.#start = h("button", { class: "button primary" }, words.start);
    this.#cancel = h("button", { type: "button", class: "button", hidden: true, onclick: () => this.#stop(words.cancelled) }, words.cancel);
    const form = h(
      "form",
      { class: "site-form no-print" },
      this.#limiting,
      h("div", {}, h("label", { for: "site-count" }, words.count), this.#count),
      h("div", {}, h("label", { for: "site-objective" }, words.objective), this.#objective),
      h(
        "div",
        {},
        h("label", { for: "site-file" }, words.file),
        this.#file,
        h("p", { class: "note", id: "site-file-note" }, words.fileNote),
      ),
      h("p", { class: "site-buttons" }, this.#start, this.#cancel),
    );
    // Paper has nothing to press: how it was computed stands there open.
    let wasOpen = false;
    const method = () => this.#result.querySelector<HTMLDetailsElement>(".site-notes");
    addEventListener("beforeprint", () => {
      const details = method();
      wasOpen = details?.open ?? false;
      if (details) details.open = true;
    });
    addEventListener("afterprint", () => {
      const details = method();
      if (details) details.open = wasOpen;
    });
    form.noValidate = true;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.#run();
    });
    this.element = h(
      "section",
      { class: "sites-part", id: "sites" },
      h("h2", {}, words.heading),
      h("p", { class: "note no-print" }, words.lead),
      form,
      this.#said,
      this.#bar,
      this.#known,
      this.#wrong,
      this.#result,
    );
  }

  /** Follows the address: an answer to another question goes; a question of the address is asked. */
  show(answered: Answered): void {
    const { asked, words } = this.#context;
    const { siting, zones } = asked();
    this.#offer(answered);
    if (siting) this.#withFile = null;
    // An answer for a file's candidates stands only as long as the rest of its question does.
    const key = siting ? this.#keyOf(siting, null) : this.#withFile ? this.#keyOf(this.#withFile.siting, this.#withFile.file) : "";
    if (document.activeElement !== this.#count) this.#count.value = String(siting?.count ?? (this.#count.value || 3));
    if (siting) {
      this.#objective.value = siting.objective;
      this.#limit.value = siting.limit;
    }
    this.element.classList.toggle("no-print", !siting);
    if (key === this.#key) return;
    this.#withFile = null;
    this.#key = siting ? key : "";
    this.#stop("");
    this.#clear();
    this.#say(null);
    if (!siting) return;
    // A link holds no areas: without them it would be answered for others.
    if (zones && siting.limit !== "none" && !this.#options.zones()) return this.#say(words.sites.zonesMissing);
    void this.#search(siting, null);
  }

  /** What areas of one's own may limit; the district around them has a name. */
  #offer({ prefectures, municipalities }: Answered): void {
    const { asked, words } = this.#context;
    this.#limiting.hidden = !this.#options.zones();
    const { area } = asked().question;
    const name = [...prefectures, ...municipalities].find(({ code }) => code === area)?.name ?? words.sentence.allJapan;
    const chosen = this.#limit.value || LIMITS[0];
    fill(this.#limit, ...LIMITS.map((slug) => h("option", { value: slug }, words.sites.limits[slug](name))));
    this.#limit.value = chosen;
  }

  #keyOf(siting: Siting, file: File | null): string {
    const { question } = this.#context.asked();
    const candidates = file && [file.name, file.size, file.lastModified];
    return JSON.stringify([siting, question, this.#options.zones()?.version, candidates]);
  }

  #clear(): void {
    fill(this.#result);
    this.#options.changed([]);
  }

  async #run(): Promise<void> {
    const { words, look } = this.#context;
    const count = Number(this.#count.value);
    if (!Number.isInteger(count) || count < 1 || count > MOST_SITES) {
      this.#say(words.sites.wrongCount(MOST_SITES));
      return this.#count.focus();
    }
    const objective = OBJECTIVES.find((slug) => slug === this.#objective.value) ?? "cover";
    const limit = LIMITS.find((slug) => slug === this.#limit.value) ?? "both";
    const siting: Siting = { count, objective, limit };
    const file = this.#file.files?.[0] ?? null;
    this.#withFile = file && { siting, file };
    this.#key = this.#keyOf(siting, file);
    look({ siting: file ? null : siting });
    this.#clear();
    await this.#search(siting, file);
    this.element.classList.remove("no-print");
  }

  async #search(siting: Siting, file: File | null): Promise<void> {
    const { words, api, asked } = this.#context;
    this.#request?.abort();
    const request = new AbortController();
    this.#request = request;
    this.#say(null);
    this.#start.disabled = true;
    this.#cancel.hidden = false;
    this.#result.setAttribute("aria-busy", "true");
    this.#said.textContent = words.sites.running;
    // What is over at once needs no bar.
    const clock = setTimeout(() => {
      this.#bar.hidden = this.#known.hidden = false;
    }, 500);
    try {
      const told = (progress: Progress) => request.signal.aborted || this.#tell(siting, progress);
      const zones = this.#options.zones();
      const own = { file, zones: zones && geojson(zones.own) };
      const found = await api.sites(asked().question, siting, own, request.signal, told);
      if (request.signal.aborted) return;
      this.#finished("");
      this.#answer(found);
    } catch (error) {
      if (request.signal.aborted) return;
      this.#finished("");
      const { status, message } = error instanceof ApiError ? error : { status: -1, message: "" };
      this.#say(status === 0 ? words.offline : `${words.failed} ${message}`);
    } finally {
      clearTimeout(clock);
    }
  }

  /** The work done, the best answer so far and how far from the best it can be. */
  #tell({ objective }: Siting, { share, value, gap: off, seconds }: Progress): void {
    const { language, words } = this.#context;
    const { sites } = words;
    this.#bar.value = share;
    // What is summed up to an average is told by its gap alone.
    const best =
      value === null || objective === "median"
        ? null
        : objective === "cover"
          ? sites.people(people(value, language))
          : sites.metres(Math.round(value));
    this.#known.textContent = [
      best === null ? sites.seeking : sites.soFar(best),
      off === null ? sites.unproved : sites.within(gap(off)),
      sites.spent(Math.floor(seconds)),
    ].join(sites.between);
  }

  #stop(said: string): void {
    this.#request?.abort();
    this.#request = null;
    this.#finished(said);
  }

  #finished(said: string): void {
    this.#start.disabled = false;
    this.#cancel.hidden = true;
    this.#bar.hidden = this.#known.hidden = true;
    this.#bar.removeAttribute("value");
    this.#known.textContent = "";
    this.#result.removeAttribute("aria-busy");
    this.#said.textContent = said;
  }

  #say(message: string | null): void {
    this.#wrong.hidden = message === null;
    this.#wrong.textContent = message;
  }

  #answer(found: Sites): void {
    const { words, language } = this.#context;
    const { sites } = words;
    const count = (n: number) => people(n, language);
    const share = (n: number) => percent(found.people > 0 ? n / found.people : null);
    const metres = (n: number) => sites.metres(Math.round(n));
    const isCover = found.objective === "cover";
    const after = found.people_within_after ?? found.people_within_before;
    const before = (value: number | null | undefined) => (value == null ? "―" : metres(value));
    const said = isCover
      ? sites.covers(found.count, count(found.value), share(found.people_within_before), share(after))
      : found.objective === "median"
        ? sites.averages(found.count, before(found.mean_before), metres(found.mean ?? 0))
        : sites.farthest(found.count, before(found.value_before), metres(found.value));
    const bound = isCover ? sites.people(count(found.bound)) : metres(found.objective === "median" ? found.bound / found.people : found.bound);
    let covered = 0;
    // Of a single area every site says the same.
    const many = (found.zones?.length ?? 0) > 1;
    const rows = found.features.map(({ properties, geometry }) => {
      covered += properties.gain ?? 0;
      const [lon, lat] = geometry.coordinates;
      return h(
        "tr",
        {},
        h("td", {}, h("span", { class: "site-number", "aria-hidden": "true" }, String(properties.rank)), h("span", { class: "visually-hidden" }, String(properties.rank))),
        h("th", { scope: "row" }, properties.name, properties.zone && many ? h("span", { class: "site-zone" }, properties.zone) : null),
        isCover ? h("td", {}, count(properties.gain ?? 0)) : h("td", { class: "pin-place" }, `${lat.toFixed(5)}, ${lon.toFixed(5)}`),
        isCover ? h("td", {}, count(covered)) : null,
      );
    });
    const beside = ["zones", "candidates-outside-zones", "imprecise-left-out", "imprecise"];
    const limits = found.notes.filter((note) => beside.includes(note.code));
    const { columns } = sites;
    const head = ["", columns.place, ...(isCover ? [columns.gain, columns.sum] : [columns.position])];
    fill(
      this.#result,
      h("p", { class: "result" }, said),
      h("p", { class: found.proved ? "proof proved" : "proof" }, found.proved ? sites.proved : (isCover ? sites.gap : sites.gapBelow)(gap(found.gap), bound)),
      found.cut ? h("p", { class: "note" }, sites.cut) : null,
      ...limits.map((note) => h("p", { class: "note" }, forReaders(note.text, words.notes.stop))),
      h(
        "section",
        { class: "table-scroll" },
        h(
          "table",
          { class: "site-table" },
          h("caption", { class: "visually-hidden" }, sites.heading),
          h("thead", {}, h("tr", {}, ...head.map((label) => h("th", { scope: "col" }, label || h("span", { class: "visually-hidden" }, columns.rank))))),
          h("tbody", {}, ...rows),
        ),
        this.#adopt(found),
      ),
      found.curve && found.curve.length > 1 ? this.#curve(found) : null,
      found.robustness?.length
        ? h(
            "section",
            {},
            h("h3", {}, sites.robustness),
            h(
              "ul",
              { class: "note-lines" },
              ...found.robustness.map((other) =>
                h("li", {}, sites.robust(metres(other.within), count(other.value), count(other.best), other.kept.length, found.count)),
              ),
            ),
          )
        : null,
      found.best?.length
        ? h(
            "section",
            {},
            h("h3", {}, sites.best),
            h("ol", { class: "site-best" }, ...found.best.map((one) => h("li", {}, `${one.name} `, h("span", { class: "pin-place" }, sites.people(count(one.gain)))))),
          )
        : null,
      h(
        "details",
        { class: "site-notes" },
        h("summary", {}, sites.method),
        h(
          "ul",
          { class: "note-lines" },
          ...found.notes.map((note) => h("li", {}, forReaders(note.text, words.notes.stop))),
          h("li", {}, sites.made(found.candidates, found.method, found.seconds, found.seq, found.reference)),
        ),
      ),
    );
    this.#options.changed(found.features.map(({ geometry }) => rounded(...geometry.coordinates)));
    this.#result.focus({ preventScroll: true });
  }

  /** The sites as imagined facilities: before and after in all the page's figures. */
  #adopt(found: Sites): HTMLElement {
    const { words, ask, asked } = this.#context;
    const { sites } = words;
    const adopt = () => {
      const { pins } = asked().question;
      const own = found.features.map(({ geometry }) => rounded(...geometry.coordinates));
      if (pins.length + own.length > MOST_PINS) return this.#say(words.pins.full(MOST_PINS));
      ask({ pins: [...pins, ...own] });
      document.getElementById("pins")?.scrollIntoView({ block: "center" });
    };
    const keep = () => {
      const lines = found.features.map(({ properties: { rank, id, name, lon, lat, gain, zone } }) => [
        ...[rank, id, name, lon, lat, gain],
        ...(found.zones ? [zone] : []),
      ]);
      const head = ["rank", "id", "name", "lon", "lat", "gain", ...(found.zones ? ["zone"] : [])];
      const text = "\ufeff" + csv([head, ...lines]) + csv(found.notes.map((note) => [`# ${note.text}`]));
      save(new Blob([text], { type: "text/csv;charset=utf-8" }), `${sites.saved}_${found.area_name}_${found.within}m_${found.seq}.csv`);
    };
    return h(
      "p",
      { class: "site-buttons no-print" },
      h("button", { type: "button", class: "button", onclick: adopt }, sites.adopt),
      h("button", { type: "button", class: "button", onclick: keep }, sites.csv),
    );
  }

  #curve(found: Sites): HTMLElement {
    const { words, language } = this.#context;
    const { sites } = words;
    const steps = found.curve ?? [];
    const [first, last] = [steps[0]!, steps[steps.length - 1]!];
    const count = (n: number) => people(n, language);
    return h(
      "section",
      { class: "site-curve" },
      h("h3", {}, sites.curve),
      curve(steps, {
        title: sites.curve,
        described: sites.curveSaid(count(first.value), last.count, count(last.value)),
        sites: sites.axis,
        value: (n) => n.toLocaleString(language),
      }),
      h("p", { class: "note curve-key" }, sites.curveKey),
      h(
        "details",
        { class: "no-print" },
        h("summary", {}, sites.curveTable),
        h(
          "table",
          { class: "site-table" },
          h("thead", {}, h("tr", {}, ...[sites.axis, sites.columns.covered, sites.columns.bound].map((label) => h("th", { scope: "col" }, label)))),
          h("tbody", {}, ...steps.map((step) => h("tr", {}, h("th", { scope: "row" }, String(step.count)), h("td", {}, count(step.value)), h("td", {}, count(step.bound))))),
        ),
      ),
    );
  }
}

/** How a program would ask for the other says nothing to a reader. */
function forReaders(text: string, stop: string): string {
  return sentence(text.replace(/（[\w-]+=[^）]*）| \([\w-]+=[^)]*\)/g, ""), stop);
}

/** Per cent with two digits that mean something; a gap that is left is never written as none. */
function gap(value: number): string {
  return value === 0 ? "0" : value < 0.01 ? "<0.01" : value < 1 ? value.toFixed(2) : value.toFixed(1);
}
