import { commonApi } from "../../contract/common-api.ts";
import { lineApi } from "../../contract/line-api.ts";
import { siteApi } from "../../contract/site-api.ts";
import type { Collected } from "./collect.ts";
import type { World } from "./furnish.ts";

// ARCHITECTURE.md's invariants as far as a person can check them from outside, over the same interfaces as everybody. The
// simulation (`packtrail sim`) checks all of them on the data itself, under faults.

export type CompanyFigures = {
  /** Events captured, by company name. */
  readonly events: Readonly<Record<string, number>>;
  readonly exceptions: number;
  readonly documents: { readonly sent: number; readonly delivered: number };
  readonly auditBroken: readonly string[];
  readonly waiting: number;
};

const companies = [
  ["maker", "compliance"],
  ["wholesaler", "wholesaleClerk"],
  ["pharmacy", "pharmacist"],
] as const;

export async function companyFigures(world: World): Promise<CompanyFigures> {
  const events: Record<string, number> = {};
  const documents = { sent: 0, delivered: 0 };
  const auditBroken: string[] = [];
  let exceptions = 0;
  let waiting = 0;
  for (const [company, who] of companies) {
    const client = await world.people[who].at(world.urls[company]);
    const overview = await client.call(commonApi.overview);
    const counter = (key: string) => overview.counters.find((each) => each.key === key)?.value ?? 0;
    events[overview.name] = counter("events");
    exceptions += counter("exceptions");
    documents.sent += counter("sent");
    documents.delivered += counter("delivered");
    waiting += overview.queues.reduce((sum, queue) => sum + queue.waiting, 0);
    const chains = await client.call(commonApi.verifyAudit, { query: {} });
    auditBroken.push(...chains.filter((chain) => !chain.intact).map((chain) => `${overview.name}: ${chain.chain}`));
  }
  return { events, exceptions, documents, auditBroken, waiting };
}

type Check = { readonly name: string; readonly holds: boolean };

export async function checkInvariants(
  collected: Collected,
  figures: CompanyFigures,
): Promise<{ checked: number; violated: number; violations: string[] }> {
  const checks = [
    ...balance(collected),
    ...(await hierarchy(collected)),
    ...agreement(collected, figures),
    ...gates(collected),
  ];
  const violations = checks.filter((check) => !check.holds).map((check) => check.name);
  return { checked: checks.length, violated: violations.length, violations };
}

/** Invariant 2, per packaging level, and every cross-check against what devices and people counted. */
function balance({ reconciliation }: Collected): Check[] {
  const levels = reconciliation.levels.flatMap((each): Check[] => {
    const ended =
      each.returned + each.deactivated + each.invalid + each.labelSampled + each.labelScrapped + each.everCommissioned;
    const commissioned = each.good + each.sampled + each.destroyed + each.decommissioned;
    return [
      { name: `${each.level}: allocated ${each.allocated} = ${ended}`, holds: each.allocated === ended },
      {
        name: `${each.level}: ever commissioned ${each.everCommissioned} = ${commissioned}`,
        holds: each.everCommissioned === commissioned,
      },
      {
        name: `${each.level}: good ${each.good} = packed ${each.packed} + loose ${each.loose}`,
        holds: each.good === each.packed + each.loose,
      },
      { name: `${each.level}: unaccounted ${each.unaccounted}`, holds: each.unaccounted === 0 },
    ];
  });
  const crossChecks = reconciliation.crossChecks.map(
    (each): Check => ({
      name: `${each.source}: ${each.what} ${each.counted}, expected ${each.expected}`,
      holds: each.agrees,
    }),
  );
  return [...levels, ...crossChecks];
}

/** Invariants 1 and 3 on the numbers themselves: each once, each pack in a case, and line and site hold the same. */
async function hierarchy({ world, batch }: Collected): Promise<Check[]> {
  const operator = await world.people.operator.at(world.urls.line);
  const supervisor = await world.people.supervisor.at(world.urls.site);
  const limit = 1000;
  const checks: Check[] = [];
  for (const level of ["pack", "case", "pallet"] as const) {
    const atLine = await operator.call(lineApi.numbers, {
      params: { runId: batch.runId },
      query: { level, state: "Commissioned", limit },
    });
    // What the line commissioned left production's responsibility when the order was submitted.
    const atSite = await supervisor.call(siteApi.numbers, {
      params: { workOrderId: batch.order.workOrderId },
      query: { level, state: "Released", limit },
    });
    const parents = new Map(atSite.map((each) => [each.number, each.parent]));
    const same =
      atLine.length === atSite.length &&
      (atLine.length === limit || atLine.every((each) => parents.get(each.number) === each.parent));
    checks.push({
      name: `${level}: no number stands twice`,
      holds: new Set(atLine.map((each) => each.number)).size === atLine.length,
    });
    checks.push({ name: `${level}: line and site hold the same numbers in the same parents`, holds: same });
    if (level === "pack")
      checks.push({ name: "every good pack is in a case", holds: atLine.every((each) => each.parent !== null) });
  }
  return checks;
}

/** Invariants 4, 5 and 6: nothing is on its way any more, the audit chains hold, neighbours' counts agree. */
function agreement({ reconciliation, released, batch, run }: Collected, figures: CompanyFigures): Check[] {
  const packs = reconciliation.levels.find((each) => each.level === "pack");
  return [
    { name: `good packs ${run.packed} = ordered ${batch.order.quantity}`, holds: run.packed === batch.order.quantity },
    {
      name: `level 4 knows ${released.lot.packs.commissioned} packs, level 3 commissioned ${packs?.everCommissioned}`,
      holds: released.lot.packs.commissioned === packs?.everCommissioned,
    },
    { name: `${figures.waiting} messages wait`, holds: figures.waiting === 0 },
    { name: `audit chains hold: ${figures.auditBroken.join(", ") || "all"}`, holds: figures.auditBroken.length === 0 },
    { name: `${figures.exceptions} exceptions in the ledgers`, holds: figures.exceptions === 0 },
    {
      name: `${figures.documents.delivered} of ${figures.documents.sent} partner documents delivered`,
      holds: figures.documents.sent === figures.documents.delivered,
    },
  ];
}

/** Invariant 8, and that the patient's pack can be followed from its print to its end. */
function gates({ released, patient, options }: Collected): Check[] {
  const steps = patient.trace.hops.map((hop) => hop.bizStep);
  const wanted = ["commissioning", "packing", "shipping", "receiving", "unpacking", "dispensing"];
  return [
    { name: "the lot was released before it shipped", holds: released.lot.status === "released" },
    {
      name: "the market's reports were accepted first",
      holds:
        options.market !== "eu" ||
        (released.reports.length > 0 && released.reports.every((each) => each.state === "accepted")),
    },
    { name: "the pack was verified and dispensed", holds: patient.verification.verified && patient.dispensed },
    ...wanted.map((step): Check => ({ name: `the trace has its ${step}`, holds: steps.includes(step) })),
    {
      name: "every hop names the source that it is from",
      holds: patient.trace.hops.every((hop) => hop.companyName !== ""),
    },
  ];
}
