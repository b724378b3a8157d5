import { printEpcisJson } from "../../kernel/epcis/json.ts";
import type { EpcisEvent } from "../../kernel/epcis/model.ts";
import type { Sql } from "../../runtime/machine.ts";
import type { Company } from "../company-scope.ts";
import { type Captured, captureIn } from "../epcis-repository/capture.handler.ts";
import type { LedgerContext } from "../ledger/identity.ts";

/** Captures what was reported here, through the same door as every other document. */
export function captureOwn(
  sql: Sql,
  { machine }: Company,
  ctx: LedgerContext,
  events: readonly EpcisEvent[],
): Promise<Captured> {
  const creationDate = { at: machine.clock.now(), offsetMinutes: 0 };
  const document = printEpcisJson({ type: "EPCISDocument", schemaVersion: "2.0", creationDate, events });
  return captureIn(sql, machine, ctx, { document, contentType: "application/ld+json", source: "own" });
}

/** A new event's id. */
export function newEventId({ machine }: Company): string {
  return `urn:uuid:${machine.random.uuid7()}`;
}
