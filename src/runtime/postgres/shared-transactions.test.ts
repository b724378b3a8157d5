import { describe, expect, test } from "vitest";
import { Fault } from "../fault.ts";
import type { Sql } from "../machine.ts";
import { sharedTransactions } from "./shared-transactions.ts";

// The transaction is played here: what matters is who shares one, and what each is told.

/** Commits when told; `fails` throws at the commit of these members. */
function stage(fails: (items: readonly string[]) => unknown = () => undefined) {
  const transactions: string[][] = [];
  const commits: (() => void)[] = [];
  const join = sharedTransactions<string, string>(
    {
      async transaction(work) {
        const value = await work({} as Sql);
        const items = transactions.at(-1) ?? [];
        await new Promise<void>((resolve) => commits.push(resolve));
        const error = fails(items);
        if (error !== undefined) throw error;
        return value;
      },
    },
    { transactionsMax: 1, weightMax: 10 },
    (item) => item.length,
    async (_sql, items) => {
      transactions.push([...items]);
      return items.map((item) => item.toUpperCase());
    },
  );
  const settle = async () => {
    for (let turn = 0; turn < 10; turn++) await Promise.resolve();
  };
  const commit = async () => {
    await settle();
    commits.shift()?.();
    await settle();
  };
  return { transactions, join, commit, settle };
}

describe("sharedTransactions", () => {
  test("who comes while one runs shares the next, up to its weight, and is answered after the commit", async () => {
    const { transactions, join, commit, settle } = stage();
    const answers: string[] = [];
    for (const item of ["aaaa", "bbbb", "cccc", "dddd"]) void join(item).then((answer) => answers.push(answer));
    await settle();
    expect([transactions, answers]).toEqual([[["aaaa"]], []]);
    await commit();
    expect([transactions, answers]).toEqual([[["aaaa"], ["bbbb", "cccc"]], ["AAAA"]]);
    await commit();
    await commit();
    expect([transactions.at(-1), answers]).toEqual([["dddd"], ["AAAA", "BBBB", "CCCC", "DDDD"]]);
  });

  test("one that is heavier than a transaction may be has its own", async () => {
    const { transactions, join, commit } = stage();
    const heavy = join("a heavy document");
    await commit();
    expect([await heavy, transactions]).toEqual(["A HEAVY DOCUMENT", [["a heavy document"]]]);
  });

  test("nobody fails for another: those of a transaction that failed have one each", async () => {
    const { transactions, join, commit } = stage((items) => (items.includes("bad") ? new Error("no") : undefined));
    const outcomes = Promise.allSettled(["one", "bad", "two"].map(join));
    for (let turn = 0; turn < 4; turn++) await commit();
    expect(await outcomes).toMatchObject([{ value: "ONE" }, { status: "rejected" }, { value: "TWO" }]);
    expect(transactions).toEqual([["one"], ["bad", "two"], ["bad"], ["two"]]);
  });

  test("an outcome in doubt is told to all of them and not tried again", async () => {
    const doubt = new Fault("ambiguous", "database.connection", "lost during the commit");
    const { transactions, join, commit } = stage((items) => (items.length > 1 ? doubt : undefined));
    const outcomes = Promise.allSettled(["one", "two", "six"].map(join));
    for (let turn = 0; turn < 3; turn++) await commit();
    expect(await outcomes).toMatchObject([{ value: "ONE" }, { reason: doubt }, { reason: doubt }]);
    expect(transactions).toHaveLength(2);
  });
});
