import { createHash } from "node:crypto";
import { invariant } from "../../../kernel/base/invariant.ts";

/**
 * The key of one event, 128 bits that PostgreSQL keeps as a uuid and compares byte by byte:
 * 48 bits event time (ms) | 4 bits rank | 12 bits bucket | 64 bits of the hash of its content.
 * The same event sent twice has the same key, so the primary key is the test for duplicates; and the order of keys
 * is the order in which the ledger applies events. Written as 32 hexadecimal digits.
 */
export type EventKey = string;

export const bucketCount = 4_096;

/**
 * What comes first among events of the same millisecond, which some senders round to a second: a number is
 * commissioned before it is packed, unpacked from the old before it is packed into the new, packed before it is shipped.
 */
export function rankOf(type: string, action: string | undefined, bizStep: string | undefined): number {
  if (bizStep === "reserving" || bizStep === "encoding") return 0;
  if (type === "TransformationEvent") return 1;
  if (type === "ObjectEvent" && action === "ADD") return 1;
  const links = type === "AggregationEvent" || type === "AssociationEvent";
  if (links && action === "DELETE") return 2;
  if (links && action === "ADD") return 3;
  if (type === "ObjectEvent" && action === "DELETE") return 5;
  return 4;
}

/** `content` must not depend on spelling or order: the canonical bytes of the event. */
export function eventKey(
  at: number,
  rank: number,
  bucket: number,
  content: readonly (string | Uint8Array)[],
): EventKey {
  invariant(Number.isInteger(at) && at >= 0 && at < 2 ** 48, `event time ${at}`);
  invariant(bucket >= 0 && bucket < bucketCount && rank >= 0 && rank < 16, `bucket ${bucket}, rank ${rank}`);
  const hash = createHash("sha256");
  for (const part of content) {
    // Lengths keep neighbours from running into each other.
    hash.update(`${part.length}:`);
    hash.update(part);
  }
  const place = (rank * bucketCount + bucket).toString(16).padStart(4, "0");
  return at.toString(16).padStart(12, "0") + place + hash.digest("hex").slice(0, 16);
}

export function timeOfEventKey(key: EventKey): number {
  return Number.parseInt(key.slice(0, 12), 16);
}

export function bucketOfEventKey(key: EventKey): number {
  return Number.parseInt(key.slice(13, 16), 16);
}

/** The first key that an event after `at` (ms) can have: every key below it is of an event at or before `at`. */
export function keyAfter(at: number): EventKey {
  return (at + 1).toString(16).padStart(12, "0") + "0".repeat(20);
}
