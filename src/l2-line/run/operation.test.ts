import { describe, expect, test } from "vitest";
import { noRates } from "../../../test/simulation/line-chance.ts";
import { lineModel } from "../../../test/simulation/line-devices.ts";
import { violations } from "../../../test/simulation/line-invariants.ts";
import {
  command,
  dispose,
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
} from "../../../test/simulation/line-world.ts";
import { commandReasons, commandRules, whyNot } from "./commands.ts";
import type { Command } from "./line.ts";
import { goodPacks } from "./run.ts";

const order = testOrder({ quantity: 30, packsPerCase: 5, casesPerPallet: 3, spare: 60 });
const signature = {
  signatureId: runId,
  userId: person,
  userName: "op",
  meaning: "performed",
  at: 1,
  recordHash: "0".repeat(64),
};

function started(seed = 3): World {
  const world = newWorld(lineModel({ seed, rates: noRates }));
  prepared(world, order);
  return world;
}

function turnUntil(world: World, condition: () => boolean): void {
  for (let step = 0; step < 5_000 && !condition(); step++) turnWorld(world);
  expect(condition()).toBe(true);
}

const kinds = (world: World) => world.journal.map(({ body }) => body.kind);
const of = (world: World) => theRun(world);

function closeAndCheck(world: World): void {
  dispose(world);
  expect(of(world).ended).toBe(true);
  expect(violations(world, of(world))).toEqual([]);
  expect(foldJournal(world).get(runId)).toEqual(of(world));
}

describe("LINE-003 commands by state [REQ-RUN-08]", () => {
  const commands = Object.keys(commandRules) as (keyof typeof commandRules)[];

  test("an order just received can only be cleared", () => {
    const world = newWorld(lineModel({ seed: 1, rates: noRates }));
    command(world, { name: "prepareRun", order });
    const possible = commands.filter((name) => whyNot(world.line, of(world), name) === null);
    expect(possible).toEqual(["clearLine"]);
    expect(command(world, { name: "start", runId, by: person })).toBe("line.not-cleared");
  });

  test.each([
    ["Execute", ["hold", "complete", "abort"]],
    ["Held", ["unhold", "complete", "abort", "countBin", "sample"]],
    ["Complete", ["countBin"]],
  ])("%s", (state, possible) => {
    const world = started();
    if (state === "Held") command(world, { name: "hold", runId, by: person, reason: "break" });
    if (state === "Complete") turnUntil(world, () => of(world).state === "Complete");
    expect(of(world).state).toBe(state);
    expect(commands.filter((name) => whyNot(world.line, of(world), name) === null)).toEqual(possible);
    const reasons = commandReasons(world.line, of(world));
    expect(commands.filter((name) => reasons[name] === null)).toEqual(possible);
  });

  test("a second run waits until the first one's bin is disposed of", () => {
    const world = started();
    const next = {
      ...testOrder({ quantity: 5, packsPerCase: 5, casesPerPallet: 1, spare: 5 }),
      runId: "0193b3a0-0000-7000-8000-000000000009",
      gtin: "04012345678901",
    };
    const numbers = { ...next.numbers, case: ["395212340000000001"], pallet: ["395212340000000018"] };
    command(world, { name: "prepareRun", order: { ...next, numbers } });
    const clear: Command = {
      name: "clearLine",
      runId: next.runId,
      checklist: ["x"],
      signatures: [signature, signature],
    };
    expect(command(world, clear)).toBe("line.occupied");
    turnUntil(world, () => of(world).state === "Complete");
    expect(command(world, clear)).toBe("line.occupied");
    dispose(world);
    expect(command(world, clear)).toBeUndefined();
  });

  test("a number of another run of the same product is refused [REQ-NUM-01]", () => {
    const world = started();
    expect(
      command(world, { name: "prepareRun", order: { ...order, runId: "0193b3a0-0000-7000-8000-000000000009" } }),
    ).toBe("line.numbers-doubled");
  });

  test("the bin is disposed of only when its count agrees [REQ-RUN-09]", () => {
    const world = newWorld(lineModel({ seed: 4 }));
    prepared(world, order);
    for (let step = 0; step < 5_000 && of(world).state !== "Complete"; step++) {
      turnWorld(world);
      operate(world);
    }
    const asked: Command = {
      name: "dispose",
      runId,
      by: person,
      reason: "rejects",
      signatures: [signature, signature],
    };
    expect(command(world, asked)).toBe("line.bin-not-counted");
    command(world, { name: "countBin", runId, by: person, counted: 77 });
    expect(command(world, asked)).toBe("line.bin-mismatch");
    closeAndCheck(world);
  });
});

