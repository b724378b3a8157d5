import type { Instant } from "../../kernel/base/time.ts";
import { printEpcisJson } from "../../kernel/epcis/json.ts";
import { type EventSource, eventsOf, type Happening, lastEvents, type MadeEvent, openEvents } from "./epcis-events.ts";

/** A document ends with its pallet, or when it commissions at least this many packs. */
export const documentPacksMax = 2_000;
/** Whatever the events are about: as many make a document that a reader can hold. */
export const documentEventsMax = 2_000;

export type MadeDocument = {
  /** EPCIS 2.0, JSON-LD. */
  readonly json: string;
  readonly events: number;
  readonly packs: number;
};

/** The order's events as documents: nothing is in one before its commissioning is in it, or in an earlier one. */
export async function* documentsOf(
  source: EventSource,
  journal: AsyncIterable<Happening>,
  now: Instant,
): AsyncGenerator<MadeDocument> {
  const state = openEvents();
  let open: MadeEvent[] = [];
  let packs = 0;
  function* cut(made: readonly MadeEvent[]): Generator<MadeDocument> {
    for (const each of made) {
      open.push(each);
      packs += each.packs;
      if (!each.closesPallet && packs < documentPacksMax && open.length < documentEventsMax) continue;
      yield printed(open, packs, now);
      open = [];
      packs = 0;
    }
  }
  for await (const entry of journal) yield* cut(eventsOf(source, state, entry));
  yield* cut(lastEvents(source, state));
  if (open.length > 0) yield printed(open, packs, now);
}

/** What happened first stands first; of the same moment, in the order in which it was told. */
function printed(made: readonly MadeEvent[], packs: number, now: Instant): MadeDocument {
  const inTime = made.map(({ event }) => event).sort((a, b) => a.eventTime.at - b.eventTime.at);
  const json = printEpcisJson({
    type: "EPCISDocument",
    schemaVersion: "2.0",
    creationDate: { at: now, offsetMinutes: 0 },
    events: inTime,
  });
  return { json, events: made.length, packs };
}
