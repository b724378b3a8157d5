import type { Environment } from "../contract/envelope.ts";
import { exportPeople } from "../gxp/people/people-replication.ts";
import type { Machine, Sql } from "../runtime/machine.ts";
import { enqueue, jsonMessage } from "../runtime/messages/outbox.ts";
import { siteDestination } from "./company-scope.ts";

export type PeopleDown = {
  readonly machine: Pick<Machine, "random" | "clock">;
  readonly owner: string;
  readonly environment: Environment;
  /** GLNs. */
  readonly sites: readonly string[];
};

/**
 * Tells the sites who everybody is now, in the transaction of the change, whoever makes it: the level or the console.
 * Signing works there with us gone.
 */
export async function sendPeopleDown(sql: Sql, { machine, owner, environment, sites }: PeopleDown): Promise<void> {
  const json = await exportPeople(sql);
  for (const site of sites) {
    await enqueue(
      sql,
      jsonMessage({
        messageId: machine.random.uuid7(),
        destination: siteDestination(site),
        orderKey: "people",
        method: "PUT",
        path: "/v1/people",
        owner,
        environment,
        traceId: machine.random.uuid7().replaceAll("-", ""),
        at: machine.clock.now(),
        json,
      }),
    );
  }
}
