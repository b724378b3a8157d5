import { createHash } from "node:crypto";
import { chunkNumbers } from "../../../kernel/serials/pool.ts";
import type { Sql } from "../../../runtime/machine.ts";
import { packName, sqlStateStore } from "../state.store.ts";
import { readContainers, readItems, readPackPlaces } from "./state-rows.store.ts";
import { packStates, spelled } from "./verify.ts";

export type StateHash = { readonly objects: number; readonly sha256: string };

/**
 * One hash over the status, lot, container and history of every object that state is kept of, in the order of their
 * keys: the same wherever a pack is kept (chunk or delta) and in whatever order its events came. Reads row by row and
 * must see one moment: use it in a transaction that holds a snapshot.
 */
export async function stateHash(sql: Sql): Promise<StateHash> {
  const hash = createHash("sha256");
  let objects = 0;
  const add = (name: string, state: string) => {
    objects++;
    hash.update(`${name} ${state}\n`);
  };
  const store = sqlStateStore(sql, false);
  for await (const places of readPackPlaces(sql)) {
    for (const place of places) {
      (await packStates(store, place)).forEach((state, offset) => {
        if (state !== "") add(packName({ pool: place.pool, counter: place.chunkNo * chunkNumbers + offset }), state);
      });
    }
  }
  for (const read of [readItems, readContainers])
    for await (const rows of read(sql)) for (const row of rows) add(row.key, spelled(row, row.hist));
  return { objects, sha256: hash.digest("hex") };
}
