import { createClient } from "../contract/client.ts";
import {
  commonApi,
  type Flow,
  type Landscape,
  type LandscapeLevel,
  type LevelName,
  type Neighbour,
  type Overview,
} from "../contract/common-api.ts";
import type { Machine, Sql, Statement } from "../runtime/machine.ts";
import type { NeighbourLevel } from "./neighbour.ts";

/** A level that takes longer than this to tell how it is counts as not reachable. */
const askTimeoutMs = 1_500;

const FLOWS: Statement = {
  name: "landscape_flows",
  text: `select l.destination, sum(l.waiting) as waiting,
      (select o.settled_at from outbox o where o.destination = l.destination and o.settled_at is not null order by o.settled_at desc limit 1) as last_at
    from outbox_lane l group by l.destination`,
};

/** The same of one company's messages, where several share a neighbour. Few wait at a time. */
const FLOWS_OF_OWNER: Statement = {
  name: "landscape_flows_of_owner",
  text: `select destination, count(*) as waiting, null::bigint as last_at
    from outbox where state in ('waiting', 'ambiguous', 'refused') and owner = $1 group by destination`,
};
type FlowRow = { destination: string; waiting: string; last_at: string | null };

type Asked = Pick<Landscape, "levels" | "flows"> & { readonly instance: string };

/** This level, the levels below it as each of them sees its own, and the one above: what flows between them now. */
export async function landscapeFrom(
  machine: Machine,
  sql: Pick<Sql, "run">,
  own: Overview,
  ownUrl: string | null,
  { owner, neighbours }: { readonly owner: string | undefined; readonly neighbours: readonly NeighbourLevel[] },
): Promise<Landscape> {
  const answers = await Promise.all(neighbours.map((each) => askNeighbour(machine, own, each)));
  const asked =
    owner === undefined ? answers : answers.map((each, at) => narrowed(each, neighbours[at]?.owner === owner));
  const waiting = owner === undefined ? await sql.run<FlowRow>(FLOWS) : await sql.run<FlowRow>(FLOWS_OF_OWNER, [owner]);
  const flows = neighbours.map((neighbour, index): Flow => {
    const row = waiting.find((each) => each.destination === neighbour.destination);
    return {
      from: own.instance,
      to: asked[index]?.instance ?? neighbour.instance,
      what: flowName(own.level, neighbour.level),
      waiting: Number(row?.waiting ?? 0),
      lastAt: row?.last_at == null ? null : Number(row.last_at),
    };
  });
  return {
    now: machine.clock.now(),
    // A level below sees us, too: what is known first hand stands first and counts.
    levels: distinct([levelOf(own, ownUrl), ...asked.flatMap(({ levels }) => levels)], ({ instance }) => instance),
    flows: distinct([...flows, ...asked.flatMap((each) => each.flows)], ({ from, to }) => `${from} ${to}`),
  };
}

/** Of what all companies share, one of them sees that it is there and how it is, but none of its figures. */
function narrowed(asked: Asked, own: boolean): Asked {
  if (own) return asked;
  return {
    ...asked,
    levels: asked.levels.map((level) => ({ ...level, counters: [], queues: [] })),
    flows: asked.flows.map((flow) => ({ ...flow, waiting: 0, lastAt: null })),
  };
}

function distinct<T>(all: readonly T[], keyOf: (each: T) => string): T[] {
  const seen = new Map<string, T>();
  for (const each of all) if (!seen.has(keyOf(each))) seen.set(keyOf(each), each);
  return [...seen.values()];
}

function flowName(from: LevelName, to: LevelName): string {
  return flowNames[`${from} ${to}`] ?? "messages";
}

const flowNames: Readonly<Record<string, string>> = {
  "network enterprise": "documents and receipts",
  "enterprise network": "documents and reports",
  "enterprise site": "work orders and people",
  "site enterprise": "events and submissions",
  "site line": "orders and numbers",
  "line site": "journal",
};

async function askNeighbour(machine: Machine, asker: Overview, neighbour: NeighbourLevel): Promise<Asked> {
  const { reach, direction } = neighbour;
  const known = asker.neighbours.find(({ instance }) => instance === neighbour.instance);
  // A hub is no level of ours: it tells nothing of itself, and a token would not be for it.
  if (direction === "beside")
    return { instance: neighbour.instance, levels: known ? [levelOfNeighbour(known)] : [], flows: [] };
  const client = createClient({ ...reach, fetch: machine.network.fetch, timeoutMs: askTimeoutMs });
  try {
    if (direction === "up") {
      const overview = await client.call(commonApi.overview);
      return {
        instance: overview.instance,
        levels: [levelOf(overview, reach.url), ...overview.neighbours.filter(isBeside).map(levelOfNeighbour)],
        flows: [flowBack(overview, asker)],
      };
    }
    const below = await client.call(commonApi.landscape);
    return { instance: below.levels[0]?.instance ?? neighbour.instance, levels: below.levels, flows: below.flows };
  } catch (error) {
    return {
      instance: neighbour.instance,
      levels: [silent({ ...neighbour, name: known?.name ?? neighbour.name }, error)],
      flows: [],
    };
  }
}

/** What the level above has for us, as its own queues tell. */
function flowBack(overview: Overview, asker: Overview): Flow {
  const waiting = overview.queues.reduce((sum, queue) => sum + queue.waiting, 0);
  return {
    from: overview.instance,
    to: asker.instance,
    what: flowName(overview.level, asker.level),
    waiting,
    lastAt: null,
  };
}

export function levelOf(
  { level, instance, name, counters, queues, readiness }: Overview,
  url: string | null,
): LandscapeLevel {
  const problem = readiness.find((check) => check.problem !== null)?.problem ?? null;
  return { level, instance, name, alive: true, simulated: false, url, counters, queues, problem };
}

const isBeside = ({ direction }: Neighbour) => direction === "beside";

/** A level that tells nothing of itself: what its neighbour knows of it. */
export function levelOfNeighbour({ level, instance, name, direction, reachable, ...each }: Neighbour): LandscapeLevel {
  const problem = reachable ? null : "does not answer";
  // Who stands in for an authority says so in its name wherever it is shown.
  const simulated = name.startsWith("SIMULATED");
  // A hub has no pages for a browser.
  const url = direction === "beside" ? null : each.url;
  return { level, instance, name, alive: reachable, simulated, url, counters: [], queues: [], problem };
}

function silent({ level, instance, name, reach }: NeighbourLevel, error: unknown): LandscapeLevel {
  const problem = `does not answer: ${error instanceof Error ? error.message : String(error)}`.slice(0, 500);
  return { level, instance, name, alive: false, simulated: false, url: reach.url, counters: [], queues: [], problem };
}
