import { ProblemError } from "../../../src/contract/client.ts";
import { refusalEntry } from "../../../src/contract/refusals.ts";

/** What went wrong and what a person does about it; `code`, `at` and `traceId` are for whoever is asked for help. */
export type ProblemWords = {
  readonly title: string;
  readonly remedy: string;
  readonly detail: string | undefined;
  readonly code: string | undefined;
  readonly at: string | undefined;
  readonly traceId: string | undefined;
};

/** The one place that turns what a call threw into words. */
export function problemWords(error: unknown): ProblemWords {
  if (error instanceof ProblemError) {
    const entry = refusalEntry(error.code);
    return {
      title: entry?.title ?? (error.message || "The level refused this."),
      remedy: error.remedy ?? entry?.remedy ?? "Give the code to whoever looks after this system.",
      detail: error.detail,
      code: error.code,
      at: error.at,
      traceId: error.traceId,
    };
  }
  return {
    title: "This level does not answer.",
    remedy: "The page asks again by itself. If it stays so, check the network and whether the level is running.",
    detail: undefined,
    code: undefined,
    at: undefined,
    traceId: undefined,
  };
}

/** A refusal that no second asking changes; anything else may be the network and is asked again. */
export function isRefusal(error: unknown): error is ProblemError {
  return error instanceof ProblemError && error.status < 500;
}

export function isSignedOut(error: unknown): boolean {
  return error instanceof ProblemError && error.code === "gxp.sign-in-needed";
}
