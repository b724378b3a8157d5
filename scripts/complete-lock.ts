// `node scripts/complete-lock.ts` after every change of dependencies: enters the packages for other platforms that npm left
// out of package-lock.json because the registry it asked does not carry them. See docs/decisions/lock-file.md.
import { readFile, writeFile } from "node:fs/promises";

export const lockPath = new URL("../package-lock.json", import.meta.url);

export type LockEntry = {
  readonly version?: string;
  readonly dev?: boolean;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
};
export type Lock = { readonly packages: Readonly<Record<string, LockEntry>> };

export type Absent = { readonly name: string; readonly version: string; readonly dev: boolean };

/** Optional packages that another one names and the lock does not have. `npm ci` refuses a lock that lacks one. */
export function absentPackages({ packages }: Lock): Absent[] {
  return Object.entries(packages).flatMap(([path, { dev = false, optionalDependencies = {} }]) =>
    Object.entries(optionalDependencies)
      .filter(([name]) => !(`node_modules/${name}` in packages) && !(`${path}/node_modules/${name}` in packages))
      .map(([name, version]) => ({ name, version, dev })),
  );
}

const platform = /(android|darwin|freebsd|linux|openharmony|wasm32|win32)(?:-([a-z0-9]+))?(?:-([a-z]+))?$/;

/** What npm would have written, without the integrity that only the registry knows. Their names say their platform. */
export function platformEntry({ name, version, dev }: Absent): object {
  const [, os, cpu, abi] = platform.exec(name) ?? [];
  if (os === undefined || !/^\d+\.\d+\.\d+$/.test(version)) throw new Error(`${name}@${version} names no platform`);
  const libc = os === "linux" && abi !== undefined ? { libc: [abi.includes("musl") ? "musl" : "glibc"] } : {};
  const of = os === "wasm32" ? { cpu: ["wasm32"] } : { cpu: [cpu], os: [os], ...libc };
  return { version, ...(dev ? { dev } : {}), optional: true, ...of };
}

export function completeLock<L extends Lock>(lock: L): L {
  const added = absentPackages(lock).map((each) => [`node_modules/${each.name}`, platformEntry(each)] as const);
  const packages = Object.entries({ ...lock.packages, ...Object.fromEntries(added) });
  return { ...lock, packages: Object.fromEntries(packages.toSorted(([a], [b]) => (a < b ? -1 : 1))) };
}

if (import.meta.main) {
  const lock = JSON.parse(await readFile(lockPath, "utf8")) as Lock;
  if (absentPackages(lock).length > 0) await writeFile(lockPath, `${JSON.stringify(completeLock(lock), null, 2)}\n`);
}
