import { afterEach, describe, expect, test } from "vitest";
import type { PrinterEvent, PrintRecord } from "../../contract/device-port.ts";
import { realClock } from "../../runtime/clock.real.ts";
import { silentLog } from "../../runtime/log.ts";
import type { Clock } from "../../runtime/machine.ts";
import { packLayout } from "../raster/layout.ts";
import { untilTrue } from "../wire/until.ts";
import { openZebra } from "./driver.ts";
import { startZebra } from "./simulator.ts";

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

const queueMax = 3;

/** Ten times the speed of the wall's, so that patience ends sooner. */
function hastyClock(): Clock {
  const clock = realClock();
  return {
    ...clock,
    after: (delayMs, work) => clock.after(delayMs / 10, work),
    sleep: (delayMs, signal) => clock.sleep(delayMs / 10, signal),
  };
}

async function pair(clock: Clock = realClock()) {
  const printer = await startZebra({
    address: { host: "127.0.0.1", port: 0 },
    width: packLayout.width,
    height: packLayout.height,
    queueMax,
  });
  closers.push(printer.close);
  const events: PrinterEvent[] = [];
  const driver = openZebra(
    { address: printer.address, queueMax, simulated: true },
    { clock, log: silentLog },
    (event) => events.push(event),
  );
  closers.push(() => driver.close());
  await untilTrue("link", () => events.length > 0);
  const done = () => events.flatMap((event) => (event.type === "print-done" ? [event.seq] : []));
  const faults = () => events.flatMap((event) => (event.type === "fault" ? [event.code] : []));
  return { printer, driver, events, done, faults };
}

const record = (seq: number, lines: readonly string[] = []): PrintRecord => ({
  seq,
  symbol: "gs1-datamatrix",
  elements: `010401234567890121${seq}`,
  lines,
});

describe("ZPL printer over TCP", () => {
  test("a label is taken when it is in the queue and done when something passed the head, in order", async () => {
    const { printer, driver, done } = await pair();
    for (const seq of [1, 2, 3]) await driver.print(record(seq));
    expect(done()).toEqual([]);
    for (let i = 0; i < 3; i++) printer.startPrint();
    await untilTrue("three prints", () => done().length === 3);
    expect(done()).toEqual([1, 2, 3]);
    expect(await driver.printCount()).toBe(3);
  });

  test("a label beyond the queue is taken only when there is room", async () => {
    const { printer, driver } = await pair();
    for (let seq = 1; seq <= queueMax; seq++) await driver.print(record(seq));
    const taken: number[] = [];
    const fourth = driver.print(record(4)).then(() => taken.push(4));
    await untilTrue("fourth in the receive buffer", () => printer.queueDepth() === 4);
    expect(taken).toEqual([]);
    printer.startPrint();
    await fourth;
    expect(taken).toEqual([4]);
  });

  test("flush leaves nothing to print, and what printed before is told before", async () => {
    const { printer, driver, done } = await pair();
    for (const seq of [1, 2, 3]) await driver.print(record(seq));
    printer.startPrint();
    await driver.flush();
    expect(done()).toEqual([1]);
    expect(printer.dataReady()).toBe(false);
    await driver.print(record(4));
    printer.startPrint();
    await untilTrue("the fourth", () => done().length === 2);
    expect(done()).toEqual([1, 4]);
  });

  test("a label on its way when the cable is cut is ambiguous; the link comes back [REQ-DEV-03]", async () => {
    const { printer, driver, events } = await pair();
    for (let seq = 1; seq <= queueMax; seq++) await driver.print(record(seq));
    const lost = driver.print(record(9)).catch((error: unknown) => error);
    await untilTrue("the label arrived", () => printer.queueDepth() === 4);
    printer.outlet.cut();
    expect(await lost).toMatchObject({ kind: "ambiguous", code: "printer.link-lost" });
    expect(await driver.print(record(10)).catch((error: unknown) => error)).toMatchObject({
      kind: "transient",
      code: "printer.offline",
    });
    printer.outlet.mend();
    await untilTrue("link again", () => events.filter((event) => event.type === "link" && event.up).length === 2);
    await driver.flush();
    await driver.print(record(11));
  });

  test.each(["ribbon-out", "paper-out", "head-open"] as const)("%s is heard as silence, once", async (fault) => {
    const { printer, driver, faults } = await pair(hastyClock());
    await driver.print(record(1));
    printer.setFault(fault, true);
    expect(printer.dataReady()).toBe(false);
    await untilTrue("fault", () => faults().length > 0);
    expect(faults()).toEqual(["silent"]);
    expect(await driver.flush().catch((error: unknown) => error)).toMatchObject({ kind: "ambiguous" });
  });

  test("a paused printer says so", async () => {
    const { printer, faults } = await pair(hastyClock());
    printer.setFault("paused", true);
    await untilTrue("fault", () => faults().length > 0);
    expect(faults()).toEqual(["paused"]);
  });

  test.each([
    ["printer.line-too-long", ["x".repeat(packLayout.charactersMax + 1)]],
    ["printer.too-many-lines", Array.from({ length: packLayout.linesMax + 1 }, () => "x")],
  ])("%s: text without room on the template is refused before it is sent", async (code, lines) => {
    const { printer, driver } = await pair();
    expect(await driver.print(record(1, lines)).catch((error: unknown) => error)).toMatchObject({
      kind: "permanent",
      code,
    });
    expect(printer.queueDepth()).toBe(0);
  });
});
