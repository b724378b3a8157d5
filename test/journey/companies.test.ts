import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { demonstration } from "../../src/cli/demo/demonstration.ts";
import { until } from "../../src/cli/demo/until.ts";
import { ProblemError } from "../../src/contract/client.ts";
import { commonApi } from "../../src/contract/common-api.ts";
import { enterpriseApi, type ShipmentView } from "../../src/contract/enterprise-api.ts";
import { printEpcisJson } from "../../src/kernel/epcis/json.ts";
import type { EpcisEvent } from "../../src/kernel/epcis/model.ts";
import { type Companies, startCompanies } from "./companies-world.ts";

// Levels 4 and 5 of three companies, from a site's documents to the patient. The site and its people are played here;
// the whole of it, with line and devices, is `demo.test.ts`.

let world: Companies;
beforeAll(async () => {
  world = await startCompanies();
}, 120_000);
afterAll(() => world?.stop());

const { site, wholesaler, pharmacy, products } = demonstration;
const expiry = "291231";

type Made = {
  readonly lot: string;
  readonly gtin: string;
  readonly packs: string[];
  readonly cases: string[];
  readonly pallet: string;
  readonly workOrderId: string;
};

/** Two cases of three packs on a pallet, commissioned and packed as level 3 would tell it. */
async function makeLot(market: "us" | "eu", lot: string, operatedBy: string[] = []): Promise<Made> {
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
  const pack = (serial: string) => `https://id.gs1.org/01/${product.gtin}/21/${serial}`;
  const sscc = (number: string) => `https://id.gs1.org/00/${number}`;
  const base = Date.now() - 60_000;
  const at = (second: number) => ({ at: base + second * 1000, offsetMinutes: -300 });
  const place = {
    readPoint: { id: "urn:epc:id:sgln:0399999.00001.0" },
    bizLocation: { id: "urn:epc:id:sgln:0399999.00001.0" },
  };
  const ilmd = (["lotNumber", "itemExpirationDate"] as const).map((local) => ({
    name: { namespace: "urn:epcglobal:cbv:mda", local, prefix: "cbvmda" },
    value: local === "lotNumber" ? lot : "2029-12-31",
  }));
  const events: EpcisEvent[] = [
    {
      type: "ObjectEvent",
      action: "ADD",
      eventTime: at(0),
      bizStep: "commissioning",
      disposition: "active",
      epcList: packs.map(pack),
      ilmd,
      ...place,
    },
    {
      type: "ObjectEvent",
      action: "ADD",
      eventTime: at(1),
      bizStep: "commissioning",
      disposition: "active",
      epcList: [...cases, ...pallets].map(sscc),
      ...place,
    },
    ...cases.map(
      (number, index): EpcisEvent => ({
        type: "AggregationEvent",
        action: "ADD",
        eventTime: at(2 + index),
        bizStep: "packing",
        disposition: "in_progress",
        parentID: sscc(number),
        childEPCs: packs.slice(index * 3, index * 3 + 3).map(pack),
        ...place,
      }),
    ),
    {
      type: "AggregationEvent",
      action: "ADD",
      eventTime: at(8),
      bizStep: "packing",
      disposition: "in_progress",
      parentID: sscc(pallets[0] ?? ""),
      childEPCs: cases.map(sscc),
      ...place,
    },
  ];
  const document = printEpcisJson({ type: "EPCISDocument", schemaVersion: "2.0", creationDate: at(9), events });
  const sent = envelope();
  const captured = await machine.call(enterpriseApi.capture, {
    document: { mediaType: "application/ld+json", bytes: document },
    envelope: sent,
  });
  expect(captured).toMatchObject({ events: { received: 5, captured: 5, duplicate: 0 }, exceptions: 0 });
  // The same message again answers the same; the same document under another id captures nothing.
  expect(
    await machine.call(enterpriseApi.capture, {
      document: { mediaType: "application/ld+json", bytes: document },
      envelope: sent,
    }),
  ).toEqual(captured);
  const again = await machine.call(enterpriseApi.capture, {
    document: { mediaType: "application/ld+json", bytes: document },
    envelope: envelope(),
  });
  expect(again.events).toEqual({ received: 5, captured: 0, duplicate: 5 });

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
  await machine.call(enterpriseApi.submit, {
    envelope: envelope(),
    body: {
      workOrderId: order.workOrderId,
      owner: order.owner,
      environment: "production",
      lot,
      gtin: product.gtin,
      reconciliation: {
        workOrderId: order.workOrderId,
        levels: [level("pack", 6), level("case", 2), level("pallet", 1)],
        rejects: { printVerify: 0, downstream: 0 },
        crossChecks: [],
        integrity: [],
        balanced: true,
      },
      signatures: [],
      batchRecordHash: "0".repeat(64),
      documents: [sent.messageId],
      events: 5,
      operatedBy,
    },
  });
  return { lot, gtin: product.gtin, packs, cases, pallet: pallets[0] ?? "", workOrderId: order.workOrderId };
}

