import { join } from "node:path";
import type { Hop } from "../../contract/enterprise-api.ts";
import { enterpriseApi } from "../../contract/enterprise-api.ts";
import { envelopeHeaders } from "../../contract/envelope.ts";
import { problemOf } from "../../contract/client.ts";
import { readSecret } from "../../runtime/config.ts";
import { demonstration } from "../demo/demonstration.ts";
import type { People } from "./furnish.ts";
import type { PhysicalRun } from "./packaging.ts";
import { pursue } from "./people.ts";
import type { SimWorld } from "./world.ts";

/** A question that somebody asked who may not know the answer, and what came back. */
export type Probe =
  | {
      readonly kind: "trace";
      readonly company: "wholesaler" | "pharmacy";
      readonly id: string;
      readonly hops: readonly Hop[];
      readonly asked: readonly { readonly company: string; readonly answer: string }[];
    }
  | { readonly kind: "environment"; readonly at: string; readonly code: string };

/** Packs of a run asked for: some of each fate. */
const probedPerRun = 4;

/** After all is done: companies ask for packs that never were theirs, and a message of the other environment arrives. */
export async function probe(world: SimWorld, people: People, runs: readonly PhysicalRun[]): Promise<Probe[]> {
  const probes: Probe[] = [];
  for (const run of runs) {
    const binned = run.binned.filter((each) => each !== null).slice(0, probedPerRun);
    const packed = run.cases.flatMap((each) => each.packs.slice(0, 1)).slice(0, probedPerRun);
    for (const id of [...binned, ...packed]) {
      probes.push(await trace(world, people, "wholesaler", id));
      probes.push(await trace(world, people, "pharmacy", id));
    }
  }
  for (const at of ["maker", "wholesaler", "pharmacy", "network", "site"] as const)
    probes.push(await otherEnvironment(world, at));
  return probes;
}

async function trace(world: SimWorld, people: People, company: "wholesaler" | "pharmacy", id: string): Promise<Probe> {
  const who = company === "wholesaler" ? people.wholesaleClerk : people.pharmacist;
  const { hops, asked } = await pursue(world, world.chance(`probe ${id}`), {
    what: `the ${company} is answered about ${id}`,
    reached: () =>
      who.use(world.urls[company], (client) => client.call(enterpriseApi.trace, { query: { id, ask: true } })),
  });
  return { kind: "trace", company, id, hops, asked };
}

type Place = "maker" | "wholesaler" | "pharmacy" | "network" | "site";
/** Whose token opens the door there, and a message that is taken there in the right environment. */
const doors: Readonly<
  Record<Place, { readonly token: string; readonly method: string; readonly path: string; readonly owner: string }>
> = {
  maker: {
    token: "network-to-enterprise-maker",
    method: "POST",
    path: "/v1/delivery-receipts",
    owner: demonstration.maker.gln,
  },
  wholesaler: {
    token: "network-to-enterprise-wholesaler",
    method: "POST",
    path: "/v1/delivery-receipts",
    owner: demonstration.wholesaler.gln,
  },
  pharmacy: {
    token: "network-to-enterprise-pharmacy",
    method: "POST",
    path: "/v1/delivery-receipts",
    owner: demonstration.pharmacy.gln,
  },
  network: {
    token: "enterprise-maker-to-network",
    method: "POST",
    path: `/v1/documents?to=${demonstration.wholesaler.gln}&kind=epcis`,
    owner: demonstration.maker.gln,
  },
  site: { token: "enterprise-maker-to-site", method: "PUT", path: "/v1/people", owner: demonstration.maker.gln },
};

/** Somebody's system of the validation environment was given the wrong address. */
async function otherEnvironment(world: SimWorld, at: Place): Promise<Probe> {
  const { token, method, path, owner } = doors[at];
  const random = Buffer.from(world.chance(`probe ${at}`).bytes(6)).toString("hex");
  const reply = await world.network.fetchFor("validation")({
    method,
    url: world.urls[at] + path,
    headers: {
      "content-type": at === "network" ? "application/ld+json" : "application/json",
      authorization: `Bearer ${readSecret(join(world.dataDir, "secrets", `${token}.token`))}`,
      [envelopeHeaders.messageId]: `0193b3a0-0000-7000-8000-${random}`,
      [envelopeHeaders.owner]: owner,
      [envelopeHeaders.environment]: "validation",
      [envelopeHeaders.traceparent]: `00-${"1".repeat(32)}-${"2".repeat(16)}-01`,
    },
    body: "{}",
    timeoutMs: 30_000,
  });
  return { kind: "environment", at, code: problemOf(reply).code };
}
