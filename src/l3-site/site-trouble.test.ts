import { afterEach, describe, expect, test } from "vitest";
import { commonApi } from "../contract/common-api.ts";
import { ProblemError } from "../contract/client.ts";
import type { JournalEntry } from "../contract/journal.ts";
import { checkDigit } from "../kernel/gs1/check-digit.ts";
import { type OrderView, siteApi, type Waiver, type WorkOrder } from "../contract/site-api.ts";
import { journalOf, type Mishaps, packBatch } from "../../test/support/packed-batch.ts";
import { exampleNumbers, exampleOrder, exampleRecipe, foldJournal, ownerGln } from "../../test/support/site-orders.ts";
import { type SiteWorld, siteWorld, until } from "../../test/support/site-world.ts";
import { countNumbers } from "./reconciliation/reconciliation.store.ts";

const otherOwner = `952144400000${checkDigit("952144400000")}`;
let world: SiteWorld;
afterEach(() => world.close());

const code = (refused: Promise<unknown>) =>
  refused.then(
    () => "accepted",
    (error: unknown) => (error instanceof ProblemError ? error.code : String(error)),
  );
const detail = (refused: Promise<unknown>) =>
  refused.then(
    () => "accepted",
    (error: unknown) => (error instanceof ProblemError ? (error.detail ?? "") : String(error)),
  );

async function receive(order: WorkOrder): Promise<void> {
  await world.asEnterprise(order.owner).call(siteApi.receiveOrder, {
    params: { workOrderId: order.workOrderId },
    body: order,
    envelope: world.envelope(order.owner),
  });
}

async function view(order: WorkOrder): Promise<OrderView> {
  return (await world.as("supervisor")).call(siteApi.order, { params: { workOrderId: order.workOrderId } });
}

async function approveRecipe(): Promise<void> {
  await (await world.as("packaging-engineer")).call(siteApi.writeRecipe, {
    body: { recipe: exampleRecipe, reason: "test" },
  });
  await (await world.as("qa")).call(siteApi.approveRecipe, {
    params: { recipeId: exampleRecipe.recipeId, version: "1" },
    body: { signature: world.signature("qa") },
  });
}

/** The order on the line, and the journal of its run as `alter` leaves it, sent. */
async function runOrder(
  order: WorkOrder,
  mishaps: Mishaps = {},
  alter: (entries: JournalEntry["body"][]) => JournalEntry["body"][] = (bodies) => bodies,
) {
  await world.sendPeople();
  await approveRecipe();
  await receive(order);
  await until("the order has its numbers", async () => ((await view(order)).state === "numbered" ? true : undefined));
  await (await world.as("supervisor")).call(siteApi.assign, {
    params: { workOrderId: order.workOrderId },
    body: { lineId: "line-1", recipeId: exampleRecipe.recipeId },
  });
  const run = await until("the line has the run", () => world.line.runs()[0]);
  const startAt = world.machine.clock.now();
  const bodies = alter(packBatch(run, startAt, mishaps).map(({ body }) => body));
  const entries = journalOf(
    run.runId,
    bodies.map((body, index) => ({ at: startAt + index, body })),
  );
  await world.sendJournal(entries);
  return { run, entries };
}

const reconcile = async (order: WorkOrder) =>
  (await world.as("supervisor")).call(siteApi.reconcile, {
    params: { workOrderId: order.workOrderId },
    body: { signature: world.signature("supervisor") },
  });
const close = async (order: WorkOrder, waivers: Waiver[] = []) =>
  (await world.as("qa")).call(siteApi.close, {
    params: { workOrderId: order.workOrderId },
    body: { signature: world.signature("qa"), waivers },
  });

