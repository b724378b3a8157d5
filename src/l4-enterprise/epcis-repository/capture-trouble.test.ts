import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { checkDigit } from "../../kernel/gs1/check-digit.ts";
import { must } from "../../kernel/base/result.ts";
import { silentLog } from "../../runtime/log.ts";
import type { Sql } from "../../runtime/machine.ts";
import { realMachine } from "../../runtime/machine.real.ts";
import { documentOf, eventAt, packId, palletEvents, ssccId } from "../../../test/support/pallet-document.ts";
import { type ScratchDatabase, scratchDatabase } from "../../../test/support/scratch-database.ts";
import { closeException, loadExceptions } from "../ledger/exception.store.ts";
import { ancestorsOf, historyOf, type LedgerContext, lotCounts, packsIn, stateOf } from "../ledger/ledger.ts";
import { verifyLedger } from "../ledger/replay/verify.ts";
import { migrations } from "../migrations.ts";
import { allocate, returnNumbers, whoHas } from "../serial-numbers/allocation.handler.ts";
import { createSerialPool } from "../serial-numbers/number-pool.handler.ts";
import { openPoolKeys } from "../serial-numbers/pool-keys.ts";
import { capture, type CaptureInput } from "./capture.handler.ts";
import { loadDocument } from "./capture.store.ts";
import { eventsById, eventsOf } from "./event-query.ts";

const gtin = "04012345123456";
const foreign = "00614141123452";
const gln = "4012345000009";
const machine = realMachine({ log: silentLog });
const alphabet = "0123456789ABCDEFGHJKLMNPQRSTUVWXYZ";
const rule = {
  lengthMin: 6,
  lengthMax: 20,
  lengthUsual: 14,
  allowed: alphabet,
  alphabetUsual: alphabet,
  spaceRatioMin: 10_000,
};
const keys = openPoolKeys(new Uint8Array(32).fill(7));
const at = 1_790_000_000_000;
const workOrderId = "0193c7e0-0000-7000-8000-000000000001";
const sscc = (n: number) => {
  const body = `0401234500${String(n).padStart(7, "0")}`;
  return body + checkDigit(body);
};

let scratch: ScratchDatabase;
let companies = 0;
beforeAll(async () => {
  scratch = await scratchDatabase(migrations);
});
afterAll(() => scratch.drop());

type JsonEvent = Record<string, unknown>;
const inTransaction = <T>(work: (sql: Sql) => Promise<T>) => scratch.database.transaction(work);

async function company(quantity = 100): Promise<{ ctx: LedgerContext; serials: readonly string[] }> {
  const ctx: LedgerContext = { owner: String(4_000_000_000_000 + companies++), environment: "production", keys };
  const serials = await inTransaction(async (sql) => {
    must(await createSerialPool(sql, ctx, machine.random, { gtin }, rule, at));
    return must(
      await allocate(sql, ctx, {
        allocationId: machine.random.uuid7(),
        level: "pack",
        gtin,
        lot: "L",
        site: gln,
        workOrderId,
        quantity,
        at,
      }),
    ).numbers;
  });
  return { ctx, serials };
}

const take = (ctx: LedgerContext, events: readonly JsonEvent[], more: Partial<CaptureInput> = {}) =>
  capture(machine, scratch.database, ctx, {
    document: documentOf(events),
    contentType: "application/ld+json",
    source: "own",
    ...more,
  });
const step = (n: number, event: JsonEvent) => eventAt({ gln }, at + n * 60_000, event);
const ilmd = { "cbvmda:lotNumber": "L", "cbvmda:itemExpirationDate": "2028-01-31" };
const commission = (epcList: readonly string[], more: JsonEvent = {}) => ({
  type: "ObjectEvent",
  action: "ADD",
  bizStep: "commissioning",
  disposition: "active",
  epcList,
  ilmd,
  ...more,
});
const observe = (bizStep: string, disposition: string, epcList: readonly string[]) => ({
  type: "ObjectEvent",
  action: "OBSERVE",
  bizStep,
  disposition,
  epcList,
});
const pack = (parentID: string, childEPCs: readonly string[]) => ({
  type: "AggregationEvent",
  action: "ADD",
  bizStep: "packing",
  disposition: "in_progress",
  parentID,
  childEPCs,
});
const exceptionsOf = async (ctx: LedgerContext) =>
  (await inTransaction((sql) => loadExceptions(sql, ctx, 100))).map(({ code, state, subject }) => ({
    code,
    state,
    subject,
  }));

