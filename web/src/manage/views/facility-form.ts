/** One facility as a form: what is known of it, where it is, and the same way to be published as a file. */

import type { Facility, Feature } from "../../api.ts";
import { fill, h } from "../../dom.ts";
import type { Submission } from "../answers.ts";
import { ApiError } from "../errors.ts";
import {
  changed,
  type FieldSchema,
  type GroupName,
  GROUPS,
  type Properties,
  readSchema,
  rebased,
} from "../facility-state.ts";
import type { Problem } from "../submissions.ts";
import { uploadWords } from "../text/upload.ts";
import type { UploadWords } from "../text/upload-ja.ts";
import { button } from "./bench.ts";
import type { Context, ContextOf } from "./context.ts";
import { fieldWords } from "./field-words.ts";
import { type Form, type Input, inputFor, Records } from "./form-fields.ts";
import { HoursField } from "./hours-field.ts";
import { busy, failure, heading, link, message, reasons } from "./parts.ts";
import { type FoundPrecision, Pin } from "./pin.ts";
import { termsOf } from "./values.ts";

const REQUIRED = new Set(["name", "kind"]);

/** What the form began with. */
interface Begun {
  id: string | null;
  etag: string | null;
  /** What is published of it; nothing of a new one. */
  properties: Properties;
  /** What the form shows at first. */
  shown: Properties;
  position: [number, number] | null;
  /** A submission sent back, to be handed in again. */
  submission: { id: string; revision: number } | null;
}

const EMPTY: Begun = { id: null, etag: null, properties: {}, shown: {}, position: null, submission: null };

export function facility(context: ContextOf<"facility">, root: HTMLElement): void {
  void begin(context, context.route.id, root);
}

async function begin(context: Context, id: string | null, root: HTMLElement): Promise<void> {
  const words = uploadWords(context.language);
  const place = h("div", {});
  fill(root, heading(context, words.form.titleNew), place);
  try {
    const [begun, schema] = await Promise.all([load(context, id), loadSchema(context), context.vocabularies()]);
    if (context.signal.aborted) return;
    const name = begun.properties["name"];
    const title = begun.id && typeof name === "string" ? words.form.titleEdit(name) : words.form.titleNew;
    const focused = document.activeElement?.matches("h1") ?? false;
    const head = heading(context, title);
    const vocabularies = await context.vocabularies();
    fill(root, head, new FacilityForm(context, words, begun, schema, vocabularies).element);
    if (focused) head.focus();
  } catch (error) {
    if (context.signal.aborted) return;
    const gone = error instanceof ApiError && error.status === 410;
    fill(
      place,
      gone ? message("careful", h("p", {}, words.form.gone)) : failure(context, error, () => void begin(context, id, root)),
    );
  }
}

async function load(context: Context, id: string | null): Promise<Begun> {
  const handedIn = context.query().get("submission");
  if (handedIn && /^\d{1,18}$/.test(handedIn)) {
    const [detail, { data }] = await Promise.all([
      context.api.submission(handedIn, context.signal),
      context.api.ask<Feature<Facility>>(context.api.fileAddress(handedIn, "file"), { signal: context.signal }),
    ]);
    const submission = { id: handedIn, revision: detail.revision };
    const given = data.properties as unknown as Properties;
    const geometry = data.geometry?.coordinates ?? null;
    if (typeof given["id"] !== "string") return { ...EMPTY, shown: { ...given }, position: geometry, submission };
    // What was handed in says only what changes of a facility that is published.
    const published = begunFrom((await context.api.facility(given["id"], context.signal)).data, null);
    return { ...published, shown: { ...published.properties, ...given }, position: geometry ?? published.position, submission };
  }
  if (!id) return { ...EMPTY, shown: { status: "open" } };
  const { data, etag } = await context.api.facility(id, context.signal);
  return begunFrom(data, etag);
}

function begunFrom(feature: Feature<Facility>, etag: string | null): Begun {
  const properties = { ...(feature.properties as unknown as Properties) };
  return {
    id: feature.id,
    etag,
    properties,
    shown: properties,
    position: feature.geometry?.coordinates ?? null,
    submission: null,
  };
}

async function loadSchema(context: Context): Promise<Map<string, FieldSchema>> {
  const path = `/collections/facilities/schema?f=json&lang=${context.language}`;
  const { data } = await context.api.ask<{ properties: Parameters<typeof readSchema>[0] }>(path, {
    signal: context.signal,
  });
  return readSchema(data.properties);
}