async function release(made: Made): Promise<void> {
  const releaser = await world.releaser.at(world.urls.maker);
  const lot = await releaser.call(enterpriseApi.releaseLot, {
    params: { gtin: made.gtin, lot: made.lot },
    body: { signature: world.releaser.sign() },
  });
  expect(lot.status).toBe("released");
}

async function refusalOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return "none";
  } catch (error) {
    if (error instanceof ProblemError) return error.code;
    throw error;
  }
}

/** The maker ships the pallet as its site reports it loaded; the wholesaler receives it. */
async function toWholesaler(made: Made): Promise<ShipmentView> {
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

async function toPharmacy(made: Made): Promise<void> {
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

const packScan = (made: Made, index: number) => `]d201${made.gtin}21${made.packs[index]}\x1d17${expiry}10${made.lot}`;

describe.each(["us", "eu"] as const)("three companies, %s", (market) => {
  let made: Made;

  test("a lot is made, reported where its market asks, and released [REQ-SHIP-02]", async () => {
    made = await makeLot(market, `L-${market}-1`);
    const { maker } = world;
    const lot = await maker.call(enterpriseApi.lot, { params: { gtin: made.gtin, lot: made.lot } });
    expect(lot).toMatchObject({ status: "quarantine", packs: { commissioned: 6 } });
    if (market === "eu") {
      const releaser = await world.releaser.at(world.urls.maker);
      const early = releaser.call(enterpriseApi.releaseLot, {
        params: { gtin: made.gtin, lot: made.lot },
        body: { signature: world.releaser.sign() },
      });
      expect(await refusalOf(early)).toBe("lot.report-open");
      const [report] = await maker.call(enterpriseApi.reports);
      await maker.call(enterpriseApi.sendReport, { params: { reportId: report?.reportId ?? "" } });
      const answered = await until("the hub has answered", async () =>
        (await maker.call(enterpriseApi.reports)).find((each) => each.answeredAt !== null),
      );
      expect(answered).toMatchObject({ state: "accepted", packs: 6, simulated: true });
    }
    await release(made);
  });

  test("it ships, is received, opened, shipped on, verified and dispensed [REQ-SHARE-01]", async () => {
    const announced = await toWholesaler(made);
    expect(announced).toMatchObject({
      contents: [`https://id.gs1.org/00/${made.pallet}`],
      packs: 6,
      partner: demonstration.maker.gln,
    });
    const short = world.wholesaler.call(enterpriseApi.receive, {
      params: { deliveryId: announced.deliveryId },
      body: { scans: [`]C100${made.cases[0]}`] },
    });
    expect(await refusalOf(short)).toBe("shipment.mismatch");
    await world.wholesaler.call(enterpriseApi.receive, {
      params: { deliveryId: announced.deliveryId },
      body: { scans: [`]C100${made.pallet}`] },
    });
    await toPharmacy(made);
    const scan = packScan(made, 0);
    expect(await world.pharmacy.call(enterpriseApi.verify, { body: { scan } })).toMatchObject({
      verified: true,
      source: market === "eu" ? "authority" : "network",
      simulated: market === "eu",
    });
    expect(await world.pharmacy.call(enterpriseApi.dispense, { body: { scan } })).toMatchObject({ dispensed: true });
    expect(
      await refusalOf(
        world.pharmacy
          .call(enterpriseApi.dispense, { body: { scan } })
          .then((second) => expect(second.dispensed).toBe(false)),
      ),
    ).toMatch(/^(none|shipment\.not-here)$/);
  });

  test("its trace names the source of every hop [REQ-SHARE-02]", async () => {
    const trace = await world.maker.call(enterpriseApi.trace, { query: { id: packScan(made, 0), ask: true } });
    expect(trace.hops.map(({ bizStep }) => bizStep)).toEqual([
      "commissioning",
      "packing",
      "packing",
      "shipping",
      "receiving",
      "unpacking",
      "shipping",
      "receiving",
      "unpacking",
      "dispensing",
    ]);
    expect(trace.hops.map(({ company }) => company)).toEqual([
      ...Array<string>(4).fill(demonstration.maker.gln),
      ...Array<string>(3).fill(wholesaler.gln),
      ...Array<string>(3).fill(pharmacy.gln),
    ]);
    expect(trace.hops.map(({ source }) => source)).toEqual([
      ...Array<string>(4).fill("own"),
      ...Array<string>(6).fill("asked"),
    ]);
    expect(trace.asked.map(({ answer }) => answer)).toEqual(["shared", "shared"]);
  });

  test("a stranger's pack, another lot's expiry and a held lot are told apart [REQ-SHARE-05]", async () => {
    const { pharmacy: client } = world;
    const foreign = `]d201${made.gtin}21NOBODYHASIT\x1d17${expiry}10${made.lot}`;
    expect(await client.call(enterpriseApi.verify, { body: { scan: foreign } })).toMatchObject({
      verified: false,
      reason: "No_match_GTIN_Serial",
    });
    const wrongExpiry = `]d201${made.gtin}21${made.packs[1]}\x1d1728123110${made.lot}`;
    expect((await client.call(enterpriseApi.verify, { body: { scan: wrongExpiry } })).verified).toBe(false);
  });
});

describe("gates", () => {
  test("nothing ships of a lot that is not released, and what stood loaded ships once it is [REQ-SHIP-01]", async () => {
    const made = await makeLot("us", "L-gate");
    const { maker, site: machine, envelope } = world;
    const ordered = await maker.call(enterpriseApi.orderDelivery, {
      body: {
        shipTo: wholesaler.gln,
        purchaseOrder: "PO gate",
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
    const stopped = (await maker.call(enterpriseApi.shipments)).find((each) => each.deliveryId === ordered.deliveryId);
    expect(stopped?.state).toBe("loaded");
    const ship = () =>
      maker.call(enterpriseApi.ship, {
        params: { deliveryId: ordered.deliveryId },
        body: { scans: [`00${made.pallet}`] },
      });
    expect(await refusalOf(ship())).toBe("lot.status");
    await release(made);
    expect((await ship()).state).toBe("shipped");
  });

  test("who ran the batch may not release its lot, nor may somebody without the right [REQ-SIG-04]", async () => {
    const releaser = await world.releaser.at(world.urls.maker);
    const { userId } = await releaser.call(commonApi.session);
    const made = await makeLot("us", "L-duties", [userId]);
    const params = { gtin: made.gtin, lot: made.lot };
    const body = { signature: world.releaser.sign() };
    expect(await refusalOf(releaser.call(enterpriseApi.releaseLot, { params, body }))).toBe("gxp.segregation");
    expect(await refusalOf(world.maker.call(enterpriseApi.releaseLot, { params, body }))).toBe("gxp.not-allowed");
  });
});
