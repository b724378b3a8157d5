import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { demonstration } from "../../src/cli/demo/demonstration.ts";
import { until } from "../../src/cli/demo/until.ts";
import { enterpriseApi } from "../../src/contract/enterprise-api.ts";
import { signatureMeanings } from "../../src/contract/signature-meanings.ts";
import {
  capture,
  eventsOf,
  expiry,
  lotData,
  type Made,
  makeLot,
  packId,
  packScan,
  refusalOf,
  release,
  report,
  ssccId,
  startLot,
  submissionOf,
  told,
  toPharmacy,
  toWholesaler,
} from "./companies-goods.ts";
import { type Companies, startCompanies } from "./companies-world.ts";

// Our own sites and people: the wrong site, the wrong count, two at once, a clock that is off.

let world: Companies;
beforeAll(async () => {
  world = await startCompanies();
}, 120_000);
afterAll(() => world?.stop());

const { maker: company, site, wholesaler, pharmacy, products } = demonstration;
const by = "00000000-0000-7000-8000-000000000001";
const order = (lot: string, change: object = {}) =>
  world.maker.call(enterpriseApi.createWorkOrder, {
    body: { gtin: products.us.gtin, lot, expiry, quantity: 6, site: site.gln, ...change },
  });
const lotOf = (made: Pick<Made, "gtin" | "lot">) =>
  world.maker.call(enterpriseApi.lot, { params: { gtin: made.gtin, lot: made.lot } });
const submit = (made: Made, documents: readonly string[], change: object = {}) =>
  world.site.call(enterpriseApi.submit, {
    envelope: world.envelope(),
    body: { ...submissionOf(world, made, documents), ...change },
  });
const deliver = (made: Made, purchaseOrder: string, change: object = {}) =>
  world.maker.call(enterpriseApi.orderDelivery, {
    body: {
      shipTo: wholesaler.gln,
      purchaseOrder,
      lines: [{ gtin: made.gtin, lot: made.lot, quantity: 6 }],
      ...change,
    },
  });
const ship = (deliveryId: string, ...numbers: string[]) =>
  world.maker.call(enterpriseApi.ship, { params: { deliveryId }, body: { scans: numbers.map((each) => `00${each}`) } });
const load = (deliveryId: string, ssccs: string[], loadedAt = Date.now(), machine = world.site) =>
  machine.call(enterpriseApi.loaded, {
    envelope: world.envelope(),
    body: { deliveryId, loadedAt, offsetMinutes: 0, ssccs, by },
  });
const shipmentOf = async (deliveryId: string) =>
  (await world.maker.call(enterpriseApi.shipments)).find((each) => each.deliveryId === deliveryId);

test("a hold is lifted to what was before, and nothing leads out of withdrawn [REQ-LOT-01]", async () => {
  const made = await makeLot(world, "us", "O-hold");
  const params = { gtin: made.gtin, lot: made.lot };
  const releaser = await world.releaser.at(world.urls.maker);
  const decide = async (name: "holdLot" | "unholdLot" | "recallLot" | "withdrawLot") => {
    const body = { reason: "investigation 17", signature: world.releaser.sign() };
    const call = releaser.call(enterpriseApi[name], { params, body });
    return call.then(({ status }) => status).catch(({ code }: { code: string }) => code);
  };
  expect([await decide("unholdLot"), await decide("recallLot")]).toEqual(["lot.status", "lot.status"]);
  expect([await decide("holdLot"), await decide("unholdLot")]).toEqual(["held", "quarantine"]);
  await release(world, made);
  expect([await decide("holdLot"), await decide("unholdLot")]).toEqual(["held", "released"]);
  expect([await decide("recallLot"), await decide("unholdLot")]).toEqual(["recalled", "lot.status"]);
  expect([await decide("withdrawLot"), await decide("recallLot")]).toEqual(["withdrawn", "lot.status"]);
  const { signatures, commands } = await lotOf(made);
  expect(signatures.slice(-3).map(({ meaning }) => meaning)).toEqual([
    signatureMeanings.lotUnhold,
    signatureMeanings.lotRecall,
    signatureMeanings.lotWithdrawal,
  ]);
  expect(Object.values(commands).filter((reason) => reason === null)).toEqual([]);
});

