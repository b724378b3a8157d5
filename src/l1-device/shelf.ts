/*
 * What a SIMULATED machine keeps: rows of plain data that note which of them were changed, so that a store writes
 * those and no others.
 */

/** What a store sees of a shelf. */
export type Kept = {
  /** Keys changed since this was last asked; a key without a row was taken away. */
  takeChanged(): readonly number[];
  peek(key: number): unknown;
  /** Puts back what was read from the store; that is no change. */
  restore(key: number, row: unknown): void;
};

export type Shelf<Row> = Kept & {
  readonly get: (key: number) => Readonly<Row> | undefined;
  /** In the order in which they were put. */
  readonly rows: () => readonly Readonly<Row>[];
  readonly size: () => number;
  readonly put: (key: number, row: Row) => void;
  /** Under the key after the last one; answers the key. */
  readonly push: (row: Row) => number;
  /** The row itself, to be changed until the end of the step. Throws when there is none. */
  readonly edit: (key: number) => Row;
  readonly remove: (key: number) => void;
  readonly clear: () => void;
};

export function newShelf<Row>(): Shelf<Row> {
  const rows = new Map<number, Row>();
  let changed = new Set<number>();
  let last = 0;
  const put = (key: number, row: Row) => {
    rows.set(key, row);
    changed.add(key);
    last = Math.max(last, key);
  };
  return {
    get: (key) => rows.get(key),
    rows: () => [...rows.values()],
    size: () => rows.size,
    put,
    push(row) {
      put(last + 1, row);
      return last;
    },
    edit(key) {
      const row = rows.get(key);
      if (row === undefined) throw new Error(`nothing has the key ${key}`);
      changed.add(key);
      return row;
    },
    remove(key) {
      if (rows.delete(key)) changed.add(key);
    },
    clear() {
      for (const key of rows.keys()) changed.add(key);
      rows.clear();
      last = 0;
    },
    takeChanged() {
      const taken = [...changed];
      if (taken.length > 0) changed = new Set();
      return taken;
    },
    peek: (key) => rows.get(key),
    restore(key, row) {
      rows.set(key, row as Row);
      last = Math.max(last, key);
    },
  };
}

/** One row by itself. */
export type Cell<Row> = {
  readonly now: () => Readonly<Row>;
  /** The row itself, to be changed until the end of the step. */
  readonly edit: () => Row;
  readonly shelf: Shelf<Row>;
};

export function newCell<Row>(initial: Row): Cell<Row> {
  const shelf = newShelf<Row>();
  shelf.restore(1, initial);
  return { now: () => shelf.get(1) ?? initial, edit: () => shelf.edit(1), shelf };
}
