import { mkdtempSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import type { DeviceEvent } from "../contract/device-port.ts";
import { realClock } from "../runtime/clock.real.ts";
import { silentLog } from "../runtime/log.ts";
import { realRandom } from "../runtime/machine.real.ts";
import { hallPorts } from "./config.ts";
import { openDevices } from "./open-devices.ts";
import { start } from "./start.ts";
import { untilTrue } from "./wire/until.ts";

const dataDir = mkdtempSync(join(tmpdir(), "packtrail-hall-"));
afterAll(() => rmSync(dataDir, { recursive: true }));
const firstPort = 21_000 + (process.pid % 600) * 16;
const host = "127.0.0.1";

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, host);
    const end = (open: boolean) => {
      socket.destroy();
      resolve(open);
    };
    socket.on("connect", () => end(true));
    socket.on("error", () => end(false));
  });
}

test("the level starts every machine at its own port, and takes all of them away", async () => {
  const config = { instance: "hall", host, firstPort, seed: 5, packsPerMinute: 600, dataDir };
  const level = await start(config, { log: silentLog });
  const { handOptics: _, ...ports } = hallPorts(firstPort);
  try {
    expect(level.url).toBe(`http://${host}:${firstPort}`);
    expect(level.addresses).toHaveLength(9);
    for (const [name, port] of Object.entries(ports)) expect(await answers(port), name).toBe(true);

    const events: DeviceEvent[] = [];
    const clock = realClock();
    const devices = await openDevices(
      { host, firstPort },
      { clock, log: silentLog, random: realRandom(() => clock.now()) },
    )((event) => events.push(event));
    await untilTrue("links", () => events.length === 8);
    expect(events.map(({ event }) => event)).toEqual(
      Array.from({ length: 8 }, () => expect.objectContaining({ type: "link", up: true })),
    );
    expect(Object.values(devices).every((device) => device.identity.simulated)).toBe(true);
    await Promise.all(Object.values(devices).map((device) => device.close()));
  } finally {
    await level.stop();
  }
  for (const [name, port] of Object.entries(ports)) expect(await answers(port), name).toBe(false);
});

test("machines that are away are told as such, and the line is not kept waiting", async () => {
  const events: DeviceEvent[] = [];
  const clock = realClock();
  const devices = await openDevices(
    { host, firstPort: firstPort + 9_800 },
    { clock, log: silentLog, random: realRandom(() => clock.now()) },
  )((event) => events.push(event));
  await untilTrue("links", () => events.length === 8);
  expect(events.every(({ event }) => event.type === "link" && !event.up)).toBe(true);
  await Promise.all(Object.values(devices).map((device) => device.close()));
});
