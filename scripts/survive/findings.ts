import { commonApi } from "../../src/contract/common-api.ts";
import { enterpriseApi } from "../../src/contract/enterprise-api.ts";
import type { World } from "../../src/cli/demo/furnish.ts";
import type { DemoResult } from "../../src/cli/demo/result.ts";
import { type Acknowledged, auditTrail, isAudited } from "./witness.ts";

// Looked at from outside, over the interfaces that an inspector has: was anything lost, was anything done twice?

/**
 * Commands of a run leave their mark in the line's journal, which the batch's own checks read; a question changes
 * nothing; the hall is the physical world.
 */
const unaudited = [/^\/v1\/runs\//, /^\/v1\/verifications$/, /^\/(hand-scan|inspect-case)$/];

/** Every acknowledged change has its audit entry, at the level that acknowledged it. */
export async function lostChanges(world: World, acknowledged: readonly Acknowledged[]): Promise<string[]> {
  const lost: string[] = [];
  for (const [origin, client] of await inspectors(world)) {
    const trail = await auditTrail(client);
    for (const each of acknowledged) {
      if (each.origin !== origin || unaudited.some((path) => path.test(each.path)) || isAudited(trail, each)) continue;
      lost.push(`${each.method} ${each.origin}${each.path}`);
    }
  }
  return lost;
}

async function inspectors(world: World) {
  const { urls, people, administrators } = world;
  const network = administrators.get("network");
  if (!network) throw new Error("the network has no administrator");
  return [
    [urls.maker, await people.qa.at(urls.maker)],
    [urls.wholesaler, await people.wholesaleClerk.at(urls.wholesaler)],
    [urls.pharmacy, await people.pharmacist.at(urls.pharmacy)],
    [urls.network, await network.at(urls.network)],
    [urls.site, await people.qa.at(urls.site)],
    [urls.line, await people.qa.at(urls.line)],
  ] as const;
}

/** What happened to the patient's pack, its order and its deliveries: each of it once. */
export async function doubled(world: World, result: DemoResult): Promise<string[]> {
  // Packing is twice in a pack's life: into its case, and with the case onto a pallet.
  const packings = result.trace.filter((hop) => hop.bizStep === "packing").length;
  const steps = result.trace.filter((hop) => hop.bizStep !== "packing").map((hop) => `${hop.company}: ${hop.bizStep}`);
  const maker = await world.people.serialisation.at(world.urls.maker);
  const clerk = await world.people.wholesaleClerk.at(world.urls.wholesaler);
  const pharmacist = await world.people.pharmacist.at(world.urls.pharmacy);
  const orders = await maker.call(enterpriseApi.workOrders);
  const shipments = [
    ...(await maker.call(enterpriseApi.shipments)).map((each) => `maker ${each.direction} ${each.purchaseOrder}`),
    ...(await clerk.call(enterpriseApi.shipments)).map((each) => `wholesaler ${each.direction} ${each.purchaseOrder}`),
    ...(await pharmacist.call(enterpriseApi.shipments)).map(
      (each) => `pharmacy ${each.direction} ${each.purchaseOrder}`,
    ),
  ];
  return [
    ...(packings === 2 ? [] : [`${packings} packings of a pack in a case on a pallet`]),
    ...twice(steps),
    ...twice(orders.map(({ order }) => `order of lot ${order.lot}`)),
    ...twice(shipments),
  ];
}

function twice(names: readonly string[]): string[] {
  return [...new Set(names.filter((name, index) => names.indexOf(name) !== index))];
}

/** Chains of records, of all levels: nothing is missing in the middle. */
export async function brokenChains(world: World): Promise<string[]> {
  const broken: string[] = [];
  for (const [origin, client] of await inspectors(world)) {
    const chains = await client.call(commonApi.verifyAudit, { query: {} });
    broken.push(...chains.filter(({ intact }) => !intact).map(({ chain }) => `${origin} ${chain} is broken`));
  }
  return broken;
}

/** For whoever looks into a round that failed: what is on its way, and what was stopped and why. */
export async function standstill(world: World): Promise<string[]> {
  const found: string[] = [];
  for (const [origin, client] of await inspectors(world)) {
    const { queues } = await client.call(commonApi.overview);
    found.push(...queues.filter(({ waiting }) => waiting > 0).map((each) => `${origin} ${JSON.stringify(each)}`));
    const stopped = (await auditTrail(client)).filter(({ action }) => /stopped|refused|locked/.test(action));
    found.push(
      ...stopped.map(({ action, subject, after }) => `${origin} ${action} ${subject} ${JSON.stringify(after)}`),
    );
  }
  return found;
}
