/**
 * The one place in the municipalities' pages that talks to the server. Whatever changes something
 * carries the session's own token; writes of a submission name the revision they were made from.
 */

import type { Facility, Feature, Page, Place, Vocabularies } from "../api.ts";
import type { Language } from "../mode.ts";
import type * as answers from "./answers.ts";
import { ApiError, errorOf } from "./errors.ts";

export { ApiError } from "./errors.ts";

/** What a request says besides its path. */
export interface Asked {
  method?: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** Sent as JSON. */
  json?: unknown;
  headers?: Record<string, string>;
  signal?: AbortSignal | undefined;
}

export interface Answer<T> {
  status: number;
  data: T;
  etag: string | null;
}

export interface UploadOptions {
  area?: string | undefined;
  send?: boolean;
  /** What the request is called: sent again with the same key, it is done once. */
  key?: string;
  /** Bytes on their way, of so many. When all are there, the server begins to read. */
  onProgress?(sent: number, total: number): void;
  signal?: AbortSignal;
}

/** As an answer has it, or as it stands in an address. */
type SubmissionId = number | string;

const CHANGES = new Set(["POST", "PUT", "PATCH", "DELETE"]);

export class ManageApi {
  readonly language: Language;
  /** Who is signed in, as far as we know. */
  session: answers.Session | null = null;
  /** Called when a request finds that nobody is signed in, or that a password must be chosen first; with the id of who was. */
  onTurnedAway: (error: ApiError, user: number | null) => void = () => {};

  constructor(language: Language) {
    this.language = language;
  }

  // Who is there.

