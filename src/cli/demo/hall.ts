import type { World } from "./furnish.ts";
import { until } from "./until.ts";

// What the demonstration's people see and scan in the SIMULATED hall with their own eyes and a hand-held camera.
// No number comes from here that a person standing there could not read.

const timeoutMs = 10_000;

async function ask<T>(world: World, method: "GET" | "POST", path: string, body?: object): Promise<T> {
  // Looking and scanning change nothing: both may be done again.
  const reply = await until(`the hall answers to ${path}`, () =>
    world.fetch({
      method,
      url: world.urls.hall + path,
      headers: body ? { "content-type": "application/json" } : {},
      ...(body ? { body: JSON.stringify(body) } : {}),
      timeoutMs,
    }),
  );
  if (reply.status !== 200) throw new Error(`the hall answered ${reply.status} to ${path}`);
  return JSON.parse(Buffer.from(reply.body).toString("utf8")) as T;
}

/** Somebody opens the reject bins and counts. */
export async function binContent(world: World): Promise<number> {
  const state = await ask<{ bin: { count: number }; downstreamBin: { count: number } }>(world, "GET", "/state");
  return state.bin.count + state.downstreamBin.count;
}

export type OpenedCase = { readonly label: string; readonly packScan: string; readonly packs: number };

/** Somebody scans the first case's label and one pack of it by hand. */
export async function scanFirstCase(world: World): Promise<OpenedCase> {
  const index = 1;
  const { scan: label } = await ask<{ scan: string | null }>(world, "POST", "/hand-scan", { what: "case", index });
  const { scans } = await ask<{ scans: (string | null)[] }>(world, "POST", "/inspect-case", { index });
  const packScan = scans.find((scan) => scan !== null);
  if (packScan === undefined || label === null) throw new Error("nothing in the first case can be read");
  return { label, packScan, packs: scans.length };
}
