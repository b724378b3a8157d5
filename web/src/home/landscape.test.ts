import { describe, expect, test } from "vitest";
import type { Flow, Landscape, LandscapeLevel, Overview } from "../../../src/contract/common-api.ts";
import { landscapeOf, mergeFlows, seamBetween, topDown, withNeighbours } from "./landscape.ts";

const level = (instance: string, of: LandscapeLevel["level"], url: string | null = null): LandscapeLevel => ({
  level: of,
  instance,
  name: instance,
  alive: true,
  simulated: false,
  url,
  counters: [],
  queues: [],
  problem: null,
});
const flow = (from: string, to: string, what: string, waiting = 0, lastAt: number | null = null): Flow => ({
  from,
  to,
  what,
  waiting,
  lastAt,
});

const landscape: Landscape = {
  now: 1000,
  levels: [
    level("maker", "enterprise"),
    level("site", "site", "http://site"),
    level("line-1", "line"),
    level("line-2", "line"),
  ],
  flows: [
    flow("site", "line-1", "runs", 1, 400),
    flow("site", "line-2", "runs", 2, 700),
    flow("line-1", "site", "journal", 0, 900),
  ],
};

const overview: Overview = {
  level: "site",
  instance: "site",
  name: "Site",
  environment: "production",
  version: "0.1.0",
  now: 1000,
  readiness: [
    { check: "database", problem: "not reachable" },
    { check: "disk", problem: null },
  ],
  counters: [],
  queues: [
    { lane: "line-1/runs", waiting: 3, oldestAt: 1, state: "waiting" },
    { lane: "line-1", waiting: 1, oldestAt: 1, state: "waiting" },
    { lane: "line-10/runs", waiting: 7, oldestAt: 1, state: "waiting" },
  ],
  neighbours: [
    {
      level: "line",
      instance: "line-1",
      name: "Line 1",
      direction: "down",
      url: null,
      reachable: false,
      lastHeardAt: 5,
    },
  ],
};

test("the network is drawn on top and the devices below", () => {
  expect(topDown).toEqual(["network", "enterprise", "site", "line", "device"]);
});

describe("a level by itself", () => {
  test("knows its neighbours, and adds up the lanes that lead to each", () => {
    const own = landscapeOf(overview);
    expect(own.levels.map(({ instance, alive, problem }) => [instance, alive, problem])).toEqual([
      ["site", true, "database: not reachable"],
      ["line-1", false, null],
    ]);
    expect(own.flows).toEqual([flow("site", "line-1", "messages", 4, 5)]);
  });
});

describe("what is relayed", () => {
  test("is divided into the seams, each with its two directions", () => {
    const seam = seamBetween(landscape, "site", "line");
    expect([seam.down.length, seam.up.length]).toEqual([2, 1]);
    expect(seamBetween(landscape, "enterprise", "site")).toEqual({ down: [], up: [] });
  });

  test("is one arrow a kind, waiting added up and the latest time kept", () => {
    expect(mergeFlows(seamBetween(landscape, "site", "line").down)).toEqual([flow("site", "line-1", "runs", 3, 700)]);
    expect(mergeFlows([flow("a", "b", "x"), flow("c", "b", "x")])).toEqual([flow("a", "b", "x")]);
  });

  test("is joined by the neighbours that nobody relayed, once each", () => {
    const away = { ...overview.neighbours[0], instance: "line-9" } as Overview["neighbours"][number];
    const bySite = { ...away, level: "site" as const, instance: "0399999000017", url: "http://site" };
    const joined = withNeighbours(landscape, { ...overview, neighbours: [...overview.neighbours, away, bySite] });
    expect(joined.levels.map(({ instance }) => instance)).toEqual(["maker", "site", "line-1", "line-2", "line-9"]);
    expect(joined.flows.at(-1)).toEqual(flow("site", "line-9", "messages", 0, 5));
  });
});
