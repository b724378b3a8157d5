import { ProblemError } from "../../contract/client.ts";
import { isFault } from "../../runtime/fault.ts";

/** Refusals that a moment cures: a person at the line waits for its devices and presses again. */
const passing: ReadonlySet<string> = new Set(["line.devices-away", "line.recovering"]);

/**
 * What a person makes of no proper answer: `not-done`, try again in a moment; `unknown`, it may have been done, look
 * first. Undefined for everything that trying again does not cure: refusals, and bugs.
 */
export function troubleOf(error: unknown): "not-done" | "unknown" | undefined {
  if (isFault(error)) {
    if (error.kind === "permanent") return undefined;
    return error.kind === "transient" ? "not-done" : "unknown";
  }
  if (!(error instanceof ProblemError)) return undefined;
  if (error.status === 503 || passing.has(error.code)) return "not-done";
  return error.status === 504 ? "unknown" : undefined;
}
