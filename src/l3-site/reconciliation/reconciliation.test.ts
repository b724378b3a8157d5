import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { JournalEntry } from "../../contract/journal.ts";
import { journalOf, type Mishaps, packBatch } from "../../../test/support/packed-batch.ts";
import { exampleOrder, exampleRun, foldJournal } from "../../../test/support/site-orders.ts";
import { balanceOf, checkBalance } from "./reconciliation.ts";

const block = { pack: 200, case: 60, pallet: 30 };

function balanced(
  quantity: number,
  mishaps: Mishaps,
  alter: (entries: JournalEntry[]) => JournalEntry[] = (entries) => entries,
) {
  const order = exampleOrder({ quantity });
  const run = exampleRun(order, block);
  const folded = foldJournal(order, run, alter(journalOf(run.runId, packBatch(run, 1_000, mishaps))));
  return { ...folded, balance: balanceOf(order.workOrderId, folded.numbers, folded.batch) };
}

const some: Mishaps = {
  misread: (n) => n === 3,
  unprinted: (n) => n === 5,
  takenOut: (n) => n === 8,
  sampled: (n) => n === 10,
  badLabel: (n) => n === 2,
};

describe("the balance of an order", () => {
  test("accounts for every number of a batch, whatever happened to it [REQ-REC-02]", () => {
    const choose = fc.func<[number], boolean>(fc.boolean());
    const rarely = fc.integer({ min: 2, max: 9 }).map((every) => (n: number) => n % every === 0);
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 40 }),
        rarely,
        rarely,
        rarely,
        rarely,
        choose,
        (quantity, misread, unprinted, takenOut, sampled, badLabel) => {
          const { balance, findings, batch } = balanced(quantity, {
            misread,
            unprinted,
            takenOut,
            sampled,
            badLabel,
          });
          expect(findings).toEqual([]);
          expect(balance.crossChecks.filter(({ agrees }) => !agrees)).toEqual([]);
          expect(balance.levels.map(({ unaccounted }) => unaccounted)).toEqual([0, 0, 0]);
          expect(balance.balanced).toBe(true);
          expect(checkBalance(balance, batch).ok).toBe(true);
          expect(balance.levels[0]?.packed).toBe(quantity);
        },
      ),
      { numRuns: 40 },
    );
  });

  test("has what was written off as missing as a line of its own, checked against the statement [REQ-RUN-11]", () => {
    const { balance, findings, batch } = balanced(20, { ...some, gone: () => true });
    expect(findings).toEqual([]);
    expect(balance.balanced).toBe(true);
    expect(balance.levels[0]).toMatchObject({
      decommissioned: 1,
      missing: 1,
      destroyed: 0,
      invalid: 1,
      labelScrapped: 0,
    });
    const stated = balance.crossChecks.filter(({ source }) => source === "missing" || source === "bin");
    expect(stated.map(({ expected, counted }) => [expected, counted])).toEqual([
      [3, 3],
      [2, 2],
      [3, 3],
    ]);
    expect(batch.missing).toMatchObject([{ expected: 3, counted: 1, missing: 2, found: 0, unnumbered: 1, numbers: 2 }]);
  });

  test.each<[string, (body: JournalEntry["body"]) => JournalEntry["body"], string]>([
    [
      "fewer stated as missing than ended so",
      (body) => (body.kind === "missing-declared" ? { ...body, numbers: 1 } : body),
      "missing",
    ],
    [
      "packs that neither lie in the bin nor are stated as missing",
      (body) => (body.kind === "missing-declared" ? { ...body, missing: 1 } : body),
      "bin",
    ],
    [
      "a bin that was counted otherwise than it was scanned",
      (body) => (body.kind === "missing-declared" ? { ...body, unnumbered: 0 } : body),
      "missing",
    ],
  ])("a write-off does not settle %s", (_, change, source) => {
    const { balance, batch } = balanced(20, { ...some, gone: () => true }, (entries) =>
      entries.map((entry) => ({ ...entry, body: change(entry.body) })),
    );
    expect(checkBalance(balance, batch)).toMatchObject({ refusal: { code: "site.counters-disagree", at: source } });
  });

  test("sets aside what a machine counted that forgot its counters, and nothing else", () => {
    const forget = (machine: "counters-lost" | "print-counters-lost") => (entries: JournalEntry[]) =>
      entries.flatMap((entry): JournalEntry[] => {
        if (entry.body.kind !== "counters") return [entry];
        const { conveyor, printed } = entry.body;
        const body =
          machine === "counters-lost"
            ? { ...entry.body, conveyor: { ...conveyor, infeed: 3, accepted: 2, rejected: 1, bin: 0 } }
            : { ...entry.body, printed: { ...printed, pack: 2 } };
        return [
          { ...entry, body: { kind: "alarm", code: machine, active: true, detail: "" } },
          { ...entry, body },
        ];
      });
    for (const machine of ["counters-lost", "print-counters-lost"] as const) {
      const { balance, batch } = balanced(20, some, forget(machine));
      expect(balance.crossChecks.filter(({ agrees }) => !agrees).length, machine).toBeGreaterThan(0);
      expect(checkBalance(balance, batch).ok, machine).toBe(true);
      const stranger = balanced(20, some, (entries) =>
        forget(machine)(entries).filter(({ body }) => body.kind !== "alarm"),
      );
      expect(checkBalance(stranger.balance, stranger.batch).ok, "without the line's word").toBe(false);
      const short = balanced(20, some, (entries) =>
        forget(machine)(entries).map((entry) =>
          entry.body.kind === "bin-counted" ? { ...entry, body: { ...entry.body, counted: 1 } } : entry,
        ),
      );
      expect(checkBalance(short.balance, short.batch), "a bin is counted by hand").toMatchObject({
        refusal: { code: "site.counters-disagree", at: "bin" },
      });
    }
  });

  test("says what each level came to", () => {
    const { balance } = balanced(20, some);
    expect(balance.levels).toMatchObject([
      {
        level: "pack",
        allocated: 200,
        everCommissioned: 22,
        good: 20,
        packed: 20,
        sampled: 1,
        destroyed: 1,
        labelScrapped: 1,
        returned: 177,
      },
      { level: "case", allocated: 60, good: 5, packed: 5, labelScrapped: 1, returned: 54 },
      { level: "pallet", allocated: 30, good: 3, loose: 3, packed: 0, labelScrapped: 1, returned: 26 },
    ]);
    expect(balance.rejects).toEqual({ printVerify: 2, downstream: 1 });
  });

  type Bodies = (body: JournalEntry["body"]) => JournalEntry["body"] | undefined;
  const map = (change: Bodies) => (entries: JournalEntry[]) =>
    entries.flatMap((entry) => {
      const body = change(entry.body);
      return body === undefined ? [] : [{ ...entry, body }];
    });
  const counters =
    (change: (counted: Extract<JournalEntry["body"], { kind: "counters" }>) => object): Bodies =>
    (body) =>
      body.kind === "counters" ? { ...body, ...change(body) } : body;
  const dropFirst = (matches: (body: JournalEntry["body"]) => boolean): Bodies => {
    let dropped = false;
    return (body) => {
      if (dropped || !matches(body)) return body;
      dropped = true;
      return undefined;
    };
  };

  test.each<[string, Bodies, string, string]>([
    [
      "a printer that counted one more",
      counters(({ printed }) => ({ printed: { ...printed, pack: printed.pack + 1 } })),
      "site.counters-disagree",
      "printer",
    ],
    [
      "a label printed and never told",
      counters(({ printed }) => ({ printed: { ...printed, case: printed.case + 1 } })),
      "site.counters-disagree",
      "printer",
    ],
    [
      "a picture of a pack without a trigger",
      counters(({ pictures }) => ({ pictures: { ...pictures, pack: pictures.pack + 1 } })),
      "site.counters-disagree",
      "camera",
    ],
    [
      "a pack let through that is not commissioned",
      counters(({ conveyor }) => ({ conveyor: { ...conveyor, accepted: conveyor.accepted + 1 } })),
      "site.counters-disagree",
      "conveyor",
    ],
    [
      "a reject that no sensor saw fall",
      counters(({ conveyor }) => ({ conveyor: { ...conveyor, bin: conveyor.bin - 1 } })),
      "site.counters-disagree",
      "conveyor",
    ],
    [
      "a pack that came in and went nowhere",
      counters(({ conveyor }) => ({ conveyor: { ...conveyor, infeed: conveyor.infeed + 1 } })),
      "site.counters-disagree",
      "conveyor",
    ],
    [
      "a case more on the conveyor",
      counters(({ conveyor }) => ({ conveyor: { ...conveyor, cases: conveyor.cases + 1 } })),
      "site.counters-disagree",
      "conveyor",
    ],
    [
      "a machine that counts another production",
      counters(({ packMl }) => ({ packMl: { ...packMl, processed: packMl.processed + 1 } })),
      "site.counters-disagree",
      "packml",
    ],
    [
      "counters that were never read",
      (body) => (body.kind === "counters" ? undefined : body),
      "site.counters-disagree",
      "conveyor",
    ],
    [
      "a bin with one pack less",
      (body) => (body.kind === "bin-counted" ? { ...body, counted: body.counted - 1 } : body),
      "site.counters-disagree",
      "bin",
    ],
    [
      "a printed number left undecided",
      dropFirst((body) => body.kind === "number-moved" && body.to === "LabelScrapped" && body.level === "pack"),
      "site.unaccounted",
      "pack",
    ],
    [
      "a number sent and never heard of",
      dropFirst((body) => body.kind === "number-moved" && body.level === "pack" && body.cause === "bin-disposed"),
      "site.unaccounted",
      "pack",
    ],
    [
      "a good case on no pallet",
      dropFirst((body) => body.kind === "aggregated" && body.level === "pallet"),
      "site.unaccounted",
      "case",
    ],
    [
      "a good pack in no case",
      dropFirst((body) => body.kind === "aggregated" && body.level === "case"),
      "site.unaccounted",
      "pack",
    ],
    [
      "a run that has not ended",
      (body) => (body.kind === "run-completed" ? undefined : body),
      "site.not-ended",
      "01900000-0000-7000-8000-00000000a001",
    ],
  ])("is refused with %s", (_, change, code, at) => {
    const { balance, batch } = balanced(20, some, map(change));
    expect(balance.balanced).toBe(false);
    expect(checkBalance(balance, batch)).toMatchObject({ ok: false, refusal: { code, at } });
  });
});
