import { afterAll, beforeAll, expect, test } from "vitest";
import { type ScratchDatabase, scratchDatabase } from "../../../test/support/scratch-database.ts";
import { must } from "../../kernel/base/result.ts";
import { silentLog } from "../../runtime/log.ts";
import type { Database } from "../../runtime/machine.ts";
import { realMachine } from "../../runtime/machine.real.ts";
import { migrations } from "../migrations.ts";
import { allocate, whoHas } from "./allocation.handler.ts";
import { createSerialPool } from "./number-pool.handler.ts";
import { openPoolKeys } from "./pool-keys.ts";
import { rewrapPoolKeys } from "./rewrap.handler.ts";

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
const scope = { owner: "4012345000009", environment: "production" } as const;
const [from, to] = [new Uint8Array(32).fill(1), new Uint8Array(32).fill(2)] as const;
const machine = realMachine({ log: silentLog, postgresConnectionsMax: 1 });
let scratch: ScratchDatabase;
let database: Database;

beforeAll(async () => {
  scratch = await scratchDatabase(migrations);
  database = machine.database.postgres(scratch.url);
});
afterAll(async () => {
  await database.close();
  await scratch.drop();
});

const rewrap = (keys: { from: Uint8Array; to: Uint8Array }) =>
  database.transaction((sql) => rewrapPoolKeys(sql, machine, { ...scope, ...keys }));
const opened = (wrapping: Uint8Array) => ({ ...scope, keys: openPoolKeys(wrapping) });

test("the key file is rotated, and every number stays what it was [REQ-NUM-13]", async () => {
  const at = 1_790_000_000_000;
  const workOrderId = "0193c7e0-0000-7000-8000-00000000000a";
  const made = await database.transaction((sql) =>
    createSerialPool(sql, opened(from), machine.random, { gtin }, rule, at),
  );
  must(made);
  const take = (wrapping: Uint8Array) =>
    database.transaction((sql) =>
      allocate(sql, opened(wrapping), {
        allocationId: machine.random.uuid7(),
        level: "pack",
        gtin,
        lot: "L1",
        site: "4012345000009",
        workOrderId,
        quantity: 5,
        at,
      }),
    );
  const before = must(await take(from)).numbers;

  await expect(rewrap({ from: to, to: from })).rejects.toMatchObject({ code: "key.unwrap" });
  // A level that runs holds the old key.
  await scratch.database.run({ text: "select 1" });
  await expect(rewrap({ from, to })).rejects.toMatchObject({ code: "key.in-use" });
  await scratch.database.close();
  await expect.poll(() => rewrap({ from, to }).catch(() => 0)).toBe(1);

  await expect(take(from)).rejects.toMatchObject({ code: "key.unwrap" });
  expect(must(await take(to)).numbers.filter((number) => before.includes(number))).toEqual([]);
  const id = `https://id.gs1.org/01/${gtin}/21/${before[0]}`;
  expect(must(await database.transaction((sql) => whoHas(sql, opened(to), id)))).toMatchObject({
    own: true,
    workOrderId,
  });
  const trail = await database.run({
    text: "select action, actor_name from audit_entry where action = 'keys.rewrap'",
  });
  expect(trail).toEqual([{ action: "keys.rewrap", actor_name: "console" }]);
});
