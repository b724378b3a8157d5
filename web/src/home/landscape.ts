import {
  type Flow,
  type Landscape,
  type LandscapeLevel,
  type LevelName,
  levels,
  type Overview,
} from "../../../src/contract/common-api.ts";

/** From the network at the top to the devices at the bottom. */
export const topDown: readonly LevelName[] = levels.toReversed();

/** What one level knows by itself: its own figures, and of its neighbours whether they answer. */
export function landscapeOf(overview: Overview): Landscape {
  const own: LandscapeLevel = {
    level: overview.level,
    instance: overview.instance,
    name: overview.name,
    alive: true,
    simulated: false,
    url: null,
    counters: overview.counters,
    queues: overview.queues,
    problem:
      overview.readiness
        .flatMap(({ check, problem }) => (problem === null ? [] : [`${check}: ${problem}`]))
        .join("; ") || null,
  };
  const neighbours = overview.neighbours.map(
    ({ level, instance, name, reachable, url }): LandscapeLevel => ({
      level,
      instance,
      name,
      alive: reachable,
      simulated: false,
      url,
      counters: [],
      queues: [],
      problem: null,
    }),
  );
  const flows = overview.neighbours.map(({ instance, lastHeardAt }): Flow => {
    const lanes = overview.queues.filter(({ lane }) => lane === instance || lane.startsWith(`${instance}/`));
    return {
      from: overview.instance,
      to: instance,
      what: "messages",
      waiting: lanes.reduce((sum, { waiting }) => sum + waiting, 0),
      lastAt: lastHeardAt,
    };
  });
  return { now: overview.now, levels: [own, ...neighbours], flows };
}

/** What is relayed, and beside it the neighbours of this level that nobody relayed. */
export function withNeighbours(relayed: Landscape, overview: Overview): Landscape {
  const own = landscapeOf(overview);
  // A neighbour may be known here by another name than its own; its address is the same.
  const missing = own.levels.filter(
    (each) =>
      !relayed.levels.some(({ instance, url }) => instance === each.instance || (url !== null && url === each.url)),
  );
  const added = new Set(missing.map(({ instance }) => instance));
  const flows = own.flows.filter(({ to }) => added.has(to));
  return { ...relayed, levels: [...relayed.levels, ...missing], flows: [...relayed.flows, ...flows] };
}

export type Seam = { readonly down: readonly Flow[]; readonly up: readonly Flow[] };

/** The flows between one level and the next one below it. */
export function seamBetween(landscape: Landscape, upper: LevelName, lower: LevelName): Seam {
  const levelOf = new Map(landscape.levels.map(({ instance, level }) => [instance, level]));
  const between = (from: LevelName, to: LevelName) =>
    landscape.flows.filter((flow) => levelOf.get(flow.from) === from && levelOf.get(flow.to) === to);
  return { down: between(upper, lower), up: between(lower, upper) };
}

/** Several instances send the same: one arrow a kind, waiting added up, the latest time. */
export function mergeFlows(flows: readonly Flow[]): readonly Flow[] {
  const merged = new Map<string, Flow>();
  for (const flow of flows) {
    const before = merged.get(flow.what);
    if (before === undefined) merged.set(flow.what, flow);
    else
      merged.set(flow.what, {
        ...before,
        waiting: before.waiting + flow.waiting,
        lastAt: Math.max(before.lastAt ?? 0, flow.lastAt ?? 0) || null,
      });
  }
  return [...merged.values()];
}
