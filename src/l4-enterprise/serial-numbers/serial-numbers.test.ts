import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { must, type Result } from "../../kernel/base/result.ts";
import { silentLog } from "../../runtime/log.ts";
import type { Sql } from "../../runtime/machine.ts";
import { realMachine } from "../../runtime/machine.real.ts";
import { packId, ssccId } from "../../../test/support/pallet-document.ts";
import { type ScratchDatabase, scratchDatabase } from "../../../test/support/scratch-database.ts";
import type { LedgerContext } from "../ledger/ledger.ts";
import { migrations } from "../migrations.ts";
import { allocate, allocateChallenge, type AllocationRequest, returnNumbers, whoHas } from "./allocation.handler.ts";
import { closePool, createSerialPool, createSsccPool, listPools, registerNumbers } from "./number-pool.handler.ts";
import { openPoolKeys } from "./pool-keys.ts";

const alphabet = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ";
const rule = {
  lengthMin: 6,
  lengthMax: 20,
  lengthUsual: 12,
  allowed: alphabet,
  alphabetUsual: alphabet,
  spaceRatioMin: 10_000,
};
const gtin = "04012345123456";
const machine = realMachine({ log: silentLog });
const keys = openPoolKeys(new Uint8Array(32).fill(9));
const at = 1_790_000_000_000;
const [orderA, orderB] = ["0193c7e0-0000-7000-8000-00000000000a", "0193c7e0-0000-7000-8000-00000000000b"] as const;

let scratch: ScratchDatabase;
let companies = 0;
beforeAll(async () => {
  scratch = await scratchDatabase(migrations);
});
afterAll(() => scratch.drop());

const inTransaction = <T>(work: (sql: Sql) => Promise<T>) => scratch.database.transaction(work);
const company = (): LedgerContext => ({
  owner: String(4_000_000_000_000 + companies++),
  environment: "production",
  keys,
});
const request = (more: Partial<AllocationRequest> = {}): AllocationRequest => ({
  allocationId: machine.random.uuid7(),
  level: "pack",
  gtin,
  lot: "L1",
  site: "4012345000009",
  workOrderId: orderA,
  quantity: 100,
  at,
  ...more,
});
const openPool = (ctx: LedgerContext, more: object = {}) =>
  inTransaction((sql) => createSerialPool(sql, ctx, machine.random, { gtin, ...more }, rule, at));
const take = async (ctx: LedgerContext, more: Partial<AllocationRequest> = {}) =>
  must(await inTransaction((sql) => allocate(sql, ctx, request(more))));
const codeOf = (result: Result<unknown>) => (result.ok ? "ok" : result.refusal.code);

describe("allocation", () => {
  test("gives distinct numbers of the pool's form, and knows of each when and to whom [REQ-NUM-01] [REQ-NUM-02]", async () => {
    const ctx = company();
    const pool = must(await openPool(ctx));
    const [a, b] = [await take(ctx), await take(ctx, { workOrderId: orderB, quantity: 2000 })];
    const all = [...a.numbers, ...b.numbers];
    expect(new Set(all).size).toBe(2100);
    for (const number of all) expect(number).toMatch(/^[2-9A-HJ-NP-Z]{12}$/);
    expect(must(await inTransaction((sql) => whoHas(sql, ctx, packId(gtin, b.numbers[1999] as string))))).toMatchObject(
      { own: true, issued: true, poolId: pool.poolId, counter: "3023", workOrderId: orderB, at },
    );
    expect(must(await inTransaction((sql) => whoHas(sql, ctx, packId(gtin, "23456789ABCD"))))).toMatchObject({
      own: true,
      issued: false,
      workOrderId: null,
    });
    expect(must(await inTransaction((sql) => whoHas(sql, ctx, packId(gtin, "1234567890"))))).toMatchObject({
      own: false,
      issued: false,
    });
    expect((await inTransaction((sql) => listPools(sql, ctx)))[0]).toMatchObject({ issued: "3072", state: "open" });
  });

  test("stores one row, whatever the quantity [REQ-NUM-06]", async () => {
    const ctx = company();
    must(await openPool(ctx));
    await take(ctx, { quantity: 50_000 });
    const rows = await scratch.database.run({ text: "select 1 from number_allocation where owner = $1" }, [ctx.owner]);
    expect(rows).toHaveLength(1);
  });

  test("never gives a number twice to those who ask at once [REQ-NUM-01]", async () => {
    const ctx = company();
    must(await openPool(ctx));
    const answers = await Promise.all(Array.from({ length: 6 }, () => take(ctx, { quantity: 1500 })));
    expect(new Set(answers.flatMap(({ numbers }) => numbers)).size).toBe(9000);
  });

  test("leaves out numbers of an earlier system, which stay nobody's [REQ-NUM-08]", async () => {
    const ctx: LedgerContext = company();
    must(await openPool(ctx));
    // What the pool would have given is found out on a database that forgets it again.
    const would = await inTransaction(async (sql) => {
      throw Object.assign(new Error(), { numbers: must(await allocate(sql, ctx, request())).numbers });
    }).catch((error: { numbers: string[] }) => error.numbers);
    const taken = [would[3], would[50]] as string[];
    expect(must(await inTransaction((sql) => registerNumbers(sql, ctx, gtin, [...taken, "foreign form"], at)))).toEqual(
      { registered: 2 },
    );
    const given = await take(ctx);
    expect(given.numbers).toHaveLength(100);
    expect(given.numbers.filter((number) => taken.includes(number))).toEqual([]);
    expect(codeOf(await inTransaction((sql) => registerNumbers(sql, ctx, gtin, [would[60] as string], at)))).toBe(
      "numbers.too-late",
    );
  });

  test("of SSCCs counts up [REQ-NUM-12]", async () => {
    const ctx = company();
    must(
      await inTransaction((sql) =>
        createSsccPool(sql, ctx, { level: "pallet", companyPrefix: "4012345", extensionDigit: 1 }, at),
      ),
    );
    const first = await take(ctx, { level: "pallet", quantity: 3 });
    const second = await take(ctx, { level: "pallet", quantity: 1 });
    expect([...first.numbers, ...second.numbers].map((sscc) => sscc.slice(0, 17))).toEqual([
      "14012345000000000",
      "14012345000000001",
      "14012345000000002",
      "14012345000000003",
    ]);
    expect(must(await inTransaction((sql) => whoHas(sql, ctx, ssccId(second.numbers[0] as string))))).toMatchObject({
      own: true,
      issued: true,
      counter: "3",
    });
  });

  test("for challenge tests comes from a range of its own [REQ-NUM-11]", async () => {
    const ctx = company();
    must(await openPool(ctx));
    const challenge = must(
      await inTransaction((sql) => allocateChallenge(sql, ctx, request({ quantity: 10 }))),
    ).numbers;
    expect(challenge).toHaveLength(10);
    for (const number of challenge)
      expect(must(await inTransaction((sql) => whoHas(sql, ctx, packId(gtin, number))))).toMatchObject({
        own: true,
        issued: false,
      });
  });
});

