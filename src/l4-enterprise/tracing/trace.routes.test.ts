import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { documentOf, packId, ssccId } from "../../../test/support/pallet-document.ts";
import { minuteMs, recordedFrom, tell } from "../../../test/support/told-life.ts";
import { partner, traceWorld, type TraceWorld } from "../../../test/support/trace-world.ts";
import { foreignGtin, gtin, type JsonEvent, life, ssccs, start } from "../../../test/support/troubled-life.ts";
import { commonApi } from "../../contract/common-api.ts";
import { enterpriseApi } from "../../contract/enterprise-api.ts";
import { type ExportFormat, traceApi } from "../../contract/trace-api.ts";
import { checkDocument } from "../../kernel/epcis/check.ts";
import { parseEpcisJson } from "../../kernel/epcis/json.ts";
import { must } from "../../kernel/base/result.ts";
import { historyOf } from "../ledger/ledger.ts";
import { addShipment } from "../shipments/shipment.store.ts";
import { shareTrace } from "./trace.handler.ts";
import { thingOf } from "./subject.ts";

let world: TraceWorld;
const [caseA, , pallet] = ssccs.map(ssccId) as [string, string, string];
const deliveryId = "018f3000-0000-7000-8000-000000000001";
const theirs: JsonEvent = {
  ...(life([])[1] as JsonEvent),
  epcList: [packId(foreignGtin, "D4")],
};
const pack = (index: number) => packId(gtin, world.told.serials[index] as string);
const at = (minute: number) => start + minute * minuteMs;

beforeAll(async () => {
  world = await traceWorld();
  const { database, told, company, clock } = world;
  await tell(database, told, life(told.serials), recordedFrom);
  await tell(database, told, [theirs], recordedFrom + minuteMs, { source: "shared", partner: partner.gln });
  clock.advance(recordedFrom + 10 * minuteMs - clock.now());
  await database.transaction(async (sql) => {
    const shipping = (await historyOf(sql, told.ctx, pallet)).find(({ event }) => event.bizStep === "shipping");
    await addShipment(sql, company, {
      deliveryId,
      direction: "outbound",
      partner: partner.gln,
      purchaseOrder: "PO-1",
      site: null,
      lines: [],
      state: "shipped",
      contents: [pallet],
      packs: 24,
      shippedAt: at(6),
      shippingEvent: shipping?.event.eventId ?? "",
      at: at(5),
    });
  });
});
afterAll(() => world.stop());

describe("one object at a moment", () => {
  const ask = (id: string, more: { at?: number; known?: number } = {}) =>
    world.as("operator").call(traceApi.moment, { query: { id, ...more } });

  test("says both directions of the hierarchy, each link with how it is known [REQ-TRC-02]", async () => {
    const seen = await ask(caseA, { at: at(3) });
    expect(seen.ancestors).toEqual([{ id: pallet, link: "verified" }]);
    expect(seen.childCount).toBe(12);
    expect(seen.children.every(({ link, parent }) => link === "verified" && parent === caseA)).toBe(true);
    expect(seen.contents).toEqual([{ gtin, lot: "A", productName: null, packs: 12 }]);
  });

  test("differs from moment to moment [REQ-TRC-02]", async () => {
    expect((await ask(pack(11), { at: at(2) })).ancestors.map(({ id }) => id)).toEqual([caseA]);
    expect((await ask(pack(11), { at: at(4) })).ancestors.map(({ id }) => id)).toEqual([
      ssccId(ssccs[1] as string),
      pallet,
    ]);
    expect((await ask(pack(11))).ancestors.map(({ id }) => id)).toEqual([ssccId(ssccs[1] as string)]);
    expect((await ask(pack(11), { at: start })).object).toBeNull();
    expect((await ask(pack(11), { known: recordedFrom - 1 })).object).toBeNull();
  });

  test("is asked for in any spelling, and only things are [REQ-TRC-01]", async () => {
    for (const id of [`(00)${ssccs[0]}`, `00${ssccs[0]}`, ssccs[0] as string, "urn:epc:id:sscc:4012345.0000000001"])
      expect((await ask(id, { at: at(3) })).childCount).toBe(12);
    await expect(ask(`(01)${gtin}(10)A`)).rejects.toMatchObject({ code: "shipment.unidentified" });
  });
});

