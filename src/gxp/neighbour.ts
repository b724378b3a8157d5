import type { LevelName, Neighbour } from "../contract/common-api.ts";
import type { Machine } from "../runtime/machine.ts";
import type { Destination } from "../runtime/messages/delivery.ts";

/** A neighbour that does not say it is alive by then counts as not reachable. */
const neighbourTimeoutMs = 1_000;

/** Another level as this one calls it. */
export type NeighbourLevel = {
  readonly level: LevelName;
  readonly instance: string;
  readonly name: string;
  readonly direction: Neighbour["direction"];
  readonly reach: Destination;
  /** The outbox's name of it. */
  readonly destination: string;
};

/** Whether a level answers that it is alive. */
export async function isAlive(machine: Machine, url: string): Promise<boolean> {
  try {
    const reply = await machine.network.fetch({
      method: "GET",
      url: `${url}/health`,
      headers: {},
      timeoutMs: neighbourTimeoutMs,
    });
    return reply.status === 200;
  } catch {
    return false;
  }
}
