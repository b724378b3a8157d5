import type { Clock, Database, Log, Random, Row, Sql, SqliteDatabase, Statement } from "../../runtime/machine.ts";
import { openPostgres } from "../../runtime/postgres/database.ts";
import { openSqlite } from "../../runtime/sqlite.ts";
import { Killed, type Life, never } from "./life.ts";
import type { SimClock } from "./sim-clock.ts";
import type { Turns } from "./turns.ts";

// Real databases behind a process that may die between any two of its writes.

type Run = (statement: Statement, values?: readonly unknown[]) => Promise<Row[]>;
/** Takes the place of a statement: how a guard that lives in the database is taken out. */
export type AroundSql = (
  instance: string,
  statement: Statement,
  values: readonly unknown[],
  run: Run,
) => Promise<Row[]>;

export type SimDatabaseOptions = {
  readonly clock: SimClock;
  readonly turns: Turns;
  readonly random: Random;
  readonly log: Log;
  readonly around?: AroundSql | undefined;
};

/** More than are ever in transactions at once: waiting for one would hold up the turn that frees it. */
const connectionsMax = 24;
const notified = /pg_notify\('([a-z_]+)'/;

/** Who listens to what, for all databases of a world; told by whoever commits, as PostgreSQL would. */
export type Listeners = Map<string, Set<(payload: string) => void>>;

export function openSimPostgres(url: string, life: Life, listeners: Listeners, options: SimDatabaseOptions): Database {
  const { clock, turns, random, log, around } = options;
  const real = openPostgres(url, { clock: impatient(clock), random, log, connectionsMax });
  life.onDeath(() => void real.close().catch(() => undefined));
  const channelOf = (channel: string) => `${new URL(url).pathname} ${channel}`;
  const tell = (channels: ReadonlySet<string>) => {
    for (const channel of channels) {
      for (const onNotify of listeners.get(channelOf(channel)) ?? []) clock.after(0, () => onNotify(""));
    }
  };
  const guarded = (run: Run): Run =>
    around ? (statement, values = []) => around(life.instance, statement, values, run) : run;

  /** One statement in its turn; a dead process neither sends it nor hears of its end. */
  const inTurn = async <T>(work: () => Promise<T>): Promise<T> => {
    if (life.dead || life.mayDie("before-statement")) return never();
    const [outcome] = await Promise.allSettled([clock.real(() => turns.take(work))]);
    if (life.dead) return never();
    if (outcome.status === "rejected") throw outcome.reason;
    return outcome.value;
  };
  const sqlOver = (sql: Sql, channels: Set<string>): Sql => ({
    run: <R = Row>(statement: Statement, values?: readonly unknown[]) => {
      const channel = notified.exec(statement.text)?.[1];
      if (channel !== undefined) channels.add(channel);
      return guarded((each, given) => inTurn(() => sql.run(each, given)))(statement, values) as Promise<R[]>;
    },
    copyIn: (copySql, lines) => inTurn(() => sql.copyIn(copySql, lines)),
  });

  /** A turn, counted as real. */
  const takeTurn = async (): Promise<() => void> => {
    const free = clock.hold();
    const end = await turns.begin();
    return () => {
      end();
      free();
    };
  };
  const transaction = async <T>(work: (sql: Sql) => Promise<T>): Promise<T> => {
    if (life.dead) return never();
    const channels = new Set<string>();
    let endTurn = await takeTurn();
    const commit = real.transaction(async (sql) => {
      // It has begun: others have their turns until it wants to commit or to roll back.
      endTurn();
      channels.clear();
      try {
        const value = await work(sqlOver(sql, channels));
        if (life.dead || life.mayDie("before-commit")) return await never<T>();
        return value;
      } finally {
        if (!life.dead) endTurn = await takeTurn();
      }
    });
    const [outcome] = await Promise.allSettled([commit]);
    endTurn();
    if (life.dead) return never();
    if (outcome.status === "rejected") throw outcome.reason;
    tell(channels);
    if (life.mayDie("after-commit")) return never();
    return outcome.value;
  };

  return {
    transaction,
    run: async <R = Row>(statement: Statement, values?: readonly unknown[]) => {
      const channel = notified.exec(statement.text)?.[1];
      const rows = await (guarded((each, given) => inTurn(() => real.run(each, given)))(statement, values) as Promise<
        R[]
      >);
      if (channel !== undefined) tell(new Set([channel]));
      if (life.mayDie("after-commit")) return never();
      return rows;
    },
    async listen(channel, onNotify) {
      if (life.dead) return never();
      const name = channelOf(channel);
      const own = (payload: string) => {
        if (!life.dead) onNotify(payload);
      };
      const set = listeners.get(name) ?? new Set();
      listeners.set(name, set.add(own));
      life.onDeath(() => set.delete(own));
      return { close: async () => void set.delete(own) };
    },
    close: () => (life.dead ? never() : clock.real(() => real.close())),
  };
}

/** Inside `Database` the clock only spaces out repetitions of conflicting transactions: they may come at once. */
function impatient(clock: Clock): Clock {
  return { ...clock, sleep: () => new Promise((resolve) => setImmediate(resolve)) };
}

/** The line's file. A kill inside a transaction leaves what the file had before it. */
export function openSimSqlite(path: string, life: Life): SqliteDatabase {
  if (life.dead) throw new Killed(life);
  const real = openSqlite(path);
  // Not at once: the transaction that the process died in still has to roll back.
  life.onDeath(() => queueMicrotask(() => real.close()));
  let inTransaction = false;
  const alive = <T>(work: () => T): T => {
    if (life.dead) throw new Killed(life);
    return work();
  };
  const die = (where: "before-commit" | "after-commit") => {
    if (life.mayDie(where)) throw new Killed(life);
  };
  return {
    all: (text, ...values) => alive(() => real.all(text, ...values)),
    run: (text, ...values) =>
      alive(() => {
        if (inTransaction) return real.run(text, ...values);
        die("before-commit");
        const done = real.run(text, ...values);
        die("after-commit");
        return done;
      }),
    transaction<T>(work: () => T): T {
      return alive(() => {
        inTransaction = true;
        let value: T;
        try {
          value = real.transaction(() => {
            const result = work();
            die("before-commit");
            return result;
          });
        } finally {
          inTransaction = false;
        }
        die("after-commit");
        return value;
      });
    },
    close: () => alive(() => real.close()),
  };
}
