import { expect } from "vitest";
import { demonstration } from "../../src/cli/demo/demonstration.ts";
import { until } from "../../src/cli/demo/until.ts";
import { ProblemError } from "../../src/contract/client.ts";
import { enterpriseApi, type ShipmentView } from "../../src/contract/enterprise-api.ts";
import { signatureMeanings } from "../../src/contract/signature-meanings.ts";
import { printEpcisJson } from "../../src/kernel/epcis/json.ts";
import type { EpcisEvent } from "../../src/kernel/epcis/model.ts";
import type { Companies } from "./companies-world.ts";

// What the site and the people of three companies do in the tests of levels 4 and 5.

const { site, wholesaler, pharmacy, products } = demonstration;
export const expiry = "291231";

export type Made = {
  readonly lot: string;
  readonly gtin: string;
  readonly packs: string[];
  readonly cases: string[];
  readonly pallet: string;
  readonly workOrderId: string;
};

/** Pools where there are none, an order for six packs, and its numbers: two cases of three packs on a pallet. */
export async function startLot(world: Companies, market: "us" | "eu", lot: string): Promise<Made> {
  const product = products[market];
  const { maker, site: machine, envelope } = world;
  const opened = await maker.call(enterpriseApi.pools);
  if (!opened.some((pool) => pool.gtin === product.gtin)) {
    await maker.call(enterpriseApi.createPool, {
      body: {
        level: "pack",
        gtin: product.gtin,
        alphabet: "23456789ABCDEFGHJKLMNPQRSTUVWXYZ",
        length: 12,
        prefix: "",
        reason: "test",
      },
    });
  }
  for (const [level, extensionDigit] of [
    ["case", 0],
    ["pallet", 1],
  ] as const) {
    if (!opened.some((pool) => pool.level === level)) {
      await maker.call(enterpriseApi.createPool, {
        body: { level, companyPrefix: demonstration.companyPrefixes.maker[0], extensionDigit, reason: "test" },
      });
    }
  }
  const { order } = await maker.call(enterpriseApi.createWorkOrder, {
    body: { gtin: product.gtin, lot, expiry, quantity: 6, site: site.gln },
  });
  const numbers = async (level: "pack" | "case" | "pallet", quantity: number) =>
    (
      await machine.call(enterpriseApi.allocate, {
        body: { workOrderId: order.workOrderId, level, quantity },
        envelope: envelope(),
      })
    ).numbers;
  const [packs, cases, pallets] = [await numbers("pack", 6), await numbers("case", 2), await numbers("pallet", 1)];
  return { lot, gtin: product.gtin, packs, cases, pallet: pallets[0] ?? "", workOrderId: order.workOrderId };
}

export const packId = (gtin: string, serial: string) => `https://id.gs1.org/01/${gtin}/21/${serial}`;
export const ssccId = (number: string) => `https://id.gs1.org/00/${number}`;

/** When and where, and of which lot: what every event says. */
export function told(at: number, sgln = "urn:epc:id:sgln:0399999.00001.0") {
  return {
    eventTime: { at, offsetMinutes: -300 },
    readPoint: { id: sgln },
    bizLocation: { id: sgln },
  };
}
export function lotData(lot: string, expiryDate = "2029-12-31") {
  return (["lotNumber", "itemExpirationDate"] as const).map((local) => ({
    name: { namespace: "urn:epcglobal:cbv:mda", local, prefix: "cbvmda" },
    value: local === "lotNumber" ? lot : expiryDate,
  }));
}

/** Everything of the lot commissioned and packed, as level 3 would tell it. */
export function eventsOf({ gtin, lot, packs, cases, pallet }: Made, base = Date.now() - 60_000): EpcisEvent[] {
  const commissioned = { type: "ObjectEvent", action: "ADD", bizStep: "commissioning", disposition: "active" } as const;
  const packed = { type: "AggregationEvent", action: "ADD", bizStep: "packing", disposition: "in_progress" } as const;
  const ids = packs.map((serial) => packId(gtin, serial));
  return [
    { ...commissioned, ...told(base), epcList: ids, ilmd: lotData(lot) },
    { ...commissioned, ...told(base + 1000), epcList: [...cases, pallet].map(ssccId) },
    ...cases.map(
      (number, index): EpcisEvent => ({
        ...packed,
        ...told(base + 2000 + index * 1000),
        parentID: ssccId(number),
        childEPCs: ids.slice(index * 3, index * 3 + 3),
      }),
    ),
    { ...packed, ...told(base + 8000), parentID: ssccId(pallet), childEPCs: cases.map(ssccId) },
  ];
}

/** What a document of these events looks like on the wire. */
export function documentOf(events: readonly EpcisEvent[]) {
  const creationDate = { at: Date.now(), offsetMinutes: 0 };
  return {
    mediaType: "application/ld+json",
    bytes: printEpcisJson({ type: "EPCISDocument", schemaVersion: "2.0", creationDate, events }),
  };
}

/** The site's document to its level 4; the message id is what a submission names. */
export async function capture(world: Companies, events: readonly EpcisEvent[]): Promise<string> {
  const sent = world.envelope();
  await world.site.call(enterpriseApi.capture, { document: documentOf(events), envelope: sent });
  return sent.messageId;
}

