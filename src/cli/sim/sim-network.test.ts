import { describe, expect, test } from "vitest";
import { isFault } from "../../runtime/fault.ts";
import type { HttpRequest, Listener } from "../../runtime/machine.ts";
import { createLife } from "./life.ts";
import { createSimClock } from "./sim-clock.ts";
import { calmRates, createSimNetwork, type NetworkRates } from "./sim-network.ts";

const url = "http://127.0.0.1:4100";
const request: HttpRequest = {
  method: "POST",
  url: `${url}/v1/x`,
  headers: { "idempotency-key": "m1" },
  body: "{}",
  timeoutMs: 60_000,
};

function world(rates: Partial<NetworkRates> = {}, answer: () => Promise<number> = async () => 200) {
  const clock = createSimClock({ start: 0, stalled: async () => false });
  const network = createSimNetwork({ clock, seed: 1 });
  network.rates = { ...calmRates, ...rates };
  const heard: number[] = [];
  const listener: Listener = {
    listen: async () => url,
    close: async () => undefined,
    async inject() {
      heard.push(clock.now());
      return { status: await answer(), headers: {}, body: new Uint8Array() };
    },
  };
  const life = createLife("server", 1, () => undefined);
  const client = createLife("client", 1, () => undefined);
  const ask = async (serving?: () => void) => {
    await network.of(life).serve(listener, { host: "127.0.0.1", port: 4100 });
    serving?.();
    let outcome = "nothing";
    const noted = network
      .of(client)
      .fetch(request)
      .then(
        ({ status }) => {
          outcome = String(status);
        },
        (error: unknown) => {
          outcome = isFault(error) ? `${error.kind} ${error.code}` : String(error);
        },
      );
    void noted;
    await clock.run({ done: () => false, until: 300_000 });
    return outcome;
  };
  return { clock, network, life, client, heard, ask };
}

describe("the simulated network", () => {
  test("carries a request and its answer, late", async () => {
    const { ask, heard, network } = world();
    expect(await ask()).toBe("200");
    expect(heard).toHaveLength(1);
    expect(heard[0]).toBeGreaterThan(0);
    expect(network.acknowledged).toEqual([{ to: "server", messageId: "m1", what: "POST /v1/x" }]);
  });

  test.each([
    ["lost on its way: nothing was done", { lost: 1 }, "transient network.unreachable", 0],
    ["answered into the void: it may have been done", { replyLost: 1 }, "ambiguous network.broken", 1],
    ["delivered twice, answered once", { duplicated: 1 }, "200", 2],
  ] as const)("%s", async (_what, rates, outcome, deliveries) => {
    const { ask, heard } = world(rates);
    expect(await ask()).toBe(outcome);
    expect(heard).toHaveLength(deliveries);
  });

  test("a server killed while it works breaks the connection, and its answer reaches nobody", async () => {
    const made = world({}, async () => {
      made.life.kill();
      return 200;
    });
    expect(await made.ask()).toBe("ambiguous network.broken");
    expect(made.network.acknowledged).toEqual([]);
  });

  test("nobody listens where the process is dead", async () => {
    const { ask, life } = world();
    expect(await ask(life.kill)).toBe("transient network.unreachable");
  });

  test("a dead caller hears nothing", async () => {
    const made = world({}, async () => {
      made.client.kill();
      return 200;
    });
    expect(await made.ask()).toBe("nothing");
  });
});
