import { createHash } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";
import { openSqlite } from "../../runtime/sqlite.ts";
import { operation, printVerdict, verdictRegister } from "../modbus-plc/registers.ts";
import { draw, type Burned } from "../zebra/simulator.ts";
import { openFloor, type Floor } from "./floor.ts";
import { pictureOf } from "./print.ts";
import { usualSpoiling } from "./spoiling.ts";
import { openSteps, type Steps } from "./steps.ts";
import type { World } from "./world.ts";
import { openWorld, type WorldStore } from "./world.store.ts";

const directory = mkdtempSync(join(tmpdir(), "packtrail-world-"));
afterAll(() => rmSync(directory, { recursive: true }));
let files = 0;
const freshFile = () => join(directory, `${++files}.sqlite`);

const spoiling = { ...usualSpoiling, print: 200, swapped: 100, damagedAfterGate: 200, caseLabel: 300 };

/** A hall without sockets. What its process would take with it is what `switchOn` makes anew. */
type Powered = { readonly store: WorldStore; readonly floor: Floor; readonly steps: Steps };

function switchOn(path: string, told: string[] = []): Powered {
  const store = openWorld(path);
  const { world } = store;
  const steps = openSteps(store.save);
  const printer = (name: "packPrinter" | "casePrinter" | "palletPrinter") => ({
    dataReady: () => true,
    startPrint(): Burned {
      const count = ++world.printers[name].edit().labelCount;
      const text = { kind: "text", left: 8, top: 8, scale: 1, text: `${name} ${count}` } as const;
      const burned = { width: 320, height: 240, fields: [text] };
      return { ...burned, picture: draw(burned.fields, burned) };
    },
  });
  const floor = openFloor(world, {
    seed: 7,
    spoiling,
    gate: 6,
    printers: {
      packPrinter: printer("packPrinter"),
      casePrinter: printer("casePrinter"),
      palletPrinter: printer("palletPrinter"),
    },
    expose: (camera, id) => steps.tell(() => void told.push(`${camera} ${id}`)),
    inspect: (packs, found) => found(packs.filter((_, i) => i === 0).map(({ trackingId }) => trackingId)),
    motor: () => undefined,
  });
  return { store, floor, steps };
}

/** All that is in the world, as plain data. */
function contents(world: World) {
  const { registers, printers, ...shelves } = world;
  const kept = { ...shelves, ...printers };
  const rows = Object.entries(kept).map(([name, each]) => [name, "rows" in each ? each.rows() : each.now()]);
  return JSON.parse(JSON.stringify({ ...Object.fromEntries(rows), registers: [...registers] })) as unknown;
}

/** What would be seen of the newest packs. */
function looks({ packs }: World): string[] {
  return packs
    .rows()
    .slice(-3)
    .map(({ print }) => createHash("sha256").update(pictureOf(print).pixels).digest("hex"));
}

/** What happens in a hall, by number. */
function act({ floor, store: { world } }: Powered, what: number): void {
  const { belt, brain, packer, spoiler } = floor;
  const first = (state: string, level: "case" | "pallet") =>
    (level === "case" ? packer.cases() : packer.pallets()).find((each) => each.state === state)?.index ?? 0;
  const command = (code: number, ...values: number[]) =>
    void brain.command({ sequence: 1, operation: code, arguments: values });
  const level = what % 2 === 0 ? "case" : "pallet";
  const levelNumber = what % 2 === 0 ? 1 : 2;
  const verdict = what % 5 === 0 ? 2 : 1;
  if (what < 60) {
    for (const { pack } of belt.packs())
      world.registers.set(
        printVerdict(pack.trackingId, what % 7 === 0 ? "reject" : "accept", 0),
        verdictRegister(pack.trackingId),
      );
    return belt.step();
  }
  if (what < 70) return packer.step();
  if (what < 78) return command(operation.judgeContainer, levelNumber, first("content", level), verdict);
  if (what < 88) return command(operation.judgeLabel, levelNumber, first("labelling", level), verdict);
  if (what < 90) return command(operation.finish, levelNumber);
  if (what < 91) return command(operation.prepare, 4, 2);
  if (what < 92) return spoiler.swapNext();
  if (what < 93) return brain.jamRejector();
  if (what < 94) return void belt.remove(belt.packs()[0]?.pack.trackingId ?? 0);
  if (what < 95) return void brain.emptyBin();
  if (what < 96) return void packer.removeFromCase(first("content", "case"), 0);
  if (what < 97) return brain.emergencyStop(what % 2 === 0);
  return command(operation.openInfeed);
}

