import type { JournalBody } from "../../contract/journal.ts";
import type { WorkOrder } from "../../contract/site-api.ts";
import { invariant } from "../../kernel/base/invariant.ts";
import { must } from "../../kernel/base/result.ts";
import type { RecordedTime } from "../../kernel/base/time.ts";
import { eventHash } from "../../kernel/epcis/hash.ts";
import { lotElements } from "../../kernel/epcis/healthcare.ts";
import type { EpcisEvent, EventBase, ObjectEvent } from "../../kernel/epcis/model.ts";
import { glnDigitalLink, sgtinDigitalLink, ssccDigitalLink } from "../../kernel/gs1/digital-link.ts";
import { parseGln, parseGtin, parseSscc } from "../../kernel/gs1/key.ts";
import { epcisWordsOf, type SerialState } from "../../kernel/serials/states.ts";
import { childLevel, type PackagingLevel } from "../number-buffer/packaging-level.ts";
import { expiryDate } from "../orders/order.ts";

/** An entry of the line's journal as far as events are made of it; in the order of the journal. */
export type Happening = RecordedTime & { readonly body: JournalBody };

export type EventSource = {
  readonly order: Pick<WorkOrder, "workOrderId" | "gtin" | "lot" | "expiry">;
  readonly siteGln: string;
  readonly lineId: string;
  readonly sha256: (bytes: Uint8Array) => Uint8Array;
};

/** What an event is about, beside the event: how many packs it commissions, and whether it closes a pallet. */
export type MadeEvent = { readonly event: EpcisEvent; readonly packs: number; readonly closesPallet: boolean };

/** Packs commissioned and named by no event yet; numbers that ended at the same moment for the same cause. */
export type EventState = { readonly pending: Map<string, RecordedTime>; ending: Ending | undefined };

type Ending = RecordedTime & {
  readonly level: PackagingLevel;
  readonly to: SerialState;
  readonly cause: string;
  readonly numbers: string[];
};

/** Written off: nobody knows where the pack is, which is what CBV 2.0 §7.2 has `unknown` for. */
const missing = "missing";

/** Packs of no case are commissioned by events of at most this many. */
const loosePacksMax = 2_000;

export function openEvents(): EventState {
  return { pending: new Map(), ending: undefined };
}

/**
 * The EPCIS events that one entry completes. Packs are commissioned by one event a case, at the moment of the last of
 * them, just before they are packed; what ends without a case is commissioned just before it ends.
 */
export function eventsOf(source: EventSource, state: EventState, entry: Happening): MadeEvent[] {
  const made = continues(state.ending, entry) ? [] : flushEnding(source, state);
  const { body } = entry;
  switch (body.kind) {
    case "number-moved":
      return [...made, ...moved(source, state, entry, body)];
    case "aggregated":
      return [
        ...made,
        ...(body.level === "case" ? commissionPending(source, state, body.children) : []),
        packed(source, entry, body, "ADD"),
      ];
    case "disaggregated":
      return [...made, packed(source, entry, body, "DELETE")];
    default:
      return made;
  }
}

/** What is left when the journal has ended. */
export function lastEvents(source: EventSource, state: EventState): MadeEvent[] {
  const made = flushEnding(source, state);
  while (state.pending.size > 0)
    made.push(...commissionPending(source, state, [...state.pending.keys()].slice(0, loosePacksMax)));
  return made;
}

type Of<Kind extends JournalBody["kind"]> = Extract<JournalBody, { readonly kind: Kind }>;

function moved(source: EventSource, state: EventState, entry: Happening, body: Of<"number-moved">): MadeEvent[] {
  const { level, number, to, cause } = body;
  const { at, offsetMinutes } = entry;
  if (to === "Commissioned") {
    if (level !== "pack") return [commissioning(source, { at, offsetMinutes }, level, [number])];
    state.pending.set(number, { at, offsetMinutes });
    return [];
  }
  if (to !== "Sampled" && to !== "Inactive" && to !== "Destroyed") return [];
  if (state.ending === undefined) state.ending = { at, offsetMinutes, level, to, cause, numbers: [] };
  state.ending.numbers.push(number);
  return [];
}