describe("a document is refused, and leaves nothing behind, [REQ-CAP-04]", () => {
  const good = () => step(1, commission([packId(foreign, "A")]));
  test.each<[string, () => Partial<CaptureInput>, string]>([
    ["that is not JSON", () => ({ document: "{" }), "epcis.syntax"],
    ["that is not XML", () => ({ document: "<a>", contentType: "application/xml" }), "epcis."],
    ["of another media type", () => ({ contentType: "text/csv" }), "capture.media-type"],
    ["that is not UTF-8", () => ({ document: Uint8Array.of(0x7b, 0xff) }), "capture.encoding"],
    [
      "with a wrong check digit",
      () => ({ document: documentOf([good(), step(1, commission([packId("04012345123450", "A")]))]) }),
      "capture.identifier",
    ],
    [
      "with an aggregation into nothing",
      () => ({
        document: documentOf([good(), step(2, { ...pack("x:y", [packId(foreign, "A")]), parentID: undefined })]),
      }),
      "capture.no-parent",
    ],
    [
      "that packs a case into itself",
      () => ({ document: documentOf([good(), step(2, pack(ssccId(sscc(1)), [ssccId(sscc(1))]))]) }),
      "capture.own-parent",
    ],
    [
      "of the far future",
      () => ({
        document: documentOf([
          good(),
          eventAt({ gln }, machine.clock.now() + 10 * 86_400_000, commission([packId(foreign, "A")])),
        ]),
      }),
      "capture.time",
    ],
  ])("%s", async (_, input, code) => {
    const { ctx } = await company();
    await expect(take(ctx, [], input())).rejects.toMatchObject({
      refusal: { code: expect.stringContaining(code) as string },
    });
    expect(await inTransaction((sql) => stateOf(sql, ctx, packId(foreign, "A")))).toBeUndefined();
    expect(await scratch.database.run({ text: "select 1 from capture where owner = $1" }, [ctx.owner])).toEqual([]);
  });
});

