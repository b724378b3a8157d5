import type { Thing } from "./identity.ts";
import { keyOf } from "./identity.ts";
import type { AppliedEvent, History, Violation } from "./ledger-apply.ts";
import type { StateStore } from "./state.store.ts";
import { coreNow, holdMore, type WorkingSet } from "./working-set.ts";

/** Deeper than hierarchies are, and a stop for one that is a ring already. */
const levelsMax = 12;

/**
 * Packings that closed a ring: something was put into a container that is inside it. No rule of one object can see
 * that, so it is looked for around the containers that were just packed into; nearly all of them stand in nothing.
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
    const around = await ancestorKeys(store, history, set, parent);
    for (const member of members) {
      if (around.has(keyOf(member)) && coreNow(set, member).parent === row.parent)
        violations.push({ subject: member.id, eventId: row.id, code: "inside-itself" });
    }
  }
  return violations;
}

async function ancestorKeys(store: StateStore, history: History, set: WorkingSet, from: Thing): Promise<Set<string>> {
  const keys = new Set<string>();
  let key = coreNow(set, from).parent;
  while (key !== undefined && !keys.has(key) && keys.size < levelsMax) {
    keys.add(key);
    const thing = (await history.thingsOfKeys([key])).get(key);
    if (thing === undefined) break;
    await holdMore(store, set, [thing]);
    key = coreNow(set, thing).parent;
  }
  return keys;
}
