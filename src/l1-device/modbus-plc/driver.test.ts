import { connect } from "node:net";
import { afterEach, expect, test } from "vitest";
import type { ConveyorEvent } from "../../contract/device-port.ts";
import { realClock } from "../../runtime/clock.real.ts";
import { silentLog } from "../../runtime/log.ts";
import type { Clock } from "../../runtime/machine.ts";
import { realRandom } from "../../runtime/machine.real.ts";
import { readHexDump } from "../wire/hex-dump.ts";
import { untilTrue } from "../wire/until.ts";
import { openPlc } from "./driver.ts";
import { commandResult, operation, plcLimits, type PlcCommand } from "./registers.ts";
import { startPlc, type PlcMachine } from "./simulator.ts";

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

const clock = realClock();

function recorder(answer: (command: PlcCommand) => number = () => commandResult.done) {
  const commands: PlcCommand[] = [];
  const beats: boolean[] = [];
  let sessions = 0;
  const machine: PlcMachine = {
    command(command) {
      commands.push(command);
      return answer(command);
    },
    heartbeat: (alive) => void beats.push(alive),
    newSession: () => void sessions++,
  };
  return { machine, commands, beats, sessions: () => sessions };
}

async function pair(answer?: (command: PlcCommand) => number) {
  const seen = recorder(answer);
  const plc = await startPlc({ host: "127.0.0.1", port: 0 }, 4711, seen.machine);
  closers.push(plc.close);
  const first = await line(plc.address, clock);
  return { ...seen, plc, ...first, operations: () => seen.commands.map((command) => command.operation) };
}

async function line(address: { host: string; port: number }, lineClock: Clock) {
  const events: ConveyorEvent[] = [];
  const driver = openPlc(
    { address, unit: 1, simulated: true },
    { clock: lineClock, log: silentLog, random: realRandom(() => clock.now()) },
    (event) => events.push(event),
  );
  closers.push(() => driver.close());
  await untilTrue("link", () => events.length > 0);
  const links = (up: boolean) => events.filter((event) => event.type === "link" && event.up === up).length;
  const ids = () => events.flatMap((event) => (event.type === "print-go" ? [event.trackingId] : []));
  return { driver, events, links, ids };
}

const upTo = (count: number) => Array.from({ length: count }, (_, i) => i + 1);

test("a new line says hello and hears what comes after, not what was before", async () => {
  const seen = recorder();
  const plc = await startPlc({ host: "127.0.0.1", port: 0 }, 1, seen.machine);
  closers.push(plc.close);
  plc.push({ type: "print-go", trackingId: 1 });
  const { events } = await line(plc.address, clock);
  plc.push({ type: "print-go", trackingId: 2 });
  await untilTrue("event", () => events.length === 2);
  expect(events).toEqual([
    { type: "link", up: true, detail: "new session" },
    { type: "print-go", trackingId: 2 },
  ]);
  expect(seen.sessions()).toBe(1);
  expect(seen.beats).toEqual([true]);
});

test("commands arrive once, in order, with their arguments; refusals are told by code", async () => {
  const { driver, commands } = await pair((command) =>
    command.operation === operation.prepare ? commandResult.running : commandResult.done,
  );
  expect(await driver.prepare({ packsPerCase: 48, casesPerPallet: 20 }).catch((error: unknown) => error)).toMatchObject(
    { refusal: { code: "device.running" } },
  );
  await Promise.all([
    driver.start(),
    driver.infeed(true),
    driver.judgeContainer("case", 70_000, "reject"),
    driver.finish("pallet"),
  ]);
  expect(commands.slice(1)).toMatchObject([
    { operation: operation.prepare, arguments: [48, 20, 0] },
    { operation: operation.start },
    { operation: operation.openInfeed },
    { operation: operation.judgeContainer, arguments: [1, 70_000, 2] },
    { operation: operation.finish, arguments: [2, 0, 0] },
  ]);
});

test("what a command caused is told before the command is done", async () => {
  const { driver, plc, events } = await pair((command) => {
    if (command.operation === operation.finish) plc.push({ type: "container-full", level: "case", index: 1, count: 3 });
    return commandResult.done;
  });
  await driver.finish("case");
  expect(events.at(-1)).toEqual({ type: "container-full", level: "case", index: 1, count: 3 });
});

test("verdicts reach the slot of their pack and of no other", async () => {
  const { driver, plc } = await pair();
  await driver.verdict(69, "accept", 0);
  await driver.verdict(70_000, "reject", 3);
  expect([plc.verdict(69), plc.verdict(70_000), plc.verdict(5), plc.verdict(69 + plcLimits.verdictSlots)]).toEqual([
    "accept",
    "reject",
    undefined,
    undefined,
  ]);
});

