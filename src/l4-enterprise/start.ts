import { createClient } from "../contract/client.ts";
import { openInstance, type RunningInstance } from "../gxp/instance.ts";
import type { NeighbourLevel } from "../gxp/neighbour.ts";
import type { HashCost } from "../gxp/people/password-hasher.ts";
import { reachOf } from "../runtime/level-tls.ts";
import { readKeyFile } from "../runtime/key-wrap.ts";
import type { Machine } from "../runtime/machine.ts";
import { type Company, networkDestination, siteDestination } from "./company-scope.ts";
import type { EnterpriseConfig } from "./config.ts";
import { distribute } from "./distribution.ts";
import { captureRoutes } from "./epcis-repository/capture.routes.ts";
import { captureJobRoutes } from "./capture-jobs/capture-job.routes.ts";
import { startCaptureJobs } from "./capture-jobs/capture-job.worker.ts";
import { enterpriseCounters } from "./counters.ts";
import { exceptionRoutes } from "./exceptions/exception.routes.ts";
import type { LedgerContext } from "./ledger/identity.ts";
import { lotRoutes } from "./lots/lot.routes.ts";
import { masterDataRoutes } from "./master-data/master-data.routes.ts";
import { loadParties, saveParty } from "./master-data/master-data.store.ts";
import { migrations } from "./migrations.ts";
import { sendPeopleDown } from "./people-down.ts";
import { receiptRoutes } from "./reports/receipt.routes.ts";
import { reportRoutes } from "./reports/report.routes.ts";
import { openPoolKeys } from "./serial-numbers/pool-keys.ts";
import { retentionRoutes } from "./retention/retention.routes.ts";
import { shipmentRoutes } from "./shipments/shipment.routes.ts";
import { packRoutes } from "./tracing/pack.routes.ts";
import { traceRoutes } from "./tracing/trace.routes.ts";
import { workOrderRoutes } from "./work-orders/work-order.routes.ts";

/** Level 4 of one company: wires its features to one server, database and outbox. */
export async function start(
  config: EnterpriseConfig,
  machine: Machine,
  options: { readonly hashCost?: HashCost } = {},
): Promise<RunningInstance> {
  const { environment, company: self } = config;
  const owner = self.gln;
  const keys = openPoolKeys(readKeyFile(config.keyFile));
  const ctx: LedgerContext = { owner, environment, keys };
  const sites = config.sites.map((each) => each.gln);
  const neighbours: NeighbourLevel[] = config.sites.map((site) => ({
    level: "site",
    instance: siteDestination(site.gln),
    name: site.gln,
    direction: "down",
    reach: reachOf(site),
    destination: siteDestination(site.gln),
  }));
  const networkReach = config.network && reachOf(config.network);
  if (networkReach)
    neighbours.push({
      level: "network",
      instance: networkDestination,
      name: "Network",
      direction: "up",
      reach: networkReach,
      destination: networkDestination,
    });
  const network = networkReach && createClient({ ...networkReach, fetch: machine.network.fetch });

  const instance = await openInstance({
    level: "enterprise",
    name: self.name,
    config,
    machine,
    migrations,
    owner,
    issuesPeople: true,
    onPeopleChange: (sql) => sendPeopleDown(sql, { machine, owner, environment, sites }),
    neighbours,
    neighbourNames: async (sql) =>
      new Map((await loadParties(sql, { owner, environment })).map((each) => [siteDestination(each.gln), each.name])),
    ...(options.hashCost ? { hashCost: options.hashCost } : {}),
    counters: (sql) => enterpriseCounters(sql, { owner, environment }),
  });
  const { server, database, gxp } = instance;
  if (config.store?.kind === "citus") await distribute(database);
  const company: Company = { machine, database, environment, owner, self, sites: config.sites };
  await database.transaction((sql) => saveParty(sql, company, self, machine.clock.now()));
  masterDataRoutes(server, company);
  workOrderRoutes(server, company, ctx);
  captureRoutes(server, company, ctx);
  lotRoutes(server, company, ctx, gxp);
  reportRoutes(server, company, ctx);
  shipmentRoutes(server, company, ctx);
  receiptRoutes(server, company);
  retentionRoutes(server, company, ctx, gxp);
  packRoutes(server, company, ctx, network);
  traceRoutes(server, company, ctx);
  exceptionRoutes(server, company, gxp);
  const jobs = startCaptureJobs(company, ctx);
  captureJobRoutes(server, company, jobs);
  const running = await instance.start();
  return {
    ...running,
    async stop() {
      await jobs.stop();
      await running.stop();
    },
  };
}
