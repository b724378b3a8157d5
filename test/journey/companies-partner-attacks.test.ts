import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { demonstration } from "../../src/cli/demo/demonstration.ts";
import { commonApi } from "../../src/contract/common-api.ts";
import { enterpriseApi } from "../../src/contract/enterprise-api.ts";
import { networkApi } from "../../src/contract/network-api.ts";
import type { EpcisEvent, ObjectEvent } from "../../src/kernel/epcis/model.ts";
import { checkDigit } from "../../src/kernel/gs1/check-digit.ts";
import { placeOf } from "../../src/l4-enterprise/company-scope.ts";
import {
  capture,
  documentOf,
  eventsOf,
  expiry,
  lotData,
  type Made,
  makeLot,
  packId,
  refusalOf,
  release,
  ssccId,
  startLot,
  submissionOf,
  told,
  toWholesaler,
} from "./companies-goods.ts";
import { type Companies, startCompanies } from "./companies-world.ts";

// A trading partner's system with its own, valid token says what it must not: nothing of ours changes by it.

let world: Companies;
beforeAll(async () => {
  world = await startCompanies();
}, 120_000);
afterAll(() => world?.stop());

const { maker, wholesaler, pharmacy, products } = demonstration;
const partnerPlace = placeOf(wholesaler);

/** A partner's document at the maker's door, as the network hands it over. */
function fromPartner(events: readonly EpcisEvent[], from = wholesaler.gln, to: "maker" | "pharmacy" = "maker") {
  const owner = to === "maker" ? maker.gln : pharmacy.gln;
  return world.networkAt(to).call(enterpriseApi.receiveDocument, {
    envelope: { ...world.envelope(), owner },
    query: { from, kind: "epcis" },
    document: documentOf(events),
  });
}
const openCodes = async () =>
  (await world.maker.call(enterpriseApi.exceptions)).filter(({ state }) => state === "open").map(({ code }) => code);
const verifyAt = (made: Made, serial: string, lot = made.lot) =>
  world.networkAt("maker").call(enterpriseApi.answerVerification, {
    query: { gtin: made.gtin, serial, lot, expiry, requester: wholesaler.gln },
  });
const sharedTrace = (id: string, requester = wholesaler.gln) =>
  world.networkAt("maker").call(enterpriseApi.answerTrace, { query: { id, requester } });
const shipping = (ids: readonly string[], at: number, order: string, eventID?: string): ObjectEvent => ({
  type: "ObjectEvent",
  action: "OBSERVE",
  bizStep: "shipping",
  disposition: "in_transit",
  ...told(at, partnerPlace),
  epcList: ids,
  ...(eventID === undefined ? {} : { eventID }),
  bizTransactionList: [{ type: "po", bizTransaction: order }],
  sourceList: [{ type: "owning_party", source: partnerPlace }],
  destinationList: [{ type: "owning_party", destination: placeOf(maker) }],
});

