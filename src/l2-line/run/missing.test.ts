import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { noRates, usualRates } from "../../../test/simulation/line-chance.ts";
import { lineModel } from "../../../test/simulation/line-devices.ts";
import { violations } from "../../../test/simulation/line-invariants.ts";
import {
  command,
  foldJournal,
  newWorld,
  operate,
  person,
  prepared,
  restart,
  runId,
  testOrder,
  theRun,
  turnWorld,
  type World,
  writeOff as writeOffAll,
} from "../../../test/simulation/line-world.ts";
import { whyNot } from "./commands.ts";
import type { Command } from "./line.ts";
import { binContent, goodPacks, type Run } from "./run.ts";
import { judge, packCode } from "./verdict.ts";

const order = testOrder({ quantity: 30, packsPerCase: 5, casesPerPallet: 3, spare: 60 });
const signature = {
  signatureId: runId,
  userId: person,
  userName: "op",
  meaning: "performed",
  at: 1,
  recordHash: "0".repeat(64),
};
const of = (world: World) => theRun(world);

function turnUntil(world: World, condition: () => boolean): void {
  for (let step = 0; step < 5_000 && !condition(); step++) turnWorld(world);
  expect(condition()).toBe(true);
}

/** Aborted after `good` good packs, with everything that is outside closed cases in the bin. */
function aborted(good: number, rates = noRates): World {
  const world = newWorld(lineModel({ seed: good, rates }));
  prepared(world, order);
  for (let step = 0; step < 5_000 && goodPacks(of(world)) < good; step++) {
    turnWorld(world);
    operate(world);
  }
  command(world, { name: "abort", runId, by: person, reason: "fire" });
  turnUntil(world, () => of(world).countersRead);
  world.model.clearBelt();
  return world;
}

function serialsIn(world: World): string[] {
  const { bin, downstreamBin } = world.model.truth();
  return [...bin, ...downstreamBin].flatMap(({ elements }) => packCode(elements ?? "")?.serial ?? []);
}

const count = (world: World, counted: number) => command(world, { name: "countBin", runId, by: person, counted });
const writeOff = (found: readonly string[], unnumbered: number, missing: number): Command => ({
  name: "writeOffMissing",
  runId,
  by: person,
  reason: "searched for, not found",
  found,
  unnumbered,
  missing,
  signatures: [signature, signature],
});
const disposal: Command = {
  name: "dispose",
  runId,
  by: person,
  reason: "rejects",
  signatures: [signature, signature],
};

function readOf(run: Run, serial: string) {
  const { gtin, lot, expiry } = run.order;
  const elements = `01${gtin}21${serial}\x1d10${lot}\x1d17${expiry}`;
  const symbol = { elements, symbology: "]d2", corners: [], grade: 4 };
  return {
    type: "read" as const,
    triggerId: 999,
    symbols: [symbol],
    text: { matched: true, scoreMin: 1 },
    imageId: "x",
  };
}

