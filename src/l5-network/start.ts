import type { HashCost } from "../gxp/people/password-hasher.ts";
import { openInstance, type RunningInstance } from "../gxp/instance.ts";
import type { NeighbourLevel } from "../gxp/neighbour.ts";
import { reachOf } from "../runtime/level-tls.ts";
import type { Machine } from "../runtime/machine.ts";
import { euHubDestination, hubSettlement, isForHub } from "./authorities/report.handler.ts";
import { companyRoutes } from "./companies/company.routes.ts";
import { loadCompanies } from "./companies/company.store.ts";
import type { NetworkConfig } from "./config.ts";
import { destinationOf, isRelayed, settle, settlementOf } from "./documents/document.handler.ts";
import { documentRoutes } from "./documents/document.routes.ts";
import { countMessages } from "./documents/document.store.ts";
import { migrations } from "./migrations.ts";
import { questionRoutes } from "./questions/question.routes.ts";

/** Level 5: wires companies, documents, questions and authorities to one server, database and outbox. */
export async function start(
  config: NetworkConfig,
  machine: Machine,
  options: { readonly hashCost?: HashCost } = {},
): Promise<RunningInstance> {
  const { environment, euHub } = config;
  const reaches = new Map(config.enterprises.map((each) => [each.company, reachOf(each)]));
  const neighbours: NeighbourLevel[] = [...reaches].map(([gln, reach]) => ({
    level: "enterprise",
    instance: destinationOf(gln),
    name: gln,
    direction: "down",
    reach,
    destination: destinationOf(gln),
    owner: gln,
  }));
  // The hub is no level of ours: only messages go there, and it wants no token.
  const hub: NeighbourLevel[] = euHub
    ? [
        {
          level: "network",
          instance: euHubDestination,
          name: euHub.simulated ? "SIMULATED European hub" : "European hub",
          direction: "beside",
          reach: { url: euHub.url },
          destination: euHubDestination,
        },
      ]
    : [];

  const instance = await openInstance({
    level: "network",
    name: "Network",
    config,
    machine,
    migrations,
    issuesPeople: true,
    neighbours: [...neighbours, ...hub],
    ...(options.hashCost ? { hashCost: options.hashCost } : {}),
    async onSettled(sql, row, outcome) {
      if (isForHub(row)) await settle(sql, machine, row.messageId, hubSettlement(outcome, euHub?.simulated ?? false));
      else if (isRelayed(row)) await settle(sql, machine, row.messageId, settlementOf(outcome));
    },
    async counters(sql, owner) {
      const [companies, messages] = await Promise.all([
        loadCompanies(sql, environment),
        countMessages(sql, environment, owner),
      ]);
      return [
        { key: "companies", label: "Companies", value: companies.filter((each) => each.state === "active").length },
        { key: "messages.waiting", label: "Messages on their way", value: messages.waiting },
        { key: "messages.delivered", label: "Messages delivered", value: messages.delivered },
        { key: "messages.accepted", label: "Reports accepted", value: messages.accepted },
        { key: "messages.refused", label: "Refused", value: messages.refused },
      ];
    },
  });

  const { server, database } = instance;
  companyRoutes(server, { machine, database, environment });
  documentRoutes(server, { machine, database, environment, gateways: { euHub: euHub !== undefined } });
  questionRoutes(server, {
    machine,
    database,
    environment,
    answerers: { enterprise: (gln) => reaches.get(gln), euHub },
  });
  return instance.start();
}
