import type { LevelName, Neighbour } from "../contract/common-api.ts";
import type { Actor } from "../runtime/http/actor.ts";
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
  /** The company whose level it is, on a level that serves many: what concerns it is shown to no other company. */
  readonly owner?: string;
};

/**
 * What an asker may see of the neighbours. A person of this level, and whoever asks a level that is one company's, sees
 * all of them; a company's system sees its own. `owner`: the company that it is narrowed to.
 */
export function visibleTo(
  actor: Actor,
  neighbours: readonly NeighbourLevel[],
): { readonly owner: string | undefined; readonly neighbours: readonly NeighbourLevel[] } {
  const owner = actor.kind === "machine" ? actor.owner : undefined;
  if (owner === undefined || neighbours.every((each) => each.owner === undefined))
    return { owner: undefined, neighbours };
  return { owner, neighbours: neighbours.filter((each) => each.owner === owner) };
}

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
