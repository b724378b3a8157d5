import { invariant } from "../../kernel/base/invariant.ts";
import { ok, refuse, type Result } from "../../kernel/base/result.ts";
import { preHash } from "../../kernel/epcis/hash.ts";
import type { EpcisEvent } from "../../kernel/epcis/model.ts";
import { eventKey, rankOf } from "../ledger/encoding/event-key.ts";
import { type BodyField, bodyFields, type EventBody, type EventRow } from "../ledger/event-row.ts";
import { bucketOfCounter, canonicalUri, ssccClass } from "../ledger/identifier.ts";
import { keyOf, type Thing } from "../ledger/identity.ts";
import type { AppliedEvent } from "../ledger/ledger-apply.ts";
import { encodeMembers, type Members, type MemberSet } from "../ledger/encoding/members.ts";
import { bizStepCode, dispositionCode, ownDisposition, ownWord } from "../ledger/encoding/words.ts";

// An event of EPCIS as the ledger stores it. Pure.

/** The identifiers that an event names, in the roles they have. */
export type EventIdentifiers = {
  readonly parent: string | undefined;
  readonly members: readonly string[];
  readonly outputs: readonly string[];
};

export function identifiersOf(event: EpcisEvent): EventIdentifiers {
  switch (event.type) {
    case "ObjectEvent":
      return { parent: undefined, members: event.epcList ?? [], outputs: [] };
    case "TransactionEvent":
      return { parent: event.parentID, members: event.epcList ?? [], outputs: [] };
    case "AggregationEvent":
    case "AssociationEvent":
      return { parent: event.parentID, members: event.childEPCs ?? [], outputs: [] };
    case "TransformationEvent":
      return { parent: undefined, members: event.inputEPCList ?? [], outputs: event.outputEPCList ?? [] };
  }
}

/**
 * What the schema lets through and the standard does not (EPCIS 2.0 §7.4.3): an aggregation that does not say into
 * what, or names its parent as its child. Refuses `capture.no-parent`, `capture.own-parent`, `capture.time`.
 */
export function checkEvent(event: EpcisEvent, at: string, now: number): Result<true> {
  if (event.type === "AggregationEvent" && event.action !== "DELETE" && event.parentID === undefined)
    return refuse("capture.no-parent", at);
  const { parent, members } = identifiersOf(event);
  if (parent !== undefined && members.includes(parent)) return refuse("capture.own-parent", at);
  const time = event.eventTime.at;
  if (time < 0 || time > now + futureMaxMs) return refuse("capture.time", `${at}/eventTime`);
  return ok(true);
}

/** Clocks of lines and partners differ; what lies further ahead is not a clock but a mistake. */
const futureMaxMs = 24 * 3600 * 1000;

/** The class that a lot is of: that of the trade items made. */
export function lotClassOf(things: readonly Thing[]): number | undefined {
  return things.find(({ home, className }) => home !== "container" && className !== ssccClass)?.classId;
}

type About = {
  readonly scope: number;
  readonly captureId: string;
  readonly recordedAt: number;
  readonly source: EventRow["source"];
  readonly find: (text: string) => Thing | undefined;
};

/** The event's row and the objects it names; `about.find` knows every identifier. Its lot is not known yet. */
export function storedEvent(event: EpcisEvent, about: About): AppliedEvent {
  const ids = identifiersOf(event);
  const thingOf = (id: string) => {
    const thing = about.find(id);
    invariant(thing !== undefined, "an identifier was not resolved");
    return thing;
  };
  const distinct = (list: readonly string[]) => withoutRepeats(list.map(thingOf));
  const members = distinct(ids.members);
  const outputs = distinct(ids.outputs);
  const parent = ids.parent === undefined ? undefined : thingOf(ids.parent);
  const sets = membersOf(members, outputs);
  const memberBytes = encodeMembers(sets);
  const bucket = bucketOf(sets, parent, [...members, ...outputs]);
  const keys = keysOf(event, about.scope, bucket, memberBytes);
  const row: EventRow = {
    ...keys,
    scope: about.scope,
    at: event.eventTime.at,
    offsetMinutes: event.eventTime.offsetMinutes,
    recordedAt: about.recordedAt,
    captureId: about.captureId,
    type: event.type,
    action: event.type === "TransformationEvent" ? undefined : event.action,
    bizStep: event.bizStep,
    disposition: event.disposition,
    parent: parent === undefined ? undefined : keyOf(parent),
    readPoint: event.readPoint && canonicalUri(event.readPoint.id),
    bizLocation: event.bizLocation && canonicalUri(event.bizLocation.id),
    lot: 0,
    source: about.source,
    declared: false,
    ref: event.eventID,
    members: sets,
    memberBytes,
    body: bodyOf(event),
  };
  return { row, parent, members, outputs };
}