  async whoIsThere(): Promise<answers.Session> {
    this.session = (await this.#send<answers.Session>("/session", {})).data;
    return this.session;
  }

  async signIn(name: string, password: string, code: string | null): Promise<answers.Session> {
    const json = { name, password, ...(code && { code }) };
    this.session = (await this.#send<answers.Session>("/session", { method: "POST", json })).data;
    return this.session;
  }

  async signOut(): Promise<void> {
    await this.ask("/session", { method: "DELETE" });
    this.session = null;
  }

  async choosePassword(old: string, chosen: string): Promise<void> {
    await this.ask("/session/password", { method: "PUT", json: { old, new: chosen } });
  }

  async offerSecondFactor(): Promise<answers.SecondFactor> {
    return (await this.ask<answers.SecondFactor>("/session/second-factor", { method: "POST" })).data;
  }

  async setSecondFactor(on: boolean, code: string): Promise<void> {
    await this.ask("/session/second-factor", { method: on ? "PUT" : "DELETE", json: { code } });
  }

  // Tokens and accounts.

  async tokens(signal?: AbortSignal): Promise<answers.Token[]> {
    return (await this.ask<{ tokens: answers.Token[] }>("/tokens", { signal })).data.tokens;
  }

  async addToken(scope: answers.Scope, days: number): Promise<answers.Token & { token: string }> {
    const json = { scope, expires_days: days };
    return (await this.ask<answers.Token & { token: string }>("/tokens", { method: "POST", json })).data;
  }

  async revokeToken(id: number): Promise<void> {
    await this.ask(`/tokens/${id}`, { method: "DELETE" });
  }

  async accounts(signal?: AbortSignal): Promise<answers.Account[]> {
    return (await this.ask<{ users: answers.Account[] }>("/users", { signal })).data.users;
  }

  async addAccount(
    name: string,
    role: answers.Role,
    area: string | null,
  ): Promise<{ user: answers.Account; password: string }> {
    const json = { name, role, area };
    return (await this.ask<{ user: answers.Account; password: string }>("/users", { method: "POST", json })).data;
  }

  async changeAccount(id: number, change: answers.UserChange): Promise<answers.Account> {
    const asked: Asked = { method: "PATCH", json: change };
    return (await this.ask<{ user: answers.Account }>(`/users/${id}`, asked)).data.user;
  }

  async resetPassword(id: number): Promise<string> {
    return (await this.ask<{ password: string }>(`/users/${id}/password`, { method: "POST" })).data.password;
  }

  // Submissions.

  async submissions(
    query: { state?: answers.SubmissionState[]; mine?: boolean; limit?: number; before?: number | undefined },
    signal?: AbortSignal,
  ): Promise<answers.SubmissionPage> {
    const search = new URLSearchParams();
    if (query.state) search.set("state", query.state.join(","));
    if (query.mine) search.set("mine", "true");
    if (query.limit) search.set("limit", String(query.limit));
    if (query.before) search.set("before", String(query.before));
    return (await this.ask<answers.SubmissionPage>(`/submissions?${search}`, { signal })).data;
  }

  async submission(id: SubmissionId, signal?: AbortSignal): Promise<answers.SubmissionDetail> {
    return (await this.ask<answers.SubmissionDetail>(submissionPath(id), { signal })).data;
  }

  /** The checks of one's own files that the server does just now, or that wait. */
  async checks(signal?: AbortSignal): Promise<answers.Check[]> {
    return (await this.#send<{ checks: answers.Check[] }>("/submissions/checks", { signal })).data.checks;
  }

  async rows(
    id: SubmissionId,
    query: { from?: number; limit?: number; only?: "problems" | "blocked" | "all" },
    signal?: AbortSignal,
  ): Promise<answers.RowPage> {
    return (await this.ask<answers.RowPage>(`${submissionPath(id)}/rows?${searchOf(query)}`, { signal })).data;
  }

  async differences(
    id: SubmissionId,
    query: { from?: number; limit?: number; effect?: answers.Effect | undefined },
    signal?: AbortSignal,
  ): Promise<answers.DifferencePage> {
    const path = `${submissionPath(id)}/differences?${searchOf(query)}`;
    return (await this.ask<answers.DifferencePage>(path, { signal })).data;
  }

  async changeSubmission(
    id: SubmissionId,
    revision: number,
    patch: answers.SubmissionPatch,
    signal?: AbortSignal,
  ): Promise<answers.SubmissionDetail> {
    const asked = { method: "PATCH", json: patch, headers: ifMatch(revision), signal } as const;
    return (await this.ask<answers.SubmissionDetail>(submissionPath(id), asked)).data;
  }

  async decide(id: SubmissionId, revision: number, decision: answers.Decision): Promise<answers.SubmissionDetail> {
    const asked = { method: "POST", json: decision, headers: ifMatch(revision) } as const;
    return (await this.ask<answers.SubmissionDetail>(`${submissionPath(id)}/decision`, asked)).data;
  }

  /** A draft of the rows that stayed out of what was published. */
  async takeRest(id: SubmissionId): Promise<answers.SubmissionDetail> {
    return (await this.ask<answers.SubmissionDetail>(`${submissionPath(id)}/rest`, { method: "POST" })).data;
  }

  /** The owner has seen the decision. */
  async told(id: SubmissionId): Promise<void> {
    await this.ask(`${submissionPath(id)}/told`, { method: "POST" });
  }

  /** Where the original bytes, or the corrected file with its notes, are downloaded from. */
  fileAddress(id: SubmissionId, which: "file" | "corrected"): string {
    return `${submissionPath(id)}/${which}`;
  }

  /** A new submission from a file. Sent again with the same key, it is made once. */
  async upload(file: Blob, name: string, options: UploadOptions = {}): Promise<answers.SubmissionDetail> {
    const query = searchOf({ file: name, area: options.area, send: options.send || undefined });
    const key = options.key ?? crypto.randomUUID();
    const send = () => this.#post<answers.SubmissionDetail>(`/submissions?${query}`, file, key, options);
    return this.#withFreshToken(send);
  }

  // Facilities: public to read, ours to change.

  async facilities(query: Record<string, string>, signal?: AbortSignal): Promise<Page> {
    return (await this.ask<Page>(`/collections/facilities/items?${searchOf(query)}`, { signal })).data;
  }

  /** With the ETag its change must name. */
  async facility(id: string, signal?: AbortSignal): Promise<Answer<Feature<Facility>>> {
    return this.ask<Feature<Facility>>(`${itemPath(id)}?f=json`, { signal });
  }

  /**
   * Publishes a facility, or hands it in for review: `submission` is there in the second case.
   * A new one has no id and no ETag; of one that is there, `feature` holds what changes (RFC 7396).
   * `isNew` makes one also where one with its name is published at its place.
   */
  async saveFacility(
    feature: unknown,
    existing: { id: string; etag: string } | null,
    key: string = crypto.randomUUID(),
    isNew = false,
  ): Promise<{ status: number; submission: answers.Submission | null; feature: Feature<Facility> | null }> {
    const query = isNew ? "?same=new" : "";
    const path = existing ? itemPath(existing.id) : `/collections/facilities/items${query}`;
    const { status, data } = await this.ask<{ submission?: answers.Submission }>(path, {
      method: existing ? "PATCH" : "POST",
      json: feature,
      headers: existing ? { "If-Match": existing.etag } : { "Idempotency-Key": key },
    });
    return status === 202
      ? { status, submission: data.submission ?? null, feature: null }
      : { status, submission: null, feature: data as unknown as Feature<Facility> };
  }

  /** Takes a record out of the directory; the submission is there where somebody else decides. */
  async withdrawFacility(id: string, etag: string): Promise<answers.Submission | null> {
    const asked = { method: "DELETE", headers: { "If-Match": etag } } as const;
    const { status, data } = await this.ask<{ submission?: answers.Submission } | null>(itemPath(id), asked);
    return status === 202 ? (data?.submission ?? null) : null;
  }

  /** Newest first. The ETag is what undoing must name. */
  async versions(id: string, signal?: AbortSignal): Promise<Answer<answers.Version[]>> {
    const answer = await this.ask<{ versions: answers.Version[] }>(`${itemPath(id)}/history`, { signal });
    return { ...answer, data: answer.data.versions };
  }

  /** Makes a new version that equals an earlier one; the submission is there where somebody else decides. */
  async undo(id: string, seq: number, etag: string): Promise<answers.Submission | null> {
    const asked = { method: "POST", json: { seq }, headers: { "If-Match": etag } } as const;
    const { status, data } = await this.ask<{ submission?: answers.Submission } | null>(
      `${itemPath(id)}/undo`,
      asked,
    );
    return status === 202 ? (data?.submission ?? null) : null;
  }

  /** Takes a value that should never have been published out of the log, for good. */
  async redact(seq: number, field: string, reason: string): Promise<answers.Redacted> {
    const asked = { method: "POST", json: { field, reason } } as const;
    return (await this.ask<answers.Redacted>(`/changes/${seq}/redaction`, asked)).data;
  }

  async vocabularies(): Promise<Vocabularies> {
    return (await this.ask<Vocabularies>("/vocabularies?f=json", {})).data;
  }

  /** What each field is called, in the page's language. */
  async fieldNames(): Promise<Record<string, string>> {
    type Schema = { properties: Record<string, { title?: string }> };
    const { data } = await this.ask<Schema>(`/collections/facilities/schema?f=json&lang=${this.language}`, {});
    const named = Object.entries(data.properties).map(([name, { title }]) => [name, title ?? name] as const);
    return Object.fromEntries(named);
  }

  async places(text: string, limit: number, signal?: AbortSignal): Promise<Feature<Place>[]> {
    const path = `/places?${searchOf({ q: text, limit })}`;
    return (await this.ask<{ features: Feature<Place>[] }>(path, { signal })).data.features;
  }

  // How all of them are sent.

  /** Sends a request of somebody who is signed in. */
  async ask<T>(path: string, asked: Asked): Promise<Answer<T>> {
    const changes = CHANGES.has(asked.method ?? "GET");
    const send = () => this.#send<T>(path, asked);
    try {
      return await (changes ? this.#withFreshToken(send) : send());
    } catch (error) {
      this.#turnAway(error);
      throw error;
    }
  }

  /**
   * Somebody who signed in again in another tab has another token here: asked for anew, the request
   * goes through, as long as it is still the same person.
   */
  async #withFreshToken<T>(send: () => Promise<T>): Promise<T> {
    try {
      return await send();
    } catch (error) {
      if (!(error instanceof ApiError) || error.code !== "csrf" || !this.session) throw error;
      const before = this.session.user.id;
      const now = await this.whoIsThere();
      if (now.user.id !== before) throw error;
      return send();
    }
  }

  #turnAway(error: unknown): void {
    if (!(error instanceof ApiError)) return;
    if (error.signedOut || error.code === "password-is-temporary") {
      const user = this.session?.user.id ?? null;
      if (error.signedOut) this.session = null;
      this.onTurnedAway(error, user);
    }
  }

  #headers(changes: boolean): Record<string, string> {
    return {
      Accept: "application/geo+json, application/json;q=0.9",
      "Accept-Language": this.language,
      ...(changes && this.session && { "X-CSRF-Token": this.session.csrf }),
    };
  }

  async #send<T>(path: string, asked: Asked): Promise<Answer<T>> {
    const method = asked.method ?? "GET";
    const body = asked.json === undefined ? undefined : JSON.stringify(asked.json);
    let response: Response;
    let text: string;
    try {
      response = await fetch(path, {
        method,
        headers: {
          ...this.#headers(CHANGES.has(method)),
          ...(body !== undefined && { "Content-Type": "application/json" }),
          ...asked.headers,
        },
        credentials: "same-origin",
        ...(body !== undefined && { body }),
        ...(asked.signal && { signal: asked.signal }),
      });
      text = await response.text();
    } catch (error) {
      if (asked.signal?.aborted) throw error;
      throw new ApiError(0);
    }
    if (!response.ok) throw errorOf(response.status, text, response.headers.get("Retry-After"));
    return {
      status: response.status,
      data: (text === "" ? null : JSON.parse(text)) as T,
      etag: response.headers.get("ETag"),
    };
  }

