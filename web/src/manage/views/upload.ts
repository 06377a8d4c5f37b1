/** 選ぶ: a file, whose facilities it holds, and the way up with its progress. */

import { fill, h } from "../../dom.ts";
import type { Check } from "../answers.ts";
import { follow, share } from "../check-progress.ts";
import { ApiError } from "../errors.ts";
import { MAX_BYTES } from "../submissions.ts";
import { uploadWords } from "../text/upload.ts";
import { template } from "../template.ts";
import { AreaPicker } from "./area-picker.ts";
import { button, stepList } from "./bench.ts";
import type { ContextOf } from "./context.ts";
import { heading, reasons } from "./parts.ts";

const ENDINGS = [".csv", ".tsv", ".txt", ".xlsx", ".geojson", ".json", ".geojsonl", ".ndjson"];

export function upload(context: ContextOf<"upload">, root: HTMLElement): void {
  const words = uploadWords(context.language);
  const title = heading(context, words.upload.title);
  fill(
    root,
    title,
    stepList(words, "choose", () => false, () => {}),
    h("p", {}, words.upload.lead),
    new Chooser(context).element,
  );
}

class Chooser {
  readonly element: HTMLElement;
  readonly #context: ContextOf<"upload">;
  readonly #words;
  readonly #input: HTMLInputElement;
  readonly #drop: HTMLElement;
  readonly #message = h("div", {});
  readonly #going = h("div", { class: "upload-going" });
  readonly #area = h("section", { class: "block area-choice" });
  #file: File | null = null;
  #picker: AreaPicker | null = null;
  #sending: AbortController | null = null;

