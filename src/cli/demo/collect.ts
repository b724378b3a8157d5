import { setTimeout as sleep } from "node:timers/promises";
import type { LotView, ReportView, Trace, Verification } from "../../contract/enterprise-api.ts";
import type { RunView } from "../../contract/line-api.ts";
import type { Reconciliation } from "../../contract/site-api.ts";
import { checkInvariants, type CompanyFigures, companyFigures } from "./invariants.ts";
import type { World } from "./furnish.ts";
import type { Batch } from "./produce.ts";
import type { DemoResult } from "./result.ts";

const settleMaxMs = 60_000;
const settlePollMs = 200;

export type Collected = {
  readonly world: World;
  readonly options: { readonly seed: number; readonly market: "us" | "eu"; readonly packs: number };
  readonly batch: Batch;
  readonly run: RunView;
  readonly reconciliation: Reconciliation;
  readonly released: { readonly lot: LotView; readonly reports: readonly ReportView[] };
  readonly patient: { readonly verification: Verification; readonly dispensed: boolean; readonly trace: Trace };
  readonly seconds: Readonly<Record<string, number>>;
};

export async function collectResult(collected: Collected): Promise<DemoResult> {
  const { world, options, batch, run, reconciliation, released, patient, seconds } = collected;
  const figures = await settledFigures(world);
  const packs = reconciliation.levels.find((each) => each.level === "pack");
  if (!packs) throw new Error("the reconciliation has no packs");
  const { level: _level, ...counts } = packs;
  const documents = options.market === "eu" ? released.reports.length : figures.documents.sent;
  const accepted =
    options.market === "eu"
      ? released.reports.filter((each) => each.state === "accepted").length
      : figures.documents.delivered;
  return {
    seed: options.seed,
    market: options.market,
    packs: counts,
    rejects: reconciliation.rejects,
    cases: run.cases,
    pallets: run.pallets,
    events: { captured: sum(figures), byCompany: figures.events },
    lot: {
      gtin: batch.order.gtin,
      lot: batch.order.lot,
      expiry: batch.order.expiry,
      released: released.lot.status === "released",
    },
    reports: { sent: documents, accepted },
    verification: { verified: patient.verification.verified },
    trace: patient.trace.hops.map((hop) => ({
      at: new Date(hop.at).toISOString(),
      company: hop.companyName,
      bizStep: hop.bizStep,
      disposition: hop.disposition,
      parent: hop.parent,
      source: hop.source,
    })),
    invariants: await checkInvariants(collected, figures),
    seconds,
  };
}

/** The figures once nothing is on its way any more; after a while as they stand, and the checks say what waits. */
async function settledFigures(world: World): Promise<CompanyFigures> {
  const deadline = performance.now() + settleMaxMs;
  for (;;) {
    const figures = await companyFigures(world);
    const settled = figures.waiting === 0 && figures.documents.delivered === figures.documents.sent;
    if (settled || performance.now() > deadline) return figures;
    await sleep(settlePollMs);
  }
}

function sum(figures: CompanyFigures): number {
  return Object.values(figures.events).reduce((total, each) => total + each, 0);
}
