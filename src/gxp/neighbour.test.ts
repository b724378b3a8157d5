import { describe, expect, test } from "vitest";
import type { Actor } from "../runtime/http/actor.ts";
import { type NeighbourLevel, visibleTo } from "./neighbour.ts";

const [ours, theirs] = ["4012345000009", "9521235000005"];
const neighbour = (instance: string, owner?: string): NeighbourLevel => ({
  level: owner === undefined ? "line" : "enterprise",
  instance,
  name: instance,
  direction: owner === undefined ? "down" : "up",
  reach: { url: `http://${instance}` },
  destination: instance,
  ...(owner === undefined ? {} : { owner }),
});
const machine = (owner?: string): Actor => ({
  kind: "machine",
  credentialId: "c",
  name: "enterprise",
  roles: ["enterprise"],
  environment: "production",
  ...(owner === undefined ? {} : { owner }),
});
const line = neighbour("line-1");
const shared = [neighbour("a", ours), neighbour("b", theirs), line];

describe("what an asker sees of the neighbours [REQ-OWN-01]", () => {
  test.each<[string, Actor, readonly NeighbourLevel[], string[], string | undefined]>([
    ["a company where several are served", machine(ours), shared, ["a", "line-1"], ours],
    ["the other company", machine(theirs), shared, ["b", "line-1"], theirs],
    ["a company that is not served", machine("0614141000005"), shared, ["line-1"], "0614141000005"],
    ["the only company", machine(ours), [neighbour("a", ours), line], ["a", "line-1"], undefined],
    ["a site's line, which is no company's", machine(), shared, ["a", "b", "line-1"], undefined],
    ["nobody in particular", { kind: "anonymous" } as Actor, shared, ["a", "b", "line-1"], undefined],
  ])("%s", (_, actor, neighbours, instances, owner) => {
    const visible = visibleTo(actor, neighbours);
    expect(visible.neighbours.map(({ instance }) => instance)).toEqual(instances);
    expect(visible.owner).toBe(owner);
  });
});
