import { ok, type Refusal, type Result } from "../../kernel/base/result.ts";
import type { CheckReport } from "../../kernel/epcis/check.ts";
import type { EpcisEvent } from "../../kernel/epcis/model.ts";
import { checkEvent } from "../epcis-repository/capture.ts";
import { identifiersIn } from "../epcis-repository/capture.handler.ts";
import { parseIdentifier } from "../ledger/identifier.ts";

// A large document is read as it comes and captured in slices. Pure rules.

/** A document is kept in pieces of this many bytes before they are packed. */
export const partBytes = 1024 * 1024;
/** One slice is one transaction: small enough to go by, large enough to cost little. */
const sliceEventsMax = 2_000;
const sliceIdentifiersMax = 20_000;
const findingsKeptMax = 100;

export type FoundInDocument = {
  readonly severity: "error" | "warning";
  readonly code: string;
  readonly at: string;
  readonly message: string;
};

/** What the check of a document found; it refuses nothing. */
export type Findings = {
  readonly errors: number;
  readonly warnings: number;
  readonly list: readonly FoundInDocument[];
};

export function findingsOf({ errors, warnings, errorCount, warningCount }: CheckReport): Findings {
  const found = (severity: FoundInDocument["severity"], list: CheckReport["errors"]): FoundInDocument[] =>
    list.map(({ code, at, message }) => ({ severity, code, at, message }));
  const list = [...found("error", errors), ...found("warning", warnings)].slice(0, findingsKeptMax);
  return { errors: errorCount, warnings: warningCount, list };
}

/** What is malformed is refused, and with it the whole document: a time, a container in itself, a key that is none. */
export function checkReadable(event: EpcisEvent, at: string, now: number): Result<true> {
  const checked = checkEvent(event, at, now);
  if (!checked.ok) return checked;
  for (const text of identifiersIn([event])) {
    const identifier = parseIdentifier(text);
    if (!identifier.ok) return { ok: false, refusal: { ...identifier.refusal, at } };
  }
  return ok(true);
}

/** Whether these events are enough for one transaction. */
export function isSlice(events: readonly EpcisEvent[], identifiers: number): boolean {
  return events.length >= sliceEventsMax || identifiers >= sliceIdentifiersMax;
}

export function identifierCount(event: EpcisEvent): number {
  let count = 0;
  for (const _ of identifiersIn([event])) count++;
  return count;
}

export type JobState = "receiving" | "waiting" | "capturing" | "captured" | "refused";

export type Job = {
  readonly jobId: string;
  readonly name: string;
  readonly contentType: string;
  readonly partner: string | undefined;
  readonly state: JobState;
  readonly createdAt: number;
  readonly changedAt: number;
  readonly bytes: number;
  readonly parts: number;
  readonly eventsTotal: number | undefined;
  readonly eventsDone: number;
  readonly captured: number;
  readonly duplicate: number;
  readonly exceptions: number;
  readonly findings: Findings | undefined;
  readonly refusal: Refusal | undefined;
};
