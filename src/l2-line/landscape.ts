import type { Landscape, LandscapeLevel, Overview } from "../contract/common-api.ts";
import { levelOf, levelOfNeighbour } from "../gxp/landscape.ts";
import type { ConnectedDevice } from "./line-port.ts";

/** The line and its machines, for the picture of all levels: who is there, and what waits for the site. */
export function lineLandscape(
  own: Overview,
  url: string | null,
  devices: Readonly<Record<string, ConnectedDevice>>,
): Landscape {
  const waiting = own.queues.reduce((sum, queue) => sum + queue.waiting, 0);
  const site = own.neighbours[0];
  const machines = Object.entries(devices);
  return {
    now: own.now,
    levels: [
      levelOf(own, url),
      ...own.neighbours.map(levelOfNeighbour),
      ...machines.map(([name, device]) => machineLevel(own, name, device)),
    ],
    flows: [
      { from: own.instance, to: site?.instance ?? "site", what: "journal", waiting, lastAt: site?.lastHeardAt ?? null },
      ...machines.map(([name, { up }]) => ({
        from: own.instance,
        to: `${own.instance} ${name}`,
        what: "prints, reads, verdicts",
        waiting: 0,
        lastAt: up ? own.now : null,
      })),
    ],
  };
}

function machineLevel(own: Overview, name: string, { maker, model, simulated, up }: ConnectedDevice): LandscapeLevel {
  return {
    level: "device",
    instance: `${own.instance} ${name}`,
    name: `${name}, ${maker} ${model}`.slice(0, 100),
    alive: up,
    simulated,
    url: null,
    counters: [],
    queues: [],
    problem: up ? null : "not connected",
  };
}