describe("what we hold is ours to tell about [REQ-CAP-08]", () => {
  test("a partner cannot destroy, unpack or fill what stands here", async () => {
    const made = await makeLot(world, "us", "P-hold");
    const [pack = "", other = ""] = made.packs.map((serial) => packId(made.gtin, serial));
    const now = Date.now() - 1000;
    const at = told(now, partnerPlace);
    await fromPartner([
      {
        type: "ObjectEvent",
        action: "DELETE",
        bizStep: "destroying",
        disposition: "destroyed",
        ...at,
        epcList: [pack],
      },
      {
        type: "AggregationEvent",
        action: "DELETE",
        bizStep: "unpacking",
        ...at,
        parentID: ssccId(made.pallet),
        childEPCs: [],
      },
      {
        type: "AggregationEvent",
        action: "DELETE",
        bizStep: "unpacking",
        ...at,
        parentID: ssccId(made.cases[0] ?? ""),
        childEPCs: [other],
      },
      {
        type: "AggregationEvent",
        action: "ADD",
        bizStep: "packing",
        ...at,
        parentID: ssccId(made.pallet),
        childEPCs: [packId(made.gtin, "STRANGER0001")],
      },
    ]);
    const trace = await world.maker.call(enterpriseApi.trace, {
      query: { id: `(01)${made.gtin}(21)${made.packs[0]}` },
    });
    expect(trace.hierarchy.map(({ id }) => id)).toEqual([ssccId(made.pallet), ssccId(made.cases[0] ?? ""), pack]);
    const lot = await world.maker.call(enterpriseApi.lot, { params: { gtin: made.gtin, lot: made.lot } });
    expect(lot.packs).toMatchObject({ commissioned: 6, destroyed: 0 });
    expect((await openCodes()).filter((code) => code === "held-here").length).toBeGreaterThanOrEqual(3);
    await release(world, made);
    expect(await toWholesaler(world, made)).toMatchObject({ packs: 6 });
  });

  test("a partner cannot put a past before our own record of it", async () => {
    const made = await startLot(world, "us", "P-past");
    const [first = "", second = ""] = made.packs.map((serial) => packId(made.gtin, serial));
    const early = told(Date.now() - 3_600_000, partnerPlace);
    await fromPartner([
      {
        type: "ObjectEvent",
        action: "ADD",
        bizStep: "commissioning",
        disposition: "active",
        ...early,
        epcList: [first],
        ilmd: lotData("STOLEN", "2035-01-01"),
      },
      {
        type: "ObjectEvent",
        action: "DELETE",
        bizStep: "decommissioning",
        disposition: "inactive",
        ...early,
        epcList: [second],
      },
      {
        type: "ObjectEvent",
        action: "ADD",
        bizStep: "commissioning",
        disposition: "active",
        ...early,
        epcList: [packId(made.gtin, "MADEUPSERIAL")],
        ilmd: lotData(made.lot, "2031-01-31"),
      },
    ]);
    const document = await capture(world, eventsOf(made));
    await world.site.call(enterpriseApi.submit, {
      envelope: world.envelope(),
      body: submissionOf(world, made, [document]),
    });
    await release(world, made);
    expect(await verifyAt(made, made.packs[0] ?? "")).toMatchObject({ verified: true });
    expect(await verifyAt(made, made.packs[1] ?? "")).toMatchObject({ verified: true });
    expect(await openCodes()).toEqual(expect.arrayContaining(["not-theirs"]));
    expect(await openCodes()).not.toContain("lot-expiry-differs");
  });

  test("made-up numbers of our product are no packs of ours, whoever says so", async () => {
    const made = await makeLot(world, "us", "P-fake");
    await release(world, made);
    const fakes = ["FAKE22222222", "22222222FAKE", "A1"];
    await fromPartner([
      {
        type: "ObjectEvent",
        action: "ADD",
        bizStep: "commissioning",
        disposition: "active",
        ...told(Date.now() - 1000, partnerPlace),
        epcList: fakes.map((serial) => packId(made.gtin, serial)),
        ilmd: lotData(made.lot),
      },
    ]);
    for (const serial of fakes)
      expect(await verifyAt(made, serial)).toMatchObject({ verified: false, reason: "No_match_GTIN_Serial" });
    const lot = await world.maker.call(enterpriseApi.lot, { params: { gtin: made.gtin, lot: made.lot } });
    expect(lot.packs.commissioned).toBe(6);
  });

  test("what a partner had from us it may tell of; a stranger to it may not", async () => {
    const made = await makeLot(world, "us", "P-had");
    await release(world, made);
    await toWholesaler(world, made);
    const end = (serial: string, at: number, place: string): EpcisEvent => ({
      type: "ObjectEvent",
      action: "DELETE",
      bizStep: "destroying",
      disposition: "destroyed",
      ...told(at, place),
      epcList: [packId(made.gtin, serial)],
    });
    await fromPartner([end(made.packs[0] ?? "", Date.now() + 1000, placeOf(pharmacy))], pharmacy.gln);
    expect(await verifyAt(made, made.packs[0] ?? "")).toMatchObject({ verified: true });
    await fromPartner([end(made.packs[0] ?? "", Date.now() + 2000, partnerPlace)]);
    expect(await verifyAt(made, made.packs[0] ?? "")).toMatchObject({ verified: false });
  });
});

