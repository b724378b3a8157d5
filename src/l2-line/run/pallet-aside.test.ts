import { describe, expect, test } from "vitest";
import { noRates } from "../../../test/simulation/line-chance.ts";
import { lineModel } from "../../../test/simulation/line-devices.ts";
import { violations } from "../../../test/simulation/line-invariants.ts";
import {
  command,
  dispose,
  feed,
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
import { commandReasons, whyNot } from "./commands.ts";
import { palletsAside } from "./run.ts";

const order = testOrder({ quantity: 30, packsPerCase: 5, casesPerPallet: 3, spare: 60 });
const of = (world: World) => theRun(world);

function turnUntil(world: World, condition: () => boolean): void {
  for (let step = 0; step < 5_000 && !condition(); step++) turnWorld(world);
  expect(condition()).toBe(true);
}

const judge = (world: World, cases: readonly string[], index = 1) =>
  command(world, { name: "judgeAgain", runId, by: person, reason: "a foreign case was taken off", index, cases });

/** The palletiser counted a case too many on its first pallet. */
function aside(): World {
  const world = newWorld(lineModel({ seed: 3, rates: noRates }));
  prepared(world, order);
  turnUntil(world, () => of(world).looseCases.length === 2);
  const event = { type: "container-full", level: "pallet", index: 1, count: 4 } as const;
  // What the PLC tells of the pallet is altered on its way.
  const { deliver } = world.model;
  const altered = () => {
    const told = deliver();
    const isPallet = told?.event.type === "container-full" && told.event.level === "pallet" && told.event.index === 1;
    return told?.device === "conveyor" && isPallet ? { device: told.device, event } : told;
  };
  (world.model as { deliver: typeof deliver }).deliver = altered;
  turnUntil(world, () => of(world).alarms.has("pallet-mismatch") && of(world).state === "Held");
  (world.model as { deliver: typeof deliver }).deliver = deliver;
  return world;
}

describe("[REQ-RUN-12] a pallet put aside is judged again by a person who scans it", () => {
  test("and the run goes to its end with it", () => {
    const world = aside();
    expect(palletsAside(of(world))).toEqual([1]);
    const cases = of(world).looseCases.slice(0, 3);
    expect(cases).toHaveLength(3);
    restart(world);
    turnUntil(world, () => whyNot(world.line, of(world), "judgeAgain") === null);
    expect(judge(world, cases)).toBeUndefined();
    turnUntil(world, () => {
      operate(world);
      return of(world).state === "Complete";
    });
    dispose(world);
    expect(violations(world, of(world))).toEqual([]);
    expect(foldJournal(world).get(runId)).toEqual(of(world));
  });

  test("but not with what cannot be on it, and not when none stands aside", () => {
    const world = aside();
    const [first = "", second = "", third = ""] = of(world).looseCases;
    const entries = world.journal.length;
    expect(judge(world, [first, first, third])).toBe("line.pallet-content");
    expect(judge(world, [first, "095212340000000001"])).toBe("line.pallet-content");
    expect(judge(world, [])).toBe("line.pallet-content");
    expect(judge(world, [first, second], 7)).toBe("line.no-pallet-aside");
    expect(world.journal.length).toBe(entries);
    expect(judge(world, [third, second, first])).toBeUndefined();
    expect(judge(world, [first])).toBe("line.no-pallet-aside");
    expect(commandReasons(world.line, of(world)).judgeAgain).toBe("No pallet of this run was put aside.");
    feed(world, { type: "tick" });
  });
});