/** The balance of a lot of six packs that went well. */
export function submissionOf(
  { closer }: Pick<Companies, "closer">,
  { workOrderId, lot, gtin }: Made,
  documents: readonly string[],
  operatedBy: readonly string[] = [],
) {
  const level = (name: "pack" | "case" | "pallet", count: number) => ({
    level: name,
    allocated: count,
    returned: 0,
    deactivated: 0,
    invalid: 0,
    labelSampled: 0,
    labelScrapped: 0,
    everCommissioned: count,
    good: count,
    sampled: 0,
    destroyed: 0,
    decommissioned: 0,
    packed: count,
    loose: 0,
    unaccounted: 0,
  });
  return {
    workOrderId,
    owner: demonstration.maker.gln,
    environment: "production" as const,
    lot,
    gtin,
    reconciliation: {
      workOrderId,
      levels: [level("pack", 6), level("case", 2), level("pallet", 1)],
      rejects: { printVerify: 0, downstream: 0 },
      crossChecks: [],
      integrity: [],
      balanced: true,
    },
    signatures: [
      {
        ...closer,
        signatureId: "0193c7e0-3a00-7000-8000-000000000504",
        meaning: signatureMeanings.closing,
        at: Date.now(),
        recordHash: "0".repeat(64),
      },
    ],
    batchRecordHash: "0".repeat(64),
    documents: [...documents],
    events: 5,
    operatedBy: [...operatedBy],
  };
}

/** A lot made, packed and submitted: its documents come twice, and count once. */
export async function makeLot(
  world: Companies,
  market: "us" | "eu",
  lot: string,
  operatedBy: string[] = [],
): Promise<Made> {
  const { site: machine, envelope } = world;
  const made = await startLot(world, market, lot);
  const document = documentOf(eventsOf(made));
  const sent = envelope();
  const captured = await machine.call(enterpriseApi.capture, { document, envelope: sent });
  expect(captured).toMatchObject({ events: { received: 5, captured: 5, duplicate: 0 }, exceptions: 0 });
  // The same message again answers the same; the same document under another id captures nothing.
  expect(await machine.call(enterpriseApi.capture, { document, envelope: sent })).toEqual(captured);
  const again = await machine.call(enterpriseApi.capture, { document, envelope: envelope() });
  expect(again.events).toEqual({ received: 5, captured: 0, duplicate: 5 });
  await machine.call(enterpriseApi.submit, {
    envelope: envelope(),
    body: submissionOf(world, made, [sent.messageId], operatedBy),
  });
  return made;
}

/** The authority takes the lot's report. */
export async function report(world: Companies, made: Made): Promise<void> {
  const { maker } = world;
  const mine = async () => (await maker.call(enterpriseApi.reports)).find((each) => each.subject.endsWith(made.lot));
  await maker.call(enterpriseApi.sendReport, { params: { reportId: (await mine())?.reportId ?? "" } });
  await until("the hub has answered", async () => ((await mine())?.state === "accepted" ? true : undefined));
}

export async function release(world: Companies, made: Made): Promise<void> {
  const releaser = await world.releaser.at(world.urls.maker);
  const lot = await releaser.call(enterpriseApi.releaseLot, {
    params: { gtin: made.gtin, lot: made.lot },
    body: { signature: world.releaser.sign() },
  });
  expect(lot.status).toBe("released");
}

export async function refusalOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return "none";
  } catch (error) {
    if (error instanceof ProblemError) return error.code;
    throw error;
  }
}

/** The maker ships the pallet as its site reports it loaded; the wholesaler receives it. */
export async function toWholesaler(world: Companies, made: Made): Promise<ShipmentView> {
  const { maker, site: machine, envelope } = world;
  const ordered = await maker.call(enterpriseApi.orderDelivery, {
    body: {
      shipTo: wholesaler.gln,
      purchaseOrder: `PO ${made.lot}`,
      lines: [{ gtin: made.gtin, lot: made.lot, quantity: 6 }],
      site: site.gln,
    },
  });
  await machine.call(enterpriseApi.loaded, {
    envelope: envelope(),
    body: {
      deliveryId: ordered.deliveryId,
      loadedAt: Date.now(),
      offsetMinutes: 0,
      ssccs: [made.pallet],
      by: "00000000-0000-7000-8000-000000000001",
    },
  });
  return until("the wholesaler knows of the shipment", async () =>
    (await world.wholesaler.call(enterpriseApi.shipments)).find(
      (each) => each.purchaseOrder === `PO ${made.lot}` && each.state === "announced",
    ),
  );
}

export async function toPharmacy(world: Companies, made: Made): Promise<void> {
  const ordered = await world.wholesaler.call(enterpriseApi.orderDelivery, {
    body: {
      shipTo: pharmacy.gln,
      purchaseOrder: `PO-2 ${made.lot}`,
      lines: [{ gtin: made.gtin, lot: made.lot, quantity: 3 }],
    },
  });
  const scan = `]C100${made.cases[0]}`;
  await world.wholesaler.call(enterpriseApi.ship, {
    params: { deliveryId: ordered.deliveryId },
    body: { scans: [scan] },
  });
  const announced = await until("the pharmacy knows of the shipment", async () =>
    (await world.pharmacy.call(enterpriseApi.shipments)).find(
      (each) => each.purchaseOrder === `PO-2 ${made.lot}` && each.state === "announced",
    ),
  );
  await world.pharmacy.call(enterpriseApi.receive, {
    params: { deliveryId: announced.deliveryId },
    body: { scans: [scan] },
  });
}

export const packScan = (made: Made, index: number) =>
  `]d201${made.gtin}21${made.packs[index]}\x1d17${expiry}10${made.lot}`;
