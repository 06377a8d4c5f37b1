/** The planner's page: asks what the address asks, and shows the answer in all its parts. */

import { ApiError, type Vocabularies } from "../../api.ts";
import { fill, h, icon } from "../../dom.ts";
import { viewOfJapan } from "../../camera.ts";
import { ICONS } from "../../shapes.ts";
import { around, viewOf } from "../../window.ts";
import type { Coverage, Named } from "../api.ts";
import type { CoverageMap, Drawn } from "../coverage-map.ts";
import { corners } from "../extent.ts";
import { GAP_ZOOM } from "../figures.ts";
import { FIRST, parameters, type Question } from "../question.ts";
import { ScaleBar } from "../scale.ts";
import { geojson, isEmpty, named, type OwnZones, remember, remembered } from "../zones.ts";
import { Conditions } from "./conditions.ts";
import type { Answered, Context } from "./context.ts";
import { Drawing } from "./drawing.ts";
import { BLANK, drawn } from "./drawn.ts";
import { Exports } from "./exports.ts";
import { Legend } from "./legend.ts";
import { Measures } from "./measures.ts";
import { Notes, source } from "./notes.ts";
import { Paper } from "./paper.ts";
import { Pins } from "./pins.ts";
import { Sentence } from "./sentence.ts";
import { SitesPanel } from "./sites.ts";
import { Table } from "./table.ts";
import { Warnings } from "./warnings.ts";
import { ZonesPanel } from "./zones.ts";

export class CoveragePage {
  readonly #context: Context;
  readonly #sentence: Sentence;
  readonly #conditions: Conditions;
  readonly #table: Table;
  readonly #legend: Legend;
  readonly #pins: Pins;
  readonly #zonesPanel: ZonesPanel;
  readonly #drawing: Drawing;
  readonly #measures: Measures;
  readonly #sites: SitesPanel;
  readonly #notes: Notes;
  readonly #exports: Exports;
  readonly #source = h("p", { class: "source" });
  readonly #warnings: Warnings;
  readonly #failure = h("div", { class: "failure", role: "alert", hidden: true });
  readonly #canvas = h("div", { class: "map-canvas" });
  readonly #mapMessage: HTMLElement;
  readonly #mapElement: HTMLElement;
  readonly #paper: Paper;
  readonly #scale: ScaleBar;
  readonly #main: HTMLElement;
  readonly #names = new Map<string, Promise<Named[]>>();
  #map: CoverageMap | null = null;
  #request: AbortController | null = null;
  #answered: Answered | null = null;
  #squares: Coverage | null = null;
  /** The visitor's own areas: counted in place of the districts where the address says so. */
  #zones = remembered();
  #zonesVersion = 0;
  /** What the answer that stands is of: only a new question is asked again. */
  #key = "";
  #area: string | null = null;
  #vocabularies: Promise<Vocabularies | null> | null = null;
  #drawn: Drawn = BLANK;

