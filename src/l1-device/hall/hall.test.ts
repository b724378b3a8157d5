import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { realClock } from "../../runtime/clock.real.ts";
import { silentLog } from "../../runtime/log.ts";
import { realRandom } from "../../runtime/machine.real.ts";
import { openDevices } from "../open-devices.ts";
import { openTinyLine, type TinyLine } from "../tiny-line.ts";
import { startHall, type Hall, type HallOptions } from "./hall.ts";
import { pictureOf } from "./print.ts";
import { noSpoiling, usualSpoiling } from "./spoiling.ts";

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

const clock = realClock();
const parts = { clock, log: silentLog, random: realRandom(() => clock.now()) };

async function hall(options: Partial<HallOptions> = {}): Promise<Hall> {
  // The gate is far behind the camera: this computer may be busy, and a late verdict is a reject.
  const opened = await startHall(
    { host: "127.0.0.1", seed: 1, packsPerMinute: 1500, gateDelayMs: 1_500, ...options },
    silentLog,
  );
  closers.push(opened.stop);
  return opened;
}

async function lineOf(of: Hall): Promise<TinyLine> {
  const line = await openTinyLine(openDevices(of.addresses, parts));
  closers.push(line.close);
  return line;
}

/** Infeed shut, belt empty, everything packed as far as it goes. */
async function finish(of: Hall, line: TinyLine) {
  await line.devices.conveyor.infeed(false);
  await line.until("belt empty", () => of.view().packs.length === 0);
  await line.devices.conveyor.finish("case");
  await line.until("cases closed", () =>
    of
      .view()
      .packer.cases()
      .every((each) => each.state === "closed"),
  );
  await line.devices.conveyor.finish("pallet");
  await line.until("pallets closed", () =>
    of
      .view()
      .packer.pallets()
      .every((each) => each.state === "closed"),
  );
}

const alarms = (line: TinyLine, code: string) =>
  line.events.flatMap(({ event }) => (event.type === "alarm" && event.code === code ? [event.active] : []));
const late = (line: TinyLine) =>
  new Set(line.events.flatMap(({ event }) => (event.type === "gate" && event.late ? [event.trackingId] : [])));

describe("a run over TCP", () => {
  test("100 packs: counters agree, what is spoiled is rejected, what is packed was read [REQ-DEV-05]", async () => {
    const here = await hall({ spoiling: { ...usualSpoiling, damagedAfterGate: 25, swapped: 15, caseLabel: 300 } });
    const line = await lineOf(here);
    await line.run(20, 2);
    await line.until("100 packs", () => line.accepted.size >= 100);
    await finish(here, line);

    const counters = await line.devices.conveyor.counters();
    const { bin, downstreamBin } = here.view();
    expect(counters).toMatchObject({
      accepted: line.accepted.size,
      rejected: line.rejected.size,
      bin: bin.length,
      downstreamRejected: downstreamBin.length,
    });
    expect(counters.infeed).toBe(counters.accepted + counters.rejected);
    expect(counters.triggers).toBe(counters.infeed);
    expect(await line.devices.packPrinter.printCount()).toBe(counters.infeed);
    expect(await line.devices.packReader.triggerCount()).toBe(counters.infeed);
    expect(counters).toMatchObject({ cases: line.cases.size, pallets: line.pallets.size });

    const packed = [...line.cases.values()].flat();
    expect(new Set(packed).size).toBe(packed.length);
    expect(packed.length).toBe(counters.accepted - counters.downstreamRejected);
    expect(bin.length).toBeGreaterThan(0);
    const lateOnes = late(line);
    for (const pack of bin)
      if (!lateOnes.has(pack.trackingId)) expect(pack.spoiled, `pack ${pack.trackingId}`).toBeDefined();
    for (const pack of downstreamBin) expect(pack.spoiled).toBe("damaged-after-gate");
    expect(line.faults).toEqual([]);
  });

  test("two packs that got each other's print are two rejects", async () => {
    const here = await hall({ spoiling: noSpoiling });
    const line = await lineOf(here);
    await line.run(10, 2);
    await line.until("running", () => line.accepted.size >= 5);
    here.faults.swapNext();
    await line.until("both", () => here.view().bin.length >= 2);
    await line.until("more", () => line.accepted.size >= 30);
    await finish(here, line);
    const lateOnes = late(line);
    const swapped = here
      .view()
      .bin.filter((pack) => !lateOnes.has(pack.trackingId))
      .map((pack) => pack.trackingId);
    expect(swapped).toHaveLength(2);
    expect((swapped[1] ?? 0) - (swapped[0] ?? 0)).toBe(1);
  });

  test("every seed spoils a print within ten packs", async () => {
    const here = await hall({ seed: 77 });
    const line = await lineOf(here);
    await line.run(5, 5);
    await line.until("a reject", () => line.rejected.size > 0);
    expect([...line.rejected].some((id) => id >= 3 && id <= 10)).toBe(true);
    await finish(here, line);
  });
});

