import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ProblemError } from "../contract/client.ts";
import type { Submission } from "../contract/enterprise-api.ts";
import type { JournalEntry } from "../contract/journal.ts";
import { type OrderView, siteApi } from "../contract/site-api.ts";
import { canonicalHash } from "../runtime/canonical-hash.ts";
import { checkDocument } from "../kernel/epcis/check.ts";
import { parseEpcisJson } from "../kernel/epcis/json.ts";
import type { EpcisEvent } from "../kernel/epcis/model.ts";
import { must } from "../kernel/base/result.ts";
import { batchPeople, journalOf, packBatch } from "../../test/support/packed-batch.ts";
import { exampleNumbers, exampleOrder, exampleRecipe, ownerGln } from "../../test/support/site-orders.ts";
import { type SiteWorld, siteWorld, until } from "../../test/support/site-world.ts";
import { reconciliationMeaning } from "./reconciliation/reconciliation.handler.ts";

const order = exampleOrder();
const params = { workOrderId: order.workOrderId };
let world: SiteWorld;
let journal: JournalEntry[];

beforeAll(async () => {
  world = await siteWorld();
  await world.sendPeople();
});
afterAll(() => world.close());

const view = async (): Promise<OrderView> => (await world.as("supervisor")).call(siteApi.order, { params });
const inState = (state: OrderView["state"]) =>
  until(`the order is ${state}`, async () => ((await view()).state === state ? view() : undefined));
const code = (refused: Promise<unknown>) =>
  refused.then(
    () => "accepted",
    (error: unknown) => (error instanceof ProblemError ? error.code : String(error)),
  );

