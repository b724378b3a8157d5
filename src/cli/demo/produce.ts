import type { Client } from "../../contract/client.ts";
import { type LotView, type ReportView, enterpriseApi, type WorkOrderView } from "../../contract/enterprise-api.ts";
import { lineApi, type RunView } from "../../contract/line-api.ts";
import { lineRefusals } from "../../contract/refusals/line.ts";
import { type OrderView, type Reconciliation, siteApi, type Waiver } from "../../contract/site-api.ts";
import { demonstration } from "./demonstration.ts";
import { demonstrationExpiry, demonstrationRecipe, type World } from "./furnish.ts";
import { binContent } from "./hall.ts";
import type { Progress } from "./progress.ts";
import { press, until } from "./until.ts";

// Levels 4, 3 and 2, as their people use them: from the work order to the released lot.

export type Batch = {
  readonly order: WorkOrderView["order"];
  readonly runId: string;
};

/** A work order at level 4, numbered by 3, given to the line. */
export async function orderBatch(
  world: World,
  progress: Progress,
  market: "us" | "eu",
  packs: number,
  lot: string,
): Promise<Batch> {
  return progress.stage("order", 3, "steps", async (at) => {
    const manager = await world.people.serialisation.at(world.urls.maker);
    const { gtin } = demonstration.products[market];
    const { order } = await press(
      "the work order is made",
      () =>
        manager.call(enterpriseApi.createWorkOrder, {
          body: { gtin, lot, expiry: demonstrationExpiry(Date.now()), quantity: packs, site: demonstration.site.gln },
        }),
      async () =>
        (await manager.call(enterpriseApi.workOrders)).find(
          (each) => each.order.gtin === gtin && each.order.lot === lot,
        ),
    );
    at(1);
    const supervisor = await world.people.supervisor.at(world.urls.site);
    await until("the site has the order's numbers", async () => {
      const found = (await supervisor.call(siteApi.orders)).find(
        (each) => each.order.workOrderId === order.workOrderId,
      );
      return found?.state === "numbered" ? found : undefined;
    });
    at(2);
    const params = { workOrderId: order.workOrderId };
    const assigned = await press(
      "the order is given to the line",
      () =>
        supervisor.call(siteApi.assign, {
          params,
          body: { lineId: "line-1", recipeId: demonstrationRecipe.recipeId },
        }),
      async () => {
        const seen = await supervisor.call(siteApi.order, { params });
        return seen.runId === null ? undefined : seen;
      },
    );
    const runId = assigned.runId ?? "";
    const operator = await world.people.operator.at(world.urls.line);
    await until("the line holds the order", async () =>
      (await operator.call(lineApi.runs)).find((each) => each.runId === runId),
    );
    at(3);
    return { order, runId };
  });
}

/** Line clearance by two people, and the start. */
export async function clearAndStart(world: World, batch: Batch): Promise<void> {
  const { people, urls } = world;
  const params = { runId: batch.runId };
  const operator = await people.operator.at(urls.line);
  const seen = runSeen(operator, batch);
  await press(
    "the line is cleared",
    () =>
      operator.call(lineApi.clearLine, {
        params,
        body: { checklist, performed: people.operator.sign(), verified: people.supervisor.sign() },
      }),
    () => seen((run) => run.lineCleared),
  );
  await press(
    "the run is started",
    () => operator.call(lineApi.start, { params }),
    () => seen((run) => run.state !== "Idle"),
  );
}

/** The run when it is as wanted. */
function runSeen(client: Client, { runId }: Batch) {
  return async (done: (run: RunView) => boolean): Promise<RunView | undefined> => {
    const run = await client.call(lineApi.run, { params: { runId } });
    return done(run) ? run : undefined;
  };
}

/** Line clearance, the run itself, the bin counted and disposed of. */
export async function runLine(world: World, progress: Progress, batch: Batch): Promise<RunView> {
  const { people, urls } = world;
  const params = { runId: batch.runId };
  await clearAndStart(world, batch);
  const operator = await people.operator.at(urls.line);
  const seen = runSeen(operator, batch);
  const going = watchRun();
  await progress.stage("packaging", batch.order.quantity, "packs", (at) =>
    until(
      "the run is complete",
      async () => {
        const run = await operator.call(lineApi.run, { params });
        at(run.packed);
        if (run.state === "Complete") return run;
        going.look(run);
        if (run.state === "Held" && run.commands["unhold"] === null) await goOn(world, run);
        return undefined;
      },
      { waitMs: runPatienceMs },
    ),
  );
  return progress.stage("disposition", 2, "steps", async (at) => {
    const supervisor = await people.supervisor.at(urls.line);
    const counted = await binContent(world);
    await press(
      "the bin is counted",
      () => supervisor.call(lineApi.countBin, { params, body: { counted } }),
      () => seen((run) => run.binCounted === counted),
    );
    at(1);
    const run = await press(
      "the bin is disposed of",
      () =>
        supervisor.call(lineApi.dispose, {
          params,
          body: {
            reason: "rejects of this run, destroyed",
            performed: people.supervisor.sign(),
            witnessed: people.qa.sign(),
          },
        }),
      () => seen((each) => each.commands["dispose"] === lineRefusals["line.ended"].title),
    );
    at(2);
    return run;
  });
}

