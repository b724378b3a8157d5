import { request } from "node:http";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { PNG } from "pngjs";
import { realClock } from "../../runtime/clock.real.ts";
import { silentLog } from "../../runtime/log.ts";
import { realRandom } from "../../runtime/machine.real.ts";
import { openDevices } from "../open-devices.ts";
import { openTinyLine, type TinyLine } from "../tiny-line.ts";
import { serveControl, type HallControl } from "./control.ts";
import { startHall, type Hall } from "./hall.ts";
import { noSpoiling } from "./spoiling.ts";

const clock = realClock();
let hall: Hall;
let control: HallControl;
let line: TinyLine;

beforeAll(async () => {
  hall = await startHall(
    {
      host: "127.0.0.1",
      seed: 3,
      packsPerMinute: 1500,
      gateDelayMs: 1_500,
      spoiling: { ...noSpoiling, damagedAfterGate: 300 },
    },
    silentLog,
  );
  control = await serveControl(hall, { host: "127.0.0.1", port: 0 }, silentLog);
  line = await openTinyLine(
    openDevices(hall.addresses, { clock, log: silentLog, random: realRandom(() => clock.now()) }),
  );
  await line.run(6, 2);
  hall.faults.swapNext();
  await line.until(
    "packs and rejects",
    () => line.accepted.size >= 20 && line.rejected.size >= 2 && line.cases.size >= 2,
  );
  await line.devices.conveyor.infeed(false);
  await line.until("belt empty", () => hall.view().packs.length === 0);
  await line.devices.conveyor.stop();
});
afterAll(async () => {
  await line?.close();
  await control?.close();
  await hall?.stop();
});

async function post(path: string, body: unknown): Promise<{ status: number; body: Record<string, unknown> }> {
  const reply = await fetch(control.url + path, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  return { status: reply.status, body: (await reply.json()) as Record<string, unknown> };
}

describe("the control of the SIMULATED hall", () => {
  test("shows where everything is", async () => {
    const reply = await fetch(`${control.url}/state`);
    const state = (await reply.json()) as Record<string, unknown>;
    expect(state).toMatchObject({
      simulated: true,
      running: false,
      packsPerMinute: 1500,
      packs: [],
      bin: { count: hall.view().bin.length },
    });
    expect(state["cases"]).toHaveLength(hall.view().packer.cases().length);
  });

  test("a hand scan says what is on the thing, by its picture: a swapped pack carries its neighbour's number", async () => {
    const [first, second] = hall.view().bin.filter((pack) => pack.spoiled === "swapped");
    const scans = await Promise.all(
      [first, second].map((pack) => post("/hand-scan", { what: "pack", trackingId: pack?.trackingId })),
    );
    const expected = [second, first].map((pack) => `]d2${line.expected.get(pack?.trackingId ?? 0)}`);
    expect(scans.map(({ body }) => body["scan"])).toEqual(expected);
    const place = hall.view().bin.findIndex((pack) => pack === first);
    expect((await post("/hand-scan", { what: "bin", item: place })).body).toEqual({ scan: expected[0] });
  });

  test("what cannot be read is no scan, and what is not there is not found", async () => {
    expect(hall.view().downstreamBin.length).toBeGreaterThan(0);
    expect((await post("/hand-scan", { what: "downstream-bin", item: 0 })).body).toEqual({ scan: null });
    expect((await post("/hand-scan", { what: "bin", item: 9_999 })).status).toBe(404);
    expect((await post("/hand-scan", { what: "pallet", index: 99 })).status).toBe(404);
  });

  test("a case is inspected pack by pack, its label scanned, and both can be looked at", async () => {
    const [index, content] = [...line.cases][0] ?? [0, []];
    const inspected = await post("/inspect-case", { index });
    const scans = inspected.body["scans"] as string[];
    expect(new Set(scans)).toEqual(new Set(content.map((elements) => `]d2${elements}`)));
    expect((await post("/hand-scan", { what: "case", index })).body["scan"]).toMatch(/^\]C100\d{18}$/);
    const picture = await fetch(`${control.url}/picture?what=case&index=${index}`);
    expect(PNG.sync.read(Buffer.from(await picture.arrayBuffer()))).toMatchObject({ width: 640, height: 320 });
  });

  test("a pack is taken out of a case that is not closed, and of no other", async () => {
    const open = hall
      .view()
      .packer.cases()
      .find((each) => each.state !== "closed");
    expect(await post("/remove-from-case", { index: [...line.cases.keys()][0], position: 0 })).toMatchObject({
      status: 404,
    });
    if (!open) return;
    const before = open.items.length;
    expect((await post("/remove-from-case", { index: open.index, position: 0 })).status).toBe(200);
    expect(open.items).toHaveLength(before - 1);
  });

  test("faults are set and taken back", async () => {
    expect((await post("/faults", { kind: "printer", device: "casePrinter", fault: "ribbon-out" })).status).toBe(200);
    expect(hall.view().printers.casePrinter.faults).toEqual(["ribbon-out"]);
    expect(
      (await post("/faults", { kind: "printer", device: "casePrinter", fault: "ribbon-out", active: false })).status,
    ).toBe(200);
    expect(hall.view().printers.casePrinter.faults).toEqual([]);
    expect((await post("/faults", { kind: "emergency-stop" })).status).toBe(200);
    expect(hall.view().alarms).toEqual(["e-stop"]);
    expect((await post("/faults", { kind: "emergency-stop", active: false })).status).toBe(200);
    expect((await post("/faults", { kind: "remove-pack" })).status).toBe(404);
  });

  test.each([
    ["/faults", { kind: "earthquake" }, 400],
    ["/faults", { kind: "printer", device: "conveyor", fault: "ribbon-out" }, 400],
    ["/faults", { kind: "cable", device: "coffee" }, 400],
    ["/pace", { packsPerMinute: 0 }, 400],
    ["/inspect-case", { index: 0 }, 404],
    ["/nothing", {}, 404],
    ["/faults", [], 400],
  ])("POST %s %j is refused", async (path, body, status) => {
    expect((await post(path, body)).status).toBe(status);
  });

  test("a page of the internet is nobody in the hall", async () => {
    const plain = await fetch(`${control.url}/faults`, { method: "POST", body: "{}" });
    expect(plain.status).toBe(415);
    const rebound = await new Promise<number>((resolve, reject) => {
      const ask = request(`${control.url}/state`, { headers: { host: "attacker.example" } }, (reply) =>
        resolve(reply.resume().statusCode ?? 0),
      );
      ask.on("error", reject);
      ask.end();
    });
    expect(rebound).toBe(403);
  });

  test("the bin is emptied and counted", async () => {
    const count = hall.view().bin.length;
    expect((await post("/empty-bin", {})).body).toEqual({ emptied: count });
    expect(hall.view().bin).toEqual([]);
  });
});