describe("a site that serves two companies", () => {
  test("keeps their orders, numbers and messages apart [REQ-ACC-09]", async () => {
    world = await siteWorld({ owners: [ownerGln, otherOwner] });
    await world.sendPeople();
    const own = exampleOrder();
    const other = exampleOrder({
      workOrderId: "01900000-0000-7000-8000-00000000a009",
      owner: otherOwner,
      lot: "OTHER",
    });
    expect(
      await code(
        world.asEnterprise(otherOwner).call(siteApi.receiveOrder, {
          params: { workOrderId: own.workOrderId },
          body: own,
          envelope: world.envelope(otherOwner),
        }),
      ),
    ).toBe("site.owner");
    await receive(own);
    await receive(other);
    for (const order of [own, other])
      await until("both have their numbers", async () => ((await view(order)).state === "numbered" ? true : undefined));
    const asked = world.enterprise.of("/v1/number-allocations");
    for (const { owner, body } of asked)
      expect((JSON.parse(body) as { workOrderId: string }).workOrderId).toBe(
        owner === ownerGln ? own.workOrderId : other.workOrderId,
      );
    expect(asked.map(({ owner }) => owner).sort()).toEqual(
      [otherOwner, otherOwner, otherOwner, ownerGln, ownerGln, ownerGln].sort(),
    );
    const held = await world.scratch.database.run<{ owner: string; count: number }>({
      text: "select owner, count(*)::int as count from number group by owner order by owner",
    });
    expect(held).toEqual(
      [
        { owner: ownerGln, count: 64 },
        { owner: otherOwner, count: 64 },
      ].sort((a, b) => (a.owner < b.owner ? -1 : 1)),
    );
    for (const [asking, unseen] of [
      [otherOwner, ownerGln],
      [ownerGln, otherOwner],
    ] as const) {
      const client = world.asEnterprise(asking);
      const [overview, landscape] = [await client.call(commonApi.overview), await client.call(commonApi.landscape)];
      const orders = overview.counters.filter(({ key }) => key.startsWith("orders-"));
      expect(orders.reduce((sum, { value }) => sum + value, 0)).toBe(1);
      expect(landscape.levels.map(({ level }) => level)).toContain("line");
      for (const text of [JSON.stringify(overview), JSON.stringify(landscape)]) expect(text).not.toContain(unseen);
    }
  });
});

const ask = async (order: WorkOrder, reason: string) =>
  (await world.as("supervisor")).call(siteApi.askNumbers, {
    params: { workOrderId: order.workOrderId },
    body: { reason },
  });

describe("numbers that level 4 does not give", () => {
  test("leave the order waiting, with the reason, until a person has it tried again", async () => {
    world = await siteWorld();
    await world.sendPeople();
    const order = exampleOrder();
    world.enterprise.answers = ({ path, body }) =>
      path === "/v1/number-allocations" && body.includes('"case"')
        ? { status: 409, body: { code: "serials.pool-exhausted", title: "No numbers are left." } }
        : undefined;
    await receive(order);
    const waiting = await until("the refusal is known", async () =>
      (await view(order)).commands["assign"]?.includes("pool-exhausted") ? view(order) : undefined,
    );
    expect(waiting.state).toBe("received");
    world.enterprise.answers = () => undefined;
    const { commonApi } = await import("../contract/common-api.ts");
    const administrator = await world.as("administrator");
    const [lane] = await administrator.call(commonApi.lanes);
    await administrator.call(commonApi.resendMessage, {
      params: { messageId: lane?.oldest?.messageId ?? "" },
      body: { reason: "pool opened" },
    });
    await until("the order has its numbers", async () => ((await view(order)).state === "numbered" ? true : undefined));
  });

  test.each<[string, (level: string) => string[]]>([
    [
      "were given before",
      (level) => exampleNumbers(level as "pack", { pack: 44, case: 13, pallet: 7 }[level as "pack"]),
    ],
    ["are too few", () => ["A1"]],
  ])("are not kept when they %s", async (_, numbersOf) => {
    world = await siteWorld();
    await world.sendPeople();
    const first = exampleOrder();
    await receive(first);
    await until("the first order has its numbers", async () =>
      (await view(first)).state === "numbered" ? true : undefined,
    );
    const second = exampleOrder({ workOrderId: "01900000-0000-7000-8000-00000000a009" });
    world.enterprise.answers = ({ path, body }) => {
      if (path !== "/v1/number-allocations") return undefined;
      const { level } = JSON.parse(body) as { level: string };
      return { status: 201, body: { allocationId: second.workOrderId, poolId: 1, level, numbers: numbersOf(level) } };
    };
    await receive(second);
    await until("the answer is refused", async () =>
      (await view(second)).commands["assign"]?.startsWith("Level 4 gave no numbers") ? true : undefined,
    );
    expect((await view(second)).numbers).toEqual({ pack: 0, case: 0, pallet: 0 });
    const refused = await view(second);
    expect(refused).toMatchObject({ state: "received", commands: { ask: null } });
    expect(refused.numbersRefused).toBeDefined();
    world.enterprise.answers = () => undefined;
    await ask(second, "the pool was looked at");
    const numbered = await until("the order has its numbers", async () => {
      const seen = await view(second);
      return seen.state === "numbered" ? seen : undefined;
    });
    expect(numbered.numbersRefused).toBeUndefined();
    expect(numbered.numbers).toEqual((await view(first)).numbers);
    expect(await code(ask(second, "once more"))).toBe("site.order-numbered");
  });

  test("are asked for again by a person of the site, also when level 4 had refused", async () => {
    world = await siteWorld();
    await world.sendPeople();
    const order = exampleOrder();
    world.enterprise.answers = ({ path }) =>
      path === "/v1/number-allocations"
        ? { status: 409, body: { code: "serials.pool-exhausted", title: "No." } }
        : undefined;
    world.enterprise.mode = "down";
    await receive(order);
    expect(await code(ask(order, "too early"))).toBe("site.nothing-refused");
    world.enterprise.mode = "up";
    await until("the refusal is known", async () => (await view(order)).numbersRefused);
    world.enterprise.answers = () => undefined;
    await ask(order, "pool opened");
    await until("the order has its numbers", async () => ((await view(order)).state === "numbered" ? true : undefined));
  });
});