  constructor(context: Context, root: HTMLElement, otherLanguage: HTMLAnchorElement) {
    this.#context = context;
    const { words, language } = context;
    this.#paper = new Paper(context, () => this.#map);
    this.#scale = new ScaleBar(language, words.map.north);
    this.#sentence = new Sentence(context);
    this.#warnings = new Warnings(context);
    this.#conditions = new Conditions(context);
    this.#table = new Table(
      context,
      (code) => this.#map?.point(code),
      (code) => this.#choose(code),
    );
    this.#legend = new Legend(context);
    this.#pins = new Pins(context, (on) => {
      if (on) this.#drawing.end();
      if (this.#map) this.#map.putting = on;
      if (on) this.#mapElement.scrollIntoView({ block: "center" });
    });
    this.#zonesPanel = new ZonesPanel(context, {
      zones: this.#zones,
      draw: (goesOn) => this.#drawing.start(goesOn),
      changed: (zones) => this.#countZones(zones),
    });
    this.#drawing = new Drawing(context, {
      layer: () => this.#map?.drawing ?? null,
      name: () => this.#zonesPanel.freeName(),
      drawn: (name, outline) => this.#zonesPanel.add(name, outline),
      changed: (on) => this.#drawingChanged(on),
    });
    this.#measures = new Measures(context);
    this.#sites = new SitesPanel(context, {
      changed: (sites) => {
        this.#drawn = { ...this.#drawn, sites };
        this.#map?.show(this.#drawn);
        this.#legend.sites = sites.length > 0;
      },
      zones: () => {
        const own = this.#countedZones();
        return own && { own, version: this.#zonesVersion };
      },
    });
    this.#notes = new Notes(context);
    this.#exports = new Exports(context, {
      paper: this.#paper,
      width: () => this.#mapElement.clientWidth,
      hasSites: () => this.#drawn.sites.length > 0,
      hasGaps: () => this.#showsGaps(),
    });
    this.#mapMessage = h("p", { class: "map-message" }, words.map.loading);
    const button = (label: string, path: string, act: () => void) =>
      h("button", { type: "button", class: "map-button", "aria-label": label, title: label, onclick: act }, icon(path));
    const lang = language === "ja" ? "" : "&lang=en";
    this.#mapElement = h(
      "section",
      { class: "map", "aria-label": words.map.label, "data-state": "loading" },
      h("p", { class: "visually-hidden" }, words.map.instructions),
      this.#mapMessage,
      this.#canvas,
      h("div", { class: "draw-centre", "aria-hidden": "true" }),
      this.#drawing.element,
      h(
        "div",
        { class: "map-buttons" },
        button(words.map.zoomIn, ICONS.plus, () => this.#map?.zoomBy(1)),
        button(words.map.zoomOut, ICONS.minus, () => this.#map?.zoomBy(-1)),
      ),
      this.#scale.element,
      this.#paper.map,
      this.#paper.note,
      h("p", { class: "credits" }, h("a", { href: `/credits?f=html${lang}` }, words.map.credits)),
    );
    this.#main = h(
      "main",
      { class: "coverage", "aria-busy": "true" },
      h(
        "div",
        { class: "ask-part" },
        this.#paper.heading,
        this.#sentence.element,
        this.#source,
        this.#failure,
        this.#warnings.element,
      ),
      h("div", { class: "map-part" }, this.#mapElement, this.#legend.element),
      h("div", { class: "tools-part" }, this.#conditions.element, this.#pins.element, this.#zonesPanel.element),
      this.#sites.element,
      h(
        "div",
        { class: "below" },
        h("div", { class: "tables" }, this.#table.element, this.#measures.element),
        h("div", { class: "aside" }, this.#legend.distribution, this.#exports.element, this.#notes.element),
      ),
    );
    root.append(
      h("a", { class: "skip", href: "#table" }, words.skip),
      h(
        "header",
        { class: "header" },
        h("p", { class: "brand" }, h("a", { href: language === "ja" ? "/" : "/?lang=en" }, words.brand)),
        h("a", { class: "to-map", href: language === "ja" ? "/" : "/?lang=en" }, words.toMap),
        otherLanguage,
      ),
      this.#main,
    );
  }

  /** Shows what the address says; asks the server only where the question is another. */
  async show(): Promise<void> {
    const { question } = this.#context.asked();
    const zones = this.#countedZones();
    const key = this.#keyNow();
    if (key === this.#key && this.#answered) return this.#draw();
    this.#key = key;
    this.#request?.abort();
    const request = new AbortController();
    this.#request = request;
    this.#main.setAttribute("aria-busy", "true");
    this.#vocabularies ??= this.#context.directory.vocabularies().catch(() => null);
    try {
      const [coverage, prefectures, municipalities, vocabularies] = await Promise.all([
        this.#coverage(request.signal),
        this.#known(""),
        question.area ? this.#known(question.area.slice(0, 2)) : [],
        this.#vocabularies,
      ]);
      if (request.signal.aborted) return;
      const rows = coverage.features.map((feature) => feature.properties);
      const known = [...prefectures, ...municipalities].find(({ code }) => code === question.area)?.name;
      const { words } = this.#context;
      const ofArea = question.area ? (known ?? rows[0]?.name ?? question.area) : words.sentence.allJapan;
      const name = zones ? named(zones, words.zones.andMore) : ofArea;
      this.#answered = { coverage, rows, name, zones, prefectures, municipalities, vocabularies };
      // The address says how the area was cut and what the directory was, so that it can be asked again.
      const isCut = !zones && question.area.length === 5 && rows.length > 1;
      const by = isCut ? "ward" : question.by;
      this.#context.answered({ by, seq: this.#context.asked().seq === null ? coverage.about.seq : null });
      this.#key = this.#keyNow();
      this.#failure.hidden = true;
      this.#main.classList.remove("is-unanswered");
      this.#squares = null;
      this.#main.removeAttribute("aria-busy");
      this.#draw();
      void this.#gaps(request.signal);
    } catch (error) {
      if (request.signal.aborted) return;
      this.#key = "";
      this.#main.removeAttribute("aria-busy");
      if (zones && error instanceof ApiError && error.status === 400) {
        const left = this.#zonesPanel.refuse(error.message);
        // What was only drawn is kept and can be mended, but not counted as it is.
        return this.#countZones(left, zones.file !== null && !isEmpty(left));
      }
      this.#failed(error);
    }
  }

  async startMap(): Promise<void> {
    const { words, language, look } = this.#context;
    try {
      const { CoverageMap } = await import("../coverage-map.ts");
      this.#map = new CoverageMap(
        {
          container: this.#canvas,
          view: this.#context.asked().view ?? this.#view(),
          language,
          words: { canvas: words.map.canvas, pin: words.pins.name, north: words.map.north },
          scaled: (lat, zoom) => this.#scale.show(lat, zoom),
          moved: (view) => look({ view }),
          chose: (code) => this.#choose(code),
          put: (pin) => this.#pins.add(pin),
          movedPin: (index, pin) => {
            const { pins } = this.#context.asked().question;
            this.#context.ask({ pins: pins.map((old, other) => (other === index ? pin : old)) });
          },
        },
        this.#drawn,
      );
      this.#mapMessage.hidden = true;
      await this.#map.loaded;
      this.#mapElement.dataset.state = "ready";
      this.#zonesPanel.canDraw(true, false);
    } catch {
      this.#mapMessage.textContent = words.map.failed;
      this.#mapElement.dataset.state = "failed";
    }
  }

  /** A city is shown by its wards, where it has any. */
  async #coverage(signal: AbortSignal): Promise<Coverage> {
    const { question } = this.#context.asked();
    const { api } = this.#context;
    const zones = this.#countedZones();
    if (zones) return api.zones(question, geojson(zones), signal);
    if (question.area.length !== 5 || question.by) return api.coverage(question, signal);
    const wards = await api.coverage({ ...question, by: "ward" }, signal);
    return wards.features.length > 1 ? wards : api.coverage(question, signal);
  }

  #known(prefecture: string): Promise<Named[]> {
    const known = this.#names.get(prefecture) ?? this.#context.api.names(prefecture);
    this.#names.set(prefecture, known);
    known.catch(() => this.#names.delete(prefecture));
    return known;
  }

  /** Who is left out, square by square: of a municipality, a ward. */
  async #gaps(signal: AbortSignal): Promise<void> {
    const { question } = this.#context.asked();
    if (question.area.length !== 5 || this.#countedZones()) return;
    try {
      const squares = await this.#context.api.squares(question, signal);
      // Where nobody lives there is nothing to tell by square.
      if (signal.aborted || squares.features.length === 0) return;
      this.#squares = squares;
      this.#draw();
    } catch {
      // The districts stand without them.
    }
  }

  #choose(code: string): void {
    const { area } = this.#context.asked().question;
    // A zone is no district that could be looked into.
    if (code !== area && !this.#answered?.zones) this.#context.ask({ area: code, by: null });
  }

  /** The areas the address asks about, where there are any in this tab. */
  #countedZones(): OwnZones | null {
    return this.#context.asked().zones && !isEmpty(this.#zones) ? this.#zones : null;
  }

  #countZones(zones: OwnZones, areCounted = !isEmpty(zones)): void {
    const before = this.#zones;
    const isBrought = zones.file !== null && zones.file !== before.file;
    this.#zones = zones;
    this.#zonesVersion += 1;
    remember(zones);
    // What was drawn is in sight already.
    if (isBrought || isEmpty(zones)) this.#area = null;
    // Where hubs should go was sought in other areas, unless a link has waited for just these.
    const { siting, zones: wereAsked } = this.#context.asked();
    const waits = wereAsked && isEmpty(before) && areCounted;
    this.#context.look({ zones: areCounted, siting: waits ? siting : null, ...(isBrought && { view: null }) });
  }

  #drawingChanged(on: boolean): void {
    this.#mapElement.classList.toggle("is-drawn-on", on);
    this.#zonesPanel.canDraw(!on, this.#drawing.hasDraft);
    if (on) {
      this.#pins.stop();
      this.#mapElement.scrollIntoView({ block: "center" });
    } else {
      this.#zonesPanel.focus();
    }
  }

  #keyNow(): string {
    const zones = this.#countedZones() ? `#${this.#zonesVersion}` : "";
    return keyOf(this.#context.asked().question) + zones;
  }

  #draw(): void {
    const answered = this.#answered;
    if (!answered) return;
    const asked = this.#context.asked();
    const { question } = asked;
    const { words } = this.#context;
    document.title = words.titled(answered.name);
    this.#sentence.show(answered);
    this.#conditions.show(answered);
    this.#table.show(answered);
    this.#measures.show(answered);
    this.#pins.show(answered);
    this.#zonesPanel.areCounted = answered.zones !== null;
    this.#notes.show(answered);
    this.#paper.show(answered);
    this.#exports.show(answered);
    this.#source.textContent = source(answered, this.#context);
    this.#warnings.show(answered, asked.zones && isEmpty(this.#zones));
    this.#drawn = drawn(answered, this.#squares, asked, this.#drawn.sites);
    this.#map?.show(this.#drawn);
    const isNewArea = this.#area !== null && this.#area !== question.area;
    const isFirst = this.#area === null;
    this.#area = question.area;
    if (isNewArea || (isFirst && !asked.view)) this.#map?.look(asked.view ?? this.#view());
    this.#sites.show(answered);
    const marks = { pins: question.pins.length > 0, sites: this.#drawn.sites.length > 0 };
    this.#legend.show(answered, marks, !this.#squares ? "none" : this.#showsGaps() ? "near" : "far");
  }

  /** Whether the map is near enough to tell who is left out by square. */
  #showsGaps(): boolean {
    return this.#squares !== null && (this.#context.asked().view ?? this.#view()).zoom >= GAP_ZOOM;
  }

  /** The view that shows the districts answered. */
  #view() {
    const size = { width: this.#mapElement.clientWidth || 600, height: this.#mapElement.clientHeight || 500 };
    const { area } = this.#context.asked().question;
    const inSight = area || this.#answered?.zones ? corners(this.#answered?.coverage.features ?? []) : [];
    return inSight.length ? viewOf(around(inSight), size, 24, 13) : viewOfJapan(size);
  }

  /** What is wrong, and a way on: asked again as it is, a refused question is refused again. */
  #failed(error: unknown): void {
    const { words, ask, asked } = this.#context;
    const { status, message } = error instanceof ApiError ? error : { status: -1, message: "" };
    const button = (label: string, act: () => void) => h("button", { type: "button", class: "button", onclick: act }, label);
    const isRefused = status === 400;
    this.#failure.hidden = false;
    // Without an answer there is nothing to choose from.
    this.#main.classList.toggle("is-unanswered", !this.#answered);
    fill(
      this.#failure,
      h("p", {}, words.failed, " ", status === 0 ? words.offline : message),
      h(
        "p",
        { class: "export-buttons" },
        isRefused && asked().question.asOf ? button(words.warnings.latest, () => ask({ asOf: null })) : null,
        isRefused ? button(words.anew, () => ask(FIRST)) : button(words.retry, () => void this.show()),
      ),
    );
  }
}

function keyOf(question: Question): string {
  return parameters(question)
    .map((pair) => pair.join("="))
    .join("&");
}
