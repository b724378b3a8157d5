import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { demonstration } from "../../src/cli/demo/demonstration.ts";
import { until } from "../../src/cli/demo/until.ts";
import { commonApi } from "../../src/contract/common-api.ts";
import { enterpriseApi } from "../../src/contract/enterprise-api.ts";
import {
  expiry,
  type Made,
  makeLot,
  packScan,
  refusalOf,
  release,
  toPharmacy,
  toWholesaler,
} from "./companies-goods.ts";
import { type Companies, startCompanies } from "./companies-world.ts";

// Levels 4 and 5 of three companies, from a site's documents to the patient. The site and its people are played here;
// the whole of it, with line and devices, is `demo.test.ts`.

let world: Companies;
beforeAll(async () => {
  world = await startCompanies();
}, 120_000);
afterAll(() => world?.stop());

const { site, wholesaler, pharmacy } = demonstration;

describe.each(["us", "eu"] as const)("three companies, %s", (market) => {
  let made: Made;

  test("a lot is made, reported where its market asks, and released [REQ-SHIP-02]", async () => {
    made = await makeLot(world, market, `L-${market}-1`);
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
    await release(world, made);
  });

  test("it ships, is received, opened, shipped on, verified and dispensed [REQ-SHARE-01]", async () => {
    const announced = await toWholesaler(world, made);
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
    await toPharmacy(world, made);
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
    const made = await makeLot(world, "us", "L-gate");
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
    await release(world, made);
    expect((await ship()).state).toBe("shipped");
  });

  test("who ran the batch may not release its lot, nor may somebody without the right [REQ-SIG-04]", async () => {
    const releaser = await world.releaser.at(world.urls.maker);
    const { userId } = await releaser.call(commonApi.session);
    const made = await makeLot(world, "us", "L-duties", [userId]);
    const params = { gtin: made.gtin, lot: made.lot };
    const body = { signature: world.releaser.sign() };
    expect(await refusalOf(releaser.call(enterpriseApi.releaseLot, { params, body }))).toBe("gxp.segregation");
    expect(await refusalOf(world.maker.call(enterpriseApi.releaseLot, { params, body }))).toBe("gxp.not-allowed");
  });
});
