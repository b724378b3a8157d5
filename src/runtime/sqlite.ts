import { DatabaseSync, type SQLInputValue, type StatementSync } from "node:sqlite";
import { invariant } from "../kernel/base/invariant.ts";
import { Fault } from "./fault.ts";
import type { Row, SqliteDatabase, SqliteValue } from "./machine.ts";

const busyTimeoutMs = 5_000;
/** Prepared statements kept; a line has a few dozen, so reaching this means that SQL is being built per call. */
const statementsMax = 500;

// Result codes of SQLite (https://www.sqlite.org/rescode.html): the primary code is the low byte.
const SQLITE_BUSY = 5;
const SQLITE_LOCKED = 6;
const SQLITE_IOERR = 10;
const SQLITE_FULL = 13;

/**
 * The line's own file: write-ahead log, synchronous=FULL, so that a transaction is on the disk when it returns.
 * One process writes; a second one waits `busyTimeoutMs` and then fails with `sqlite.busy`. With `NORMAL` a killed
 * process loses nothing either, but a power failure may take the latest transactions: only for what is simulated.
 */
export function openSqlite(path: string, synchronous: "FULL" | "NORMAL" = "FULL"): SqliteDatabase {
  const file = attempt(
    `open ${path}`,
    () => new DatabaseSync(path, { enableForeignKeyConstraints: true, timeout: busyTimeoutMs }),
  );
  attempt(`open ${path}`, () =>
    file.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = ${synchronous}; PRAGMA foreign_keys = ON`),
  );
  const statements = new Map<string, StatementSync>();
  let inTransaction = false;

  const prepare = (text: string): StatementSync => {
    let statement = statements.get(text);
    if (statement === undefined) {
      invariant(
        statements.size < statementsMax,
        `more than ${statementsMax} different statements: is SQL made by concatenation?`,
      );
      statement = file.prepare(text);
      statements.set(text, statement);
    }
    return statement;
  };

  return {
    all: <R = Row>(text: string, ...values: SqliteValue[]) =>
      attempt(text, () => prepare(text).all(...(values as SQLInputValue[])) as R[]),
    run: (text, ...values) =>
      attempt(text, () => {
        const { changes, lastInsertRowid } = prepare(text).run(...(values as SQLInputValue[]));
        return { changes: Number(changes), lastInsertRowid: Number(lastInsertRowid) };
      }),
    transaction<T>(work: () => T): T {
      invariant(!inTransaction, "a transaction inside a transaction");
      // IMMEDIATE: a reader that becomes a writer half way cannot wait for another writer, it fails.
      attempt("begin", () => file.exec("BEGIN IMMEDIATE"));
      inTransaction = true;
      try {
        const value = work();
        invariant(!(value instanceof Promise), "a transaction on SQLite is synchronous; its work returned a promise");
        attempt("commit", () => file.exec("COMMIT"));
        return value;
      } catch (error) {
        if (file.isTransaction) file.exec("ROLLBACK");
        throw error;
      } finally {
        inTransaction = false;
      }
    },
    close() {
      statements.clear();
      file.close();
    },
  };
}

function attempt<T>(what: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw sqliteFault(what, error);
  }
}

function sqliteFault(what: string, error: unknown): unknown {
  const code = (error as { errcode?: number }).errcode;
  if (code === undefined) return error;
  const message = `${(error as Error).message} (${what.slice(0, 200)})`;
  switch (code & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return new Fault("transient", "sqlite.busy", message, error);
    case SQLITE_FULL:
      return new Fault("transient", "sqlite.disk-full", message, error);
    case SQLITE_IOERR:
      return new Fault("ambiguous", "sqlite.input-output", message, error);
    default:
      return new Fault("permanent", "sqlite.statement", message, error);
  }
}