  /** A file with its progress, which fetch does not tell. */
  #post<T>(path: string, file: Blob, key: string, options: UploadOptions): Promise<T> {
    return new Promise((resolve, reject) => {
      const request = new XMLHttpRequest();
      request.open("POST", path);
      const headers = { ...this.#headers(true), "Idempotency-Key": key };
      for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
      request.setRequestHeader("Content-Type", file.type || "application/octet-stream");
      request.upload.onprogress = (event) => options.onProgress?.(event.loaded, event.total);
      request.onload = () => {
        if (request.status >= 200 && request.status < 300) return resolve(JSON.parse(request.responseText) as T);
        const error = errorOf(request.status, request.responseText, request.getResponseHeader("Retry-After"));
        this.#turnAway(error);
        reject(error);
      };
      request.onerror = () => reject(new ApiError(0));
      request.onabort = () => reject(new DOMException("aborted", "AbortError"));
      if (options.signal?.aborted) return reject(new DOMException("aborted", "AbortError"));
      options.signal?.addEventListener("abort", () => request.abort(), { once: true });
      request.send(file);
    });
  }
}

function submissionPath(id: SubmissionId): string {
  return `/submissions/${encodeURIComponent(String(id))}`;
}

function itemPath(id: string): string {
  return `/collections/facilities/items/${encodeURIComponent(id)}`;
}

function ifMatch(revision: number): Record<string, string> {
  return { "If-Match": `"${revision}"` };
}

function searchOf(query: Record<string, string | number | boolean | undefined>): URLSearchParams {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) search.set(name, String(value));
  }
  return search;
}