describe("what events say against each other is an exception, never a refusal: [REQ-CAP-03]", () => {
  test("a number that was never issued is a row of its own, and is never issued later [REQ-CAP-07]", async () => {
    const { ctx, serials } = await company();
    const next = await inTransaction(async (sql) => {
      throw Object.assign(new Error(), {
        numbers: must(
          await allocate(sql, ctx, {
            allocationId: machine.random.uuid7(),
            level: "pack",
            gtin,
            lot: "L",
            site: gln,
            workOrderId,
            quantity: 5,
            at,
          }),
        ).numbers,
      });
    }).catch((error: { numbers: string[] }) => error.numbers);
    const invented = packId(gtin, next[2] as string);
    const done = await take(ctx, [step(1, commission([packId(gtin, serials[0] as string), invented]))]);
    expect(done.exceptions).toBe(1);
    expect(await exceptionsOf(ctx)).toEqual([{ code: "not-issued", state: "open", subject: invented }]);
    const given = must(
      await inTransaction((sql) =>
        allocate(sql, ctx, {
          allocationId: machine.random.uuid7(),
          level: "pack",
          gtin,
          lot: "L",
          site: gln,
          workOrderId,
          quantity: 5,
          at,
        }),
      ),
    ).numbers;
    expect(given).toHaveLength(5);
    expect(given).not.toContain(next[2]);
    expect(await inTransaction((sql) => stateOf(sql, ctx, invented))).toMatchObject({ standing: "good" });
    expect(must(await inTransaction((sql) => whoHas(sql, ctx, packId(gtin, given[0] as string))))).toMatchObject({
      issued: true,
    });
  });

  test("a number that had come back, and one between two blocks [REQ-CAP-07] [REQ-NUM-09]", async () => {
    const { ctx, serials } = await company();
    must(
      await inTransaction((sql) =>
        returnNumbers(sql, ctx, { workOrderId, level: "pack", returned: serials.slice(5, 6), deactivated: [], at }),
      ),
    );
    const done = await take(ctx, [step(1, commission(serials.slice(0, 8).map((serial) => packId(gtin, serial))))]);
    expect(done.exceptions).toBe(1);
    expect(await exceptionsOf(ctx)).toEqual([
      { code: "retired-number", state: "open", subject: packId(gtin, serials[5] as string) },
    ]);
  });

  test("another expiry date for a lot", async () => {
    const { ctx, serials } = await company();
    await take(ctx, [step(1, commission([packId(gtin, serials[0] as string)]))]);
    await take(ctx, [
      step(
        2,
        commission([packId(gtin, serials[1] as string)], {
          ilmd: { ...ilmd, "cbvmda:itemExpirationDate": "2029-12-31" },
        }),
      ),
    ]);
    expect((await exceptionsOf(ctx)).map(({ code }) => code)).toEqual(["lot-expiry-differs"]);
    expect(await inTransaction((sql) => stateOf(sql, ctx, packId(gtin, serials[1] as string)))).toMatchObject({
      expiry: "2028-01-31",
    });
  });

  test("an exception that later events explain is over; one that a person closed stays closed", async () => {
    const { ctx, serials } = await company();
    const id = packId(gtin, serials[0] as string);
    await take(ctx, [step(5, observe("storing", "sellable_not_accessible", [id]))]);
    expect(await exceptionsOf(ctx)).toEqual([{ code: "before-commissioning", state: "open", subject: id }]);
    await take(ctx, [step(1, commission([id]))]);
    expect(await exceptionsOf(ctx)).toEqual([{ code: "before-commissioning", state: "resolved", subject: id }]);
    expect(await inTransaction((sql) => stateOf(sql, ctx, id))).toMatchObject({
      standing: "good",
      disposition: "sellable_not_accessible",
    });
    await take(ctx, [step(6, commission([id], { ilmd: { ...ilmd, "cbvmda:lotNumber": "M" } }))]);
    const [again] = (await inTransaction((sql) => loadExceptions(sql, ctx, 10))).filter(
      ({ state, code }) => state === "open" && code !== "other-lot",
    );
    expect(again).toMatchObject({ code: "commissioned-again", severity: "error" });
    expect(
      await inTransaction((sql) =>
        closeException(sql, ctx, again?.exceptionId ?? "", "anna", "typing error at the line", at),
      ),
    ).toMatchObject({ state: "resolved" });
    expect(
      await inTransaction((sql) => closeException(sql, ctx, again?.exceptionId ?? "", "anna", "again", at)),
    ).toBeUndefined();
    await take(ctx, [step(3, observe("storing", "sellable_accessible", [id]))]);
    // Its number was issued for another lot: only a person can explain that.
    expect((await exceptionsOf(ctx)).filter(({ state }) => state === "open").map(({ code }) => code)).toEqual([
      "other-lot",
    ]);
  });

  test("containers packed into each other, and everybody still gets an answer", async () => {
    const { ctx } = await company();
    const [a, b, c] = [ssccId(sscc(1)), ssccId(sscc(2)), ssccId(sscc(3))] as const;
    await take(ctx, [
      step(1, commission([a, b, c], { ilmd: undefined })),
      step(2, pack(b, [a])),
      step(3, pack(c, [b])),
    ]);
    expect(await exceptionsOf(ctx)).toEqual([]);
    await take(ctx, [step(4, pack(a, [c]))]);
    expect(await exceptionsOf(ctx)).toEqual([{ code: "inside-itself", state: "open", subject: c }]);
    expect((await inTransaction((sql) => ancestorsOf(sql, ctx, a))).map(({ id }) => id)).toEqual([b, c]);
    expect(await inTransaction(async (sql) => (await packsIn(sql, ctx, [a])).packs)).toEqual([]);
    expect(await inTransaction((sql) => historyOf(sql, ctx, a))).not.toHaveLength(0);
    expect((await inTransaction((sql) => verifyLedger(sql, ctx))).differences).toEqual([]);
  });

  test("an error declaration by somebody else takes nothing back [REQ-CAP-05]", async () => {
    const { ctx, serials } = await company();
    const id = packId(gtin, serials[0] as string);
    const event = step(1, commission([id]));
    await take(ctx, [event]);
    const declaration = {
      ...event,
      errorDeclaration: { declarationTime: "2026-10-01T00:00:00.000Z", reason: "did_not_occur" },
    };
    await take(ctx, [declaration], { source: "shared", partner: "0614141000005" });
    expect((await exceptionsOf(ctx)).map(({ code }) => code)).toEqual(["declared-by-other"]);
    expect(await inTransaction((sql) => stateOf(sql, ctx, id))).toMatchObject({ standing: "good" });
  });
});