describe("a site speaks of its own orders [REQ-OWN-01]", () => {
  test("another site's order is not its to number, return, submit or load", async () => {
    const made = await startLot(world, "us", "O-site");
    const { otherSite: machine, envelope } = world;
    const { workOrderId } = made;
    const tries = [
      machine.call(enterpriseApi.allocate, { envelope: envelope(), body: { workOrderId, level: "pack", quantity: 1 } }),
      machine.call(enterpriseApi.returnNumbers, {
        envelope: envelope(),
        body: { workOrderId, level: "pack", returned: [made.packs[0] ?? ""], deactivated: [] },
      }),
      machine.call(enterpriseApi.submit, { envelope: envelope(), body: submissionOf(world, made, []) }),
    ];
    expect(await Promise.all(tries.map(refusalOf))).toEqual(tries.map(() => "work-order.other-site"));
    const { deliveryId } = await deliver(made, "PO site", { site: site.gln });
    expect(await refusalOf(load(deliveryId, [made.pallet], Date.now(), machine))).toBe("work-order.other-site");
  });

  test("no order takes numbers without end", async () => {
    const { workOrderId } = await startLot(world, "us", "O-many");
    const ask = (quantity: number) =>
      refusalOf(
        world.site.call(enterpriseApi.allocate, {
          envelope: world.envelope(),
          body: { workOrderId, level: "pack", quantity },
        }),
      );
    expect(await ask(100_000)).toBe("work-order.numbers");
    expect(await ask(6)).toBe("none");
  });

  test("a number that a pack bears does not come back unused", async () => {
    const made = await startLot(world, "us", "O-back");
    await capture(world, eventsOf(made));
    const back = (number: string) =>
      refusalOf(
        world.site.call(enterpriseApi.returnNumbers, {
          envelope: world.envelope(),
          body: { workOrderId: made.workOrderId, level: "pack", returned: [number], deactivated: [] },
        }),
      );
    expect(await back(made.packs[0] ?? "")).toBe("numbers.in-use");
  });
});

describe("a submission agrees with the ledger, or is not taken [REQ-SUB-01]", () => {
  test("less, more, another's, or fewer events", async () => {
    const made = await startLot(world, "us", "O-count");
    const events = eventsOf(made);
    const [commissioning, ...others] = events;
    const document = await capture(world, others);
    expect(await refusalOf(submit(made, [document], { events: 4 }))).toBe("submission.count");
    const { signatures } = submissionOf(world, made, [document]);
    expect(await refusalOf(submit(made, [document], { signatures: [] }))).toBe("submission.not-signed");
    const strangers = signatures.map((each) => ({ ...each, userId: made.workOrderId }));
    expect(await refusalOf(submit(made, [document], { signatures: strangers }))).toBe("submission.signer");
    const second = await capture(world, [commissioning!]);
    const both = [document, second];
    expect(await refusalOf(submit(made, both, { owner: wholesaler.gln }))).toBe("http.invalid");
    expect(await refusalOf(submit(made, both, { environment: "validation" }))).toBe("http.invalid");
    expect(await refusalOf(submit(made, both, { events: 4 }))).toBe("submission.count");
    expect(await refusalOf(submit(made, both, { events: 5, documents: [document, document] }))).toBe(
      "submission.documents-missing",
    );
    const extra = await capture(world, [
      {
        ...commissioning!,
        ...told(Date.now() - 1000),
        epcList: [packId(made.gtin, "EXTRA2222222")],
      } as (typeof events)[number],
    ]);
    expect(await refusalOf(submit(made, [...both, extra], { events: 6 }))).toBe("submission.count");
  });

  test("an unbalanced case or pallet is as bad as an unbalanced pack", async () => {
    const made = await startLot(world, "us", "O-case");
    const document = await capture(world, eventsOf(made));
    const { reconciliation } = submissionOf(world, made, []);
    const unaccounted = reconciliation.levels.map((level) =>
      level.level === "case" ? { ...level, unaccounted: 1 } : level,
    );
    expect(
      await refusalOf(submit(made, [document], { reconciliation: { ...reconciliation, levels: unaccounted } })),
    ).toBe("submission.unbalanced");
    const unequal = reconciliation.levels.map((level) => (level.level === "pack" ? { ...level, good: 5 } : level));
    expect(await refusalOf(submit(made, [document], { reconciliation: { ...reconciliation, levels: unequal } }))).toBe(
      "submission.unbalanced",
    );
    expect(await refusalOf(submit(made, [document]))).toBe("none");
  });

  test("a lot of two orders is in quarantine when both are submitted", async () => {
    const first = await startLot(world, "eu", "O-two");
    const second = await startLot(world, "eu", "O-two");
    const documents = [await capture(world, eventsOf(first)), await capture(world, eventsOf(second))];
    await submit(first, documents.slice(0, 1));
    expect((await lotOf(first)).status).toBe("in-production");
    await submit(second, documents.slice(1));
    const lot = await lotOf(first);
    expect([lot.status, lot.reports.length, lot.packs.commissioned]).toEqual(["quarantine", 1, 12]);
    await report(world, first);
    await release(world, first);
  });
});