describe("a trace tells a company about goods that it had, and no others [REQ-SHARE-06]", () => {
  test("announcing our pallet opens nothing", async () => {
    const made = await makeLot(world, "us", "P-claim");
    await fromPartner([shipping([ssccId(made.pallet)], Date.now() - 500, "urn:epcglobal:cbv:bt:9521444000007:X")]);
    expect(await sharedTrace(`00${made.pallet}`)).toEqual({ allowed: false, hops: [] });
    expect((await sharedTrace(`(01)${made.gtin}(21)${made.packs[0]}`)).allowed).toBe(false);
  });

  test("a pack that left the pallet before it was shipped did not go with it", async () => {
    const made = await makeLot(world, "us", "P-left");
    const [pack = "", sibling = ""] = made.packs;
    await capture(world, [
      {
        type: "AggregationEvent",
        action: "DELETE",
        bizStep: "unpacking",
        ...told(Date.now() - 2000),
        parentID: ssccId(made.cases[0] ?? ""),
        childEPCs: [packId(made.gtin, pack)],
      },
    ]);
    await release(world, made);
    expect(await toWholesaler(world, made)).toMatchObject({ packs: 5 });
    expect((await sharedTrace(`(01)${made.gtin}(21)${sibling}`)).allowed).toBe(true);
    expect((await sharedTrace(`(01)${made.gtin}(21)${pack}`)).allowed).toBe(false);
  });
});

describe("odd documents [REQ-CAP-09]", () => {
  test.each([["%ZZ"], ["%00%07"], ["%ED%A0%80"], ["x".repeat(300)], [""], ["a&b<c>'\""]])(
    "a purchase order spelled %j stops nothing",
    async (order) => {
      const odd = `https://id.gs1.org/01/${products.us.gtin}/21/Z${Math.random().toString(36).slice(2, 8).toUpperCase()}`;
      await fromPartner([shipping([odd], Date.now() - 500, `urn:epcglobal:cbv:bt:9521444000007:${order}`)]);
      const [newest] = await world.maker.call(enterpriseApi.shipments);
      expect(newest).toMatchObject({ direction: "inbound", contents: [odd], state: "announced" });
      expect(newest?.purchaseOrder.length).toBeLessThanOrEqual(100);
    },
  );

  test("two partners' shipments of one second without eventIDs are two shipments", async () => {
    const at = Math.floor(Date.now() / 1000) * 1000 - 5000;
    const before = (await world.maker.call(enterpriseApi.shipments)).length;
    await fromPartner([shipping(["https://example.org/pallet/1"], at, "urn:epcglobal:cbv:bt:1:A")]);
    await fromPartner([shipping(["https://example.org/pallet/2"], at, "urn:epcglobal:cbv:bt:1:B")], pharmacy.gln);
    expect((await world.maker.call(enterpriseApi.shipments)).length).toBe(before + 2);
  });

  test("a shipment that its sender takes back waits no longer", async () => {
    const event = shipping(
      ["https://example.org/pallet/3"],
      Date.now() - 4000,
      "urn:epcglobal:cbv:bt:1:BACK",
      "urn:uuid:01980000-0000-7000-8000-0000000000aa",
    );
    await fromPartner([event]);
    const find = async () =>
      (await world.maker.call(enterpriseApi.shipments)).find(({ purchaseOrder }) => purchaseOrder === "BACK");
    expect((await find())?.state).toBe("announced");
    await fromPartner([
      {
        ...event,
        errorDeclaration: { declarationTime: told(Date.now()).eventTime, reason: "urn:epcglobal:cbv:er:did_not_occur" },
      },
    ]);
    expect((await find())?.state).toBe("refused");
  });

  test("a serial with an element string inside is judged as it stands", async () => {
    const made = await makeLot(world, "us", "P-inject");
    await release(world, made);
    const genuine = made.packs[0] ?? "";
    expect(await verifyAt(made, genuine)).toMatchObject({ verified: true });
    expect(await verifyAt(made, `${genuine.slice(0, 8)}(1)`)).toMatchObject({
      verified: false,
      reason: "No_match_GTIN_Serial",
    });
    expect(await verifyAt(made, `${genuine}(10)X`)).toMatchObject({ verified: false, reason: "No_match_GTIN_Serial" });
  });
});

