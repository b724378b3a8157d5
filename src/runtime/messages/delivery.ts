import { envelopeHeaders } from "../../contract/envelope.ts";
import { type Fault, isFault } from "../fault.ts";
import type { HttpReply, Machine } from "../machine.ts";
import type { OutboxRow } from "./outbox.store.ts";

/** Where a destination is now; asked for each message, so that an address or a token may change while running. */
export type Destination = { readonly url: string; readonly token?: string };

export type Outcome =
  | { readonly kind: "sent"; readonly status: number; readonly reply: HttpReply }
  /** Nothing was done, or it does not matter whether it was: the receiver knows the message id. Tried again. */
  | {
      readonly kind: "transient" | "ambiguous";
      readonly status: number | null;
      readonly error: string;
      readonly retryAfterMs?: number;
    }
  /** The receiver understood and said no: a person decides. */
  | { readonly kind: "refused"; readonly status: number | null; readonly error: string };

const errorCharsMax = 1_000;
const retryAfterSecondsMax = 3_600;
/** Before anything was done: too early, too many, not now. */
const notNow = new Set([408, 425, 429, 503]);

/** One attempt at one message. Never throws what the network does; a bug passes through. */
export async function deliver(
  machine: Pick<Machine, "network" | "random">,
  row: OutboxRow,
  destination: Destination | undefined,
  timeoutMs: number,
): Promise<Outcome> {
  if (destination === undefined) {
    return { kind: "transient", status: null, error: `no address is configured for ${row.destination}` };
  }
  try {
    const reply = await machine.network.fetch({
      method: row.method,
      url: `${destination.url}${row.path}`,
      headers: headersOf(row, destination, machine.random.bytes(8)),
      body: row.body,
      timeoutMs,
    });
    return classifyReply(reply);
  } catch (error) {
    if (!isFault(error)) throw error;
    return classifyFault(error);
  }
}

export function headersOf(row: OutboxRow, destination: Destination, parentId: Uint8Array): Record<string, string> {
  return {
    "content-type": row.contentType,
    accept: "application/json, application/problem+json",
    ...(destination.token === undefined ? {} : { authorization: `Bearer ${destination.token}` }),
    [envelopeHeaders.messageId]: row.messageId,
    [envelopeHeaders.owner]: row.owner,
    [envelopeHeaders.environment]: row.environment,
    // W3C Trace Context: version 00, the trace, this hop, sampled. An all-zero hop is not valid.
    [envelopeHeaders.traceparent]: `00-${row.traceId}-${Buffer.from(parentId).toString("hex").replace(/^0+$/, "0000000000000001")}-01`,
  };
}

/** A table of statuses: what the answer says about whether to try again. */
export function classifyReply(reply: HttpReply): Outcome {
  const { status } = reply;
  if (status >= 200 && status < 300) return { kind: "sent", status, reply };
  // The receiver's words, whatever it sent: PostgreSQL keeps no NUL, and a log line no control characters.
  const words = Buffer.from(reply.body)
    .subarray(0, errorCharsMax * 4)
    .toString("utf8")
    .replace(/\p{Cc}/gu, " ");
  const error = `${status} ${words}`.slice(0, errorCharsMax).trim().toWellFormed();
  const retryAfterMs = retryAfter(reply.headers["retry-after"]);
  if (notNow.has(status))
    return { kind: "transient", status, error, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) };
  // A server that failed half way, or a proxy that lost it, may have done it.
  if (status >= 500) return { kind: "ambiguous", status, error };
  return { kind: "refused", status, error };
}

function classifyFault(fault: Fault): Outcome {
  const error = `${fault.code}: ${fault.message}`.slice(0, errorCharsMax);
  return fault.kind === "permanent"
    ? { kind: "refused", status: null, error }
    : { kind: fault.kind, status: null, error };
}

/** RFC 9110 §10.2.3 in seconds; the form with a date is not used by ours, and falls back to the usual waiting. */
function retryAfter(header: string | undefined): number | undefined {
  if (header === undefined || !/^\d+$/.test(header)) return undefined;
  return Math.min(Number(header), retryAfterSecondsMax) * 1_000;
}

/** Doubling from `minMs` to `maxMs`, the upper half of it by chance; `chance` in 0 ≤ x < 1. */
export function backoffMs(attempts: number, chance: number, minMs: number, maxMs: number): number {
  const ceiling = Math.min(maxMs, minMs * 2 ** Math.min(attempts, 40));
  return Math.round((ceiling / 2) * (1 + chance));
}