describe("an error declaration of our own", () => {
  test("takes its event out, and a corrected one takes its place [REQ-CAP-05]", async () => {
    const { ctx, serials } = await company();
    const ids = serials.slice(0, 60).map((serial) => packId(gtin, serial));
    const wrong = step(1, commission(ids, { eventID: "urn:uuid:0193c7e0-0000-7000-8000-0000000000aa" }));
    await take(ctx, [wrong, step(2, pack(ssccId(sscc(1)), ids.slice(0, 30)))]);
    const right = step(
      1,
      commission(ids, {
        eventID: "urn:uuid:0193c7e0-0000-7000-8000-0000000000bb",
        ilmd: { ...ilmd, "cbvmda:lotNumber": "RIGHT" },
      }),
    );
    const declaration = {
      ...wrong,
      errorDeclaration: {
        declarationTime: "2026-10-01T00:00:00.000Z",
        reason: "incorrect_data",
        correctiveEventIDs: [right.eventID],
      },
    };
    expect(await take(ctx, [declaration, right])).toMatchObject({
      captured: 2,
      duplicate: 0,
      correctedLots: [
        { gtin, lot: "L" },
        { gtin, lot: "RIGHT" },
      ],
    });
    expect(await inTransaction((sql) => stateOf(sql, ctx, ids[3] as string))).toMatchObject({
      lot: "RIGHT",
      parent: ssccId(sscc(1)),
      standing: "good",
    });
    expect(await inTransaction((sql) => lotCounts(sql, ctx, gtin, "L"))).toMatchObject({ commissioned: 0 });
    expect(await inTransaction((sql) => lotCounts(sql, ctx, gtin, "RIGHT"))).toMatchObject({ commissioned: 60 });
    const history = await inTransaction((sql) => historyOf(sql, ctx, ids[3] as string));
    expect(history.filter(({ event }) => event.declared || event.declaration)).toHaveLength(2);
    expect(await inTransaction((sql) => eventsById(sql, ctx, [wrong["eventID"] as string]))).toHaveLength(2);
    expect((await inTransaction((sql) => verifyLedger(sql, ctx))).differences).toEqual([]);
    const open = (await exceptionsOf(ctx)).filter(({ state }) => state === "open").map(({ code }) => code);
    expect(open.sort()).toEqual(["not-commissioned", "other-lot"]);
  });
});