describe("a hall that is switched off in the middle of a run", () => {
  test("has the same things in the same places when it is switched on again, and its machines their memory [REQ-DEV-06]", async () => {
    const dataDir = mkdtempSync(join(tmpdir(), "packtrail-hall-"));
    closers.push(async () => rmSync(dataDir, { recursive: true }));
    const options = { dataDir, spoiling: { ...usualSpoiling, damagedAfterGate: 100 } };
    const first = await hall(options);
    const line = await lineOf(first);
    await line.run(6, 2);
    await line.until("packs, rejects and cases", () => line.rejected.size > 0 && line.cases.size >= 3);
    await line.devices.conveyor.stop();
    const things = (of: Hall) => {
      const { packs, bin, downstreamBin, packer, printers } = of.view();
      const ids = (those: readonly { readonly trackingId: number }[]) => those.map(({ trackingId }) => trackingId);
      return {
        packs: packs.map(({ place, pack }) => [place, pack.trackingId]),
        bins: [ids(bin), ids(downstreamBin), ids(packer.collecting())],
        cases: packer.cases().map(({ index, items, state }) => ({ index, items, state })),
        printed: [printers.packPrinter.labels, printers.casePrinter.labels, printers.palletPrinter.labels],
      };
    };
    const { infeed, triggers, accepted, rejected } = await line.devices.conveyor.counters();
    await line.close();
    await first.stop();
    const seen = things(first);
    const [inBin] = first.view().bin;
    const picture = inBin && Buffer.from(pictureOf(inBin.print).pixels);

    const second = await hall(options);
    expect(things(second)).toEqual(seen);
    expect(second.view()).toMatchObject({ running: false });
    const again = second.view().bin[0];
    expect(again && Buffer.from(pictureOf(again.print).pixels).equals(picture as Buffer)).toBe(true);
    const other = await lineOf(second);
    await other.until("links", () => other.events.length >= 8);
    expect(await other.devices.conveyor.counters()).toMatchObject({ infeed, triggers, accepted, rejected });
    expect(await other.devices.packReader.triggerCount()).toBe(triggers);
    expect(await other.devices.packPrinter.printCount()).toBe(seen.printed[0]);
    // The next run clears the line: of the run before nothing is left.
    await other.run(6, 2);
    expect(second.view()).toMatchObject({ bin: [], downstreamBin: [] });
  });
});

