import { randomBytes } from "node:crypto";
import { closeSync, existsSync, mkdirSync, openSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Plan, Secret } from "./plan.ts";

const secretBytes = 32;

/** Makes what is missing; a secret that is there stays as it is. Files 0600 in folders 0700. */
export function writeSecrets(secrets: readonly Secret[]): void {
  for (const { file } of secrets) {
    if (existsSync(file)) continue;
    writeSecret(file, randomBytes(secretBytes).toString("hex"));
  }
}

export function writeSecret(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const fresh = `${file}.new`;
  writeFileSync(fresh, `${text}\n`, { mode: 0o600 });
  renameSync(fresh, file);
}

/** One configuration file per instance, as a person could have written it. Answers the path by instance name. */
export function writeConfigs(plan: Plan, dataDir: string): ReadonlyMap<string, string> {
  const folder = join(dataDir, "config");
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const files = new Map<string, string>();
  for (const instance of plan.instances) {
    const file = join(folder, `${instance.name}.json`);
    writeFileSync(file, `${JSON.stringify(instance.config, null, 2)}\n`, { mode: 0o600 });
    files.set(instance.name, file);
  }
  return files;
}

/** An append-only log file per instance; answers its descriptor. */
export function openLogFile(dataDir: string, name: string): { descriptor: number; close(): void } {
  const folder = join(dataDir, "log");
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const descriptor = openSync(join(folder, `${name}.log`), "a", 0o600);
  return { descriptor, close: () => closeSync(descriptor) };
}
