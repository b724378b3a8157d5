import type { Landscape, LandscapeLevel, LevelName, Overview } from "../../src/contract/common-api.ts";
import { invariant } from "../../src/kernel/base/invariant.ts";

type Counters = readonly (readonly [key: string, label: string, value: number])[];

function level(
  name: LevelName,
  instance: string,
  label: string,
  counters: Counters,
  more: Partial<LandscapeLevel> = {},
): LandscapeLevel {
  return {
    level: name,
    instance,
    name: label,
    alive: true,
    simulated: false,
    url: null,
    queues: [],
    problem: null,
    counters: counters.map(([key, words, value]) => ({ key, label: words, value })),
    ...more,
  };
}

/** A hall at work: one camera gone, a few messages waiting for the network. */
export function fakeLandscape(now: number): Landscape {
  const grown = Math.floor(now / 1000) % 10_000;
  return {
    now,
    levels: [
      level(
        "network",
        "network",
        "Packtrail network",
        [
          ["companies", "companies", 3],
          ["delivered", "documents delivered", 128],
          ["waiting", "waiting", 2],
        ],
        { url: "http://127.0.0.1:4005" },
      ),
      level("network", "eu-hub", "EU Hub", [["packs", "packs uploaded", 41_200]], { simulated: true }),
      level(
        "enterprise",
        "aurora",
        "Aurora Pharma",
        [
          ["numbers", "numbers issued", 182_400],
          ["events", "events", 98_211 + grown],
          ["lots", "lots released", 12],
          ["exceptions", "open exceptions", 1],
        ],
        {
          queues: [{ lane: "network/documents", waiting: 2, oldestAt: now - 40_000, state: "waiting" }],
        },
      ),
      level("enterprise", "medica", "Medica Wholesale", [["stock", "packs in stock", 9_600]], {
        url: "http://127.0.0.1:4014",
      }),
      level("enterprise", "rosen", "Rosen Pharmacy", [["dispensed", "packs dispensed", 31]], {
        alive: false,
        problem: "connection refused",
      }),
      level(
        "site",
        "site-basel",
        "Site Basel",
        [
          ["orders", "orders open", 2],
          ["buffer", "numbers in buffer", 24_000],
          ["journal", "journal entries", 61_020 + grown],
        ],
        { url: "http://127.0.0.1:4003" },
      ),
      level(
        "line",
        "line-1",
        "Line 1, Basel",
        [
          ["good", "good packs", 1_284],
          ["rejected", "rejected", 17],
          ["rate", "packs/min", 118],
        ],
        {
          url: "http://127.0.0.1:4002",
          queues: [{ lane: "site-basel/journal", waiting: 14, oldestAt: now - 900, state: "flowing" }],
        },
      ),
      level("device", "printer", "Printer", [["printed", "printed", 1_301]], { simulated: true }),
      level("device", "camera", "Camera", [["read", "read", 1_299]], { simulated: true }),
      level("device", "gate", "Reject gate", [["rejected", "rejected", 17]], { simulated: true }),
      level("device", "case-camera", "Case camera", [], {
        simulated: true,
        alive: false,
        problem: "no link since 04:51:12",
      }),
      level("device", "labeller", "Case labeller", [["printed", "printed", 52]], { simulated: true }),
    ],
    flows: [
      { from: "aurora", to: "network", what: "documents and reports", waiting: 2, lastAt: now - 41_000 },
      { from: "network", to: "aurora", what: "partners’ documents, receipts", waiting: 0, lastAt: now - 300_000 },
      { from: "aurora", to: "site-basel", what: "work orders, numbers, deliveries", waiting: 0, lastAt: now - 95_000 },
      { from: "site-basel", to: "aurora", what: "events, submissions, loadings", waiting: 0, lastAt: now - 12_000 },
      { from: "site-basel", to: "line-1", what: "runs with their numbers", waiting: 0, lastAt: now - 640_000 },
      { from: "line-1", to: "site-basel", what: "journal", waiting: 14, lastAt: now - 700 },
      { from: "line-1", to: "printer", what: "numbers to print, verdicts", waiting: 0, lastAt: now - 300 },
      { from: "camera", to: "line-1", what: "reads, pictures, confirmations", waiting: 0, lastAt: now - 200 },
    ],
  };
}

/** The same hall as one of its levels tells it. */
export function overviewOf(instance: string, now: number): Overview {
  const { levels, flows } = fakeLandscape(now);
  const own = levels.find((each) => each.instance === instance);
  invariant(own, instance);
  const order: readonly LevelName[] = ["device", "line", "site", "enterprise", "network"];
  const rank = (name: LevelName) => order.indexOf(name);
  const beside = new Set(flows.flatMap(({ from, to }) => (from === instance ? [to] : to === instance ? [from] : [])));
  return {
    level: own.level,
    instance,
    name: own.name,
    environment: "production",
    version: "0.1.0",
    now,
    readiness: [{ check: "database", problem: null }],
    counters: own.counters,
    queues: own.queues,
    neighbours: levels
      .filter((each) => beside.has(each.instance))
      .map((each) => ({
        level: each.level,
        instance: each.instance,
        name: each.name,
        url: each.url,
        reachable: each.alive,
        direction: rank(each.level) > rank(own.level) ? ("up" as const) : ("down" as const),
        lastHeardAt: now - 2_000,
      })),
  };
}
