import { expect, test } from "vitest";
import { noRates } from "../../../test/simulation/line-chance.ts";
import { lineModel } from "../../../test/simulation/line-devices.ts";
import {
  command,
  dispose,
  newWorld,
  person,
  prepared,
  runId,
  testOrder,
  turnWorld,
  type World,
} from "../../../test/simulation/line-world.ts";
import { checkDigit } from "../../kernel/gs1/check-digit.ts";
import { whyNot } from "./commands.ts";
import type { Command } from "./line.ts";
import type { Run } from "./run.ts";

const nextId = "0193b3a0-0000-7000-8000-000000000009";
const signature = {
  signatureId: runId,
  userId: person,
  userName: "op",
  meaning: "performed",
  at: 1,
  recordHash: "0".repeat(64),
};
const first = testOrder({ quantity: 10, packsPerCase: 5, casesPerPallet: 2, spare: 20 });

const withCheckDigit = (digits: string) => digits + checkDigit(digits);
const runOf = (world: World, id: string) => world.line.runs.get(id) as Run;

function turnUntil(world: World, condition: () => boolean): void {
  for (let step = 0; step < 5_000 && !condition(); step++) turnWorld(world);
  expect(condition()).toBe(true);
}

/** A run that is done, and the next one cleared on the same devices, whose counters still stand where they were. */
function afterOneRun(): World {
  const world = newWorld(lineModel({ seed: 3, rates: noRates }));
  prepared(world, first);
  turnUntil(world, () => runOf(world, runId).state === "Complete");
  dispose(world);
  const others = (extension: string, like: readonly string[]) =>
    like.map((sscc) => withCheckDigit(extension + sscc.slice(1, -1)));
  const numbers = {
    pack: first.numbers.pack.map((each) => `T${each}`),
    case: others("3", first.numbers.case),
    pallet: others("4", first.numbers.pallet),
  };
  command(world, { name: "prepareRun", order: { ...first, runId: nextId, numbers } });
  const clear: Command = { name: "clearLine", runId: nextId, checklist: ["x"], signatures: [signature, signature] };
  expect(command(world, clear)).toBeUndefined();
  return world;
}

test.each(["goes on", "is aborted"])(
  "what devices counted for the run before is not this run's when a link is lost before they are prepared, and it %s",
  (how) => {
    const world = afterOneRun();
    const run = runOf(world, nextId);
    expect(world.model.truth().counters.infeed).toBeGreaterThan(0);
    // `start` asks the conveyor at the moment in which its link goes.
    world.model.cut("conveyor");
    command(world, { name: "start", runId: nextId, by: person });
    turnUntil(world, () => run.state === "Held");
    world.model.restore("conveyor");
    if (how === "is aborted") {
      expect(command(world, { name: "abort", runId: nextId, by: person, reason: "never mind" })).toBeUndefined();
      turnUntil(world, () => run.state === "Aborted" && world.line.belt.recovery === null);
      const counters = world.journal.findLast(({ body }) => body.kind === "counters")?.body;
      expect(counters).toMatchObject({ printed: { pack: 0, case: 0, pallet: 0 }, conveyor: { infeed: 0 } });
    } else {
      turnUntil(world, () => {
        if (whyNot(world.line, run, "unhold") === null)
          command(world, { name: "unhold", runId: nextId, by: person, reason: "the belt is as it should be" });
        return run.state === "Complete";
      });
    }
    const mine = world.journal.filter((entry) => entry.runId === nextId).map(({ body }) => body);
    expect(mine.filter((body) => body.kind === "alarm" && body.code === "print-count")).toEqual([]);
    const started = mine.findIndex(({ kind }) => kind === "counters-started");
    const before = started < 0 ? mine : mine.slice(0, started);
    expect(before.filter(({ kind }) => kind === "rejected" || kind === "verdict" || kind === "number-moved")).toEqual(
      [],
    );
  },
);