describe("a lot", () => {
  test("knows where its packs are and whom a recall has to reach [REQ-TRC-03]", async () => {
    const lot = await world
      .as("compliance")
      .call(traceApi.lotTrace, { params: { gtin, lot: "A" }, query: { at: at(6) } });
    expect(lot).toMatchObject({ packs: 25, containerCount: 1, loose: 1 });
    expect(lot.containers).toMatchObject([{ id: pallet, packs: 24, disposition: "in_transit" }]);
    expect(lot.recall).toEqual([
      { partner: partner.gln, partnerName: partner.name, packs: 24, back: 0, ended: 0, deliveries: 1 },
    ]);
    expect(lot.shipments).toMatchObject([{ deliveryId, packs: 24, direction: "outbound" }]);
    const now = await world.as("compliance").call(traceApi.lotTrace, { params: { gtin, lot: "A" }, query: {} });
    expect(now.byState.reduce((sum, { packs }) => sum + packs, 0)).toBe(25);
    expect(now.recall).toMatchObject([{ packs: 24 }]);
    expect(now.openExceptions).toBeGreaterThan(0);
  });

  test("that nobody heard of is said to be so", async () => {
    const call = world.as("qa").call(traceApi.lotTrace, { params: { gtin, lot: "NONE" }, query: {} });
    await expect(call).rejects.toMatchObject({ code: "lot.unknown" });
  });
});

test("a place says what stands there, what came and what left [REQ-TRC-04]", async () => {
  const ask = (id: string, more: object) => world.as("warehouse").call(traceApi.placeTrace, { query: { id, ...more } });
  const before = await ask("4012345000009", { at: at(3) });
  expect(before.containers.map(({ id }) => id)).toEqual([pallet]);
  expect(before.lots).toMatchObject([
    { gtin, lot: "A", packs: 25 },
    { gtin: foreignGtin, lot: "X", packs: 3 + 1 },
  ]);
  const after = await ask("urn:epc:id:sgln:4012345.00000.0", { at: at(6) });
  expect([after.containerCount, after.departures.length]).toEqual([0, 1]);
  expect(after.departures[0]).toMatchObject({ company: world.company.owner, source: "own", bizStep: "shipping" });
  await expect(ask(pallet, {})).rejects.toMatchObject({ code: "gs1.subject" });
});

describe("what a trace rests on", () => {
  test("are the documents, each with its sender and hash, and they are given out byte for byte [REQ-TRC-05]", async () => {
    const { documents } = await world
      .as("operator")
      .call(traceApi.evidence, { query: { id: packId(foreignGtin, "D4") } });
    expect(documents).toMatchObject([{ source: "shared", company: partner.gln, companyName: partner.name, events: 1 }]);
    const params = { captureId: documents[0]?.captureId ?? "" };
    const reply = await world.as("inspector").raw(traceApi.document, { params });
    expect(new TextDecoder().decode(reply.body)).toBe(documentOf([theirs]));
    expect(reply.headers["content-disposition"]).toMatch(/^attachment/);
    await expect(world.as("operator").raw(traceApi.document, { params })).rejects.toMatchObject({ status: 403 });
    const { entries } = await world
      .as("qa")
      .call(commonApi.audit, { query: { subject: `capture/${params.captureId}`, action: "document.read" } });
    expect(entries).toHaveLength(1);
  });
});