describe("orders", () => {
  test.each([
    ["a lot that no code can carry", { lot: "A@B" }, "gs1.value-character"],
    ["a day that is none", { expiry: "290231" }, "gs1.date"],
    ["a day that is over", { expiry: "250131" }, "lot.expired"],
  ])("%s", async (_, change, code) => {
    await startLot(world, "us", "O-base").catch(() => undefined);
    expect(await refusalOf(order("O-odd", change))).toBe(code);
  });

  test("a button pressed twice orders once", async () => {
    const answers = await Promise.all([1, 2].map(() => refusalOf(order("O-twice"))));
    expect(answers.sort()).toEqual(["none", "work-order.doubled"]);
    const made = { gtin: products.us.gtin, lot: "O-twice" } as Made;
    const deliveries = await Promise.all([1, 2].map(() => refusalOf(deliver(made, "PO twice"))));
    expect(deliveries.sort()).toEqual(["none", "shipment.doubled"]);
  });

  test("text that no document can carry is refused at the door", async () => {
    for (const text of ["a\u0000b", "a\u0007b", "a\ud800b", "\uffff"])
      expect(await refusalOf(deliver({ gtin: products.us.gtin, lot: "O-twice" } as Made, text))).toBe("http.invalid");
  });
});

describe("goods leave once [REQ-SHIP-05]", () => {
  test("one pallet on two deliveries at once", async () => {
    const made = await makeLot(world, "us", "O-race");
    await release(world, made);
    const deliveries = [
      await deliver(made, "PO race 1"),
      await deliver(made, "PO race 2"),
      await deliver(made, "PO race 3"),
    ];
    const answers = await Promise.all(deliveries.map(({ deliveryId }) => refusalOf(ship(deliveryId, made.pallet))));
    expect(answers.sort()).toEqual(["none", "shipment.not-here", "shipment.not-here"]);
  });

  test("a case while its pallet goes", async () => {
    const made = await makeLot(world, "us", "O-nest");
    await release(world, made);
    const [whole, part] = [await deliver(made, "PO nest 1"), await deliver(made, "PO nest 2")];
    const answers = await Promise.all([
      refusalOf(ship(whole.deliveryId, made.pallet)),
      refusalOf(ship(part.deliveryId, made.cases[0] ?? "")),
    ]);
    // Whichever is first goes; after the case the rest of the pallet may go, after the pallet the case may not.
    expect([
      ["none", "shipment.not-here"],
      ["none", "none"],
    ]).toContainEqual(answers);
    const packs =
      ((await shipmentOf(whole.deliveryId))?.packs ?? 0) + ((await shipmentOf(part.deliveryId))?.packs ?? 0);
    expect(packs).toBe(6);
  });

  test("a case scanned beside the pallet that it is on", async () => {
    const made = await makeLot(world, "us", "O-beside");
    await release(world, made);
    const { deliveryId } = await deliver(made, "PO beside");
    expect(await refusalOf(ship(deliveryId, made.pallet, made.cases[0] ?? ""))).toBe("shipment.inside");
    expect((await ship(deliveryId, made.pallet)).packs).toBe(6);
  });

  test("loaded before it was packed, says a clock that is off: a person ships it, once", async () => {
    const made = await makeLot(world, "us", "O-clock");
    await release(world, made);
    const { deliveryId } = await deliver(made, "PO clock", { site: site.gln });
    await load(deliveryId, [made.pallet, made.pallet], 0);
    expect(await shipmentOf(deliveryId)).toMatchObject({ state: "loaded", packs: 6 });
    expect((await ship(deliveryId, made.pallet)).state).toBe("shipped");
    expect(await refusalOf(ship((await deliver(made, "PO clock 2")).deliveryId, made.pallet))).toBe(
      "shipment.not-here",
    );
  });

  test("a gate that closes half way leaves nothing half done", async () => {
    const made = await makeLot(world, "us", "O-half");
    await release(world, made);
    const { deliveryId } = await deliver(made, "PO half", {
      site: site.gln,
      lines: [{ gtin: made.gtin, lot: made.lot, quantity: 5 }],
    });
    await load(deliveryId, [made.pallet]);
    expect((await shipmentOf(deliveryId))?.state).toBe("loaded");
    expect((await ship((await deliver(made, "PO half 2")).deliveryId, made.pallet)).state).toBe("shipped");
  });
});

