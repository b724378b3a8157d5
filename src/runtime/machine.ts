import type { Instant } from "../kernel/base/time.ts";

/**
 * Everything impure that a level may touch, handed to it at start. The real one is `machine.real.ts`; the
 * simulation hands in another, with a clock that moves when told and a network without sockets.
 */
export type Machine = {
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly network: Network;
  readonly database: Databases;
};

export type Clock = {
  /** Wall time, integer milliseconds UTC. */
  now(): Instant;
  /** For deadlines and durations; never goes back, has no date. Milliseconds, fractional. */
  monotonicMs(): number;
  /** Runs `work` once after `delayMs`. */
  after(delayMs: number, work: () => void): Timer;
  /** Resolves after `delayMs`, or at once when the signal aborts. */
  sleep(delayMs: number, signal?: AbortSignal): Promise<void>;
};

export type Timer = { cancel(): void };

export type Random = {
  bytes(count: number): Uint8Array;
  /** RFC 9562 UUID version 7: sortable by the clock's milliseconds, the rest random. */
  uuid7(): string;
};

export type LogFields = Readonly<Record<string, unknown>>;

/** Structured: `message` is a constant sentence, everything that varies is a field. */
export type Log = {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
  child(fields: LogFields): Log;
};

export type HttpRequest = {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  readonly timeoutMs: number;
};

export type HttpReply = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
};

/** What a server needs from the HTTP framework so that the simulation can call it without a socket. */
export type Listener = {
  listen(address: { host: string; port: number }): Promise<string>;
  inject(request: HttpRequest): Promise<HttpReply>;
  close(): Promise<void>;
};

export type Network = {
  /** Throws a `Fault` (see `fault.ts`) that says whether the request may have been acted on. */
  fetch(request: HttpRequest): Promise<HttpReply>;
  /** Makes the server reachable and returns its base URL, `http://127.0.0.1:4003`, without a slash at the end. */
  serve(listener: Listener, address: { host: string; port: number }): Promise<{ url: string; close(): Promise<void> }>;
};

export type Databases = {
  /** PostgreSQL by connection URL; pooled. A function is asked at each new connection: a server may come back elsewhere. */
  postgres(url: string | (() => string)): Database;
  /** The line's own file; one writer. */
  sqlite(path: string): SqliteDatabase;
};

/** SQL that runs often has a name: it is prepared once a connection, and a test asserts its plan. */
export type Statement = { readonly name?: string; readonly text: string };

export type Row = Record<string, unknown>;

export type Sql = {
  /** Rows of the result. int8 arrives as string, timestamptz is never used (instants are bigint columns). */
  run<R = Row>(statement: Statement, values?: readonly unknown[]): Promise<R[]>;
  /** COPY … FROM STDIN in text format; `rows` are already encoded lines without the newline. Returns the count. */
  copyIn(copySql: string, lines: Iterable<string>): Promise<number>;
};

export type Database = {
  /**
   * One transaction, READ COMMITTED; commits when `work` resolves, rolls back when it throws. Serialisation
   * failures and deadlocks run `work` again, up to `transactionAttemptsMax`.
   */
  transaction<T>(work: (sql: Sql) => Promise<T>): Promise<T>;
  /** A statement outside any transaction. */
  run<R = Row>(statement: Statement, values?: readonly unknown[]): Promise<R[]>;
  /** LISTEN: `onNotify` runs for each NOTIFY on `channel` with its payload. Reconnects by itself. */
  listen(channel: string, onNotify: (payload: string) => void): Promise<{ close(): Promise<void> }>;
  close(): Promise<void>;
};

export type SqliteValue = null | number | bigint | string | Uint8Array;

export type SqliteDatabase = {
  all<R = Row>(text: string, ...values: SqliteValue[]): R[];
  run(text: string, ...values: SqliteValue[]): { changes: number; lastInsertRowid: number };
  /** One synchronous transaction, durable when it returns (WAL, synchronous=FULL). */
  transaction<T>(work: () => T): T;
  close(): void;
};