describe("goods of others", () => {
  const xml = `<?xml version="1.0" encoding="UTF-8"?>
<epcis:EPCISDocument xmlns:epcis="urn:epcglobal:epcis:xsd:1" xmlns:cbvmda="urn:epcglobal:cbv:mda" schemaVersion="1.2" creationDate="2026-09-20T00:00:00Z"><EPCISBody><EventList>
<ObjectEvent><eventTime>2026-09-18T08:00:00Z</eventTime><eventTimeZoneOffset>+00:00</eventTimeZoneOffset><epcList><epc>urn:epc:id:sgtin:0614141.012345.a%2F1</epc><epc>urn:epc:id:sgtin:0614141.012345.B2</epc></epcList><action>ADD</action><bizStep>urn:epcglobal:cbv:bizstep:commissioning</bizStep><disposition>urn:epcglobal:cbv:disp:active</disposition><extension><ilmd><cbvmda:lotNumber>P7</cbvmda:lotNumber><cbvmda:itemExpirationDate>2027-03-31</cbvmda:itemExpirationDate></ilmd></extension></ObjectEvent>
<AggregationEvent><eventTime>2026-09-18T09:00:00Z</eventTime><eventTimeZoneOffset>+00:00</eventTimeZoneOffset><parentID>urn:epc:id:sscc:0614141.1234567890</parentID><childEPCs><epc>urn:epc:id:sgtin:0614141.012345.a%2F1</epc><epc>urn:epc:id:sgtin:0614141.012345.B2</epc></childEPCs><action>ADD</action><bizStep>urn:epcglobal:cbv:bizstep:packing</bizStep></AggregationEvent>
</EventList></EPCISBody></epcis:EPCISDocument>`;
  const box = "https://id.gs1.org/00/106141412345678908";
  const sgtin = (serial: string) => packId("00614141123452", serial);

  test("in XML of 2012 with URNs are found by their Digital Links; what is said is unverified, then implied by receiving [REQ-LED-06] [REQ-LED-07]", async () => {
    const { ctx } = await company();
    const input = {
      document: xml,
      contentType: "application/xml",
      source: "shared" as const,
      partner: "0614141000005",
    };
    const done = await take(ctx, [], input);
    expect(done).toMatchObject({ received: 2, captured: 2, exceptions: 1 });
    expect(await take(ctx, [], input)).toMatchObject({ captured: 0, duplicate: 2 });
    expect(await inTransaction((sql) => stateOf(sql, ctx, sgtin("a%2F1")))).toMatchObject({
      lot: "P7",
      expiry: "2027-03-31",
      parent: box,
      link: "unverified",
    });
    expect(await inTransaction((sql) => stateOf(sql, ctx, "urn:epc:id:sgtin:0614141.012345.a%2F1"))).toMatchObject({
      id: sgtin("a%2F1"),
    });
    await take(ctx, [eventAt({ gln }, at, observe("receiving", "in_progress", [box]))]);
    expect(await inTransaction((sql) => ancestorsOf(sql, ctx, sgtin("B2")))).toEqual([{ id: box, link: "implied" }]);
    expect(await inTransaction((sql) => stateOf(sql, ctx, sgtin("B2")))).toMatchObject({
      disposition: "in_progress",
      place: `https://id.gs1.org/414/${gln}`,
    });
    expect(new Set(await inTransaction(async (sql) => (await packsIn(sql, ctx, [box])).packs))).toEqual(
      new Set([sgtin("a%2F1"), sgtin("B2")]),
    );
    expect(Buffer.from((await inTransaction((sql) => loadDocument(sql, ctx, done.captureId))) ?? []).toString()).toBe(
      xml,
    );
    expect((await inTransaction((sql) => eventsOf(sql, ctx, box))).map(({ type }) => type)).toEqual([
      "AggregationEvent",
      "ObjectEvent",
    ]);
  });

  test("with identifiers of nobody's scheme are kept as they are", async () => {
    const { ctx } = await company();
    const crate = "https://tracker.example.com/crate/9";
    await take(ctx, [step(1, commission([crate], { ilmd: undefined })), step(2, pack(crate, [packId(foreign, "Q1")]))]);
    expect(await inTransaction((sql) => stateOf(sql, ctx, packId(foreign, "Q1")))).toMatchObject({
      parent: crate,
      standing: "observed",
    });
    expect(await inTransaction(async (sql) => (await packsIn(sql, ctx, [crate])).packs)).toEqual([
      packId(foreign, "Q1"),
    ]);
  });

  test("are not seen from the other environment [REQ-ACC-09]", async () => {
    const { ctx, serials } = await company();
    const id = packId(gtin, serials[0] as string);
    await take(ctx, [step(1, commission([id, packId(foreign, "Z9")]))]);
    const validation: LedgerContext = { ...ctx, environment: "validation" };
    for (const each of [id, packId(foreign, "Z9")])
      expect(await inTransaction((sql) => stateOf(sql, validation, each))).toBeUndefined();
    expect(await inTransaction((sql) => lotCounts(sql, validation, gtin, "L"))).toMatchObject({ commissioned: 0 });
    await take(validation, [step(1, commission([packId(foreign, "Z9")]))]);
    expect(await inTransaction((sql) => stateOf(sql, validation, packId(foreign, "Z9")))).toMatchObject({
      standing: "good",
    });
  });
});

