import { printInstant } from "../../src/kernel/base/time.ts";

/** What one pallet's document is made of. Numbers are bare: serials and SSCCs. */
export type PalletPlan = {
  readonly gtin: string;
  readonly lot: string;
  /** `2027-06-30` */
  readonly expiry: string;
  readonly serials: readonly string[];
  readonly cases: readonly string[];
  readonly pallet: string;
  /** GLN of the line's place. */
  readonly gln: string;
  /** Milliseconds UTC of the commissioning; everything else follows it. */
  readonly at: number;
};

export const packId = (gtin: string, serial: string) => `https://id.gs1.org/01/${gtin}/21/${serial}`;
export const ssccId = (sscc: string) => `https://id.gs1.org/00/${sscc}`;

type JsonEvent = Record<string, unknown>;

/** Commissioning of packs, of cases and pallet, packing of every case and of the pallet: 43 events for 40 cases. */
export function palletEvents(plan: PalletPlan): JsonEvent[] {
  const { gtin, lot, expiry, serials, cases, pallet, at } = plan;
  const perCase = Math.ceil(serials.length / cases.length);
  const packs = serials.map((serial) => packId(gtin, serial));
  const ilmd = { "cbvmda:lotNumber": lot, "cbvmda:itemExpirationDate": expiry };
  return [
    eventAt(plan, at, {
      type: "ObjectEvent",
      action: "ADD",
      bizStep: "commissioning",
      disposition: "active",
      epcList: packs,
      ilmd,
    }),
    eventAt(plan, at + 1000, {
      type: "ObjectEvent",
      action: "ADD",
      bizStep: "commissioning",
      disposition: "active",
      epcList: [...cases, pallet].map(ssccId),
    }),
    ...cases.map((sscc, index) =>
      eventAt(plan, at + 2000 + index * 1000, {
        type: "AggregationEvent",
        action: "ADD",
        bizStep: "packing",
        disposition: "in_progress",
        parentID: ssccId(sscc),
        childEPCs: packs.slice(index * perCase, (index + 1) * perCase),
      }),
    ),
    eventAt(plan, at + 2000 + cases.length * 1000, {
      type: "AggregationEvent",
      action: "ADD",
      bizStep: "packing",
      disposition: "in_progress",
      parentID: ssccId(pallet),
      childEPCs: cases.map(ssccId),
    }),
  ];
}

/** An event of one place. */
export function eventAt({ gln }: { gln: string }, at: number, event: JsonEvent): JsonEvent {
  const place = { id: `https://id.gs1.org/414/${gln}` };
  return { eventTime: printInstant(at), eventTimeZoneOffset: "+00:00", readPoint: place, bizLocation: place, ...event };
}

export function documentOf(events: readonly JsonEvent[], at = 1_800_000_000_000): string {
  return JSON.stringify({
    "@context": [
      "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld",
      { cbvmda: "urn:epcglobal:cbv:mda:" },
    ],
    type: "EPCISDocument",
    schemaVersion: "2.0",
    creationDate: printInstant(at),
    epcisBody: { eventList: events },
  });
}
