import { type Refusal, RefusalError, type Result } from "../base/result.ts";

/** What a reader takes before it says no. A caller may tighten or widen each. */
export type Limits = {
  /** Nesting of objects, lists and elements, counted from the document's root. */
  readonly depthMax: number;
  /** Characters of one event, or of the header, as written. */
  readonly eventCharsMax: number;
  readonly eventsMax: number;
};

export const DEFAULT_LIMITS: Limits = {
  depthMax: 100,
  eventCharsMax: 64 * 1024 * 1024,
  eventsMax: 100_000_000,
};

/** Stops a reader deep in a document; `caught` turns it back into a value at the door. */
export function stop(code: string, at: string, message: string): never {
  throw new RefusalError({ code, at, message } satisfies Refusal);
}

/** Runs a reader that may `stop`. */
export function caught<T>(read: () => T): Result<T> {
  try {
    return { ok: true, value: read() };
  } catch (error) {
    if (error instanceof RefusalError) return { ok: false, refusal: error.refusal };
    throw error;
  }
}