describe("at the same time", () => {
  test("lines that share a chunk, a case and a lot lose nothing [REQ-LED-08]", async () => {
    const { ctx, serials } = await company(960);
    const groups = Array.from({ length: 8 }, (_, line) =>
      serials.filter((_, index) => index % 8 === line).map((serial) => packId(gtin, serial)),
    );
    const pallet = ssccId(sscc(99));
    await Promise.all(
      groups.map(async (ids, line) => {
        await take(ctx, [step(1, commission(ids)), step(2, pack(ssccId(sscc(line)), ids.slice(0, 60)))]);
        await take(ctx, [
          step(3, pack(pallet, [ssccId(sscc(line))])),
          step(4, observe("dispensing", "dispensed", [ids[100] as string])),
        ]);
      }),
    );
    expect(await inTransaction((sql) => lotCounts(sql, ctx, gtin, "L"))).toMatchObject({
      commissioned: 960,
      dispensed: 8,
    });
    expect(await inTransaction(async (sql) => (await packsIn(sql, ctx, [pallet])).packs)).toHaveLength(480);
    expect((await inTransaction((sql) => verifyLedger(sql, ctx))).differences).toEqual([]);
  });

  test("others' packs that several documents make rows for lose nothing [REQ-LED-08]", async () => {
    const { ctx } = await company(1);
    const ids = Array.from({ length: 240 }, (_, index) => packId(foreign, `S${index}`));
    await Promise.all(
      Array.from({ length: 4 }, (_, n) => take(ctx, [step(n, observe("shipping", "in_transit", ids))])),
    );
    expect(await inTransaction((sql) => historyOf(sql, ctx, ids[239] as string))).toHaveLength(4);
    expect((await inTransaction((sql) => verifyLedger(sql, ctx))).differences).toEqual([]);
  });

  test("one document sent by several is captured once [REQ-CAP-01]", async () => {
    const { ctx, serials } = await company(96);
    const events = palletEvents({
      gtin,
      lot: "L",
      expiry: "2028-01-31",
      serials,
      cases: [sscc(1), sscc(2)],
      pallet: sscc(3),
      gln,
      at,
    });
    const answers = await Promise.all(Array.from({ length: 5 }, () => take(ctx, events)));
    expect(answers.map(({ captured }) => captured).sort((a, b) => a - b)).toEqual([0, 0, 0, 0, 5]);
    expect((await inTransaction((sql) => verifyLedger(sql, ctx))).differences).toEqual([]);
  });
});

describe("verification finds", () => {
  test("a state that was altered, a history that was cut, a count that is off, a chunk that was damaged [REQ-LED-02]", async () => {
    const { ctx, serials } = await company(60);
    const ids = serials.map((serial) => packId(gtin, serial));
    await take(ctx, [
      step(1, commission(ids)),
      step(2, pack(ssccId(sscc(1)), ids.slice(0, 30))),
      step(3, observe("dispensing", "dispensed", [ids[40] as string])),
    ]);
    const [pool] = await scratch.database.run<{ pool_id: number }>(
      { text: "select pool_id from number_pool where owner = $1" },
      [ctx.owner],
    );
    const classes = "(select class_id from epc_class join scope using (scope) where owner = $1)";
    const found = async (text: string, ...values: unknown[]) => {
      const verified = await scratch.database
        .transaction(async (sql) => {
          await sql.run({ text }, values);
          const { differences } = await verifyLedger(sql, ctx).catch((error: { code: string }) => ({
            differences: [{ what: error.code }],
          }));
          throw Object.assign(new Error(), { what: differences.map(({ what }) => what) });
        })
        .catch((error: { what?: string[] }) => error.what);
      return [...new Set(verified)];
    };
    expect(await found("select 1")).toEqual([]);
    expect(await found("update pack_delta set disp = 78 where pool = $1", pool?.pool_id)).toEqual(["pack"]);
    expect(
      await found(
        `update lot_stat set n = n + 1 where lot_id in (select lot_id from lot where class_id in ${classes})`,
        ctx.owner,
      ),
    ).toEqual(["lot-count"]);
    expect(await found("update chunk set disp = disp || '\\x00'::bytea where pool = $1", pool?.pool_id)).toEqual([
      "ledger.chunk-damaged",
    ]);
    expect(await found("delete from ledger_exception where owner = $1", ctx.owner)).toEqual(["exception"]);
    expect(await found("delete from container")).toEqual(["container", "rows"]);
  });
});