describe("an order that is not packed [REQ-ORD-01]", () => {
  const cancel = async (order: WorkOrder) =>
    (await world.as("supervisor")).call(siteApi.cancel, {
      params: { workOrderId: order.workOrderId },
      body: { reason: "the customer is gone" },
    });
  const returned = () =>
    world.enterprise
      .of("/v1/number-returns")
      .map(({ body }) => JSON.parse(body) as { level: string; returned: string[] });

  test("is cancelled, and every number of it goes back", async () => {
    world = await siteWorld();
    await world.sendPeople();
    const order = exampleOrder();
    await receive(order);
    const { numbers } = await until("the order has its numbers", async () => {
      const seen = await view(order);
      return seen.state === "numbered" ? seen : undefined;
    });
    expect((await cancel(order)).state).toBe("cancelled");
    await until("all are told", () => (returned().length === 3 ? true : undefined));
    expect(Object.fromEntries(returned().map(({ level, returned: back }) => [level, back.length]))).toEqual(numbers);
    expect(await code(cancel(order))).toBe("site.order-run");
    const [audited] = await world.scratch.database.run<{ reason: string }>({
      text: "select reason from audit_entry where action = 'order.cancel'",
    });
    expect(audited?.reason).toBe("the customer is gone");
  });

  test("is cancelled while its numbers are on their way: they go back when they come", async () => {
    world = await siteWorld();
    await world.sendPeople();
    world.enterprise.mode = "down";
    const order = exampleOrder();
    await receive(order);
    expect((await cancel(order)).state).toBe("cancelled");
    world.enterprise.mode = "up";
    await until("all are told", () => (returned().length === 3 ? true : undefined));
    expect(await view(order)).toMatchObject({ state: "cancelled" });
    const left = await world.scratch.database.run({ text: "select 1 from number where state <> 0" });
    expect(left).toEqual([]);
  });

  test("is not cancelled once a line has it", async () => {
    world = await siteWorld();
    const order = exampleOrder();
    await runOrder(order);
    expect(await code(cancel(order))).toBe("site.order-run");
  });
});

describe("a batch of which packs are missing [REQ-RUN-11] [REQ-REC-09]", () => {
  test("is closed when QA has waived the deviation, and level 4 is told that they are decommissioned", async () => {
    world = await siteWorld();
    const order = exampleOrder();
    await runOrder(order, { misread: (n) => n === 3, takenOut: (n) => n === 5, gone: () => true });
    await until("the run is complete", async () => ((await view(order)).state === "completed" ? true : undefined));
    const { levels, integrity } = await reconcile(order);
    expect(levels[0]).toMatchObject({ decommissioned: 1, missing: 1, destroyed: 0, unaccounted: 0 });
    expect(integrity).toMatchObject([{ rule: "deviation.missing", severity: "warning", at: "missing-packs/1" }]);
    expect(await code(close(order))).toBe("site.not-waived");
    const waiver = { rule: "deviation.missing", at: "missing-packs/1", reason: "investigated, report 17" };
    expect((await close(order, [waiver])).state).toBe("closed");
    const record = await (await world.as("qa")).call(siteApi.batchRecord, {
      params: { workOrderId: order.workOrderId },
    });
    expect(record).toMatchObject({ waivers: [waiver], missing: [{ expected: 2, counted: 0, missing: 2, numbers: 2 }] });
    await until("level 4 has the submission", async () => ((await view(order)).submission.accepted ? true : undefined));
    const events = world.enterprise.of("/v1/capture").map(({ body }) => body);
    expect(events.filter((body) => body.includes("decommissioning") && body.includes("unknown"))).toHaveLength(1);
  });
});

