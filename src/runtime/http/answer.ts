import type { Result } from "../../kernel/base/result.ts";

/**
 * A reply that is more than a JSON body: another status, headers, or bytes of another media type. Handlers
 * return plain values; this is for the few that cannot (sign-in's cookie, a picture, a document).
 */
export class Answer<T> {
  readonly body: T | Uint8Array | AsyncIterable<Uint8Array>;
  readonly status: number | undefined;
  readonly headers: Readonly<Record<string, string>>;
  constructor(
    body: T | Uint8Array | AsyncIterable<Uint8Array>,
    status: number | undefined,
    headers: Readonly<Record<string, string>>,
  ) {
    this.body = body;
    this.status = status;
    this.headers = headers;
  }
}

type AnswerOptions = { readonly status?: number; readonly headers?: Readonly<Record<string, string>> };

export function answer<T>(body: T, options: AnswerOptions = {}): Answer<T> {
  return new Answer(body, options.status, options.headers ?? {});
}

/** Bytes, at once or as they come; `T` stays the endpoint's documented reply. */
export function answerBytes<T = never>(
  body: Uint8Array | AsyncIterable<Uint8Array>,
  mediaType: string,
  options: AnswerOptions = {},
): Answer<T> {
  return new Answer<T>(body, options.status, { ...options.headers, "content-type": mediaType });
}

/** 303 to a page of this level or of the identity provider. */
export function redirect<T = never>(location: string, headers: Readonly<Record<string, string>> = {}): Answer<T> {
  return new Answer<T>(new Uint8Array(), 303, { ...headers, location });
}

/** What a handler may return for a reply of type `T`. */
export type Replying<T> = T | Result<T> | Answer<T>;

export function isResult(value: unknown): value is Result<unknown> {
  if (typeof value !== "object" || value === null || !("ok" in value)) return false;
  return value.ok === true ? "value" in value : value.ok === false && "refusal" in value;
}
