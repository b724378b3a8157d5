import { randomBytes } from "node:crypto";
import {
  chmodSync,
  chownSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { Fault } from "../../fault.ts";
import { type Account, canEnter, serverAccount } from "./account.ts";
import { processStart } from "./processes.ts";

/**
 * Where a server lives. Everything but `cluster` and `socket` belongs to whoever runs this program: as root it
 * follows no link and opens no file that the server's account could have put there.
 */
export type ServerHome = {
  readonly account: Account;
  /** The directory that was asked for, and the one in use: another one when the account cannot enter the first. */
  readonly dataDir: string;
  readonly home: string;
  readonly cluster: string;
  /** Empty when the path would not fit into a socket's address. */
  readonly socketDir: string;
  readonly logFile: string;
};

/** sockaddr_un holds 104 bytes on macOS, 108 on Linux, with the final zero. */
const socketPathBytesMax = 103;
const lastingRoots = ["/var/lib", "/var/tmp"];

/** Makes or finds the directories; see `ServerHome`. Fault `postgres.data-directory` says which is not usable. */
export function prepareHome(options: { readonly dataDir: string; readonly temporary: boolean }): ServerHome {
  const asked = resolve(options.dataDir);
  try {
    mkdirSync(asked, { recursive: true, mode: 0o700 });
    const dataDir = realpathSync(asked);
    takeFromOthers(dataDir);
    const known = movedTo(dataDir) ?? dataDir;
    const owner = lstatSync(join(known, "cluster"), { throwIfNoEntry: false });
    const account = serverAccount(owner);
    const home = settle(dataDir, account, options.temporary);
    const cluster = join(home, "cluster");
    const socket = join(home, "socket");
    const fits = Buffer.byteLength(join(socket, ".s.PGSQL.65535.lock")) <= socketPathBytesMax;
    if (fits) ownedDirectory(socket, account);
    return { account, dataDir, home, cluster, socketDir: fits ? socket : "", logFile: join(home, "postgres.log") };
  } catch (error) {
    if (error instanceof Fault) throw error;
    throw new Fault(
      "permanent",
      "postgres.data-directory",
      `${asked} cannot hold PostgreSQL's data: ${(error as Error).message}`,
      error,
    );
  }
}

/**
 * An empty directory of somebody else's (a volume of a container) becomes root's. One with something in it does not:
 * root would follow the links that its owner may have laid there.
 */
function takeFromOthers(dataDir: string): void {
  const { uid } = lstatSync(dataDir);
  if (process.geteuid?.() !== 0 || uid === 0) return;
  if (readdirSync(dataDir).length === 0) chownSync(dataDir, 0, -1);
  if (lstatSync(dataDir).uid === 0 && readdirSync(dataDir).length === 0) return;
  throw new Fault(
    "permanent",
    "postgres.data-directory",
    `${dataDir} belongs to uid ${uid}; run as that user, or choose another directory`,
  );
}

/** A directory of the account's own, and nobody else's. */
export function ownedDirectory(path: string, account: Account): void {
  mkdirSync(path, { recursive: true, mode: 0o700 });
  chownSync(path, account.uid, account.gid);
}

/** Both directories, with all data. */
export function removeHome(home: ServerHome): void {
  rmSync(home.home, { recursive: true, force: true });
  rmSync(home.dataDir, { recursive: true, force: true });
}

/** The superuser's password, made once. A file that only this program's account reads. */
export function readPassword(home: ServerHome): string {
  const file = join(home.home, "password");
  if (!existsSync(file)) {
    const draft = `${file}.${process.pid}`;
    writeFileSync(draft, randomBytes(24).toString("hex"), { mode: 0o600, flag: "wx" });
    try {
      // A link never replaces: of two programs that start at once one makes the password, both read it.
      linkSync(draft, file);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    } finally {
      rmSync(draft);
    }
  }
  return readFileSync(file, "utf8").trim();
}

export function readPort(home: ServerHome): number | undefined {
  const file = join(home.home, "port");
  return existsSync(file) ? Number(readFileSync(file, "utf8")) : undefined;
}

export function writePort(home: ServerHome, port: number): void {
  writeFileSync(join(home.home, "port"), `${port}\n`, { mode: 0o600 });
}

/** Says that this process runs the server; another one that is alive and said so first is fault `postgres.in-use`. */
export function claimHome(home: ServerHome): void {
  const file = join(home.home, "launcher");
  if (existsSync(file)) {
    const [pid = "", start = ""] = readFileSync(file, "utf8").split("\n");
    if (Number(pid) !== process.pid && start !== "" && processStart(Number(pid)) === start) {
      throw new Fault(
        "permanent",
        "postgres.in-use",
        `process ${pid} already runs PostgreSQL in ${home.dataDir}; stop it first`,
      );
    }
  }
  writeFileSync(file, `${process.pid}\n${processStart(process.pid) ?? ""}`, { mode: 0o600 });
}

export function releaseHome(home: ServerHome): void {
  rmSync(join(home.home, "launcher"), { force: true });
}

function movedTo(dataDir: string): string | undefined {
  const file = join(dataDir, "location");
  if (!existsSync(file)) return undefined;
  const place = readFileSync(file, "utf8").trim();
  return lstatSync(place, { throwIfNoEntry: false })?.uid === process.geteuid?.() ? place : undefined;
}

/** The data directory itself, or, when the account cannot get there (a checkout under /root), one that it can. */
function settle(dataDir: string, account: Account, temporary: boolean): string {
  if (account.identity.uid === undefined) return dataDir;
  const moved = movedTo(dataDir);
  if (moved !== undefined) return moved;
  enterable(dataDir, account);
  if (canEnter(account, dataDir)) return dataDir;
  for (const root of temporary ? ["/var/tmp", tmpdir()] : lastingRoots) {
    const place = tryMakeUnder(root, account);
    if (place === undefined) continue;
    writeFileSync(join(dataDir, "location"), `${place}\n`, { mode: 0o600 });
    return place;
  }
  throw new Fault(
    "permanent",
    "postgres.data-directory",
    `${account.name} cannot enter ${dataDir}; choose a directory that it can`,
  );
}

function tryMakeUnder(root: string, account: Account): string | undefined {
  try {
    const place = mkdtempSync(join(root, `packtrail-${account.uid}-`));
    enterable(place, account);
    if (canEnter(account, place)) return place;
    rmSync(place, { recursive: true });
  } catch {
    // Not there, or read-only: the next one.
  }
  return undefined;
}

/** Root's, and the account may pass through to what is its own. */
function enterable(directory: string, account: Account): void {
  chownSync(directory, -1, account.gid);
  chmodSync(directory, 0o710);
}