/** Packs that come in the order of their counters are no two the same. */
function withoutRepeats(things: Thing[]): readonly Thing[] {
  for (let index = 1; index < things.length; index++) {
    const [before, thing] = [things[index - 1] as Thing, things[index] as Thing];
    const follows = thing.home === "chunk" && thing.pool === before.pool && thing.counter > before.counter;
    if (!follows) return [...new Set(things)];
  }
  return things;
}

/** Objects as an event's row names them. */
export function membersOf(inputs: readonly Thing[], outputs: readonly Thing[]): Members {
  return { inputs: memberSet(inputs), outputs: memberSet(outputs) };
}

function memberSet(things: readonly Thing[]): MemberSet {
  const own = new Map<number, number[]>();
  const keys: string[] = [];
  for (const { home, key, pool, counter } of things) {
    if (home !== "chunk") keys.push(key);
    else if (own.get(pool)?.push(counter) === undefined) own.set(pool, [counter]);
  }
  return {
    own: [...own].map(([pool, counters]) => ({ pool, counters: ascending(counters) })),
    keys: keys.length < 2 ? keys : keys.sort(),
  };
}

/** Packs come in the order of their counters, or nearly. */
function ascending(counters: number[]): number[] {
  for (let index = 1; index < counters.length; index++)
    if ((counters[index] as number) < (counters[index - 1] as number)) return counters.sort((a, b) => a - b);
  return counters;
}

/** The event's key; and of an error declaration, the key of the event that it takes back: the same without the declaration. */
function keysOf(
  event: EpcisEvent,
  scope: number,
  bucket: number,
  memberBytes: Buffer,
): { id: string; declares: string | undefined } {
  const time = event.eventTime.at;
  const rank = rankOf(event.type, event.type === "TransformationEvent" ? undefined : event.action, event.bizStep);
  const {
    epcList: _,
    childEPCs: __,
    inputEPCList: ___,
    outputEPCList: ____,
    ...rest
  } = event as EpcisEvent & Record<string, unknown>;
  // The scope, because two environments may be told the same.
  const content = [`${scope}`, preHash(rest), memberBytes];
  const plain = eventKey(time, rank, bucket, content);
  if (event.errorDeclaration === undefined) return { id: plain, declares: undefined };
  return { id: eventKey(time, rank, bucket, [...content, JSON.stringify(event.errorDeclaration)]), declares: plain };
}

/** A function of the content alone, because it is part of the key. */
function bucketOf(sets: Members, parent: Thing | undefined, things: readonly Thing[]): number {
  const [own] = sets.inputs.own;
  if (own !== undefined) return bucketOfCounter(own.pool, own.counters[0] as number);
  if (parent !== undefined) return parent.bucket;
  let first: Thing | undefined;
  for (const thing of things) if (first === undefined || thing.id < first.id) first = thing;
  return first?.bucket ?? 0;
}

function bodyOf(event: EpcisEvent): EventBody | undefined {
  const values = event as unknown as Record<BodyField, unknown>;
  const body: EventBody = {};
  for (const field of bodyFields) if (values[field] !== undefined) body[field] = values[field];
  if (event.bizStep === undefined || bizStepCode(event.bizStep) !== ownWord) delete body.bizStep;
  if (event.disposition === undefined || dispositionCode(event.disposition) !== ownDisposition) delete body.disposition;
  if (event.readPoint?.extensions === undefined) delete body.readPoint;
  if (event.bizLocation?.extensions === undefined) delete body.bizLocation;
  return Object.keys(body).length === 0 ? undefined : body;
}
