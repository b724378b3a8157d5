import { must } from "../../kernel/base/result.ts";
import { parseEventJson, printEventJson } from "../../kernel/epcis/json.ts";
import type { EpcisEvent } from "../../kernel/epcis/model.ts";
import type { Sql } from "../../runtime/machine.ts";
import { epcisEvent } from "../epcis-repository/event-document.ts";
import { identifiersOf, storedEvent } from "../epcis-repository/capture.ts";
import { hexOfUuid, uuidOfHex } from "../ledger/encoding/epc-key.ts";
import { bucketOfEventKey } from "../ledger/encoding/event-key.ts";
import { loadEventsAfter, placeIds, saveEvents } from "../ledger/event.store.ts";
import type { EventRow } from "../ledger/event-row.ts";
import { type LedgerContext, resolveThings } from "../ledger/identity.ts";
import { withThings } from "../ledger/member-things.ts";
import { markDeclared } from "./transfer.store.ts";

const eventsAtOnce = 500;
const firstKey = uuidOfHex("0".repeat(32));

/** What the ledger knows of an event and the event does not say: a line beside the event's. */
export type EventRecord = {
  /** Its key here: time, rank, bucket and hash of content. */
  readonly key: string;
  readonly captureId: string;
  readonly source: EventRow["source"];
  /** Whether it came with the eventID that it is printed with. */
  readonly named: boolean;
  readonly lotId: number;
  readonly declares: string | null;
  readonly declared: boolean;
};

export type EventLines = { readonly event: string; readonly record: EventRecord };

/** Every event in the ledger's order, as EPCIS and as a record. */
export async function* readEventLines(sql: Sql, ctx: LedgerContext, scope: number): AsyncGenerator<EventLines[]> {
  let after = firstKey;
  for (;;) {
    const page = await loadEventsAfter(sql, scope, after, eventsAtOnce);
    const last = page.at(-1);
    if (last === undefined) return;
    yield (await withThings(sql, ctx, page)).map((event) => ({
      event: printEventJson(epcisEvent(event)),
      record: recordOf(event.row),
    }));
    after = uuidOfHex(last.id);
  }
}

function recordOf(row: EventRow): EventRecord {
  return {
    key: uuidOfHex(row.id),
    captureId: row.captureId,
    source: row.source,
    named: row.ref !== undefined,
    lotId: row.lot,
    declares: row.declares === undefined ? null : uuidOfHex(row.declares),
    declared: row.declared,
  };
}

/** Writes events under the keys that they had. Classes, pools, lots and captures are there already. */
export async function writeEventLines(sql: Sql, ctx: LedgerContext, lines: readonly EventLines[]): Promise<void> {
  const events = lines.map(({ event, record }) => ({ event: must(parseEventJson(event)), record }));
  const named = events.flatMap(({ event }) => {
    const { parent, members, outputs } = identifiersOf(event);
    return [...(parent === undefined ? [] : [parent]), ...members, ...outputs];
  });
  const { scope, find } = await resolveThings(sql, ctx, named);
  const rows = events.map(({ event, record }): EventRow => {
    const about = {
      scope,
      captureId: record.captureId,
      recordedAt: event.recordTime?.at ?? 0,
      source: record.source,
      find,
    };
    const { row } = storedEvent(bare(event, record), about);
    return {
      ...row,
      id: hexOfUuid(record.key),
      declares: record.declares === null ? undefined : hexOfUuid(record.declares),
      lot: record.lotId,
    };
  });
  const places = await placeIds(sql, [
    ...new Set(
      rows.flatMap(({ readPoint, bizLocation }) => [readPoint, bizLocation]).filter((one) => one !== undefined),
    ),
  ]);
  for (const source of ["own", "shared"] as const) {
    const group = rows.filter((row) => row.source === source);
    if (group.length > 0) await saveEvents(sql, group, places);
  }
  const declared = events.filter(({ record }) => record.declared).map(({ record }) => record.key);
  await markDeclared(
    sql,
    declared,
    declared.map((key) => bucketOfEventKey(hexOfUuid(key))),
  );
}

function bare(event: EpcisEvent, { named }: EventRecord): EpcisEvent {
  const { recordTime: _recordTime, eventID, ...rest } = event;
  return (named ? { ...rest, eventID } : rest) as EpcisEvent;
}
