import { problemType, refusalEntry } from "../../contract/refusals.ts";
import { type Refusal, RefusalError } from "../../kernel/base/result.ts";
import { type Fault, isFault } from "../fault.ts";

/** RFC 9457 with the members that every Packtrail reply adds: `code`, `at`, `remedy`, `traceId`. */
export type Problem = {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly code: string;
  readonly at?: string;
  readonly detail?: string;
  readonly remedy?: string;
  readonly traceId: string;
  /** The path asked for. */
  readonly instance: string;
};

export type ProblemContext = { readonly traceId: string; readonly instance: string };

export const problemMediaType = "application/problem+json";
/** For a code that nobody registered: a refusal all the same, so the sender is told it may not simply try again. */
const unregisteredStatus = 422;

export function problemOfRefusal(refusal: Refusal, context: ProblemContext): Problem {
  const entry = refusalEntry(refusal.code);
  return {
    type: problemType(refusal.code),
    title: entry?.title ?? refusal.code,
    status: entry?.status ?? unregisteredStatus,
    code: refusal.code,
    ...(refusal.at === undefined ? {} : { at: refusal.at }),
    ...(refusal.message === undefined ? {} : { detail: refusal.message }),
    ...(entry === undefined ? {} : { remedy: entry.remedy }),
    traceId: context.traceId,
    instance: context.instance,
  };
}

/**
 * Anything thrown becomes one problem: refusals keep their code, faults say whether trying again is safe, and
 * bugs say nothing but a trace id, because their message may hold what the caller must not see.
 */
export function problemOfError(error: unknown, context: ProblemContext): { problem: Problem; bug: boolean } {
  if (error instanceof RefusalError) return { problem: problemOfRefusal(error.refusal, context), bug: false };
  if (isFault(error)) return { problem: problemOfRefusal(refusalOfFault(error), context), bug: false };
  const refused = refusalOfFramework(error);
  if (refused) return { problem: problemOfRefusal(refused, context), bug: false };
  return { problem: problemOfRefusal({ code: "http.internal" }, context), bug: true };
}

const codeOfFault = {
  transient: "http.unavailable",
  ambiguous: "http.outcome-unknown",
  permanent: "http.upstream",
} as const;

function refusalOfFault(fault: Fault): Refusal {
  return { code: codeOfFault[fault.kind], message: fault.code };
}

/** The framework's own errors (fastify/docs/Reference/Errors.md) that a caller causes. */
const codeOfFramework: Readonly<Record<string, string>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: "http.too-large",
  FST_ERR_CTP_INVALID_MEDIA_TYPE: "http.media-type",
  FST_ERR_CTP_EMPTY_JSON_BODY: "http.malformed",
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: "http.malformed",
  FST_ERR_CTP_INVALID_JSON_BODY: "http.malformed",
  FST_ERR_BAD_URL: "http.not-found",
  FST_ERR_ASYNC_CONSTRAINT: "http.not-found",
  ECONNRESET: "http.malformed",
};

function refusalOfFramework(error: unknown): Refusal | undefined {
  if (typeof error !== "object" || error === null || !("code" in error)) return undefined;
  const code = codeOfFramework[String(error.code)];
  return code === undefined ? undefined : { code };
}
