import { invariant } from "../../../kernel/base/invariant.ts";
import { type ChunkBytes, decodeChunk, type DenseChunk, encodeChunk } from "../encoding/dense-chunk.ts";
import { type KeyPlace, packName, type SingleRow, type StateStore } from "../state.store.ts";
import { chunkName } from "../working-set.ts";

type StoredChunk = ChunkBytes & { pool: number; chunkNo: number; lot: number; version: number };

/** The derived state in memory: what a replay of all events builds, to hold against what the database has. */
export type MemoryStore = StateStore & {
  readonly chunks: ReadonlyMap<string, StoredChunk>;
  readonly deltas: ReadonlyMap<string, SingleRow & { pool: number; counter: number }>;
  readonly rows: {
    readonly item: ReadonlyMap<string, SingleRow & KeyPlace>;
    readonly container: ReadonlyMap<string, SingleRow & KeyPlace>;
  };
  /** Lot and status to count. */
  readonly lotCounts: ReadonlyMap<string, number>;
};

export function memoryStateStore(): MemoryStore {
  const chunks = new Map<string, StoredChunk>();
  const deltas = new Map<string, SingleRow & { pool: number; counter: number }>();
  const rows = { item: new Map<string, SingleRow & KeyPlace>(), container: new Map<string, SingleRow & KeyPlace>() };
  const lotCounts = new Map<string, number>();
  const next = <R extends SingleRow>(map: Map<string, R>, name: string, row: R) => {
    invariant((map.get(name)?.version ?? 0) === row.version, `a stale write of ${name}`);
    map.set(name, { ...row, hist: [...row.hist], version: row.version + 1 });
  };
  return {
    chunks,
    deltas,
    rows,
    lotCounts,
    async loadChunks(places) {
      return places
        .map(({ pool, chunkNo }) => chunks.get(chunkName(pool, chunkNo)))
        .filter((chunk) => chunk !== undefined)
        .map(decodeChunk);
    },
    async loadDeltas(ranges) {
      const found = new Map<string, SingleRow>();
      for (const { pool, from, to } of ranges) {
        for (let counter = from; counter <= to; counter++) {
          const row = deltas.get(packName({ pool, counter }));
          if (row !== undefined) found.set(packName({ pool, counter }), row);
        }
      }
      return found;
    },
    async loadRows(home, places) {
      return new Map(
        places
          .map(({ key }) => [key, rows[home].get(key)] as const)
          .filter((entry): entry is [string, SingleRow & KeyPlace] => entry[1] !== undefined),
      );
    },
    async saveChunks(saved: readonly DenseChunk[]) {
      for (const chunk of saved) {
        const name = chunkName(chunk.pool, chunk.chunkNo);
        invariant((chunks.get(name)?.version ?? 0) === chunk.version, `a stale write of chunk ${name}`);
        chunks.set(name, {
          ...encodeChunk(chunk),
          pool: chunk.pool,
          chunkNo: chunk.chunkNo,
          lot: chunk.lot,
          version: chunk.version + 1,
        });
      }
    },
    async saveDeltas(saved) {
      for (const row of saved) next(deltas, packName(row), row);
    },
    async saveRows(home, saved) {
      for (const row of saved) next(rows[home], row.key, row);
    },
    async addLotCounts(counts) {
      for (const { lot, status, n } of counts)
        lotCounts.set(`${lot}:${status}`, (lotCounts.get(`${lot}:${status}`) ?? 0) + n);
    },
  };
}