const checklist = [
  "reject bin empty and counted",
  "no packs or labels of the batch before",
  "printer queues empty",
  "format parts of this recipe",
];

const runPatienceMs = 3_600_000;
const standstillMaxMs = 120_000;

/** Stops waiting for a line on which nothing moves any more. */
function watchRun(): { look(run: RunView): void } {
  let seen = "";
  let since = performance.now();
  return {
    look({ good, packed, rejects, state, alarms }) {
      const now = [good, packed, rejects.printVerify, rejects.downstream].join();
      if (now !== seen) [seen, since] = [now, performance.now()];
      if (performance.now() - since < standstillMaxMs) return;
      const why = alarms.map((alarm) => alarm.code).join(", ") || "no alarm";
      throw new Error(`nothing moved on the line for ${standstillMaxMs / 1000} s: ${state}, ${why}`);
    },
  };
}

/** The line held itself: an operator looks at the alarms and goes on, as far as the line lets them. */
async function goOn(world: World, run: RunView): Promise<void> {
  const operator = await world.people.operator.at(world.urls.line);
  const params = { runId: run.runId };
  await press(
    "the run goes on",
    () => operator.call(lineApi.unhold, { params, body: { confirmed: "the belt is as it should be" } }),
    async () => {
      const now = await operator.call(lineApi.run, { params });
      return now.state === "Held" ? undefined : now;
    },
  );
}

/** Level 3 balances and closes the order; everything is submitted to level 4. */
export async function closeOrder(world: World, progress: Progress, batch: Batch): Promise<Reconciliation> {
  const params = { workOrderId: batch.order.workOrderId };
  const supervisor = await world.people.supervisor.at(world.urls.site);
  const qa = await world.people.qa.at(world.urls.site);
  const order = (): Promise<OrderView> => supervisor.call(siteApi.order, { params });
  const reconciliation = await progress.stage("reconcile", 2, "steps", async (at) => {
    await until("the site has the whole journal", async () =>
      (await order()).state === "completed" ? true : undefined,
    );
    at(1);
    const balance = await press(
      "the order is reconciled",
      () => supervisor.call(siteApi.reconcile, { params, body: { signature: world.people.supervisor.sign() } }),
      async () =>
        (await order()).state === "completed" ? undefined : supervisor.call(siteApi.reconciliation, { params }),
    );
    at(2);
    return balance;
  });
  await progress.stage("submit", 2, "steps", async (at) => {
    await press(
      "the order is closed",
      async () => {
        const { integrity } = await qa.call(siteApi.reconciliation, { params });
        const waivers = waiversOf(integrity, "read and judged: no pack of the batch is touched by it");
        return qa.call(siteApi.close, { params, body: { signature: world.people.qa.sign(), waivers } });
      },
      async () => {
        const seen = await order();
        return seen.state === "reconciled" ? undefined : seen;
      },
    );
    at(1);
    await until("level 4 has accepted the submission", async () =>
      (await order()).submission.accepted ? true : undefined,
    );
    at(2);
  });
  return reconciliation;
}

/** QA has read each warning and says why the order may be closed with it. */
export function waiversOf(integrity: Reconciliation["integrity"], reason: string): Waiver[] {
  return integrity.filter(({ severity }) => severity === "warning").map(({ rule, at }) => ({ rule, at, reason }));
}

/** Level 4: the market's report first where the market asks for it, then the release. */
export async function releaseLot(
  world: World,
  progress: Progress,
  batch: Batch,
): Promise<{ lot: LotView; reports: ReportView[] }> {
  const params = { gtin: batch.order.gtin, lot: batch.order.lot };
  const releaser = await world.people.releaser.at(world.urls.maker);
  const compliance = await world.people.compliance.at(world.urls.maker);
  return progress.stage("release", 2, "steps", async (at) => {
    const mine = (each: ReportView) => each.market === batch.order.market && each.subject.includes(batch.order.lot);
    if (batch.order.market === "eu") {
      const report = await until("the hub's report is generated", async () =>
        (await compliance.call(enterpriseApi.reports)).find(mine),
      );
      if (report.state === "generated")
        await press(
          "the report is sent",
          () => compliance.call(enterpriseApi.sendReport, { params: { reportId: report.reportId } }),
          async () =>
            (await compliance.call(enterpriseApi.reports)).find((each) => mine(each) && each.state !== "generated"),
        );
      await until("the hub has accepted the report", async () =>
        (await compliance.call(enterpriseApi.reports)).find((each) => mine(each) && each.state === "accepted"),
      );
    }
    at(1);
    const lot = await press(
      "the lot is released",
      () => releaser.call(enterpriseApi.releaseLot, { params, body: { signature: world.people.releaser.sign() } }),
      async () => {
        const seen = await releaser.call(enterpriseApi.lot, { params });
        return seen.status === "released" ? seen : undefined;
      },
    );
    at(2);
    return { lot, reports: (await compliance.call(enterpriseApi.reports)).filter(mine) };
  });
}