class FacilityForm {
  readonly element: HTMLElement;
  readonly #context: Context;
  readonly #words: UploadWords;
  #begun: Begun;
  readonly #inputs = new Map<string, Input>();
  readonly #titles: Map<string, string>;
  readonly #pin: Pin;
  readonly #notice = h("div", { class: "form-notice" });
  /** Sent again after a failure, the same facility is made once. */
  #key = crypto.randomUUID();
  #touched = false;
  /** The precision that a found place has set, and the one before it. */
  #found: { precision: string; before: unknown } | null = null;

  constructor(
    context: Context,
    words: UploadWords,
    begun: Begun,
    schema: Map<string, FieldSchema>,
    vocabularies: Awaited<ReturnType<Context["vocabularies"]>>,
  ) {
    this.#context = context;
    this.#words = words;
    this.#begun = begun;
    this.#titles = new Map([...schema.values()].map(({ name, title }) => [name, title]));
    const form: Form = {
      words,
      vocabularies,
      language: context.language,
      required: REQUIRED,
      changed: () => this.#touch(),
    };
    this.#pin = new Pin(context, (precision) => this.#placed(precision));
    const groups = (Object.keys(GROUPS) as GroupName[]).map((name) => this.#group(name, schema, form));
    this.#show(begun);
    const save: HTMLButtonElement = button(
      this.#saveWords(),
      () => void busy(save, () => this.#save()),
      "button primary",
    );
    this.element = h(
      "form",
      { class: "facility-form", novalidate: true },
      h("p", {}, words.form.lead),
      begun.id &&
        h("p", {}, link(context, { view: "history", id: begun.id }, words.form.history)),
      ...groups,
      h("p", { class: "note" }, this.#savesDirect() ? words.form.directNote : words.form.reviewNote),
      h(
        "div",
        { class: "form-foot" },
        this.#notice,
        h(
          "div",
          { class: "actions" },
          save,
          link(context, { view: "facilities", q: "" }, words.form.stop, "button"),
        ),
      ),
    );
    this.element.addEventListener("submit", (event) => event.preventDefault());
    context.guard(() => (this.#touched ? words.form.unsent : null));
    void this.#pin.start();
  }

  /** Whoever may publish does so with this form; what was sent back goes to review again. */
  #savesDirect(): boolean {
    const { role } = this.#context.session.user;
    return (role === "reviewer" || role === "admin") && !this.#begun.submission;
  }

  #saveWords(): string {
    return this.#savesDirect() ? this.#words.form.saveDirect : this.#words.form.save;
  }

  #touch(): void {
    this.#touched = true;
  }

  /** A place found by name is only so exact; a pin that somebody moves is as exact as it was before. */
  #placed(precision: FoundPrecision): void {
    this.#touch();
    const input = this.#inputs.get("position_precision");
    if (!input) return;
    const isOurs = this.#found !== null && input.value === this.#found.precision;
    const before = isOurs ? this.#found?.before : input.value;
    this.#found = precision && { precision, before };
    if (precision) input.value = precision;
    else if (isOurs) input.value = before;
  }

  #group(name: GroupName, schema: Map<string, FieldSchema>, form: Form): HTMLElement {
    const parts = GROUPS[name].flatMap((field): HTMLElement[] => {
      if (field === "position") return [this.#pin.element];
      const known = schema.get(field);
      if (!known) return [];
      const input = this.#input(known, form);
      this.#inputs.set(field, input);
      return field === "address" ? [input.element, this.#byAddress()] : [input.element];
    });
    return h(
      "section",
      { class: "block form-group", "data-single": parts.length === 1, "aria-labelledby": `group-${name}` },
      h("h2", { id: `group-${name}` }, this.#words.form.groups[name]),
      h("div", { class: "form-fields" }, ...parts),
    );
  }

  /** The address leads to the map, so that nobody types it twice. */
  #byAddress(): HTMLElement {
    return h(
      "p",
      { class: "by-address" },
      button(this.#words.form.addressFrom, () => {
        const address = this.#inputs.get("address")?.value;
        if (typeof address === "string") this.#pin.searchFor(address);
      }),
    );
  }

  #input(schema: FieldSchema, form: Form): Input {
    const { form: words } = this.#words;
    switch (schema.name) {
      case "opening_hours": {
        const hours = new HoursField(this.#words, this.#context.language, () => this.#touch());
        return {
          element: hours.element,
          get value() {
            return hours.value;
          },
          set value(value: unknown) {
            hours.value = typeof value === "string" ? value : null;
          },
          check: () => true,
          complain: (text) => hours.complain(text),
        };
      }
      case "sources":
        return new Records(
          form,
          schema,
          [
            { name: "title", label: words.sources.title, required: true },
            { name: "url", label: words.sources.url, type: "url" },
          ],
          words.sources,
        );
      case "closures":
        return new Records(
          form,
          schema,
          [
            { name: "from", label: words.closures.from, type: "date" },
            { name: "to", label: words.closures.to, type: "date" },
            { name: "note", label: words.closures.note },
          ],
          words.closures,
        );
      case "support":
        return new Records(form, schema, this.#supportParts(form), words.support);
      default:
        return inputFor(form, schema);
    }
  }

  #supportParts(form: Form) {
    const { support } = this.#words.form;
    const programmes = termsOf(form.vocabularies, "programme").map(({ slug }) => slug);
    return [
      { name: "programme", label: support.programme, words: programmes, required: true },
      { name: "type", label: support.type },
      { name: "fiscal_year", label: support.fiscal_year },
      { name: "area", label: support.area },
      { name: "evidence_title", label: support.evidence_title },
      { name: "evidence_url", label: support.evidence_url, type: "url" as const },
      { name: "certainty", label: support.certainty, words: ["confirmed", "likely", "unknown"] },
    ];
  }

  #show({ shown, position }: Begun): void {
    for (const [name, input] of this.#inputs) input.value = shown[name] ?? null;
    this.#pin.show(position ? { lon: position[0], lat: position[1] } : null);
  }

  #values(): Properties {
    return Object.fromEntries([...this.#inputs].map(([name, input]) => [name, input.value]));
  }

  #position(): [number, number] | null {
    const { place } = this.#pin;
    return place && [place.lon, place.lat];
  }

  /** What the form shows of what it began with: the rest is not its affair. */
  #base(): Properties {
    return Object.fromEntries([...this.#inputs.keys()].map((name) => [name, this.#begun.properties[name] ?? null]));
  }

  // Saving.

  /** `isNew`: whoever fills it in has seen the facility with its name at its place, and means another. */
  async #save(isNew = false): Promise<void> {
    const { form } = this.#words;
    fill(this.#notice);
    if (!this.#check()) return;
    const { id, etag, submission } = this.#begun;
    // Of a new one all that is known is said; of one that is there, what changes.
    const differing = changed(this.#base(), this.#values());
    const position = this.#position();
    const moved = JSON.stringify(position) !== JSON.stringify(this.#begun.position);
    if (id && !submission && !Object.keys(differing).length && !moved) {
      return fill(this.#notice, message("note", h("p", { role: "status" }, form.unchanged)));
    }
    const geometry = position && { type: "Point", coordinates: position };
    try {
      if (submission) return await this.#again(submission, { type: "Feature", geometry, properties: { ...differing, ...(id && { id }) } });
      const feature = id
        ? { type: "Feature", properties: differing, ...(moved && { geometry }) }
        : { type: "Feature", geometry, properties: differing };
      const done = await this.#context.api.saveFacility(feature, id && etag ? { id, etag } : null, this.#key, isNew);
      this.#saved(done.submission, done.feature?.id ?? id);
    } catch (error) {
      await this.#failed(error);
    }
  }

  async #again({ id, revision }: { id: string; revision: number }, feature: unknown): Promise<void> {
    const detail = await this.#context.api.changeSubmission(id, revision, { feature, state: "sent" });
    this.#saved(detail, null);
  }

  #saved(submission: Submission | null, id: string | null): void {
    const { form } = this.#words;
    this.#touched = false;
    this.#key = crypto.randomUUID();
    this.#context.tell(submission ? form.waits : form.published);
    this.#context.recount();
    if (submission) this.#context.go({ view: "submission", id: String(submission.id), part: "differences" });
    else if (id) this.#context.go({ view: "history", id });
  }

  #check(): boolean {
    const { form } = this.#words;
    const inputs = [...this.#inputs.values()].reverse();
    // From the last to the first, so that the first of what is wrong has the focus in the end.
    const wrong = inputs.filter((input) => !input.check()).length + (this.#pin.check() ? 0 : 1);
    if (wrong) fill(this.#notice, h("p", { class: "field-error", role: "alert" }, form.invalid(wrong)));
    return wrong === 0;
  }

  async #failed(error: unknown): Promise<void> {
    if (this.#context.signal.aborted) return;
    if (error instanceof ApiError && error.status === 412 && this.#begun.id) return this.#stale(this.#begun.id);
    if (error instanceof ApiError && error.code === "likely-duplicate" && this.#isThere(error)) return;
    const problems = error instanceof ApiError ? problemsOf(error) : [];
    const beside = problems.filter(({ column, message }) => {
      // An entry of a list, such as `sources[0].url`, is part of its field.
      const input = column ? this.#inputs.get(column.split(/[.[]/, 1)[0] ?? column) : undefined;
      input?.complain(message);
      return input !== undefined;
    });
    const rest = problems.filter((problem) => !beside.includes(problem));
    const { title, detail } = reasons(this.#context, error);
    fill(
      this.#notice,
      h(
        "div",
        { class: "message failed", role: "alert" },
        h("p", { class: "message-title" }, title),
        problems.length
          ? h(
              "ul",
              {},
              ...[...rest, ...beside].map(({ column, message }) =>
                h("li", {}, column ? `${this.#titles.get(column) ?? column}：${message}` : message),
              ),
            )
          : h("p", {}, detail),
      ),
    );
  }

  /** One with its name is published at its place: it is shown, and a second one made only if that is meant. */
  #isThere({ document: { errors } }: ApiError): boolean {
    const { form } = this.#words;
    const [there]: unknown[] = Array.isArray(errors) ? errors : [];
    const { id, name } = (there ?? {}) as { id?: unknown; name?: unknown };
    if (typeof id !== "string" || typeof name !== "string") return false;
    const again: HTMLButtonElement = button(
      form.thereNew,
      () =>
        void busy(again, () => {
          // Another request: the same key would only repeat the answer.
          this.#key = crypto.randomUUID();
          return this.#save(true);
        }),
    );
    const edit = link(this.#context, { view: "facility", id }, form.thereEdit, "button primary");
    const page = h("a", { href: `/collections/facilities/items/${id}`, target: "_blank", rel: "noopener" }, name);
    fill(
      this.#notice,
      h(
        "div",
        { class: "message careful", role: "alert", "data-there": id },
        h("p", { class: "message-title" }, form.there),
        h("p", {}, page),
        h("p", {}, form.thereShow),
        h("div", { class: "actions" }, edit, again),
      ),
    );
    return true;
  }

  /** Somebody else changed it: theirs is shown, and one's own goes on top only if that is wanted. */
  async #stale(id: string): Promise<void> {
    const { form, send } = this.#words;
    try {
      const { data, etag } = await this.#context.api.facility(id, this.#context.signal);
      const theirs = begunFrom(data, etag);
      const named = await fieldWords(this.#context);
      const fields = changed(this.#base(), pick(theirs.properties, [...this.#inputs.keys()]));
      const lines = Object.entries(fields).map(([name, value]) =>
        h(
          "li",
          {},
          `${named.name(name)}：${named.text(name, this.#begun.properties[name])} → ${named.text(name, value)}`,
        ),
      );
      const moved = JSON.stringify(theirs.position) !== JSON.stringify(this.#begun.position);
      fill(
        this.#notice,
        h(
          "div",
          { class: "message careful", role: "alert" },
          h("p", { class: "message-title" }, form.stale),
          h("p", {}, form.staleShow),
          h("ul", {}, ...lines, moved && h("li", {}, send.position)),
          h("div", { class: "actions" }, button(form.staleKeep, () => this.#rebase(theirs), "button primary")),
        ),
      );
    } catch (error) {
      fill(this.#notice, failure(this.#context, error));
    }
  }

  #rebase(theirs: Begun): void {
    const mine = this.#values();
    const position = this.#position();
    const moved = JSON.stringify(position) !== JSON.stringify(this.#begun.position);
    const properties = rebased(this.#base(), mine, theirs.properties);
    this.#begun = theirs;
    this.#show({ ...theirs, shown: properties, position: moved ? position : theirs.position });
    fill(this.#notice);
  }
}

function problemsOf(error: ApiError): Problem[] {
  const problems = error.document["problems"];
  return Array.isArray(problems) ? (problems as Problem[]).filter(({ blocks }) => blocks) : [];
}

function pick(properties: Properties, names: string[]): Properties {
  return Object.fromEntries(names.map((name) => [name, properties[name] ?? null]));
}