describe("[REQ-RUN-11] missing packs are written off by two signatures", () => {
  test.each([8, 12, 17, 23])(
    "aborted after %d good packs, three taken: scanned ones are disposed of, the others end",
    (good) => {
      const world = aborted(good);
      const all = serialsIn(world);
      expect(all.length).toBeGreaterThan(4);
      const [taken, left] = [all.slice(0, 3), all.slice(3)];
      const before = new Map(taken.map((serial) => [serial, of(world).numbers.pack.get(serial)?.state]));
      expect(command(world, writeOff(left, 0, 3))).toBe("line.bin-not-counted");
      const expected = binContent(of(world));
      const blank = expected - all.length;
      count(world, left.length + blank);
      expect(command(world, disposal)).toBe("line.bin-mismatch");
      expect(command(world, writeOff(left, blank, 3))).toBeUndefined();
      for (const serial of taken) {
        const gone = before.get(serial) === "Commissioned" ? "Inactive" : "SNInvalid";
        if (before.get(serial) !== "SNInvalid") expect(of(world).numbers.pack.get(serial)?.state).toBe(gone);
        expect(judge(of(world), serial, readOf(of(world), serial)).verdict).toBe("reject");
      }
      expect(command(world, disposal)).toBeUndefined();
      const run = of(world);
      expect(run.ended).toBe(true);
      const declared = world.journal.find(({ body }) => body.kind === "missing-declared")?.body;
      expect(declared).toMatchObject({ expected, counted: left.length + blank, missing: 3, unnumbered: blank });
      expect(violations(world, run).filter((each) => !each.includes("the machine counted"))).toEqual([]);
      expect(foldJournal(world).get(runId)).toEqual(run);
      restart(world);
      expect(of(world)).toEqual(run);
    },
  );

  test("what does not add up is not signed for", () => {
    const world = aborted(12);
    const left = serialsIn(world).slice(2);
    const [first = "", ...rest] = left;
    const packed = [...of(world).numbers.pack].find(([, { place }]) => place === "packed")?.[0] ?? "";
    const blank = binContent(of(world)) - serialsIn(world).length;
    const cases: readonly (readonly [string, Command])[] = [
      ["line.scanned-twice", writeOff([first, first, ...rest.slice(1)], blank, 2)],
      ["line.number-unknown", writeOff(["NOBODY", ...rest], blank, 2)],
      ["line.not-of-the-bin", writeOff([packed, ...rest], blank, 2)],
      ["line.not-of-the-bin", writeOff([order.numbers.pack.at(-1) ?? "", ...rest], blank, 2)],
      ["line.scans-differ", writeOff(left, blank + 1, 2)],
      ["line.missing-differs", writeOff(left, blank, 1)],
      ["line.missing-differs", writeOff(left, blank, 3)],
    ];
    count(world, binContent(of(world)));
    expect(command(world, writeOff(left, blank, 2))).toBe("line.nothing-missing");
    count(world, left.length + blank);
    const entries = world.journal.length;
    for (const [code, asked] of cases) expect(command(world, asked), JSON.stringify(asked)).toBe(code);
    expect(world.journal.length).toBe(entries);
    expect(whyNot(world.line, of(world), "writeOffMissing")).toBeNull();
  });

  test("whatever was taken and whatever can be read, every number ends and none becomes good", () => {
    const good = fc.integer({ min: 1, max: 26 });
    fc.assert(
      fc.property(good, fc.func(fc.constantFrom("taken", "read", "unreadable")), (packs, fate) => {
        const world = aborted(packs, usualRates);
        const isGood = (run: Run) => [...run.numbers.pack].filter(([, { parent }]) => parent !== null);
        const before = isGood(of(world));
        const all = serialsIn(world).filter((serial, index, serials) => serials.indexOf(serial) === index);
        const found = all.filter((serial) => fate(serial) === "read");
        const taken = all.filter((serial) => fate(serial) === "taken").length;
        const expected = binContent(of(world));
        count(world, expected - taken);
        const refused = command(world, writeOff(found, expected - taken - found.length, taken));
        expect(refused).toBe(taken === 0 ? "line.nothing-missing" : undefined);
        expect(command(world, disposal)).toBeUndefined();
        const run = of(world);
        expect(isGood(run)).toEqual(before);
        const ends = new Set([...run.numbers.pack.values()].filter(({ seq }) => seq > 0).map(({ state }) => state));
        for (const state of ["Allocated", "Encoded"] as const) expect(ends.has(state)).toBe(false);
        expect(violations(world, run).filter((each) => !each.includes("the machine counted"))).toEqual([]);
      }),
      { numRuns: 40 },
    );
  });

  test("a pack without a number that is taken from the belt is looked for in the bin", () => {
    const world = newWorld(lineModel({ seed: 5, rates: { ...noRates, spoiled: 0.3 } }));
    prepared(world, testOrder({ quantity: 30, packsPerCase: 5, casesPerPallet: 3, consecutiveRejectsMax: 100 }));
    turnUntil(world, () => goodPacks(of(world)) >= 7);
    // A link is lost while packs stand before the camera: they are rejected as nobody's when they are seen again.
    world.model.cut("packPrinter");
    turnUntil(world, () => of(world).state === "Held");
    const taken = world.model.takeFromBelt();
    expect(taken).toBeDefined();
    world.model.restore("packPrinter");
    turnUntil(world, () => {
      operate(world);
      return of(world).state === "Complete";
    });
    const { bin, downstreamBin, counters } = world.model.truth();
    const run = of(world);
    expect(run.settledTo, "nothing is left open").toBe(counters.infeed);
    count(world, bin.length + downstreamBin.length);
    const unlisted = world.journal.filter(({ body }) => body.kind === "pack-lost").length;
    expect(binContent(run) - bin.length - downstreamBin.length).toBe(unlisted);
    expect(unlisted).toBe(1);
    expect(writeOffBin(world)).toBeUndefined();
    expect(command(world, disposal)).toBeUndefined();
    expect(violations(world, run)).toEqual([]);
  });

  test("good packs that did not come out of the packer are not written off by whoever goes on", () => {
    const world = newWorld(lineModel({ seed: 3, rates: noRates }));
    prepared(world, order);
    turnUntil(world, () => of(world).loose.length >= 2);
    const serial = of(world).loose[1] ?? "";
    const taken = world.model.removeByHand(of(world).numbers.pack.get(serial)?.trackingId ?? 0);
    expect(taken).toBeDefined();
    turnUntil(world, () => {
      operate(world);
      return of(world).state === "Complete";
    });
    expect(of(world).numbers.pack.get(serial)).toMatchObject({ state: "Commissioned", place: "bin" });
    const { bin, downstreamBin } = world.model.truth();
    count(world, bin.length + downstreamBin.length);
    expect(command(world, disposal)).toBe("line.bin-mismatch");
    expect(writeOffBin(world)).toBeUndefined();
    expect(of(world).numbers.pack.get(serial)).toMatchObject({ state: "Inactive", place: "gone" });
    expect(command(world, disposal)).toBeUndefined();
    expect(of(world)).toMatchObject({ ended: true });
    expect(violations(world, of(world))).toEqual([]);
  });
});

function writeOffBin(world: World): string | undefined {
  const { bin, downstreamBin } = world.model.truth();
  return writeOffAll(world, [...bin, ...downstreamBin]);
}
