import type { EpcisEvent } from "../../kernel/epcis/model.ts";
import { uuidOfHex } from "../ledger/encoding/epc-key.ts";
import type { EventRow } from "../ledger/event-row.ts";
import type { Thing } from "../ledger/identity.ts";
import type { AppliedEvent } from "../ledger/ledger-apply.ts";

/**
 * The event again, with canonical identifiers. `only`: names nobody else, as when part of what was made together is
 * shipped; an event so narrowed is not the one that bore the eventID, and bears none.
 */
export function epcisEvent(
  { row, parent, members, outputs }: AppliedEvent,
  only?: (thing: Thing) => boolean,
): EpcisEvent {
  const kept = (things: readonly Thing[]) => (only === undefined ? things : things.filter(only)).map(({ id }) => id);
  const [inside, out] = [kept(members), kept(outputs)];
  const whole = inside.length === members.length && out.length === outputs.length;
  const event: Record<string, unknown> = {
    type: row.type,
    eventTime: { at: row.at, offsetMinutes: row.offsetMinutes },
    recordTime: { at: row.recordedAt, offsetMinutes: 0 },
    ...(whole ? { eventID: row.ref ?? `urn:uuid:${uuidOfHex(row.id)}` } : {}),
    ...(row.action === undefined ? {} : { action: row.action }),
    ...(row.bizStep === undefined ? {} : { bizStep: row.bizStep }),
    ...(row.disposition === undefined ? {} : { disposition: row.disposition }),
    ...(row.readPoint === undefined ? {} : { readPoint: { id: row.readPoint } }),
    ...(row.bizLocation === undefined ? {} : { bizLocation: { id: row.bizLocation } }),
    ...row.body,
    ...(parent === undefined ? {} : { parentID: parent.id }),
    ...lists(row, inside, out),
  };
  return event as unknown as EpcisEvent;
}

function lists(
  row: EventRow,
  members: readonly string[],
  outputs: readonly string[],
): Record<string, readonly string[]> {
  const named = (name: string, list: readonly string[]) => (list.length === 0 ? {} : { [name]: list });
  switch (row.type) {
    case "ObjectEvent":
    case "TransactionEvent":
      return named("epcList", members);
    case "AggregationEvent":
    case "AssociationEvent":
      return named("childEPCs", members);
    case "TransformationEvent":
      return { ...named("inputEPCList", members), ...named("outputEPCList", outputs) };
  }
}
