/** What went wrong with a request, in the words of the page's language as far as the server said them. */

/** A problem document (RFC 9457), as the server sends it. */
export interface ProblemDocument {
  code?: unknown;
  title?: unknown;
  detail?: unknown;
  [member: string]: unknown;
}

export class ApiError extends Error {
  /** 0: the server was not reached. */
  readonly status: number;
  /** The problem's code, which never changes; empty where there was no problem document. */
  readonly code: string;
  /** What happened, in a few words; empty where the server did not say. */
  readonly title: string;
  /** What to do about it. */
  readonly detail: string;
  /** The whole document, for the problems that carry more: a conflict's facilities. */
  readonly document: ProblemDocument;
  /** Seconds to wait before trying again, where the server says. */
  readonly retryAfter: number | null;

  constructor(status: number, document: ProblemDocument = {}, retryAfter: number | null = null) {
    const text = (value: unknown) => (typeof value === "string" ? value : "");
    super(text(document.title) || `status ${status}`);
    this.status = status;
    this.code = text(document.code);
    this.title = text(document.title);
    this.detail = text(document.detail);
    this.document = document;
    this.retryAfter = retryAfter;
  }

  /** Whether nobody is signed in any more. */
  get signedOut(): boolean {
    return this.code === "signed-out";
  }

  /** Whether somebody else changed it meanwhile: what is shown is old. */
  get stale(): boolean {
    return this.status === 412;
  }
}

/** The error of an answer whose body has been read. */
export function errorOf(status: number, body: string, retryAfter: string | null): ApiError {
  let document: ProblemDocument = {};
  try {
    const parsed: unknown = JSON.parse(body);
    if (typeof parsed === "object" && parsed !== null) document = parsed as ProblemDocument;
  } catch {
    // A proxy answered with a page of its own; the status says all there is.
  }
  const seconds = retryAfter !== null && /^\d{1,6}$/.test(retryAfter) ? Number(retryAfter) : null;
  return new ApiError(status, document, seconds);
}
