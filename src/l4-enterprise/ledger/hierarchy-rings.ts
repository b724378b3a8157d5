import type { Thing } from "./identity.ts";
import type { AppliedEvent, History, Violation } from "./ledger-apply.ts";
import type { StateStore } from "./state.store.ts";
import { coreNow, holdMore, nameOf, type WorkingSet } from "./working-set.ts";

/** Deeper than hierarchies are, and a stop for one that is a ring already. */
const levelsMax = 12;

/**
 * Packings that closed a ring: something was put into a container that is inside it. No rule of one object can see
 * that, so it is looked for around the containers that were just packed into; nearly all of them stand in nothing, or
 * in one that is in hand.
 */
export async function findRings(
  store: StateStore,
  history: History,
  set: WorkingSet,
  events: readonly AppliedEvent[],
): Promise<Violation[]> {
  const violations: Violation[] = [];
  for (const { row, parent, members } of events) {
    if (
      row.type !== "AggregationEvent" ||
      row.action !== "ADD" ||
      row.declared ||
      row.declares !== undefined ||
      parent === undefined
    )
      continue;
    if (coreNow(set, parent).parent === undefined) continue;
    const around = await ancestorsAround(store, history, set, parent);
    for (const member of members) {
      if (!around.homes.has(member.home)) continue;
      if (around.names.has(nameOf(member)) && coreNow(set, member).parent === row.parent)
        violations.push({ subject: member.id, eventId: row.id, code: "inside-itself" });
    }
  }
  return violations;
}

type Around = { readonly names: ReadonlySet<string>; readonly homes: ReadonlySet<Thing["home"]> };

async function ancestorsAround(store: StateStore, history: History, set: WorkingSet, from: Thing): Promise<Around> {
  const names = new Set<string>();
  const homes = new Set<Thing["home"]>();
  let key = coreNow(set, from).parent;
  while (key !== undefined && names.size < levelsMax) {
    const held = set.rows.get(key)?.thing;
    const thing = held ?? (await history.thingsOfKeys([key])).get(key);
    if (thing === undefined || names.has(nameOf(thing))) break;
    names.add(nameOf(thing));
    homes.add(thing.home);
    if (held === undefined) await holdMore(store, set, [thing]);
    key = coreNow(set, thing).parent;
  }
  return { names, homes };
}
