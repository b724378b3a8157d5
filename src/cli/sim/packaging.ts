import { lineApi, type RunView } from "../../contract/line-api.ts";
import { siteApi } from "../../contract/site-api.ts";
import { packCode } from "../../l2-line/run/verdict.ts";
import { recipeId } from "./furnish.ts";
import type { At, Journey } from "./journey.ts";

// Levels 3 and 2, as their people use them.

/** What really came out of a run: the things themselves, as anybody standing there sees them. */
export type PhysicalRun = {
  readonly runId: string;
  readonly workOrderId: string;
  readonly lot: string;
  /** Packs in closed cases, by the element string that each bears. */
  readonly cases: readonly { readonly sscc: string; readonly packs: readonly string[] }[];
  readonly pallets: readonly { readonly sscc: string; readonly cases: readonly string[] }[];
  /** What the packs in the bins bear; null was never printed. */
  readonly binned: readonly (string | null)[];
  /** Everything that the printers ever put on something during this run. */
  readonly printed: number;
};

const lineId = "line-1";
const checklist = ["reject bin empty and counted", "no packs or labels of the batch before"];
/** Shares of runs and of looks at a running line. */
const endedEarlyShare = 0.15;
const holdShare = 0.04;
const linkLossShare = 0.1;
const usedUp = "numbers-used-up";
const contrary = /^gate-passed-reject-(\d+)$/;

export async function packOrder(journey: Journey, workOrderId: string): Promise<PhysicalRun> {
  const { world, people, goal, at, plan, chance } = journey;
  const runId = await assign(journey, workOrderId);
  const operator = at(people.operator, world.urls.line);
  const params = { runId };
  const look = () => operator((client) => client.call(lineApi.run, { params }));
  await goal({
    what: "the line is cleared",
    reached: async () => ((await look()).lineCleared ? true : undefined),
    press: () =>
      operator((client) =>
        client.call(lineApi.clearLine, {
          params,
          body: { checklist, performed: people.operator.sign(), verified: people.supervisor.sign() },
        }),
      ),
  });
  const { model } = world.line;
  const printedBefore = model.truth().printed;
  world.line.setWorking(true);
  const endEarly = chance.happens(endedEarlyShare);
  await goal({
    what: "the run is complete",
    reached: async () => ((await look()).state === "Complete" ? true : undefined),
    press: async () => operate(journey, operator, await look(), endEarly),
  });
  world.line.setWorking(false);
  await emptyBin(journey, operator, runId);
  const { cases, pallets, bin, downstreamBin, printed } = model.truth();
  const closed = cases.filter((each) => each.state === "closed" && each.packs.length > 0);
  const ssccOf = (label: string | null) => (label ?? "").slice(2);
  return {
    runId,
    workOrderId,
    lot: plan.lot,
    cases: closed.map((each) => ({ sscc: ssccOf(each.label), packs: each.packs.map((pack) => pack.elements ?? "") })),
    pallets: pallets
      .filter((each) => each.state === "closed")
      .map((each) => ({ sscc: ssccOf(each.label), cases: each.cases.map(({ label }) => ssccOf(label)) })),
    binned: [...bin, ...downstreamBin].map((pack) => pack.elements),
    printed: printed - printedBefore,
  };
}

async function assign({ world, people, goal, at }: Journey, workOrderId: string): Promise<string> {
  const supervisor = at(people.supervisor, world.urls.site);
  const order = () =>
    supervisor(async (client) =>
      (await client.call(siteApi.orders)).find((each) => each.order.workOrderId === workOrderId),
    );
  const runId = await goal({
    what: "the order is given to the line",
    reached: async () => (await order())?.runId ?? undefined,
    press: () =>
      supervisor((client) => client.call(siteApi.assign, { params: { workOrderId }, body: { lineId, recipeId } })),
  });
  const operator = at(people.operator, world.urls.line);
  await goal({
    what: "the line holds the order",
    reached: () => operator(async (client) => (await client.call(lineApi.runs)).find((each) => each.runId === runId)),
  });
  return runId;
}

