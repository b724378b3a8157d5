import { describe, expect, test } from "vitest";
import { checkBalance, balanceOf } from "../../src/l3-site/reconciliation/reconciliation.ts";
import { documentsOf } from "../../src/l3-site/closing/epcis-documents.ts";
import { checkDocument } from "../../src/kernel/epcis/check.ts";
import { sha256 } from "../../src/runtime/sha256.ts";
import { play, type Trouble } from "../simulation/line-play.ts";
import { dispose, runId, theRun } from "../simulation/line-world.ts";
import { journalOf } from "../support/packed-batch.ts";
import { exampleOrder, foldJournal, siteGln } from "../support/site-orders.ts";

const shape = { quantity: 60, packsPerCase: 6, casesPerPallet: 3 };
const seeds = [1, 2, 3, 4, 5];

// Level 2 as it is, whatever its devices do to it, against level 3's arithmetic: neither knows the other.
describe("the journal of a simulated line", () => {
  test.each<[string, Trouble]>([
    ["undisturbed", {}],
    ["whose connections break", { links: true }],
    ["whose process is killed", { kills: true }],
    ["from whose belt people take packs", { hands: true }],
  ])("%s breaks no rule, balances to zero and becomes valid documents", async (_, trouble) => {
    for (const seed of seeds) {
      const world = play(seed, shape, trouble);
      expect(theRun(world).state, `seed ${seed}`).toBe("Complete");
      dispose(world);
      const run = world.orders.get(runId);
      if (run === undefined) throw new Error("the line has lost its order");
      const { workOrderId, gtin, lot, expiry } = run;
      const order = exampleOrder({ workOrderId, gtin, lot, expiry, ...shape });
      const entries = journalOf(runId, world.journal);
      const { batch, numbers, findings } = foldJournal(order, run, entries);
      const balance = balanceOf(workOrderId, numbers, batch);
      expect({ seed, findings, disagreeing: balance.crossChecks.filter(({ agrees }) => !agrees) }).toEqual({
        seed,
        findings: [],
        disagreeing: [],
      });
      expect(checkBalance(balance, batch).ok, `seed ${seed}`).toBe(true);
      expect(balance.levels[0]).toMatchObject({ level: "pack", packed: shape.quantity, unaccounted: 0 });

      async function* journal() {
        yield* entries;
      }
      let commissioned = 0;
      for await (const { json, packs } of documentsOf({ order, siteGln, lineId: "line-1", sha256 }, journal(), 0)) {
        expect(checkDocument(json).errors, `seed ${seed}`).toEqual([]);
        commissioned += packs;
      }
      expect(commissioned, `seed ${seed}`).toBe(balance.levels[0]?.everCommissioned);
    }
  });
});