function continues(ending: Ending | undefined, { at, body }: Happening): boolean {
  if (ending === undefined) return false;
  return (
    body.kind === "number-moved" &&
    body.to === ending.to &&
    body.level === ending.level &&
    body.cause === ending.cause &&
    at === ending.at
  );
}

function flushEnding(source: EventSource, state: EventState): MadeEvent[] {
  const { ending } = state;
  if (ending === undefined) return [];
  state.ending = undefined;
  const words =
    ending.cause === missing ? { bizStep: "decommissioning", disposition: "unknown" } : epcisWordsOf(ending.to);
  invariant(words !== undefined, `${ending.to} has words in EPCIS`);
  const event: ObjectEvent = {
    ...base(source, ending),
    type: "ObjectEvent",
    action: "DELETE",
    epcList: ending.numbers.map((number) => epc(source, ending.level, number)),
    ...words,
  };
  const before = ending.level === "pack" ? commissionPending(source, state, ending.numbers) : [];
  return [...before, made(source, event)];
}

/** Those of these packs that no event has commissioned yet, by one event. */
function commissionPending(source: EventSource, state: EventState, packs: readonly string[]): MadeEvent[] {
  const open = packs.filter((pack) => state.pending.has(pack));
  const times = open.map((pack) => state.pending.get(pack) as RecordedTime);
  const last = times.reduce<RecordedTime | undefined>(
    (latest, time) => (latest === undefined || time.at > latest.at ? time : latest),
    undefined,
  );
  for (const pack of open) state.pending.delete(pack);
  return last === undefined ? [] : [commissioning(source, last, "pack", open)];
}

function commissioning(
  source: EventSource,
  time: RecordedTime,
  level: PackagingLevel,
  numbers: readonly string[],
): MadeEvent {
  const { order } = source;
  const event: ObjectEvent = {
    ...base(source, time),
    type: "ObjectEvent",
    action: "ADD",
    epcList: numbers.map((number) => epc(source, level, number)),
    bizStep: "commissioning",
    disposition: "active",
    bizLocation: { id: siteOf(source) },
    bizTransactionList: [{ type: "prodorder", bizTransaction: `urn:uuid:${order.workOrderId}` }],
    ...(level === "pack" ? { ilmd: lotElements({ lotNumber: order.lot, itemExpirationDate: expiryDate(order) }) } : {}),
  };
  return { ...made(source, event), packs: level === "pack" ? numbers.length : 0 };
}

function packed(
  source: EventSource,
  time: RecordedTime,
  body: Of<"aggregated"> | Of<"disaggregated">,
  action: "ADD" | "DELETE",
): MadeEvent {
  const event: EpcisEvent = {
    ...base(source, time),
    type: "AggregationEvent",
    action,
    parentID: epc(source, body.level, body.parent),
    childEPCs: body.children.map((number) => epc(source, childLevel(body.level), number)),
    bizStep: action === "ADD" ? "packing" : "unpacking",
    disposition: "in_progress",
    bizLocation: { id: siteOf(source) },
  };
  return { ...made(source, event), closesPallet: action === "ADD" && body.level === "pallet" };
}

function base(source: EventSource, { at, offsetMinutes }: RecordedTime): EventBase {
  return {
    eventTime: { at, offsetMinutes },
    readPoint: { id: must(glnDigitalLink(must(parseGln(source.siteGln)), source.lineId)) },
  };
}

/** The event under its own hash (CBV 2.0 §8.9): made again of the same journal it is the same event. */
function made(source: EventSource, event: EpcisEvent): MadeEvent {
  return { event: { ...event, eventID: eventHash(event, source.sha256) }, packs: 0, closesPallet: false };
}

function siteOf(source: EventSource): string {
  return must(glnDigitalLink(must(parseGln(source.siteGln))));
}

function epc({ order }: EventSource, level: PackagingLevel, number: string): string {
  return level === "pack"
    ? must(sgtinDigitalLink(must(parseGtin(order.gtin)), number))
    : ssccDigitalLink(must(parseSscc(number)));
}