describe("pools", () => {
  test("of one GTIN must not overlap; of another company they may [REQ-NUM-03]", async () => {
    const ctx = company();
    must(await openPool(ctx, { prefix: "AB" }));
    expect(codeOf(await openPool(ctx))).toBe("serials.pool-overlap");
    expect(codeOf(await openPool(ctx, { prefix: "CD" }))).toBe("ok");
    expect(codeOf(await openPool(company()))).toBe("ok");
    expect(codeOf(await openPool(ctx, { gtin: "04012345123450" }))).toBe("gs1.check-digit");
  });

  test("that are closed give nothing, and their numbers can still be told [REQ-NUM-10]", async () => {
    const ctx = company();
    const { poolId } = must(await openPool(ctx));
    const { numbers } = await take(ctx, { quantity: 1 });
    must(await inTransaction((sql) => closePool(sql, ctx, poolId, at)));
    expect(codeOf(await inTransaction((sql) => closePool(sql, ctx, poolId, at)))).toBe("serials.pool-closed");
    expect(codeOf(await inTransaction((sql) => allocate(sql, ctx, request())))).toBe("numbers.no-pool");
    expect(must(await inTransaction((sql) => whoHas(sql, ctx, packId(gtin, numbers[0] as string))))).toMatchObject({
      issued: true,
    });
  });

  test("belong to one owner and environment [REQ-ACC-09]", async () => {
    const ctx = company();
    const { poolId } = must(await openPool(ctx));
    const validation: LedgerContext = { ...ctx, environment: "validation" };
    expect(await inTransaction((sql) => listPools(sql, validation))).toEqual([]);
    expect(codeOf(await inTransaction((sql) => closePool(sql, validation, poolId, at)))).toBe("numbers.no-pool");
    const { numbers } = await take(ctx, { quantity: 1 });
    expect(
      must(await inTransaction((sql) => whoHas(sql, validation, packId(gtin, numbers[0] as string)))),
    ).toMatchObject({ own: false });
  });

  test("do not open under another wrapping key [REQ-NUM-13]", async () => {
    const ctx = company();
    must(await openPool(ctx));
    const thief: LedgerContext = { ...ctx, keys: openPoolKeys(new Uint8Array(32).fill(1)) };
    await expect(inTransaction((sql) => allocate(sql, thief, request()))).rejects.toMatchObject({ code: "key.unwrap" });
    expect(
      (
        await scratch.database.run<{ key: Buffer }>(
          { text: "select wrapped_key as key from number_pool where owner = $1" },
          [ctx.owner],
        )
      )[0]?.key.length,
    ).toBeGreaterThan(32);
  });
});

describe("numbers that come back", () => {
  test("are retired once, as ranges [REQ-NUM-09]", async () => {
    const ctx = company();
    must(await openPool(ctx));
    const { numbers } = await take(ctx);
    const back = (returned: readonly string[], deactivated: readonly string[] = []) =>
      inTransaction((sql) =>
        returnNumbers(sql, ctx, { workOrderId: orderA, level: "pack", returned, deactivated, at }),
      );
    expect(must(await back(numbers.slice(50), numbers.slice(10, 12)))).toEqual({ retired: 52 });
    expect(must(await back(numbers.slice(48, 60), []))).toEqual({ retired: 2 });
    const ranges = await scratch.database.run<{ n: number }>(
      { text: "select counter_from, counter_to, cause from number_retired where owner = $1 order by counter_from" },
      [ctx.owner],
    );
    expect(ranges).toHaveLength(3);
    expect(await back([numbers[0] as string, "23456789ABCD"])).toMatchObject({
      ok: false,
      refusal: { code: "numbers.not-of-order", at: "/returned/1" },
    });
  });

  test("must be of the order", async () => {
    const ctx = company();
    must(await openPool(ctx));
    const { numbers } = await take(ctx, { workOrderId: orderB });
    expect(
      codeOf(
        await inTransaction((sql) =>
          returnNumbers(sql, ctx, {
            workOrderId: orderA,
            level: "pack",
            returned: numbers.slice(0, 1),
            deactivated: [],
            at,
          }),
        ),
      ),
    ).toBe("numbers.not-of-order");
  });
});