// One order from its receipt to the warehouse: each test goes on where the one before ended.
describe("a site alone, between a level 4 and a line", () => {
  test("passes people on to its lines", async () => {
    const [told] = await until("the line has the people", () =>
      world.line.received.some(({ path }) => path === "/v1/people") ? world.line.received : undefined,
    );
    expect((JSON.parse(told?.body ?? "{}") as { people: unknown[] }).people).toHaveLength(6);
    await world.sendPeople();
    await world.outbox().idle();
    expect(world.line.received).toHaveLength(1);
  });

  test("approves a recipe by somebody else than its author [REQ-SIG-04]", async () => {
    const engineer = await world.as("packaging-engineer");
    await engineer.call(siteApi.writeRecipe, { body: { recipe: exampleRecipe, reason: "new product" } });
    expect(await code(engineer.call(siteApi.writeRecipe, { body: { recipe: exampleRecipe, reason: "again" } }))).toBe(
      "site.recipe-version",
    );
    const which = { recipeId: exampleRecipe.recipeId, version: "1" };
    const qa = await world.as("qa");
    const approved = await qa.call(siteApi.approveRecipe, {
      params: which,
      body: { signature: world.signature("qa") },
    });
    expect(approved).toMatchObject({
      state: "approved",
      approval: { userName: "qa", meaning: "approved for production" },
    });
    expect(
      await code(qa.call(siteApi.approveRecipe, { params: which, body: { signature: world.signature("qa") } })),
    ).toBe("site.recipe-not-draft");
  });

  test("asks level 4 for the numbers of an order by itself, once", async () => {
    world.enterprise.mode = "lossy";
    const envelope = world.envelope(ownerGln);
    const receive = () => world.asEnterprise().call(siteApi.receiveOrder, { params, body: order, envelope });
    await receive();
    await receive();
    await world.asEnterprise().call(siteApi.receiveOrder, { params, body: order, envelope: world.envelope(ownerGln) });
    await until("level 4 was asked", () =>
      world.enterprise.of("/v1/number-allocations").length > 0 ? true : undefined,
    );
    expect((await view()).commands["assign"]).toMatch(/Only an order that has its numbers/);
    world.enterprise.mode = "up";
    const numbered = await inState("numbered");
    expect(numbered.numbers).toEqual({ pack: 44, case: 13, pallet: 7 });
    expect(world.enterprise.of("/v1/number-allocations")).toHaveLength(3);
    expect(world.enterprise.repeated.length).toBeGreaterThan(0);
    expect(numbered.commands["assign"]).toBeNull();
  });

  test("refuses another order under the same id, and one for somebody else [REQ-MSG-08]", async () => {
    const send = (body: typeof order, owner = ownerGln) =>
      world.asEnterprise().call(siteApi.receiveOrder, {
        params: { workOrderId: body.workOrderId },
        body,
        envelope: world.envelope(owner),
      });
    expect(await code(send({ ...order, quantity: 30 }))).toBe("site.order-differs");
    expect(await code(send({ ...order, site: ownerGln }))).toBe("site.other-site");
    expect(await code(send({ ...order, environment: "validation" }))).toBe("seam.environment");
    expect(await code(send({ ...order, owner: "9521321000997" }))).toBe("site.owner");
    expect(await code(send(order, "9521321000997"))).toBe("gxp.owner-scope");
    expect(
      await code(send({ ...order, workOrderId: "01900000-0000-7000-8000-00000000a002", gtin: "09521321000119" })),
    ).toBe("gs1.check-digit");
  });

  test("hands the line its whole block of numbers", async () => {
    const supervisor = await world.as("supervisor");
    const assign = (lineId: string, recipeId: string) =>
      supervisor.call(siteApi.assign, { params, body: { lineId, recipeId } });
    expect(await code(assign("line-9", exampleRecipe.recipeId))).toBe("site.line-unknown");
    expect(await code(assign("line-1", "no-recipe"))).toBe("site.recipe-not-approved");
    const assigned = await assign("line-1", exampleRecipe.recipeId);
    expect(assigned).toMatchObject({ state: "on-line", lineId: "line-1", recipe: { version: 1 } });
    expect(await code(assign("line-1", exampleRecipe.recipeId))).toBe("site.order-not-numbered");
    const [run] = await until("the line has the run", () =>
      world.line.runs().length > 0 ? world.line.runs() : undefined,
    );
    expect(run).toMatchObject({ runId: assigned.runId, lot: "LOT-1", quantity: 20 });
    expect(run?.numbers.pack).toHaveLength(44);
    expect(
      await code(supervisor.call(siteApi.reconcile, { params, body: { signature: world.signature("supervisor") } })),
    ).toBe("site.order-not-completed");
    const mishaps = {
      misread: (n: number) => n === 3,
      unprinted: (n: number) => n === 5,
      takenOut: (n: number) => n === 8,
      sampled: (n: number) => n === 10,
      badLabel: (n: number) => n === 2,
    };
    if (run) journal = journalOf(run.runId, packBatch(run, world.machine.clock.now(), mishaps));
  });

  test("follows the line's journal, whatever comes twice or out of order [REQ-RUN-05]", async () => {
    const third = Math.floor(journal.length / 3);
    const [first, second, last] = [journal.slice(0, third), journal.slice(third, 2 * third), journal.slice(2 * third)];
    expect(await world.sendJournal(second)).toBe(0);
    expect(await world.sendJournal([...first].reverse())).toBe(third);
    expect(await world.sendJournal([...first, ...second.slice(0, 10)])).toBe(third + 10);
    expect(await world.sendJournal([...second, ...last.slice(5)])).toBe(2 * third);
    expect((await view()).state).toBe("on-line");
    const messageId = world.machine.random.uuid7();
    expect(await world.sendJournal(last, messageId)).toBe(journal.length);
    expect(await world.sendJournal(last, messageId)).toBe(journal.length);
    const completed = await inState("completed");
    expect(completed.journal).toEqual({ entries: journal.length, lastSeq: journal.length });
    expect(completed.progress).toEqual({ commissioned: 22, packed: 20, cases: 5, pallets: 3, rejected: 3 });
    expect(completed.commands).toMatchObject({
      assign: expect.any(String),
      reconcile: null,
      close: expect.any(String),
    });
  });

  test("takes no other past, no broken chain and no word of another line [REQ-RUN-07]", async () => {
    const [first] = journal as [JournalEntry];
    const altered = { ...first, hash: "b".repeat(64) };
    expect(await code(world.sendJournal([altered]))).toBe("site.journal-forked");
    const next = { ...first, seq: journal.length + 1 };
    expect(await code(world.sendJournal([next]))).toBe("serials.journal-chain");
    const asOther = world.asLine("line-2").call(siteApi.writeJournal, {
      params: { lineId: "line-1" },
      body: { entries: [] },
      envelope: world.envelope(ownerGln),
    });
    expect(await code(asOther)).toBe("site.other-line");
  });

  test("shows the balance and the numbers", async () => {
    const qa = await world.as("qa");
    const balance = await qa.call(siteApi.reconciliation, { params });
    expect(balance.integrity).toEqual([]);
    expect(balance).toMatchObject({ balanced: true, rejects: { printVerify: 2, downstream: 1 } });
    expect(balance.levels.map(({ unaccounted }) => unaccounted)).toEqual([0, 0, 0]);
    const commissioned = await qa.call(siteApi.numbers, { params, query: { level: "pack", state: "Commissioned" } });
    expect(commissioned).toHaveLength(20);
    expect(commissioned.every(({ parent }) => parent !== null)).toBe(true);
  });

  test("is reconciled with a signature, and gives back what was not used [REQ-REC-08]", async () => {
    const supervisor = await world.as("supervisor");
    const reconcile = (signature: ReturnType<SiteWorld["signature"]>) =>
      supervisor.call(siteApi.reconcile, { params, body: { signature } });
    expect(await code(reconcile({ ...world.signature("supervisor"), password: "wrong" }))).toBe(
      "gxp.signature-refused",
    );
    expect(await code(reconcile(world.signature("qa")))).toBe("gxp.signer-other");
    expect((await view()).state).toBe("completed");
    const balance = await reconcile(world.signature("supervisor", reconciliationMeaning));
    expect(balance.balanced).toBe(true);
    await world.outbox().idle();
    const returned = world.enterprise
      .of("/v1/number-returns")
      .map(({ body }) => JSON.parse(body) as { level: string; returned: string[] });
    expect(returned.map(({ level, returned: numbers }) => [level, numbers.length])).toEqual([
      ["pack", 21],
      ["case", 7],
      ["pallet", 3],
    ]);
    expect(await code(reconcile(world.signature("supervisor")))).toBe("site.order-not-completed");
  });

  test("is closed by QA, sealed and submitted, with level 4 gone for a while [REQ-REC-07]", async () => {
    const qa = await world.as("qa");
    expect(await code(qa.call(siteApi.batchRecord, { params }))).toBe("site.not-closed");
    world.enterprise.mode = "down";
    const closed = await qa.call(siteApi.close, { params, body: { signature: world.signature("qa") } });
    expect(closed).toMatchObject({ state: "closed", submission: { accepted: false } });
    expect(closed.submission.waiting).toBe(closed.submission.documents + 1);
    await world.restart();
    world.enterprise.mode = "up";
    const submitted = await inState("submitted");
    expect(submitted.submission).toEqual({ documents: closed.submission.documents, waiting: 0, accepted: true });
    const record = await (await world.as("qa")).call(siteApi.batchRecord, { params });
    const { hash, ...content } = record;
    expect(canonicalHash(content)).toBe(hash);
    expect(record.journal).toMatchObject({ entries: journal.length, lastHash: journal.at(-1)?.hash });
    expect(record.signatures.map(({ meaning }) => meaning)).toEqual([
      "done",
      "done",
      "done",
      "done",
      "reconciled",
      "batch record reviewed, order closed",
    ]);
    const sealedStates = await (await world.as("qa")).call(siteApi.numbers, {
      params,
      query: { level: "case", state: "Released" },
    });
    expect(sealedStates).toHaveLength(5);
  });

  test("tells level 4 everything that happened, as valid documents, in order [REQ-DOC-04]", async () => {
    const documents = world.enterprise.of("/v1/capture");
    const [submission] = world.enterprise.of("/v1/submissions").map(({ body }) => JSON.parse(body) as Submission);
    const record = await (await world.as("qa")).call(siteApi.batchRecord, { params });
    expect(world.enterprise.received.at(-1)?.path).toBe("/v1/submissions");
    expect(submission).toMatchObject({
      workOrderId: order.workOrderId,
      lot: "LOT-1",
      batchRecordHash: record.hash,
      documents: documents.map(({ messageId }) => messageId),
    });
    expect(new Set(submission?.operatedBy)).toEqual(new Set(Object.values(batchPeople)));
    const events: EpcisEvent[] = [];
    for (const { body, contentType } of documents) {
      expect(contentType).toBe("application/ld+json");
      expect(checkDocument(body)).toMatchObject({ valid: true, errors: [] });
      const read = must(parseEpcisJson(body)).events;
      const times = read.map(({ eventTime }) => eventTime.at);
      expect(times).toEqual([...times].sort((a, b) => a - b));
      events.push(...read);
    }
    expect(submission?.events).toBe(events.length);
    const alive = new Set<string>();
    for (const event of events) {
      const named =
        event.type === "AggregationEvent"
          ? [event.parentID ?? "", ...(event.childEPCs ?? [])]
          : event.type === "ObjectEvent"
            ? (event.epcList ?? [])
            : [];
      const born = event.type === "ObjectEvent" && event.action === "ADD";
      expect(named.filter((epc) => alive.has(epc) === born)).toEqual([]);
      for (const epc of named) if (born) alive.add(epc);
    }
    const count = (holds: (event: EpcisEvent) => boolean) =>
      events.filter(holds).flatMap((event) => ("epcList" in event ? (event.epcList ?? []) : [])).length;
    const commissioned = (event: EpcisEvent) => event.type === "ObjectEvent" && event.action === "ADD";
    expect(count((event) => commissioned(event) && "ilmd" in event)).toBe(22);
    expect(count((event) => commissioned(event) && !("ilmd" in event))).toBe(8);
    expect(count((event) => event.bizStep === "destroying")).toBe(1);
    expect(count((event) => event.bizStep === "sampling")).toBe(1);
    const parents = events.flatMap((event) => (event.type === "AggregationEvent" ? [event.parentID] : []));
    expect(new Set(parents).size).toBe(8);
    expect(new Set(events.map(({ eventID }) => eventID)).size).toBe(events.length);
    expect(world.enterprise.received.every(({ owner }) => owner === ownerGln)).toBe(true);
  });

  test("loads what was ordered from what stands in the warehouse", async () => {
    const deliveryId = "01900000-0000-7000-8000-00000000e001";
    const delivery = {
      deliveryId,
      owner: ownerGln,
      environment: "production" as const,
      shipTo: "9521444000007",
      purchaseOrder: "PO-1",
      lines: [{ gtin: order.gtin, lot: order.lot, quantity: 16 }],
    };
    const send = () =>
      world
        .asEnterprise()
        .call(siteApi.receiveDelivery, { params: { deliveryId }, body: delivery, envelope: world.envelope(ownerGln) });
    await send();
    await send();
    const loader = await world.as("warehouse");
    const [open] = await loader.call(siteApi.deliveries);
    expect(open?.candidates.map(({ level, packs }) => [level, packs])).toEqual([
      ["pallet", 8],
      ["pallet", 8],
    ]);
    const load = (scans: string[]) => loader.call(siteApi.load, { params: { deliveryId }, body: { scans } });
    const [inside] = await (await world.as("qa")).call(siteApi.numbers, {
      params,
      query: { level: "case", state: "Released" },
    });
    expect(await code(load([`]C100${inside?.number}`]))).toBe("site.container-inside");
    expect(await code(load([`]C100${exampleNumbers("case", 1, 900_000)[0]}`]))).toBe("site.container-unknown");
    const [first, second] = open?.candidates ?? [];
    expect(await code(load([`]C100${first?.sscc}`, `00${first?.sscc}`]))).toBe("site.container-twice");
    const loaded = await load([`]C100${first?.sscc}`, `https://id.gs1.org/00/${second?.sscc}`]);
    expect(loaded).toMatchObject({ state: "loaded", loaded: [first?.sscc, second?.sscc] });
    expect(await code(load([`00${first?.sscc}`]))).toBe("site.delivery-loaded");
    await until("the loading is reported", async () =>
      (await loader.call(siteApi.deliveries))[0]?.state === "reported" ? true : undefined,
    );
    const [report] = world.enterprise.of("/v1/loadings");
    expect(JSON.parse(report?.body ?? "{}")).toMatchObject({ deliveryId, ssccs: [first?.sscc, second?.sscc] });
  });

  test("knows which of its lines are alive", async () => {
    const supervisor = await world.as("supervisor");
    expect(await supervisor.call(siteApi.lines)).toMatchObject([
      { lineId: "line-1", alive: true, lastSeq: journal.length },
    ]);
    world.line.alive = false;
    expect(await supervisor.call(siteApi.lines)).toMatchObject([{ lineId: "line-1", alive: false }]);
  });
});
