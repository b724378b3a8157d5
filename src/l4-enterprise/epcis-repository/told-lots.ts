import { readLotData } from "../../kernel/epcis/healthcare.ts";
import type { EpcisEvent } from "../../kernel/epcis/model.ts";
import type { Sql } from "../../runtime/machine.ts";
import { uuidOfHex } from "../ledger/encoding/epc-key.ts";
import type { Raised } from "../ledger/exception.store.ts";
import type { AppliedEvent } from "../ledger/ledger-apply.ts";
import { keepLots, type LotRow } from "../ledger/lot.store.ts";
import { lotClassOf } from "./capture.ts";

/** The lots that a group of documents makes. */
export type Lots = {
  readonly numbers: readonly number[];
  /** As they are written, by their number here. */
  readonly names: ReadonlyMap<number, string>;
  raised(events: readonly AppliedEvent[]): Raised[];
};

export async function lotsOf(sql: Sql, events: readonly EpcisEvent[], judged: readonly AppliedEvent[]): Promise<Lots> {
  const wanted = events.map((event, index) => {
    const { lotNumber, itemExpirationDate } = readLotData(event);
    if (lotNumber === undefined || (event.type === "ObjectEvent" && event.action !== "ADD")) return undefined;
    const { members = [], outputs = [] } = judged[index] ?? {};
    const classId = lotClassOf(event.type === "TransformationEvent" ? outputs : members);
    return classId === undefined ? undefined : { classId, lotNumber, expiry: itemExpirationDate };
  });
  const distinct = new Map(
    wanted.filter((lot) => lot !== undefined).map((lot) => [`${lot.classId}|${lot.lotNumber}`, lot]),
  );
  const rows = await keepLots(sql, [...distinct.values()]);
  const rowOf = (lot: { classId: number; lotNumber: string }): LotRow | undefined =>
    rows.find((row) => row.classId === lot.classId && row.lotNumber === lot.lotNumber);
  const numbers = wanted.map((lot) => (lot === undefined ? 0 : (rowOf(lot)?.lot ?? 0)));
  const differing = new Map<number, string>();
  for (const lot of wanted) {
    const row = lot === undefined ? undefined : rowOf(lot);
    if (lot?.expiry !== undefined && row?.expiry !== undefined && row.expiry !== lot.expiry)
      differing.set(row.lot, `lot ${row.lotNumber}: ${row.expiry} is known, ${lot.expiry} was sent`);
  }
  return {
    numbers,
    names: new Map(rows.map(({ lot, lotNumber }) => [lot, lotNumber])),
    raised: (applied) =>
      applied.flatMap(({ row, members }) => {
        const message = differing.get(row.lot);
        const subject = members[0]?.id;
        return message === undefined || subject === undefined
          ? []
          : [{ subject, eventId: uuidOfHex(row.id), code: "lot-expiry-differs", severity: "error" as const, message }];
      }),
  };
}