function begin(powered: Powered): void {
  powered.steps.step(() => {
    powered.floor.brain.command({ sequence: 1, operation: operation.prepare, arguments: [4, 2] });
    powered.floor.brain.command({ sequence: 2, operation: operation.openInfeed, arguments: [] });
  });
}

const acts = fc.array(fc.integer({ min: 0, max: 99 }), { minLength: 60, maxLength: 160 });

describe("a hall whose process is killed [REQ-DEV-06]", () => {
  test("is after every step the same as the one in its file", () => {
    fc.assert(
      fc.property(acts, fc.nat(10), (doing, every) => {
        const path = freshFile();
        const powered = switchOn(path);
        begin(powered);
        for (const [at, what] of doing.entries()) {
          powered.steps.step(() => act(powered, what));
          if (at % (every + 1) !== 0 && at < doing.length - 1) continue;
          const again = openWorld(path);
          expect(contents(again.world)).toEqual(contents(powered.store.world));
          again.close();
        }
        powered.store.close();
      }),
      { numRuns: 12 },
    );
  });

  test("goes on as if it had not been killed, wherever between two steps that was", () => {
    fc.assert(
      fc.property(acts, fc.array(fc.nat(119), { minLength: 1, maxLength: 8 }), (doing, kills) => {
        const path = freshFile();
        const whole = switchOn(":memory:");
        let killed = switchOn(path);
        for (const each of [whole, killed]) begin(each);
        for (const [at, what] of doing.entries()) {
          if (kills.includes(at)) {
            killed.store.close();
            killed = switchOn(path);
          }
          for (const each of [whole, killed]) each.steps.step(() => act(each, what));
        }
        expect(contents(killed.store.world)).toEqual(contents(whole.store.world));
        expect(looks(killed.store.world)).toEqual(looks(whole.store.world));
        killed.store.close();
        whole.store.close();
      }),
      { numRuns: 12 },
    );
  });

  test("has lost the step that it was killed in, and had told nothing of it", () => {
    const told: string[] = [];
    const path = freshFile();
    const powered = switchOn(path, told);
    begin(powered);
    for (let i = 0; i < 3; i++) powered.steps.step(powered.floor.belt.step);
    const before = contents(openWorld(path).world);
    expect(told).toEqual([]);
    expect(() =>
      powered.steps.step(() => {
        powered.floor.belt.step();
        throw new Error("killed here");
      }),
    ).toThrow("killed here");
    expect(told).toEqual([]);
    expect(contents(openWorld(path).world)).toEqual(before);
    expect(() => powered.steps.step(powered.floor.belt.step)).toThrow("killed here");
    const again = switchOn(path, told);
    again.steps.step(again.floor.belt.step);
    expect(told).toEqual(["packReader 1"]);
  });

  test("is told to the outside only when it is saved", () => {
    const order: string[] = [];
    const { step, tell } = openSteps(() => void order.push("saved"));
    tell(() => void order.push("outside of a step"));
    step(() => {
      tell(() => void order.push("told"));
      step(() => tell(() => void order.push("told by the inner one")));
      order.push("done");
    });
    expect(order).toEqual(["outside of a step", "done", "saved", "told", "told by the inner one"]);
  });

  test("has its zone unknown, its belt standing and its infeed shut when the power is back", () => {
    const path = freshFile();
    const powered = switchOn(path);
    begin(powered);
    powered.steps.step(() => powered.floor.brain.command({ sequence: 3, operation: operation.start, arguments: [] }));
    for (let i = 0; i < 4; i++) powered.steps.step(powered.floor.belt.step);
    expect(powered.floor.brain.running()).toBe(true);
    powered.store.close();
    const again = switchOn(path);
    again.steps.step(again.floor.brain.powerOn);
    expect(again.floor.brain.running()).toBe(false);
    expect(again.floor.belt.packs().map(({ pack }) => [pack.trackingId, pack.unknownToLine])).toEqual([
      [4, true],
      [3, true],
      [2, true],
      [1, true],
    ]);
    again.steps.step(again.floor.belt.step);
    expect(again.floor.belt.packs()).toHaveLength(4);
  });
});

test("a file of another form is refused, and says which", () => {
  const path = freshFile();
  const db = openSqlite(path);
  db.run("pragma user_version = 9");
  db.close();
  expect(() => openWorld(path)).toThrowError(expect.objectContaining({ code: "hall.world-version" }));
});
