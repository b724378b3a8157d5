import { readFileSync, statSync } from "node:fs";
import type { Static, TSchema } from "typebox";
import { Value } from "typebox/value";
import { Fault } from "./fault.ts";

const secretBytesMax = 64 * 1024;

/**
 * One instance's configuration: a JSON file, and over it the environment, where `PACKTRAIL_DATABASE_POOL_MAX` is
 * `database.poolMax` (an underscore between words; the schema says which). Defaults of the schema are filled in.
 * Unknown keys and wrong values are fault `config.invalid`, which names each key; a file that cannot be read or is
 * not JSON is `config.file`. Secrets are never values here: a key `…File` names a file, see `readSecret`.
 */
export function readConfig<S extends TSchema>(
  schema: S,
  options: {
    readonly file?: string;
    readonly env: Readonly<Record<string, string | undefined>>;
    readonly prefix?: string;
  },
): Static<S> {
  const prefix = options.prefix ?? "PACKTRAIL_";
  const given: Record<string, unknown> = options.file === undefined ? {} : readJson(options.file);
  const keys = leaves(schema, []);
  for (const { path, schema: leaf } of keys) {
    const name = prefix + path.map(snake).join("_");
    const text = options.env[name];
    if (text !== undefined) put(given, path, fromText(text, leaf, name));
  }
  const problems = unknownKeys(schema, given, "");
  const value: unknown = Value.Default(schema, given);
  for (const error of Value.Errors(schema, value)) problems.push(describe(error, prefix));
  if (problems.length > 0) {
    const where = options.file === undefined ? "the configuration" : options.file;
    throw new Fault("permanent", "config.invalid", `${where}:\n  ${[...new Set(problems)].join("\n  ")}`);
  }
  return value as Static<S>;
}

/** A secret out of its file, without the newline at its end. Refuses a file that others on this computer may read. */
export function readSecret(path: string): string {
  try {
    const stat = statSync(path);
    if ((stat.mode & 0o077) !== 0)
      throw new Fault("permanent", "config.secret", `${path} may be read by others; chmod 600 it`);
    if (stat.size > secretBytesMax) throw new Fault("permanent", "config.secret", `${path} is too long for a secret`);
    const text = readFileSync(path, "utf8").replace(/\r?\n$/, "");
    if (text === "") throw new Fault("permanent", "config.secret", `${path} is empty`);
    return text;
  } catch (error) {
    if (error instanceof Fault) throw error;
    throw new Fault(
      "permanent",
      "config.secret",
      `cannot read the secret in ${path}: ${(error as Error).message}`,
      error,
    );
  }
}

type JsonSchema = {
  readonly type?: string;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly additionalProperties?: unknown;
};

/** Everything the environment can set: what is not an object with known keys. */
function leaves(schema: JsonSchema, path: readonly string[]): { path: readonly string[]; schema: JsonSchema }[] {
  if (schema.properties === undefined) return [{ path, schema }];
  return Object.entries(schema.properties).flatMap(([key, child]) => leaves(child, [...path, key]));
}

/** `poolMax` → `POOL_MAX`. */
function snake(key: string): string {
  return key.replace(/([a-z0-9])([A-Z])/g, "$1_$2").toUpperCase();
}

/** The environment knows only text: numbers, booleans, lists and objects are written as JSON. */
function fromText(text: string, schema: JsonSchema, name: string): unknown {
  if (schema.type === "string") return text;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    if (schema.type === undefined) return text;
    throw new Fault("permanent", "config.invalid", `${name} is not a JSON ${schema.type}: ${text.slice(0, 100)}`);
  }
}

function put(target: Record<string, unknown>, path: readonly string[], value: unknown): void {
  const [key = "", ...rest] = path;
  if (rest.length === 0) target[key] = value;
  else {
    const child = target[key];
    const inner = isObject(child) ? child : {};
    target[key] = inner;
    put(inner, rest, value);
  }
}

/** A misspelt key is a setting that silently does nothing: refused, with the keys there are. */
function unknownKeys(schema: JsonSchema, value: unknown, at: string): string[] {
  if (schema.properties === undefined || !isObject(value)) return [];
  return Object.entries(value).flatMap(([key, child]) => {
    const known = schema.properties?.[key];
    if (known !== undefined) return unknownKeys(known, child, `${at}${key}.`);
    return schema.additionalProperties === true
      ? []
      : [`${at}${key}: there is no such key here; known are ${Object.keys(schema.properties ?? {}).join(", ")}`];
  });
}

function describe(
  error: { readonly instancePath: string; readonly message: string; readonly params?: unknown },
  prefix: string,
): string {
  const missing =
    isObject(error.params) && Array.isArray(error.params["requiredProperties"])
      ? (error.params["requiredProperties"] as string[])
      : [];
  const path = error.instancePath.split("/").filter((part) => part !== "");
  const named = (keys: readonly string[]) =>
    `${keys.join(".") || "(everything)"} (${prefix}${keys.map(snake).join("_")})`;
  if (missing.length > 0) return missing.map((key) => `${named([...path, key])}: is missing`).join("\n  ");
  return `${named(path)}: ${error.message}`;
}

function readJson(file: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(readFileSync(file, "utf8"));
    if (!isObject(value)) throw new Error("it is not a JSON object");
    return value;
  } catch (error) {
    throw new Fault(
      "permanent",
      "config.file",
      `cannot read the configuration in ${file}: ${(error as Error).message}`,
      error,
    );
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