  constructor(context: ContextOf<"upload">) {
    this.#context = context;
    this.#words = uploadWords(context.language);
    const { upload } = this.#words;
    this.#input = h("input", {
      id: "file",
      type: "file",
      class: "visually-hidden",
      accept: ENDINGS.join(","),
      onchange: () => this.#take(this.#input.files),
    });
    this.#drop = h("div", { class: "drop" });
    this.#listenForDrops();
    this.element = h(
      "div",
      { class: "chooser" },
      this.#drop,
      this.#message,
      this.#area,
      this.#going,
      h(
        "div",
        { class: "template" },
        button(upload.template, () => void this.#template()),
        h("p", { class: "note" }, upload.templateNote),
      ),
    );
    context.guard(() => (this.#file && !this.#done ? upload.unsent : null));
    context.signal.addEventListener("abort", () => this.#sending?.abort(), { once: true });
    this.#draw();
    this.#drawArea();
  }

  #done = false;

  #draw(): void {
    const { upload } = this.#words;
    const file = this.#file;
    const { language } = this.#context;
    fill(
      this.#drop,
      this.#input,
      file
        ? h("p", { class: "drop-file" }, upload.chosen(file.name, size(file.size, language)))
        : h("p", { class: "drop-words" }, upload.drop),
      !file && h("p", { class: "note" }, upload.or),
      h("label", { for: "file", class: file ? "button" : "button primary" }, file ? upload.other : upload.choose),
      h("p", { class: "note" }, upload.accepted, h("br", {}), upload.limits),
    );
    this.#drop.toggleAttribute("data-chosen", file !== null);
    if (!this.#sending) this.#offer(upload.send);
  }

  /** The button that sends, if there is something to send. */
  #offer(label: string): void {
    fill(
      this.#going,
      this.#file && h("div", { class: "actions" }, button(label, () => void this.#send(), "button primary")),
    );
  }

  #listenForDrops(): void {
    const over = (event: DragEvent, on: boolean) => {
      if (!event.dataTransfer?.types.includes("Files")) return;
      event.preventDefault();
      this.#drop.toggleAttribute("data-over", on);
    };
    this.#drop.addEventListener("dragenter", (event) => over(event, true));
    this.#drop.addEventListener("dragover", (event) => over(event, true));
    this.#drop.addEventListener("dragleave", (event) => {
      if (!(event.relatedTarget instanceof Node && this.#drop.contains(event.relatedTarget))) over(event, false);
    });
    this.#drop.addEventListener("drop", (event) => {
      over(event, false);
      if (event.dataTransfer?.files.length) this.#take(event.dataTransfer.files);
    });
    // A file dropped beside the zone would replace the page.
    const { signal } = this.#context;
    for (const kind of ["dragover", "drop"] as const) {
      addEventListener(kind, (event) => event.preventDefault(), { signal });
    }
  }

  #take(files: FileList | null): void {
    const { upload } = this.#words;
    const file = files?.[0];
    if (!file || this.#sending) return;
    const wrong = this.#wrong(file);
    if (wrong) {
      this.#input.value = "";
      return this.#say("failed", wrong);
    }
    this.#file = file;
    this.#draw();
    this.#say("note", files.length > 1 ? upload.several : null);
  }

  /** Refused here, before any byte is sent: the server would say the same a minute later. */
  #wrong(file: File): string | null {
    const { upload } = this.#words;
    if (file.size === 0) return upload.empty;
    if (file.size > MAX_BYTES) return upload.tooLarge(size(file.size, this.#context.language));
    const name = file.name.toLowerCase();
    return ENDINGS.some((ending) => name.endsWith(ending)) ? null : upload.wrongKind(file.name);
  }

  #say(sort: "failed" | "note" | "careful", words: string | null, detail: string | null = null): void {
    fill(
      this.#message,
      words &&
        h(
          "div",
          { class: `message ${sort}`, role: sort === "failed" ? "alert" : "status" },
          h("p", {}, words),
          detail && h("p", {}, detail),
        ),
    );
  }

  async #template(): Promise<void> {
    const { upload } = this.#words;
    const context = this.#context;
    try {
      const text = template(await context.fieldNames(), context.language);
      const address = URL.createObjectURL(new Blob([text], { type: "text/csv" }));
      h("a", { href: address, download: `${upload.templateName}.csv` }).click();
      setTimeout(() => URL.revokeObjectURL(address), 10_000);
    } catch (error) {
      this.#say("failed", reasons(context, error).title);
    }
  }

  // Whose facilities.

  #drawArea(): void {
    const { upload } = this.#words;
    const { user } = this.#context.session;
    const name = user.area_name ?? user.area;
    if (user.area && user.area.length > 2) {
      this.#area.className = "";
      return fill(this.#area, h("p", {}, upload.areaOwn(name ?? "")));
    }
    // A prefecture's town hall may hand in for all of it; whoever may anywhere, for all of Japan.
    this.#picker = new AreaPicker(this.#context, null, upload.areaOne);
    fill(
      this.#area,
      h("h2", {}, upload.area),
      h("p", { class: "note" }, name ? upload.areaAll(name) : upload.areaEverywhere),
      this.#picker.element,
    );
  }

  // The way up.

  async #send(): Promise<void> {
    const { upload } = this.#words;
    const file = this.#file;
    if (!file || this.#sending) return;
    const area = this.#picker?.read() ?? null;
    // What was typed there is no area, and that is said beside it.
    if (this.#picker && this.#picker.read() === undefined) return;
    const sending = new AbortController();
    this.#sending = sending;
    this.#say("note", null);
    const bar = h("progress", { max: file.size, value: 0, "aria-label": upload.send });
    const told = h("p", { role: "status" });
    // Seen and not said aloud: the bar beside it says as much.
    const rows = h("p", { class: "note" });
    const cancel = button(upload.cancel, () => sending.abort());
    fill(this.#going, h("div", { class: "upload-progress" }, bar, told, rows, h("div", { class: "actions" }, cancel)));
    cancel.focus();
    const { language } = this.#context;
    const key = crypto.randomUUID();
    let stop = () => {};
    const checked = (check: Check) => {
      const { waiting, reading, comparing } = upload.checking;
      const far = share(check);
      if (far) [bar.max, bar.value] = [far.of, far.done];
      const { state, before, done } = check;
      if (state === "waiting") told.textContent = waiting(before);
      else told.textContent = upload.reading;
      fill(rows, far && (state === "reading" ? reading : comparing)(done, check.rows ?? 0));
    };
    try {
      const detail = await this.#context.api.upload(file, file.name, {
        key,
        area: area ?? undefined,
        signal: sending.signal,
        onProgress: (sent, total) => {
          bar.max = total;
          bar.value = sent;
          const done = sent >= total;
          if (done) {
            bar.removeAttribute("value");
            stop();
            stop = follow(this.#context.api, ({ request }) => request === key, checked);
          }
          const words = done ? upload.reading : upload.progress(size(sent, language), size(total, language));
          // Said aloud at its end, not at every step.
          if (told.textContent !== words) told.textContent = words;
        },
      });
      this.#done = true;
      this.#context.go({ view: "submission", id: String(detail.id), part: "report" });
    } catch (error) {
      if (this.#context.signal.aborted) return;
      this.#sending = null;
      this.#failed(error, sending.signal.aborted);
    } finally {
      stop();
    }
  }

  #failed(error: unknown, cancelled: boolean): void {
    const { upload } = this.#words;
    if (cancelled) this.#say("note", upload.cancelled);
    else if (error instanceof ApiError && error.status === 0) this.#say("failed", upload.offline);
    else {
      const { title, detail } = reasons(this.#context, error);
      this.#say("failed", upload.failed, `${title}${this.#context.words.common.fullStop}${detail}`);
    }
    this.#offer(cancelled ? upload.send : upload.again);
    this.#going.querySelector("button")?.focus();
  }
}

/** Bytes as people count them. */
function size(bytes: number, language: "ja" | "en"): string {
  const number = (value: number) => value.toLocaleString(language, { maximumFractionDigits: 1 });
  if (bytes < 1024) return `${bytes} B`;
  return bytes < 1024 ** 2 ? `${number(bytes / 1024)} KB` : `${number(bytes / 1024 ** 2)} MB`;
}
