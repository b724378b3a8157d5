import { pipeline } from "node:stream/promises";
import type { PoolClient } from "pg";
import { from as copyFrom } from "pg-copy-streams";
import { InvariantError, invariant } from "../../kernel/base/invariant.ts";
import type { Sql, Statement } from "../machine.ts";
import { sqlFault } from "./sql-fault.ts";

/** COPY goes out in pieces of about this size: one write a row costs more than the row. */
const copyChunkChars = 64 * 1024;

/** BEGIN, work, COMMIT on one connection. Throws what the work threw, or a `Fault`. Never releases the connection. */
export async function runTransaction<T>(client: PoolClient, work: (sql: Sql) => Promise<T>): Promise<T> {
  await client.query("BEGIN").catch((error: unknown) => {
    throw sqlFault(error, "begin", "not-sent");
  });
  const scope = sqlOver(client);
  let value: T;
  try {
    value = await work(scope.sql);
    await scope.end();
  } catch (error) {
    await scope.end().catch(() => {});
    // A broken connection cannot roll back and need not: the server does when it sees it gone.
    await client.query("ROLLBACK").catch(() => {});
    throw error;
  }
  const done = await client.query("COMMIT").catch((error: unknown) => {
    throw sqlFault(error, "commit", "sent");
  });
  if (done.command !== "COMMIT") {
    // PostgreSQL answers COMMIT of a failed transaction with a friendly ROLLBACK.
    throw new InvariantError("a statement failed, the work went on as if it had not, and nothing was committed");
  }
  return value;
}

/** Statements one after the other, in the order in which they were asked for, until the transaction ends. */
function sqlOver(client: PoolClient): { sql: Sql; end(): Promise<unknown> } {
  let open = true;
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = <R>(work: () => Promise<R>): Promise<R> => {
    invariant(open, "a statement after its transaction has ended");
    const turn = last.then(work);
    last = turn.catch(() => {});
    return turn;
  };
  const sql: Sql = {
    run: <R>(statement: Statement, values?: readonly unknown[]) =>
      inTurn(() => query<R>(client, statement, values, "in-transaction")),
    copyIn: (copySql, lines) => inTurn(() => copyIn(client, copySql, lines)),
  };
  return {
    sql,
    end() {
      open = false;
      return last;
    },
  };
}

export async function query<R>(
  client: PoolClient,
  statement: Statement,
  values: readonly unknown[] | undefined,
  phase: "sent" | "in-transaction",
): Promise<R[]> {
  const { name, text } = statement;
  try {
    const config = {
      text,
      ...(name === undefined ? {} : { name }),
      ...(values === undefined ? {} : { values: values as unknown[] }),
    };
    const result = await client.query(config);
    // Several statements in one text answer with a list.
    return ((Array.isArray(result) ? result.at(-1)?.rows : result.rows) ?? []) as R[];
  } catch (error) {
    throw sqlFault(error, name ?? text.trim().replace(/\s+/g, " ").slice(0, 200), phase);
  }
}

async function copyIn(client: PoolClient, copySql: string, lines: Iterable<string>): Promise<number> {
  const stream = client.query(copyFrom(copySql));
  let source: unknown;
  const noting = function* () {
    try {
      yield* chunked(lines);
    } catch (error) {
      source = error;
      throw error;
    }
  };
  try {
    await pipeline(noting(), stream);
    return stream.rowCount;
  } catch (error) {
    if (error === source) throw error;
    throw sqlFault(error, copySql.slice(0, 200), "in-transaction");
  }
}

function* chunked(lines: Iterable<string>): Iterable<string> {
  let chunk = "";
  for (const line of lines) {
    chunk += line;
    chunk += "\n";
    if (chunk.length >= copyChunkChars) {
      yield chunk;
      chunk = "";
    }
  }
  if (chunk !== "") yield chunk;
}
