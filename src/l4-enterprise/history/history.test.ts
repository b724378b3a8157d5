import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { must, RefusalError } from "../../kernel/base/result.ts";
import { silentLog } from "../../runtime/log.ts";
import { realMachine } from "../../runtime/machine.real.ts";
import { documentOf, packId, palletEvents } from "../../../test/support/pallet-document.ts";
import { type ScratchDatabase, scratchDatabase } from "../../../test/support/scratch-database.ts";
import type { LedgerContext } from "../ledger/identity.ts";
import { stateOf } from "../ledger/ledger.ts";
import { loadExceptions } from "../ledger/exception.store.ts";
import { migrations } from "../migrations.ts";
import { allocate } from "../serial-numbers/allocation.handler.ts";
import { createSerialPool } from "../serial-numbers/number-pool.handler.ts";
import { openPoolKeys } from "../serial-numbers/pool-keys.ts";
import { takeOverEvents, takeOverNumbers } from "./history.handler.ts";
import { numberColumns, usedNumber } from "./number-list.ts";

// A space of a million numbers, 3,000 of them used: of 20,000 that are issued some sixty would be among them.
const alphabet = "AB";
const rule = {
  lengthMin: 3,
  lengthMax: 20,
  lengthUsual: 20,
  allowed: "AB0",
  alphabetUsual: alphabet,
  spaceRatioMin: 1,
};
const gtin = "04012345123456";
const gln = "4012345000009";
const at = 1_790_000_000_000;
const machine = realMachine({ log: silentLog });
const ctx: LedgerContext = { owner: gln, environment: "production", keys: openPoolKeys(new Uint8Array(32).fill(7)) };

let scratch: ScratchDatabase;
beforeAll(async () => {
  scratch = await scratchDatabase(migrations);
});
afterAll(() => scratch.drop());

const lines = (...text: string[]) =>
  async function* () {
    yield* text;
  };
const numbers = (sha256: string, ...text: string[]) =>
  takeOverNumbers(machine, scratch.database, ctx, { name: `${sha256}.csv`, sha256 }, lines(...text));
const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => "ok",
    (error: unknown) => (error instanceof RefusalError ? error.refusal.code : String(error)),
  );
/** Twenty places, `A` and `B` by the bits of a number. */
const serial = (bits: number) => Array.from({ length: 20 }, (_, place) => alphabet[(bits >> place) & 1]).join("");
const used = Array.from({ length: 3000 }, (_, n) => serial(n));
const before = used.slice(0, 1000);
const inEvents = used.slice(1000, 1048);
const later = used.slice(1048);

describe("the history of a former system [REQ-NUM-08] [REQ-OUT-04]", () => {
  test("numbers and events are taken over once, and no pool ever issues them", async () => {
    const first = await numbers("a", "Serial;GTIN", ...before.map((each) => `${each};${gtin}`));
    expect(first).toMatchObject({ numbers: 1000, registered: 0, known: false });
    await scratch.database.transaction(async (sql) =>
      must(await createSerialPool(sql, ctx, machine.random, { gtin }, rule, at)),
    );
    const plan = { gtin, lot: "OLD", expiry: "2027-06-30", gln, at, serials: inEvents, cases: [], pallet: "" };
    const [commissioning] = palletEvents({ ...plan, cases: ["040123450000000017"] });
    const history = {
      document: Buffer.from(documentOf([commissioning as Record<string, unknown>])),
      contentType: "application/ld+json",
    };
    const events = () => takeOverEvents(machine, scratch.database, ctx, { name: "1.json", sha256: "e" }, history);
    expect(await events()).toMatchObject({ captured: 1, duplicate: 0, exceptions: 0, registered: 48, known: false });
    expect(await events()).toMatchObject({ captured: 1, registered: 48, known: true });
    const second = await numbers("b", "gtin,serial", ...later.map((each) => `"${gtin}",${each}`), "");
    expect(second).toMatchObject({ numbers: 1952, registered: 1952 });
    expect(await numbers("b")).toEqual({ ...second, known: true });

    const [state, exceptions] = await scratch.database.transaction(async (sql) => [
      await stateOf(sql, ctx, packId(gtin, inEvents[0] as string)),
      await loadExceptions(sql, ctx, 5),
    ]);
    expect(state).toMatchObject({ lot: "OLD", commissionedBy: "own" });
    expect(exceptions).toEqual([]);
    const given = await scratch.database.transaction(async (sql) =>
      must(
        await allocate(sql, ctx, {
          allocationId: machine.random.uuid7(),
          level: "pack",
          gtin,
          lot: "NEW",
          site: gln,
          workOrderId: machine.random.uuid7(),
          quantity: 20_000,
          at,
        }),
      ),
    );
    const taken = new Set(used);
    expect(given.numbers).toHaveLength(20_000);
    expect(given.numbers.filter((each) => taken.has(each))).toEqual([]);
    expect(await codeOf(numbers("c", "gtin,serial", `${gtin},${serial(8000)}`))).toBe("numbers.too-late");
  });

  test("a list that is refused leaves nothing", async () => {
    expect(await codeOf(numbers("d", "gtin,serial", "04012345123449,X1", "04012345123449,"))).toBe("history.serial");
    const kept =
      "select 1 from number_of_former_system where serial = 'X1' union all select 1 from history_file where sha256 = 'd'";
    expect(await scratch.database.run({ text: kept })).toEqual([]);
  });
});

test.each([
  ["gtin,serial", `${gtin},A"B`, '{"gtin":"04012345123456","serial":"AB"}'],
  ["x;SERIAL;Gtin", `1;"A;B";${gtin}`, '{"gtin":"04012345123456","serial":"A;B"}'],
  ["gtin,serial", `${gtin},"a""b"`, '{"gtin":"04012345123456","serial":"a\\"b"}'],
  ["\uFEFFgtin,serial", `${gtin},a,b`, '{"gtin":"04012345123456","serial":"a"}'],
  ["gtin,serial", "04012345123455,a", "gs1.check-digit at 7"],
  ["gtin,serial", `${gtin},${"A".repeat(21)}`, "history.serial at 7"],
  ["gtin,serial", `${gtin},ü`, "history.serial at 7"],
  ["number", "1", "history.columns at 1"],
])("a list with the columns %j reads %j as %s", (head, line, outcome) => {
  const columns = numberColumns(head);
  const read = columns.ok ? usedNumber(line, columns.value, 7) : columns;
  expect(read.ok ? JSON.stringify(read.value) : `${read.refusal.code} at ${read.refusal.at}`).toBe(outcome);
});
