import { describe, expect, test } from "vitest";
import type { WorkOrder } from "../../src/contract/site-api.ts";
import { findingsOf } from "../../src/l3-site/integrity/integrity.ts";
import { balanceOf, checkBalance } from "../../src/l3-site/reconciliation/reconciliation.ts";
import { goodPacks } from "../../src/l2-line/run/run.ts";
import { batchPeople, journalOf, signatureBy } from "../support/packed-batch.ts";
import { foldJournal, orderOnLine, siteGln } from "../support/site-orders.ts";
import { usualRates } from "./line-chance.ts";
import { lineModel } from "./line-devices.ts";
import { play } from "./line-play.ts";
import {
  command,
  dispose,
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
} from "./line-world.ts";

// What a line in trouble wrote, as level 3 balances it: from the devices' accidents to the order that can be closed.

const shape = { quantity: 40, packsPerCase: 8, casesPerPallet: 2 };
const run = testOrder(shape);
const { runId: _run, lineId: _line, recipe: _recipe, numbers, ...rest } = run;
const order: WorkOrder = { ...rest, packsPerCase: 8, casesPerPallet: 2, site: siteGln };

function atTheSite(world: World) {
  const own = world.journal.filter((entry) => entry.runId === runId);
  const { batch, findings, numbers: counted } = foldJournal(order, run, journalOf(runId, own));
  const balance = balanceOf(order.workOrderId, counted, batch);
  const online = orderOnLine(order, run);
  const all = findingsOf({
    order: online,
    batch,
    balance,
    findings,
    recipeHash: online.assignment?.approval.recordHash ?? null,
    reconciliationSigned: { ok: true, value: [signatureBy(batchPeople.supervisor, 1)] },
    now: world.now,
  });
  const errors = all.filter(({ severity, rule }) => severity === "error" && !rule.startsWith("signature."));
  return { balance, checked: checkBalance(balance, batch), errors, batch };
}

function expectClosable(world: World): ReturnType<typeof atTheSite> {
  const site = atTheSite(world);
  expect(site.checked.ok ? [] : [site.checked.refusal]).toEqual([]);
  expect(site.errors).toEqual([]);
  expect(site.balance.levels[0]?.allocated).toBe(numbers.pack.length);
  return site;
}

const seeds = (count: number) => Array.from({ length: count }, (_, i) => i + 1);

describe("[REQ-REC-02] [REQ-RUN-11] a batch of a line in trouble balances at level 3", () => {
  test.each(seeds(40))("seed %i: links lost, processes killed, packs taken by hand", (seed) => {
    const world = play(seed, shape, { links: true, kills: true, hands: true });
    dispose(world);
    expectClosable(world);
  });

  test.each(seeds(40))("seed %i: aborted, and some of what was outside cases is gone", (seed) => {
    const world = newWorld(lineModel({ seed, rates: usualRates }));
    prepared(world, run);
    const good = 1 + ((seed * 7) % 38);
    for (let step = 0; step < 5_000 && goodPacks(theRun(world)) < good; step++) {
      turnWorld(world);
      operate(world);
    }
    if (seed % 3 === 0) restart(world);
    command(world, { name: "abort", runId, by: person, reason: "fire" });
    for (let step = 0; step < 500 && !theRun(world).countersRead; step++) turnWorld(world);
    world.model.clearBelt();
    const { bin, downstreamBin } = world.model.truth();
    bin.splice(0, seed % 4);
    downstreamBin.splice(0, seed % 3);
    dispose(world);
    expect(theRun(world).ended).toBe(true);
    expectClosable(world);
  });

  test.each([5, 12, 21, 30])(
    "a conveyor and its packs lost after %i good packs: what is missing is written off",
    (good) => {
      const world = newWorld(lineModel({ seed: good, rates: usualRates }));
      prepared(world, run);
      for (let step = 0; step < 5_000 && goodPacks(theRun(world)) < good; step++) {
        turnWorld(world);
        operate(world);
      }
      world.model.losePower();
      world.model.cut("conveyor");
      for (let step = 0; step < 5; step++) turnWorld(world);
      world.model.restore("conveyor");
      for (let step = 0; step < 500 && theRun(world).state !== "Held"; step++) turnWorld(world);
      command(world, { name: "abort", runId, by: person, reason: "the hall is gone" });
      for (let step = 0; step < 500 && !theRun(world).countersRead; step++) turnWorld(world);
      // Nothing is left of what was outside closed cases.
      world.model.truth().bin.splice(0);
      world.model.truth().downstreamBin.splice(0);
      dispose(world);
      expect(theRun(world).ended).toBe(true);
      const { balance, batch } = expectClosable(world);
      expect(batch.missing).toHaveLength(1);
      expect(balance.crossChecks.some(({ setAside }) => setAside === true)).toBe(true);
    },
  );
});
