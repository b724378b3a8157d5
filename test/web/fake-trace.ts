import type { Hop, Trace } from "../../src/contract/enterprise-api.ts";
import type { Static } from "typebox";
import {
  type LotTrace,
  type MomentView,
  type ObjectAtMoment,
  type PlaceTrace,
  traceApi,
} from "../../src/contract/trace-api.ts";
import { answerBytes } from "../../src/runtime/http/answer.ts";
import type { FakeParts } from "./fake-level.ts";

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

const gtin = "09521234543213";
const productName = "Auroxin 20 mg, 30 tablets";
const captureId = "018f7000-0000-7000-8000-000000000001";
const contents = [{ gtin, lot: "L2611A", productName, packs: 24 }];

function fakeObject(id: string, more: Partial<ObjectAtMoment> = {}): ObjectAtMoment {
  return {
    id,
    standing: "good",
    disposition: "in_progress",
    parent: caseId,
    link: "verified",
    lot: "L2611A",
    expiry: "2028-11-30",
    place: basel,
    owner: null,
    lastEventAt: 1_790_000_000_000,
    ...more,
  };
}

/** Before the packing at `started - 2898 min` it stood in nothing; a container has 24 packs in it. */
function fakeMoment(id: string, started: number, at: number | undefined, known: number | undefined): MomentView {
  const packed = at === undefined || at >= started - 2898 * 60_000;
  const container = id.includes("/00/") || id.startsWith("00");
  const packs = Array.from({ length: 24 }, (_, index) => fakeObject(packId.replace("9013", String(9013 + index))));
  return {
    asOf: { at: at ?? null, known: known ?? null },
    object: fakeObject(id, packed ? {} : { disposition: "active", parent: null, link: null }),
    ancestors: packed
      ? [
          { id: caseId, link: "verified" },
          { id: palletId, link: "implied" },
        ]
      : [],
    children: container && packed ? packs : [],
    childCount: container && packed ? packs.length : 0,
    contents: container && packed ? contents : [],
  };
}

function fakeLot(started: number): LotTrace {
  return {
    gtin,
    lot: "L2611A",
    expiry: "2028-11-30",
    productName,
    asOf: { at: null, known: null },
    packs: 2002,
    byState: [
      { standing: "good", disposition: "in_transit", packs: 1920 },
      { standing: "good", disposition: "in_progress", packs: 80 },
      { standing: "destroyed", disposition: "destroyed", packs: 2 },
    ],
    byPlace: [
      { place: lyon, here: false, packs: 1920 },
      { place: basel, here: true, packs: 80 },
      { place: null, here: false, packs: 2 },
    ],
    containers: [{ id: palletId, packs: 1920, place: lyon, disposition: "in_transit" }],
    containerCount: 1,
    loose: 82,
    shipments: [
      {
        deliveryId: "018f3000-0000-7000-8000-000000000001",
        direction: "outbound",
        partner: medica.company,
        partnerName: medica.companyName,
        purchaseOrder: "PO-4471",
        state: "delivered",
        at: started - 5e7,
        packs: 1920,
      },
    ],
    recall: [
      {
        partner: medica.company,
        partnerName: medica.companyName,
        packs: 1920,
        back: 24,
        ended: 310,
        deliveries: 1,
      },
    ],
    openExceptions: 1,
    reports: [],
    signatures: [],
  };
}

function fakePlace(place: string, started: number): PlaceTrace {
  const movement = { eventId: "urn:uuid:018f8000-0000-7000-8000-000000000001", named: 2, ...aurora };
  return {
    place,
    name: "Site Basel",
    asOf: { at: null, known: null },
    packs: 80,
    lots: [{ gtin, lot: "L2611A", productName, packs: 80 }],
    containers: [fakeObject(caseId, { parent: null, link: null, lot: null, expiry: null })],
    containerCount: 1,
    uncounted: 0,
    loose: 56,
    arrivals: [],
    departures: [{ ...movement, at: started - 5e7, bizStep: "shipping", source: "own" }],
    since: null,
  };
}

export function registerTraces({ server, clock }: FakeParts): void {
  const started = clock.now();
  server.route(traceApi.moment, ({ query }) => fakeMoment(query.id, started, query.at, query.known));
  server.route(traceApi.lotTrace, () => fakeLot(started));
  server.route(traceApi.placeTrace, () => fakePlace(basel, started));
  server.route(traceApi.evidence, () => ({
    documents: [
      {
        captureId,
        at: started - 2.8e6,
        source: "shared" as const,
        ...medica,
        mediaType: "application/xml",
        sha256: "5f".repeat(32),
        events: 1,
      },
    ],
    signatures: [
      {
        signatureId: "018f6000-0000-7000-8000-000000000009",
        userId: "018f0000-0000-7000-8000-000000000003",
        userName: "quinn",
        meaning: "batch record reviewed, order closed",
        at: started - 8.9e7,
        recordHash: "c".repeat(64),
        about: "lot L2611A",
      },
    ],
  }));
  server.route(traceApi.document, () => answerBytes(new TextEncoder().encode("<epcis/>"), "application/xml"));
  server.route(traceApi.exportTrace, ({ body }) =>
    answerBytes(new TextEncoder().encode(body.format), "application/octet-stream", {
      headers: { "content-disposition": `attachment; filename="trace.${body.format}"` },
    }),
  );
}
