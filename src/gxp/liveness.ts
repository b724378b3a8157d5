import { createClient } from "../contract/client.ts";
import { commonApi, type LevelName, type LevelsAlive } from "../contract/common-api.ts";
import type { Machine } from "../runtime/machine.ts";
import { isAlive, type NeighbourLevel } from "./neighbour.ts";

/** Anybody may ask: neighbours are asked again after this long only, however many ask us. */
const keptMs = 2_000;
const askTimeoutMs = 1_000;

/** This level and those around it, counted: each level below counts what is below it. */
export function countedLevels(
  machine: Machine,
  level: LevelName,
  neighbours: readonly NeighbourLevel[],
): () => Promise<LevelsAlive> {
  let kept: { readonly until: number; readonly counted: Promise<LevelsAlive> } | undefined;
  const count = async (): Promise<LevelsAlive> => {
    const asked = neighbours.filter((each) => each.direction !== "beside").map((each) => askLevels(machine, each));
    return merged([[{ level, known: 1, alive: 1 }], ...(await Promise.all(asked))]);
  };
  return () => {
    const now = machine.clock.monotonicMs();
    if (!kept || now >= kept.until) kept = { until: now + keptMs, counted: count() };
    return kept.counted;
  };
}

async function askLevels(machine: Machine, { level, direction, reach }: NeighbourLevel): Promise<LevelsAlive> {
  if (direction === "up") return [{ level, known: 1, alive: (await isAlive(machine, reach.url)) ? 1 : 0 }];
  try {
    const client = createClient({ url: reach.url, fetch: machine.network.fetch, timeoutMs: askTimeoutMs });
    return await client.call(commonApi.levels);
  } catch {
    return [{ level, known: 1, alive: 0 }];
  }
}

function merged(lists: readonly LevelsAlive[]): LevelsAlive {
  const counts = new Map<LevelName, { known: number; alive: number }>();
  for (const { level, known, alive } of lists.flat()) {
    const before = counts.get(level) ?? { known: 0, alive: 0 };
    counts.set(level, { known: before.known + known, alive: before.alive + alive });
  }
  return [...counts].map(([level, count]) => ({ level, ...count }));
}
