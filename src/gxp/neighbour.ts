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
 * What an asker may see of the neighbours. A person of this level, and whoever asks a level that serves one company only,
 * sees all of them; a company's system sees its own and those that all share (a site's lines, a hub), but no other
 * company's. `owner`: the company that figures and queues are narrowed to.
 */
export function visibleTo(
  actor: Actor,
  neighbours: readonly NeighbourLevel[],
): { readonly owner: string | undefined; readonly neighbours: readonly NeighbourLevel[] } {
  const asking = actor.kind === "machine" ? actor.owner : undefined;
  const others = neighbours.some(({ owner }) => owner !== undefined && owner !== asking);
  if (asking === undefined || !others) return { owner: undefined, neighbours };
  return { owner: asking, neighbours: neighbours.filter(({ owner }) => owner === undefined || owner === asking) };
}

/** Whether a level answers that it is alive; of what is no level of ours (a hub), whether it answers at all. */
export async function isAlive(machine: Machine, url: string, ofOurs = true): Promise<boolean> {
  try {
    const reply = await machine.network.fetch({
      method: "GET",
      url: `${url}/health`,
      headers: {},
      timeoutMs: neighbourTimeoutMs,
    });
    return !ofOurs || reply.status === 200;
  } catch {
    return false;
  }
}