describe("the network", () => {
  const report = (gtin: string) => ({
    kind: "pack-data" as const,
    market: "eu" as const,
    lot: "L1",
    expiry,
    serials: ["A1"],
    product: { ...products.eu, gtin, version: 1 },
  });

  test("a company reports packs of its own products only [REQ-REP-01]", async () => {
    const send = (company: "wholesaler" | "maker", owner: string) =>
      refusalOf(
        world
          .atNetwork(company)
          .call(networkApi.report, { envelope: { ...world.envelope(), owner }, body: report(products.eu.gtin) }),
      );
    expect(await send("wholesaler", wholesaler.gln)).toBe("network.not-responsible");
    expect(await send("wholesaler", maker.gln)).toBe("gxp.owner-scope");
    expect(await send("maker", maker.gln)).toBe("none");
  });

  test("documents go only between connected companies, and as oneself [REQ-SHARE-04]", async () => {
    const send = (owner: string, to: string) =>
      refusalOf(
        world.atNetwork("pharmacy").call(networkApi.sendDocument, {
          envelope: { ...world.envelope(), owner },
          query: { to, kind: "epcis" },
          document: documentOf([]),
        }),
      );
    expect(await send(pharmacy.gln, maker.gln)).toBe("network.not-connected");
    expect(await send(wholesaler.gln, pharmacy.gln)).toBe("gxp.owner-scope");
  });

  test("a company sees nothing of the others' queues, addresses and figures there [REQ-SHARE-07]", async () => {
    const overview = await world.atNetwork("pharmacy").call(commonApi.overview);
    const landscape = await world.atNetwork("pharmacy").call(commonApi.landscape);
    // What all share is there, without its figures.
    expect(landscape.levels).toContainEqual(
      expect.objectContaining({ name: "SIMULATED European hub", alive: true, simulated: true, counters: [] }),
    );
    for (const text of [JSON.stringify(overview), JSON.stringify(landscape)]) {
      expect(text).not.toContain(maker.gln);
      expect(text).not.toContain(wholesaler.gln);
      expect(text).not.toContain(world.urls.maker);
      expect(text).not.toContain("enterprise-wholesaler");
    }
  });

  test("a message of another company is not taken", async () => {
    const receipt = {
      messageId: world.envelope().messageId,
      state: "accepted" as const,
      detail: "",
      simulated: false,
      at: 1,
    };
    const send = world
      .networkAt("maker")
      .call(enterpriseApi.deliveryReceipt, { envelope: { ...world.envelope(), owner: wholesaler.gln }, body: receipt });
    expect(await refusalOf(send)).toBe("gxp.owner-scope");
  });
});

test("a partner's clock that is ahead does not keep received goods on their way [REQ-CAP-08]", async () => {
  const digits = "09521444000000001";
  const sscc = digits + checkDigit(digits);
  await fromPartner([shipping([ssccId(sscc)], Date.now() + 3_600_000, "urn:epcglobal:cbv:bt:1:AHEAD")]);
  const announced = (await world.maker.call(enterpriseApi.shipments)).find(
    ({ purchaseOrder }) => purchaseOrder === "AHEAD",
  );
  await world.maker.call(enterpriseApi.receive, {
    params: { deliveryId: announced?.deliveryId ?? "" },
    body: { scans: [`00${sscc}`] },
  });
  const trace = await world.maker.call(enterpriseApi.trace, { query: { id: `00${sscc}` } });
  expect(trace.hops.map(({ bizStep }) => bizStep)).toEqual(["shipping", "receiving"]);
  expect(trace.state).toMatchObject({ disposition: "in_progress" });
});