describe("LINE-004 a run that does not go to its end", () => {
  test.each([7, 12, 18])(
    "a conveyor that loses its counters after %d good packs: nobody can go on, and an abort accounts for every pack",
    (good) => {
      const world = started(good);
      turnUntil(world, () => goodPacks(of(world)) >= good);
      world.model.losePower();
      world.model.cut("conveyor");
      for (let step = 0; step < 5; step++) turnWorld(world);
      world.model.restore("conveyor");
      turnUntil(world, () => of(world).state === "Held" && world.line.belt.recovery === null);
      expect(of(world).alarms.has("counters-lost")).toBe(true);
      expect(command(world, { name: "unhold", runId, by: person, reason: "the belt is as it should be" })).toBe(
        "line.counters-lost",
      );
      expect(command(world, { name: "complete", runId, by: person, reason: "no" })).toBe("line.counters-lost");
      restart(world);
      turnUntil(world, () => world.line.belt.recovery === null);
      expect(
        command(world, { name: "unhold", runId, by: person, reason: "the belt is as it should be" }),
        "a restart forgets nothing",
      ).toBe("line.counters-lost");
      command(world, { name: "abort", runId, by: person, reason: "power" });
      turnUntil(world, () => of(world).countersRead);
      world.model.clearBelt();
      dispose(world);
      expect(of(world).ended, "the counted bin agrees").toBe(true);
      expect(of(world).states.pack.get("Encoded") ?? 0, "every print has its end").toBe(0);
      expect(foldJournal(world).get(runId)).toEqual(of(world));
    },
  );

  test("hold and unhold lose nothing", () => {
    const world = started();
    turnUntil(world, () => (of(world).places.pack.get("packed") ?? 0) >= 5);
    command(world, { name: "hold", runId, by: person, reason: "break" });
    expect(of(world).state).toBe("Held");
    for (let step = 0; step < 50; step++) turnWorld(world);
    command(world, { name: "unhold", runId, by: person, reason: "the belt is as it should be" });
    turnUntil(world, () => of(world).state === "Complete");
    expect(of(world).states.pack.get("SNInvalid") ?? 0).toBe(0);
    closeAndCheck(world);
  });

  test.each(["Execute", "Held"])("completed early from %s: partial containers are closed and flagged", (from) => {
    const world = started();
    turnUntil(world, () => (of(world).places.pack.get("packed") ?? 0) >= 10 && of(world).loose.length >= 2);
    if (from === "Held") command(world, { name: "hold", runId, by: person, reason: "end of shift" });
    expect(command(world, { name: "complete", runId, by: person, reason: "end of shift" })).toBeUndefined();
    turnUntil(world, () => of(world).state === "Complete");
    const partial = world.journal.flatMap(({ body }) =>
      body.kind === "aggregated" && body.partial ? [body.level] : [],
    );
    expect(partial).toContain("case");
    expect(of(world).places.pack.get("packed")).toBeLessThan(30);
    expect(of(world).loose).toEqual([]);
    closeAndCheck(world);
  });

  test("aborted: what is in no closed case goes to the bin and is destroyed or scrapped", () => {
    const world = started();
    turnUntil(
      world,
      () =>
        (of(world).places.pack.get("packed") ?? 0) >= 10 &&
        of(world).loose.length >= 2 &&
        of(world).places.pack.get("accepted") !== 0,
    );
    command(world, { name: "abort", runId, by: person, reason: "broken belt" });
    expect(of(world).state).toBe("Aborted");
    turnUntil(world, () => of(world).countersRead);
    world.model.clearBelt();
    dispose(world);
    const run = of(world);
    expect(run.ended).toBe(true);
    expect(run.states.pack.get("Destroyed")).toBeGreaterThanOrEqual(2);
    expect(run.states.pack.get("Encoded")).toBe(0);
    expect(run.places.pack.get("loose")).toBe(0);
    expect(foldJournal(world).get(runId)).toEqual(run);
  });

  test("a sample is taken while held, is never packed, and another pack takes its place", () => {
    const world = started();
    turnUntil(world, () => of(world).loose.length >= 2);
    command(world, { name: "hold", runId, by: person, reason: "sampling" });
    const serial = of(world).loose[1] as string;
    const trackingId = of(world).numbers.pack.get(serial)?.trackingId as number;
    expect(command(world, { name: "sample", runId, by: person, serial, reason: "because" })).toBe("serials.cause");
    expect(command(world, { name: "sample", runId, by: person, serial: "NOBODY", reason: "retention-sample" })).toBe(
      "line.number-unknown",
    );
    expect(command(world, { name: "sample", runId, by: person, serial, reason: "retention-sample" })).toBeUndefined();
    expect(command(world, { name: "sample", runId, by: person, serial, reason: "retention-sample" })).toBe(
      "line.not-loose",
    );
    world.model.removeByHand(trackingId);
    command(world, { name: "unhold", runId, by: person, reason: "the belt is as it should be" });
    turnUntil(world, () => {
      operate(world);
      return of(world).state === "Complete";
    });
    expect(of(world).numbers.pack.get(serial)).toMatchObject({ state: "Sampled", parent: null });
    expect(of(world).places.pack.get("packed")).toBe(30);
  });

  test("the gate lets a reject through: the line holds, and the pack is in the bin before it goes on [REQ-RUN-10]", () => {
    const world = newWorld(lineModel({ seed: 9, rates: { ...noRates, spoiled: 0.2 } }));
    prepared(world, order);
    world.model.passNextReject();
    turnUntil(world, () => [...of(world).alarms.keys()].some((code) => code.startsWith("gate-passed-reject-")));
    expect(["Holding", "Held"]).toContain(of(world).state);
    for (let step = 0; step < 20_000 && of(world).state !== "Complete"; step++) {
      turnWorld(world);
      operate(world);
    }
    expect(of(world).state).toBe("Complete");
    const carried = world.journal.flatMap(({ body }) =>
      body.kind === "rejected" && body.cause === "gate" ? [body.number] : [],
    );
    expect(carried).toHaveLength(1);
    dispose(world);
    expect(of(world).numbers.pack.get(carried[0] ?? "")?.state ?? "LabelScrapped").not.toBe("Commissioned");
  });

  test("a restart while held, while completing and when complete needs nobody to remember anything", () => {
    const world = started();
    turnUntil(world, () => of(world).loose.length >= 1);
    command(world, { name: "hold", runId, by: person, reason: "break" });
    restart(world);
    expect(of(world).state).toBe("Held");
    turnUntil(world, () => {
      operate(world);
      return of(world).state === "Completing" || of(world).state === "Complete";
    });
    restart(world);
    turnUntil(world, () => {
      operate(world);
      return of(world).state === "Complete";
    });
    const entries = world.journal.length;
    restart(world);
    for (let step = 0; step < 20; step++) turnWorld(world);
    expect(world.journal.length).toBe(entries);
    closeAndCheck(world);
  });

  test("every number is on record as sent before its printer has it [REQ-RUN-01]", () => {
    const world = started();
    turnUntil(world, () => of(world).state === "Complete");
    const sent = new Set<string>();
    for (const { body } of world.journal) {
      if (body.kind === "number-sent") sent.add(body.number);
      if (body.kind === "number-moved" && body.to === "Encoded") expect(sent.has(body.number)).toBe(true);
    }
    expect(kinds(world).filter((kind) => kind === "number-sent").length).toBeGreaterThan(30);
  });
});