describe("at the counter", () => {
  test("two pharmacists, one pack; and what was not received is not dispensed [REQ-DISP-01]", async () => {
    const made = await makeLot(world, "us", "O-counter");
    await release(world, made);
    const announced = await toWholesaler(world, made);
    expect(await refusalOf(world.wholesaler.call(enterpriseApi.dispense, { body: { scan: packScan(made, 0) } }))).toBe(
      "shipment.not-here",
    );
    await world.wholesaler.call(enterpriseApi.receive, {
      params: { deliveryId: announced.deliveryId },
      body: { scans: [`00${made.pallet}`] },
    });
    await toPharmacy(world, made);
    const dispense = () =>
      refusalOf(world.pharmacy.call(enterpriseApi.dispense, { body: { scan: packScan(made, 0) } }));
    expect((await Promise.all([dispense(), dispense(), dispense()])).sort()).toEqual([
      "none",
      "shipment.not-here",
      "shipment.not-here",
    ]);
    // Still on the wholesaler's shelf.
    expect(await refusalOf(world.pharmacy.call(enterpriseApi.dispense, { body: { scan: packScan(made, 4) } }))).toMatch(
      /shipment.not-here|pack.unknown/,
    );
  });
});

describe("the authority's picture [REQ-REP-02]", () => {
  test("a pack destroyed after the report makes it due, and it is sent without the pack", async () => {
    const made = await makeLot(world, "eu", "O-due");
    await report(world, made);
    const [pack = ""] = made.packs;
    await capture(world, [
      {
        type: "AggregationEvent",
        action: "DELETE",
        bizStep: "unpacking",
        ...told(Date.now() - 2000),
        parentID: ssccId(made.cases[0] ?? ""),
        childEPCs: [packId(made.gtin, pack)],
      },
      {
        type: "ObjectEvent",
        action: "DELETE",
        bizStep: "destroying",
        disposition: "destroyed",
        ...told(Date.now() - 1000),
        epcList: [packId(made.gtin, pack)],
      },
    ]);
    const mine = async () =>
      (await world.maker.call(enterpriseApi.reports)).find((each) => each.subject.endsWith("O-due"));
    expect(await mine()).toMatchObject({ state: "due-for-correction" });
    expect(await refusalOf(release(world, made))).toBe("lot.report-open");
    await report(world, made);
    expect(await mine()).toMatchObject({ state: "accepted", packs: 5 });
  });

  test("packs that come to a lot after it was submitted are seen", async () => {
    const made = await makeLot(world, "eu", "O-late");
    await report(world, made);
    const { numbers } = await world.site.call(enterpriseApi.allocate, {
      envelope: world.envelope(),
      body: { workOrderId: (await startLot(world, "eu", "O-late-2")).workOrderId, level: "pack", quantity: 1 },
    });
    await capture(world, [
      {
        type: "ObjectEvent",
        action: "ADD",
        bizStep: "commissioning",
        disposition: "active",
        ...told(Date.now() - 1000),
        epcList: [packId(made.gtin, numbers[0] ?? "")],
        ilmd: lotData(made.lot),
      },
    ]);
    const exceptions = await world.maker.call(enterpriseApi.exceptions);
    expect(exceptions.map(({ code }) => code)).toContain("other-lot");
    expect((await lotOf(made)).reports).toMatchObject([{ state: "due-for-correction" }]);
  });

  test("the hub's answer to a dispensing is kept, and a refusal can be seen", async () => {
    const made = await makeLot(world, "eu", "O-hub");
    await report(world, made);
    await release(world, made);
    const announced = await toWholesaler(world, made);
    await world.wholesaler.call(enterpriseApi.receive, {
      params: { deliveryId: announced.deliveryId },
      body: { scans: [`00${made.pallet}`] },
    });
    await toPharmacy(world, made);
    await world.pharmacy.call(enterpriseApi.dispense, { body: { scan: packScan(made, 0) } });
    const told = await until("the hub has answered", async () =>
      (await world.pharmacy.call(enterpriseApi.reports)).find(({ state }) => state === "accepted"),
    );
    expect(told).toMatchObject({ kind: "eu.pack-state", packs: 1, simulated: true });
    expect(company.gln).not.toBe(pharmacy.gln);
  });
});
