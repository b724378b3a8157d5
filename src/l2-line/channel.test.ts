import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as fc from "fast-check";
import { afterAll, describe, expect, test, vi } from "vitest";
import type { RunView } from "../contract/line-api.ts";
import { ok, refuse, RefusalError } from "../kernel/base/result.ts";
import { realClock } from "../runtime/clock.real.ts";
import { Fault } from "../runtime/fault.ts";
import { connectChannel, lineSplitter, serveChannel } from "./channel.ts";
import type { LinePort, Snapshot } from "./line-port.ts";

const folder = mkdtempSync(join(tmpdir(), "packtrail-channel-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const view = { runId: "r", state: "Idle" } as unknown as RunView;

function fakePort(): LinePort & { tell(snapshot: Snapshot): void } {
  const listeners = new Set<(snapshot: Snapshot) => void>();
  return {
    command: async (asked) => (asked.name === "start" ? ok(view) : refuse("line.state", "Idle")),
    runs: async () => [view],
    run: async () => null,
    refusal: async () => ({ code: "line.not-cleared" }),
    numbers: async () => {
      throw new RefusalError({ code: "line.run-unknown" });
    },
    entries: async () => {
      throw new Fault("ambiguous", "sqlite.busy", "busy");
    },
    image: async () => new Uint8Array([137, 80, 78, 71]),
    devices: async () => ({ conveyor: { maker: "m", model: "p", simulated: true, up: true } }),
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    tell: (snapshot) => listeners.forEach((listener) => listener(snapshot)),
  };
}

describe("LINE-014 the channel between verdict process and gateway", () => {
  test("calls, refusals, faults, pictures and snapshots come through as they are", async () => {
    const path = join(folder, "a.sock");
    const port = fakePort();
    const server = await serveChannel(port, path);
    const client = connectChannel(path, realClock());
    await vi.waitFor(() => expect(client.connected()).toBe(true));
    expect(await client.command({ name: "start", runId: "r", by: "p" })).toEqual(ok(view));
    expect(
      await client.command({ name: "unhold", runId: "r", by: "p", reason: "the belt is as it should be" }),
    ).toEqual(refuse("line.state", "Idle"));
    expect(await client.run("r")).toBeNull();
    expect(await client.refusal({ name: "start", runId: "r", by: "p" })).toEqual({ code: "line.not-cleared" });
    expect(await client.image("x")).toEqual(new Uint8Array([137, 80, 78, 71]));
    await expect(client.numbers("r", { level: "pack", limit: 1 })).rejects.toMatchObject({
      refusal: { code: "line.run-unknown" },
    });
    await expect(client.entries(0, 1)).rejects.toMatchObject({ kind: "ambiguous", code: "sqlite.busy" });
    const heard: Snapshot[] = [];
    client.subscribe((snapshot) => heard.push(snapshot));
    port.tell({ headSeq: 7, runs: [view] });
    await vi.waitFor(() => expect(heard).toEqual([{ headSeq: 7, runs: [view] }]));
    client.close();
    await server.close();
  });

  test("a verdict process that went away is said to be away, and found again when it is back", async () => {
    const path = join(folder, "b.sock");
    const client = connectChannel(path, realClock());
    await expect(client.runs()).rejects.toMatchObject({ code: "line.verdict-path-away", kind: "transient" });
    const first = await serveChannel(fakePort(), path);
    await vi.waitFor(async () => expect(await client.runs()).toEqual([view]));
    await first.close();
    await vi.waitFor(() => expect(client.connected()).toBe(false));
    const second = await serveChannel(fakePort(), path);
    await vi.waitFor(async () => expect(await client.runs()).toEqual([view]));
    client.close();
    await second.close();
  });

  test("lines come out whole, however the bytes are cut", () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: "grapheme" }).map((text) => text.replaceAll("\n", " "))),
        fc.array(fc.nat(40)),
        (lines, cuts) => {
          const bytes = Buffer.from(lines.map((line) => `${line}\n`).join(""));
          const out: string[] = [];
          const take = lineSplitter((line) => out.push(line));
          let at = 0;
          for (const cut of cuts) {
            take(bytes.subarray(at, at + cut));
            at = Math.min(bytes.length, at + cut);
          }
          take(bytes.subarray(at));
          expect(out).toEqual(lines);
        },
      ),
    );
  });
});