test("no event is lost or told twice, however often the cable is cut [REQ-DEV-02]", async () => {
  const { plc, ids, links, sessions } = await pair();
  let pushed = 0;
  for (let round = 1; round <= 6; round++) {
    for (let i = 0; i < 40; i++) plc.push({ type: "print-go", trackingId: ++pushed });
    // Cut in the middle of reading: whatever part of the ring is on its way is read again.
    await untilTrue("some events", () => ids().length > pushed - 40);
    plc.outlet.cut();
    for (let i = 0; i < 30; i++) plc.push({ type: "print-go", trackingId: ++pushed });
    plc.outlet.mend();
    await untilTrue("link again", () => links(true) === round + 1);
  }
  await untilTrue("all events", () => ids().length >= pushed);
  expect(ids()).toEqual(upTo(pushed));
  expect(sessions()).toBe(1);
});

test("a ring that overran the line is an alarm and a new session", async () => {
  const { plc, ids, events, links, sessions } = await pair();
  plc.push({ type: "print-go", trackingId: 1 });
  await untilTrue("first", () => ids().length === 1);
  plc.outlet.cut();
  await untilTrue("link down", () => links(false) === 1);
  for (let id = 2; id <= plcLimits.eventSlots + 3; id++) plc.push({ type: "print-go", trackingId: id });
  plc.outlet.mend();
  await untilTrue("new session", () => sessions() === 2);
  expect(events).toContainEqual({ type: "alarm", code: "event-overrun", active: true });
  plc.push({ type: "print-go", trackingId: 9_999 });
  await untilTrue("events again", () => ids().at(-1) === 9_999);
  expect(ids()).toEqual([1, 9_999]);
});

test("a full ring that was not overrun is read to the last entry", async () => {
  const { plc, ids } = await pair();
  for (const id of upTo(plcLimits.eventSlots)) plc.push({ type: "print-go", trackingId: id });
  await untilTrue("all", () => ids().length === plcLimits.eventSlots);
  expect(ids()).toEqual(upTo(plcLimits.eventSlots));
});

test("a command whose answer was lost with the link is done once", async () => {
  const { driver, plc, operations, links } = await pair((command) => {
    // The answer to this write never leaves the PLC.
    if (command.operation === operation.start) plc.outlet.cut();
    return commandResult.done;
  });
  const started = driver.start();
  await untilTrue("link down", () => links(false) === 1);
  plc.outlet.mend();
  await started;
  expect(operations()).toEqual([operation.hello, operation.start]);
});

test("a line that stops beating is noticed by the PLC, and noticed again when it is back", async () => {
  const { plc, beats, links } = await pair();
  plc.outlet.cut();
  await untilTrue("missed", () => beats.length === 2);
  plc.outlet.mend();
  await untilTrue("back", () => links(true) === 2 && beats.length === 3);
  expect(beats).toEqual([true, false, true]);
});

test("a PLC that was switched off and on is a new session", async () => {
  const { plc, links, events, ids } = await pair();
  plc.push({ type: "print-go", trackingId: 1 });
  await untilTrue("first", () => ids().length === 1);
  await plc.close();
  await untilTrue("down", () => links(false) === 1);
  const again = recorder();
  const restarted = await startPlc(plc.address, 4712, again.machine);
  closers.push(restarted.close);
  await untilTrue("up", () => links(true) === 2);
  expect(events.at(-1)).toMatchObject({ type: "link", up: true, detail: "new session" });
  restarted.push({ type: "print-go", trackingId: 1 });
  await untilTrue("its first event", () => ids().length === 2);
  expect(again.sessions()).toBe(1);
});

test("nothing is asked of a PLC that is away", async () => {
  const { driver, plc, links } = await pair();
  plc.outlet.cut();
  await untilTrue("down", () => links(false) === 1);
  const offline = { kind: "transient", code: "conveyor.offline" };
  for (const work of [driver.start(), driver.verdict(1, "accept", 0), driver.counters()])
    expect(await work.catch((error: unknown) => error)).toMatchObject(offline);
});

test.each([
  ["read.beyond", "000100000003018302"],
  ["verdict.read-only", "000200000003019002"],
])("%s is answered with the exception illegal data address", async (name, answer) => {
  const { plc } = await pair();
  const socket = connect(plc.address.port, plc.address.host);
  closers.push(async () => void socket.destroy());
  let heard = Buffer.alloc(0);
  socket.on("data", (chunk) => {
    heard = Buffer.concat([heard, chunk]);
  });
  socket.write(readHexDump(new URL(`fixtures/${name}.hex`, import.meta.url)));
  await untilTrue("answer", () => heard.length >= 9);
  expect(heard.toString("hex")).toBe(answer);
});