describe("a batch whose records do not agree", () => {
  test("is not reconciled while a counter disagrees, and says which [REQ-REC-05]", async () => {
    world = await siteWorld();
    const order = exampleOrder();
    await runOrder(order, { misread: (n) => n === 3 }, (bodies) =>
      bodies.map((body) => (body.kind === "bin-counted" ? { ...body, counted: 0 } : body)),
    );
    expect(await code(reconcile(order))).toBe("site.counters-disagree");
    expect(await detail(reconcile(order))).toMatch(/bin: .*1 expected, 0 counted/);
    expect((await view(order)).commands["reconcile"]).toMatch(/What machines and people counted.*bin/);
  });

  test("is not closed when the line broke a rule, and says which [REQ-REC-06]", async () => {
    world = await siteWorld();
    const order = exampleOrder();
    await runOrder(order, {}, (bodies) => bodies.filter((body) => body.kind !== "line-cleared"));
    expect((await reconcile(order)).integrity).toMatchObject([{ rule: "signature.clearance", severity: "error" }]);
    expect(await code(close(order))).toBe("site.integrity");
    expect(await detail(close(order))).toContain("signature.clearance");
  });

  test("is not closed when the copy of its journal was changed [REQ-REC-06]", async () => {
    world = await siteWorld();
    const order = exampleOrder();
    await runOrder(order);
    await reconcile(order);
    await world.scratch.database.run({
      text: "update journal_entry set body = replace(body, '\"grade\":4', '\"grade\":3') where seq = 10",
    });
    await world.scratch.database.run({ text: "update journal_entry set at = at - 1 where seq = 12" });
    expect(await detail(close(order))).toMatch(/journal\.chain journal\/1[02]/);
  });

  test("is not closed when its balance is no longer what was signed", async () => {
    world = await siteWorld();
    const order = exampleOrder();
    const { run } = await runOrder(order, { misread: (n) => n === 2 });
    await reconcile(order);
    await world.scratch.database.run({ text: "update number set state = 3 where level = 0 and state = 6" });
    expect(await detail(close(order))).toContain("signature.reconciliation");
    expect(run.numbers.pack).toHaveLength(44);
  });

  test("keeps a journal that tells of a run after its end, and does not follow it", async () => {
    world = await siteWorld();
    const order = exampleOrder();
    const { run, entries } = await runOrder(order);
    const last = entries.at(-1) as JournalEntry;
    const [scrapped = ""] = run.numbers.pack;
    const late = journalOf(
      run.runId,
      [
        {
          at: last.at + 1,
          body: {
            kind: "number-moved",
            level: "pack",
            number: scrapped,
            from: "Commissioned",
            to: "Inactive",
            cause: "missing",
          },
        },
      ],
      last,
    );
    expect(await world.sendJournal(late)).toBe(entries.length + 1);
    const balance = await (await world.as("qa")).call(siteApi.reconciliation, {
      params: { workOrderId: order.workOrderId },
    });
    expect(balance.balanced).toBe(true);
    expect(balance.integrity).toMatchObject([{ rule: "journal.after-end", severity: "error" }]);
  });
});

describe("what the database counts", () => {
  test("is what the journal adds up to", async () => {
    world = await siteWorld();
    const order = exampleOrder({ quantity: 30 });
    const mishaps: Mishaps = {
      misread: (n) => n % 7 === 0,
      unprinted: (n) => n === 4,
      takenOut: (n) => n % 9 === 0,
      sampled: (n) => n === 5,
      badLabel: (n) => n === 1,
    };
    const { run, entries } = await runOrder(order, mishaps);
    const block = { pack: run.numbers.pack.length, case: run.numbers.case.length, pallet: run.numbers.pallet.length };
    expect(await countNumbers(world.scratch.database, order.workOrderId, block)).toEqual(
      foldJournal(order, run, entries).numbers,
    );
  });
});