/** One look at the line, and what a sensible operator does about it; sometimes a link fails meanwhile. */
async function operate(
  { world, people, at, chance }: Journey,
  operator: At,
  run: RunView,
  endEarly: boolean,
): Promise<void> {
  const params = { runId: run.runId };
  const { model } = world.line;
  const names = Object.keys(model.connected) as (keyof typeof model.connected)[];
  for (const name of names)
    if (!model.connected[name] && !world.instances.get(lineId)?.life().dead) model.restore(name);
  if (chance.happens(linkLossShare)) model.cut(names[chance.between(0, names.length - 1)] ?? "conveyor");
  const complete = (reason: string) =>
    at(people.supervisor, world.urls.line)((client) => client.call(lineApi.complete, { params, body: { reason } }));
  switch (run.state) {
    case "Idle":
      await operator((client) => client.call(lineApi.start, { params }));
      return;
    case "Held":
      world.log.note("the line is held", {
        alarms: run.alarms.map(({ code, detail }) => `${code}: ${detail}`),
        unhold: run.commands["unhold"],
      });
      if (run.commands["unhold"] !== null) return;
      for (const { code } of run.alarms) {
        const trackingId = contrary.exec(code)?.[1];
        if (trackingId !== undefined) model.carryToBin(Number(trackingId));
      }
      if (run.alarms.some(({ code }) => code === usedUp)) await complete("no more numbers");
      else
        await operator((client) =>
          client.call(lineApi.unhold, { params, body: { confirmed: "the belt is as it should be" } }),
        );
      return;
    case "Execute":
      if (endEarly && run.packed >= run.quantity / 2) await complete("no more cartons");
      else if (chance.happens(holdShare))
        await operator((client) => client.call(lineApi.hold, { params, body: { reason: "operator's break" } }));
      return;
    default:
      return;
  }
}

/** Somebody counts what lies in the bins and disposes of it, with a witness. */
async function emptyBin({ world, people, goal, at }: Journey, operator: At, runId: string): Promise<void> {
  const supervisor = at(people.supervisor, world.urls.line);
  const params = { runId };
  const { bin, downstreamBin } = world.line.model.truth();
  const packs = [...bin, ...downstreamBin];
  const counted = packs.length;
  const look = () => operator((client) => client.call(lineApi.run, { params }));
  const signatures = () => ({ performed: people.supervisor.sign(), witnessed: people.qa.sign() });
  const writeOff = async ({ bin: record }: RunView): Promise<void> => {
    const found = [...new Set(packs.flatMap(({ elements }) => packCode(elements ?? "")?.serial ?? []))];
    const missing = (record?.expected ?? counted) - counted;
    const statement = { found, unnumbered: counted - found.length, missing, reason: "searched for, not found" };
    await supervisor((client) =>
      client.call(lineApi.writeOffMissing, { params, body: { ...statement, ...signatures() } }),
    );
  };
  await goal({
    what: "the bin is disposed of",
    reached: async () => {
      const { completedAt, commands } = await look();
      return completedAt !== null && commands["countBin"] !== null ? true : undefined;
    },
    press: async () => {
      const { binCounted, commands } = await look();
      if (binCounted === null || commands["dispose"] !== null)
        await supervisor((client) => client.call(lineApi.countBin, { params, body: { counted } }));
      if ((await look()).commands["writeOffMissing"] === null) await writeOff(await look());
      const body = { reason: "rejects of this run", ...signatures() };
      await supervisor((client) => client.call(lineApi.dispose, { params, body }));
    },
  });
}

/** Level 3 balances and closes the order; level 4 has everything of it. */
export async function closeOrder({ world, people, goal, at }: Journey, workOrderId: string): Promise<void> {
  const params = { workOrderId };
  const supervisor = at(people.supervisor, world.urls.site);
  const qa = at(people.qa, world.urls.site);
  const order = () => supervisor((client) => client.call(siteApi.order, { params }));
  const past = ["reconciled", "closed", "submitted"];
  await goal({
    what: "the order is reconciled",
    reached: async () => (past.includes((await order()).state) ? true : undefined),
    press: () =>
      supervisor((client) => client.call(siteApi.reconcile, { params, body: { signature: people.supervisor.sign() } })),
  });
  await goal({
    what: "the order is submitted",
    reached: async () => ((await order()).submission.accepted ? true : undefined),
    press: async () => {
      if ((await order()).state === "reconciled")
        await qa(async (client) => {
          const { integrity } = await client.call(siteApi.reconciliation, { params });
          const waivers = integrity
            .filter(({ severity }) => severity === "warning")
            .map(({ rule, at: where }) => ({ rule, at: where, reason: "read and judged" }));
          return client.call(siteApi.close, { params, body: { signature: people.qa.sign(), waivers } });
        });
    },
  });
}
