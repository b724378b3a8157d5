import { Fault } from "../../runtime/fault.ts";
import { openSqlite } from "../../runtime/sqlite.ts";
import { volatileRegisters } from "../modbus-plc/registers.ts";
import type { Kept } from "../shelf.ts";
import { newWorld, type World } from "./world.ts";

/** The form of the rows; a file of another form is refused. */
const version = 1;
const pageRegisters = 64;
const memory = "registers";

const createThings =
  "create table if not exists thing (shelf text not null, key integer not null, body any not null, primary key (shelf, key)) strict, without rowid";
const allThings = "select shelf, key, body from thing order by shelf, key";
const putThing = "insert into thing (shelf, key, body) values (?, ?, ?) on conflict do update set body = excluded.body";
const dropThing = "delete from thing where shelf = ? and key = ?";

type ThingRow = { readonly shelf: string; readonly key: number; readonly body: string | Uint8Array };

export type WorldStore = {
  readonly world: World;
  /** Whether the file held a world before: the machines were switched off and on. */
  readonly found: boolean;
  /** Writes what changed since the last time, in one transaction. A killed process has it; a power failure may not. */
  readonly save: () => void;
  readonly close: () => void;
};

/** The world in the file at `path`, or an empty one; `:memory:` keeps nothing. Throws Fault `hall.world-version`. */
export function openWorld(path: string): WorldStore {
  const db = openSqlite(path, "NORMAL");
  const world = newWorld();
  const shelves = shelvesOf(world);
  const [{ user_version: stored } = { user_version: 0 }] = db.all<{ user_version: number }>("pragma user_version");
  if (stored !== 0 && stored !== version)
    throw new Fault("permanent", "hall.world-version", `${path} holds a hall of form ${stored}, not ${version}`);
  db.transaction(() => {
    db.run(createThings);
    db.run(`pragma user_version = ${version}`);
  });
  const rows = db.all<ThingRow>(allThings);
  for (const { shelf, key, body } of rows) {
    if (typeof body === "string") shelves[shelf]?.restore(key, JSON.parse(body));
    else world.registers.set(new Uint16Array(body.slice().buffer), key * pageRegisters);
  }
  const pages = pageWatch(world.registers);
  return {
    world,
    found: rows.length > 0,
    save() {
      const changed = Object.entries(shelves).flatMap(([name, shelf]) =>
        shelf.takeChanged().map((key) => [name, key, shelf.peek(key)] as const),
      );
      const written = pages();
      if (changed.length === 0 && written.length === 0) return;
      db.transaction(() => {
        for (const [name, key, row] of changed) {
          if (row === undefined) db.run(dropThing, name, key);
          else db.run(putThing, name, key, JSON.stringify(row));
        }
        for (const { page, bytes } of written) db.run(putThing, memory, page, bytes);
      });
    },
    close: () => db.close(),
  };
}

function shelvesOf(world: World): Readonly<Record<string, Kept>> {
  return {
    packs: world.packs,
    cases: world.cases,
    pallets: world.pallets,
    bin: world.bin,
    downstreamBin: world.downstreamBin,
    belt: world.belt.shelf,
    packer: world.packer.shelf,
    conveyor: world.conveyor.shelf,
    spoiler: world.spoiler.shelf,
    triggers: world.triggers.shelf,
    packPrinter: world.printers.packPrinter.shelf,
    casePrinter: world.printers.casePrinter.shelf,
    palletPrinter: world.printers.palletPrinter.shelf,
  };
}

/** Pages of the register file that were written since the last call. Heartbeats alone are nothing to write down. */
function pageWatch(registers: Uint16Array): () => { readonly page: number; readonly bytes: Uint8Array }[] {
  const seen = registers.slice();
  return () => {
    const pages = new Set<number>();
    for (let at = 0; at < registers.length; at++) {
      if (registers[at] !== seen[at] && !volatileRegisters.has(at)) pages.add(Math.floor(at / pageRegisters));
    }
    return [...pages].map((page) => {
      const part = registers.slice(page * pageRegisters, (page + 1) * pageRegisters);
      seen.set(part, page * pageRegisters);
      return { page, bytes: new Uint8Array(part.buffer) };
    });
  };
}
