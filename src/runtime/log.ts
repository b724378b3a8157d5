import { appendFileSync } from "node:fs";
import type { Instant } from "../kernel/base/time.ts";
import type { Log, LogFields } from "./machine.ts";

export const logLevels = ["debug", "info", "warn", "error"] as const;
export type LogLevel = (typeof logLevels)[number];

/** Names whose value never reaches a log, at any depth; and what stands between `//` and `@` of a URL. */
const secretName =
  /password|passphrase|secret|token|authorization|cookie|credential|private_?key|api_?key|^pin$|pinhash/i;
const urlSecret = /(\b[a-z][a-z0-9+.-]*:\/\/[^\s/:@]*):[^\s/@]+@/gi;
const hidden = "[hidden]";

const depthMax = 6;
const textCharsMax = 10_000;
const entriesMax = 100;

/**
 * JSON lines: `{"at", "level", "message", …fields}`, `at` in ISO 8601 UTC. Secrets are hidden by name. `write` gets
 * one line with its newline: by default stderr, so that what a program answers on stdout stays clean.
 */
export function createLog(options: {
  readonly level?: LogLevel;
  readonly now?: () => Instant;
  readonly write?: (line: string) => void;
  readonly fields?: LogFields;
}): Log {
  const write = options.write ?? ((line: string) => void process.stderr.write(line));
  const now = options.now ?? Date.now;
  const lowest = logLevels.indexOf(options.level ?? "info");
  const make = (own: LogFields): Log => {
    const put =
      (level: LogLevel) =>
      (message: string, fields: LogFields = {}) => {
        if (logLevels.indexOf(level) < lowest) return;
        const at = new Date(now()).toISOString();
        write(`${JSON.stringify(plain({ at, level, message, ...own, ...fields }, 0))}\n`);
      };
    return {
      debug: put("debug"),
      info: put("info"),
      warn: put("warn"),
      error: put("error"),
      child: (fields) => make({ ...own, ...fields }),
    };
  };
  return make(options.fields ?? {});
}

/** Appends to a file that only its owner may read; one write per line, so that a kill tears no earlier line. */
export function fileWriter(path: string): (line: string) => void {
  return (line) => appendFileSync(path, line, { mode: 0o600 });
}

/** Says nothing: for tests and simulations that check state instead. */
export const silentLog: Log = {
  debug() {},
  info() {},
  warn() {},
  error() {},
  child: () => silentLog,
};

/** What JSON can say, without secrets, endless depth, or a whole document in one line. */
function plain(value: unknown, depth: number): unknown {
  if (typeof value === "string") return shorten(value.replace(urlSecret, `$1:${hidden}@`));
  if (typeof value === "bigint") return value.toString();
  if (typeof value === "function" || typeof value === "symbol") return value.toString().slice(0, 100);
  if (typeof value !== "object" || value === null) return value;
  if (depth >= depthMax) return "…";
  if (value instanceof Error) return plain(errorFields(value), depth + 1);
  if (value instanceof Uint8Array) return `${value.byteLength} bytes`;
  if (value instanceof Date) return value.toISOString();
  if (Array.isArray(value)) return value.slice(0, entriesMax).map((item) => plain(item, depth + 1));
  return Object.fromEntries(
    Object.entries(value)
      .slice(0, entriesMax)
      .map(([name, item]) => [name, secretName.test(name) ? hidden : plain(item, depth + 1)]),
  );
}

function errorFields(error: Error): Record<string, unknown> {
  const { name, message, stack, cause } = error;
  return { ...error, name, message, stack, ...(cause === undefined ? {} : { cause }) };
}

function shorten(text: string): string {
  return text.length <= textCharsMax ? text : `${text.slice(0, textCharsMax)}… (${text.length} characters)`;
}