describe("an export", () => {
  const take = async (id: string, format: ExportFormat) =>
    (await world.as("compliance").raw(traceApi.exportTrace, { body: { id, format, reason: "asked by the agency" } }))
      .body;
  const text = async (id: string, format: "epcis-json" | "epcis-xml") =>
    new TextDecoder().decode(await take(id, format));

  test.each([
    ["a pack", () => pack(2)],
    ["a pallet", () => pallet],
    ["a lot", () => `(01)${gtin}(10)A`],
    ["what a partner told of", () => packId(foreignGtin, "D4")],
  ])("of %s is EPCIS 2.0 that our own check accepts, in both forms [REQ-TRC-06]", async (_, id) => {
    for (const format of ["epcis-json", "epcis-xml"] as const) {
      const report = checkDocument(await text(id(), format));
      expect({ valid: report.valid, errors: report.errors, some: report.events > 0 }).toEqual({
        valid: true,
        errors: [],
        some: true,
      });
    }
  });

  test("of a pack names nobody else's packs, says what it is part of, and leaves out what was taken back [REQ-TRC-06]", async () => {
    const document = must(parseEpcisJson(await text(pack(2), "epcis-json")));
    const named = JSON.stringify(document.events).match(/01\/04012345123456\/21\/\w+/g) ?? [];
    expect(new Set(named)).toEqual(new Set([pack(2).replace("https://id.gs1.org/", "")]));
    expect(JSON.stringify(document.events)).toContain("partOf");
    expect(document.events.some(({ bizStep }) => bizStep === "destroying")).toBe(false);
    expect(document.events.some(({ bizStep }) => bizStep === "shipping")).toBe(true);
  });

  test("marks what a partner told as theirs [REQ-TRC-06]", async () => {
    const document = await text(packId(foreignGtin, "D4"), "epcis-json");
    expect(document).toContain(`"trace:sharedBy": "${partner.gln}"`);
    expect(await text(pack(2), "epcis-json")).not.toContain("sharedBy");
  });

  test("as PDF has its pages, is the same bytes for the same moment, and is on record [REQ-TRC-06]", async () => {
    const [one, again] = [await take(pack(2), "pdf"), await take(pack(2), "pdf")];
    expect(new TextDecoder("latin1").decode(one.slice(0, 8))).toMatch(/^%PDF-1\.\d/);
    expect(Buffer.compare(Buffer.from(one), Buffer.from(again))).toBe(0);
    expect(new TextDecoder("latin1").decode(await take(`(01)${gtin}(10)A`, "pdf"))).toMatch(/\/Count [1-9]/);
    const subject = `trace/${gtin}/${world.told.serials[2]}`;
    const { entries } = await world.as("qa").call(commonApi.audit, { query: { subject, action: "trace.export" } });
    expect(entries.filter(({ after }) => (after as { format: string }).format === "pdf")).toHaveLength(2);
    expect(entries[0]).toMatchObject({ reason: "asked by the agency" });
  });

  test("of what nothing is known of is refused", async () => {
    await expect(take(packId(foreignGtin, "NOBODY"), "pdf")).rejects.toMatchObject({ code: "pack.unknown" });
    await expect(take(packId(foreignGtin, "NOBODY"), "epcis-xml")).rejects.toMatchObject({ code: "pack.unknown" });
    await expect(take("4012345000009", "pdf")).rejects.toMatchObject({ code: "gs1.subject" });
  });
});

describe("what is told to a partner", () => {
  const share = (id: string, requester: string) =>
    world.database.transaction((sql) => shareTrace(sql, world.company, world.told.ctx, must(thingOf(id)), requester));

  test("holds our own records only, and nothing of them but hops [REQ-TRC-07]", async () => {
    for (const id of [2, 5, 14, 24, 30, 41, 43, 45].map((index) => world.told.ids[index] as string)) {
      const [{ allowed, hops }, whole] = [
        await share(id, partner.gln),
        await world.as("qa").call(enterpriseApi.trace, { query: { id } }),
      ];
      const own = whole.hops.filter(({ source }) => source === "own");
      expect(hops).toEqual(allowed ? own : []);
      for (const hop of hops) expect(hop.company).toBe(world.company.owner);
    }
    expect((await share(pack(2), partner.gln)).allowed).toBe(true);
  });

  test("is nothing for goods that never went there, for strangers, and of what others told us [REQ-TRC-07]", async () => {
    expect(await share(pack(24), partner.gln)).toEqual({ allowed: false, hops: [] });
    expect(await share(pack(2), "9521236000004")).toEqual({ allowed: false, hops: [] });
    expect(await share(packId(foreignGtin, "D4"), partner.gln)).toEqual({ allowed: false, hops: [] });
  });
});