describe("what goes wrong", () => {
  // One hall for all of them: each test is another line program with a run of its own.
  let here: Hall;
  beforeAll(async () => {
    here = await startHall(
      { host: "127.0.0.1", seed: 1, packsPerMinute: 1500, gateDelayMs: 600, spoiling: noSpoiling },
      silentLog,
    );
  });
  afterAll(() => here.stop());

  test("without a camera nothing is accepted [REQ-RUN-03]", async () => {
    const line = await lineOf(here);
    await line.run(10, 2);
    here.faults.cutCable("packReader");
    await line.until("link down", () =>
      line.events.some(({ device, event }) => device === "packReader" && event.type === "link" && !event.up),
    );
    const before = line.accepted.size;
    const known = new Set(line.events.flatMap(({ event }) => (event.type === "read" ? [event.triggerId] : [])));
    await line.until("rejects", () => line.rejected.size >= 20);
    expect(line.accepted.size - before).toBeLessThanOrEqual(known.size);
    for (const id of line.accepted) expect(known.has(id), `pack ${id}`).toBe(true);
    here.faults.mendCable("packReader");
    await line.until(
      "link up",
      () =>
        line.events.filter(({ device, event }) => device === "packReader" && event.type === "link" && event.up)
          .length === 2,
    );
    const then = line.accepted.size;
    await line.until("accepts again", () => line.accepted.size > then + 5);
  });

  test("a pack taken off the belt stops it; the run goes on when it is started again", async () => {
    const line = await lineOf(here);
    await line.run(10, 2);
    await line.until("running", () => line.accepted.size >= 3);
    const taken = here.view().packs.at(-2)?.pack.trackingId ?? 0;
    expect(here.faults.removePack(taken)).toBe(true);
    await line.until("alarm", () => alarms(line, "gap").length === 1);
    expect(here.view().running).toBe(false);
    await line.devices.conveyor.start();
    expect(alarms(line, "gap")).toEqual([true, false]);
    await finish(here, line);
    expect(line.accepted.has(taken) || line.rejected.has(taken)).toBe(false);
    const counters = await line.devices.conveyor.counters();
    expect(counters.infeed).toBe(counters.accepted + counters.rejected + 1);
  });

  test("an emergency stop stands until it is released", async () => {
    const line = await lineOf(here);
    await line.run(10, 2);
    here.faults.emergencyStop(true);
    await line.until("alarm", () => alarms(line, "e-stop").length === 1);
    expect(await line.devices.conveyor.start().catch((error: unknown) => error)).toMatchObject({
      refusal: { code: "device.emergency-stop" },
    });
    here.faults.emergencyStop(false);
    await line.devices.conveyor.start();
    await line.until("running", () => line.accepted.size >= 1);
    expect(
      await line.devices.conveyor.prepare({ packsPerCase: 1, casesPerPallet: 1 }).catch((error: unknown) => error),
    ).toMatchObject({ refusal: { code: "device.running" } });
  });

  test("a reject that does not fall is noticed, and falls after the restart", async () => {
    const line = await lineOf(here);
    await line.run(10, 2);
    here.faults.jamRejector();
    here.faults.swapNext();
    await line.until("alarm", () => alarms(line, "reject-unconfirmed").length === 1);
    expect(here.view().bin.length).toBe(0);
    await line.devices.conveyor.start();
    await line.until("two in the bin", () => here.view().bin.length >= 2);
  });

  test("a printer without ribbon holds the infeed, and no pack goes under its head", async () => {
    const line = await lineOf(here);
    const before = await line.devices.packPrinter.printCount();
    await line.run(10, 2);
    await line.until("running", () => line.accepted.size >= 3);
    here.faults.printer("packPrinter", "ribbon-out", true);
    await line.until("belt empty", () => here.view().packs.length === 0);
    const { infeed } = await line.devices.conveyor.counters();
    expect((await line.devices.packPrinter.printCount()) - before).toBe(infeed);
    await line.until("fault", () =>
      line.events.some(({ device, event }) => device === "packPrinter" && event.type === "fault"),
    );
    here.faults.printer("packPrinter", "ribbon-out", false);
    const then = line.accepted.size;
    await line.until("packs again", () => line.accepted.size > then);
  });

  test("when the line is gone the belt stops and what stood on it is rejected; the next line is told what waits [REQ-RUN-03]", async () => {
    const first = await openTinyLine(openDevices(here.addresses, parts));
    await first.run(10, 2);
    await first.until("running", () => first.accepted.size >= 5);
    // So slow that the labels in the printer last longer than the PLC's patience.
    here.setPace(150);
    await first.close();
    await first.until("stopped", () => !here.view().running);
    expect(here.view().alarms).toEqual(["heartbeat"]);
    const zone = here.view().packs.map(({ pack }) => pack.trackingId);
    expect(zone.length).toBeGreaterThan(0);

    const second = await lineOf(here);
    await second.until("heartbeat", () => alarms(second, "heartbeat").includes(false));
    // It accepts everything, and that does not help the packs that it never saw being printed.
    for (const id of zone) await second.devices.conveyor.verdict(id, "accept", 0);
    await second.devices.conveyor.start();
    await second.until("zone empty", () => here.view().packs.length === 0);
    expect([...second.rejected]).toEqual(zone.toReversed());
    const waits = here
      .view()
      .packer.cases()
      .filter((each) => each.state === "content");
    for (const each of waits) {
      expect(second.events).toContainEqual({
        device: "conveyor",
        event: { type: "container-full", level: "case", index: each.index, count: each.items.length },
      });
    }
  });
});
