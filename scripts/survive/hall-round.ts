import { rmSync } from "node:fs";
import { enterpriseApi } from "../../src/contract/enterprise-api.ts";
import { lineApi, type RunView } from "../../src/contract/line-api.ts";
import { lineRefusals } from "../../src/contract/refusals/line.ts";
import { ProblemError } from "../../src/contract/client.ts";
import { siteApi } from "../../src/contract/site-api.ts";
import type { All } from "../../src/cli/all/start-all.ts";
import { demonstration } from "../../src/cli/demo/demonstration.ts";
import { demonstrationExpiry, type World } from "../../src/cli/demo/furnish.ts";
import { binContent } from "../../src/cli/demo/hall.ts";
import { type Batch, clearAndStart, closeOrder, orderBatch } from "../../src/cli/demo/produce.ts";
import { createProgress } from "../../src/cli/demo/progress.ts";
import { press, until } from "../../src/cli/demo/until.ts";
import { backAgain, killTarget, targets } from "./targets.ts";

/**
 * The physical world is gone for good: the hall is killed and its data directory with it, so that its packs are nowhere
 * and its conveyor starts anew with counters of zero. Nothing can make that good; what must hold is that the line stops
 * and says why, that nobody can go on or dispose of what is missing, that two people write it off and the order is closed
 * with that on record, and that every level goes on working. Answers what did not hold.
 */
export async function loseHall(all: All, world: World, packs: number, hallDir: string): Promise<string[]> {
  const wrong: string[] = [];
  const check = (holds: boolean, otherwise: string) => void (holds || wrong.push(otherwise));
  const batch = await orderBatch(world, createProgress(undefined), "us", packs, "VANISHED");
  await clearAndStart(world, batch);
  const params = { runId: batch.runId };
  const supervisor = await world.people.supervisor.at(world.urls.line);
  const run = (): Promise<RunView> => supervisor.call(lineApi.run, { params });
  const before = await until("half of the packs are good", async () => {
    const seen = await run();
    return seen.good >= packs / 2 ? seen : undefined;
  });
  // Before the kill: what starts again finds nothing.
  rmSync(hallDir, { recursive: true });
  await backAgain(all, "hall", await killTarget(all, "hall"));

  const held = await until("the line holds for it", async () => {
    const seen = await run();
    return seen.state === "Held" && seen.alarms.some(({ code }) => code === "counters-lost") ? seen : undefined;
  });
  check(
    held.good >= before.good && held.packed === before.packed,
    "the line took back or added what it had acknowledged",
  );
  const { title } = lineRefusals["line.counters-lost"];
  check(held.commands["unhold"] === title && held.commands["complete"] === title, "the line would have gone on");

  const toThe = async (state: string) => {
    const seen = await run();
    return seen.state === state ? seen : undefined;
  };
  await press(
    "the run is aborted",
    () => supervisor.call(lineApi.abort, { params, body: { reason: "the hall is gone" } }),
    () => toThe("Aborted"),
  );
  const aborted = await until("the line is read and its belt cleared", async () => {
    const seen = await toThe("Aborted");
    return seen?.commands["countBin"] === null ? seen : undefined;
  });
  const { encoded, commissioned } = aborted.counts.pack;
  const outside = aborted.rejects.printVerify + aborted.rejects.downstream;
  check(
    outside + aborted.packed === encoded,
    `${encoded} printed, but ${outside} outside cases and ${aborted.packed} in them`,
  );
  check(commissioned >= before.counts.pack.commissioned, "a commissioned pack was forgotten");
  const counted = await binContent(world);
  await supervisor.call(lineApi.countBin, { params, body: { counted } });
  const signatures = { performed: world.people.supervisor.sign(), witnessed: world.people.qa.sign() };
  const refused = await supervisor.call(lineApi.dispose, { params, body: { reason: "gone", ...signatures } }).then(
    () => "nothing",
    (error: unknown) => (error instanceof ProblemError ? error.code : String(error)),
  );
  check(refused === "line.bin-mismatch", `missing packs were disposed of (${refused})`);
  wrong.push(...(await writeOffAndClose(world, batch, counted)));

  wrong.push(...(await stillAtWork(world)));
  for (const target of targets) await backAgain(all, target, 0).catch((error: unknown) => wrong.push(String(error)));
  return wrong;
}

/** What is missing is signed for; the order balances with it, and QA waives each deviation to close it. */
async function writeOffAndClose(world: World, batch: Batch, counted: number): Promise<string[]> {
  const { people, urls } = world;
  const params = { runId: batch.runId };
  const supervisor = await people.supervisor.at(urls.line);
  const signatures = () => ({ performed: people.supervisor.sign(), witnessed: people.qa.sign() });
  const { bin } = await supervisor.call(lineApi.run, { params });
  const missing = (bin?.expected ?? 0) - counted;
  const statement = { found: [], unnumbered: counted, missing, reason: "the hall is gone" };
  await supervisor.call(lineApi.writeOffMissing, { params, body: { ...statement, ...signatures() } });
  await supervisor.call(lineApi.dispose, { params, body: { reason: "the rest", ...signatures() } });
  const closed = await closeOrder(world, createProgress(undefined), batch).catch((error: unknown) => String(error));
  if (typeof closed === "string") return [`the order with missing packs was not closed: ${closed}`];
  const stated = closed.crossChecks.filter(({ source }) => source === "missing" || source === "bin");
  return stated.length > 1 && stated.every(({ agrees }) => agrees) && closed.balanced
    ? []
    : ["the write-off does not agree with the numbers that ended by it"];
}

/** Another order is made and numbered: levels 3 to 5 do not wait for a line that stands. */
async function stillAtWork(world: World): Promise<string[]> {
  const manager = await world.people.serialisation.at(world.urls.maker);
  const supervisor = await world.people.supervisor.at(world.urls.site);
  const { order } = await manager.call(enterpriseApi.createWorkOrder, {
    body: {
      gtin: demonstration.products.us.gtin,
      lot: "NEXT",
      expiry: demonstrationExpiry(Date.now()),
      quantity: 48,
      site: demonstration.site.gln,
    },
  });
  const { workOrderId } = order;
  return until("the next order has its numbers", async () => {
    const seen = (await supervisor.call(siteApi.orders)).find((each) => each.order.workOrderId === workOrderId);
    return seen?.state === "numbered" ? [] : undefined;
  }).catch((error: unknown) => [String(error)]);
}
