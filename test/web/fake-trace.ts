import type { Hop, Trace } from "../../src/contract/enterprise-api.ts";
import type { Static } from "typebox";

const aurora = { company: "9521234000006", companyName: "Aurora Pharma" };
const medica = { company: "9521235000005", companyName: "Medica Wholesale" };
export const packId = "https://id.gs1.org/01/09521234543213/21/A7K2M9013QX";
const caseId = "https://id.gs1.org/00/095212340000010845";
const palletId = "https://id.gs1.org/00/095212340000020011";
const basel = "https://id.gs1.org/414/9521234000013";
const lyon = "https://id.gs1.org/414/9521235000005";

/** A pack from its commissioning to the wholesaler's shelf; the last hops only when the companies are asked. */
export function fakeTrace(id: string, ask: boolean, now: number): Trace {
  const hop = (
    minutesAgo: number,
    step: string,
    disposition: string,
    more: Partial<Static<typeof Hop>>,
  ): Static<typeof Hop> => ({
    at: now - minutesAgo * 60_000,
    ...aurora,
    source: "own",
    bizStep: step,
    disposition,
    parent: null,
    place: basel,
    through: null,
    eventId: `ni:///sha-256;${String(minutesAgo).padStart(8, "0").repeat(8)}?ver=CBV2.0`,
    ...more,
  });
  const asked = [
    hop(700, "receiving", "sellable_accessible", {
      ...medica,
      source: "asked",
      place: lyon,
      through: palletId,
      parent: null,
    }),
    hop(640, "unpacking", "sellable_accessible", { ...medica, source: "asked", place: lyon }),
  ];
  return {
    id,
    gtin: "09521234543213",
    serial: "A7K2M9013QX",
    lot: "L2611A",
    expiry: "281100",
    productName: "Auroxin 20 mg, 30 tablets",
    state: { disposition: ask ? "sellable_accessible" : "in_transit", parent: caseId, place: ask ? lyon : null },
    hops: [
      hop(2900, "commissioning", "active", {}),
      hop(2898, "packing", "in_progress", { parent: caseId }),
      hop(2890, "packing", "in_progress", { parent: caseId, through: caseId }),
      hop(1500, "shipping", "in_transit", { parent: caseId, through: palletId }),
      hop(720, "transporting", "in_transit", {
        ...medica,
        source: "shared",
        parent: caseId,
        through: palletId,
        place: null,
      }),
      ...(ask ? asked : []),
    ],
    hierarchy: [
      { id: palletId, level: "pallet", link: "verified", children: 10 },
      { id: caseId, level: "case", link: "implied", children: 24 },
      { id: packId, level: "pack", link: "verified", children: 0 },
    ],
    asked: ask
      ? [
          { ...medica, answer: "shared" },
          { company: "9521236000004", companyName: "Rosen Pharmacy", answer: "unreachable" },
        ]
      : [],
    ...(ask ? { network: { answer: "answered" } } : {}),
  };
}
