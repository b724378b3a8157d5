import { spawnSync } from "node:child_process";
import { userInfo } from "node:os";
import { Fault } from "../../fault.ts";

/** Who runs the server. `identity` goes to spawn; empty when it is whoever runs this program. */
export type Account = {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
  readonly identity: { readonly uid?: number; readonly gid?: number };
};

/** PostgreSQL refuses to run as root; these are tried in this order. */
const accountsForRoot = ["postgres", "nobody"];

/**
 * The account that the server runs as: this one, or for root the owner of the data that is there already, else
 * `postgres` or `nobody`. initdb looks its own user up,
 * so an account without a passwd entry (a container started with a bare uid) is fault `postgres.account`.
 */
export function serverAccount(dataOwner?: { readonly uid: number; readonly gid: number }): Account {
  const uid = process.geteuid?.();
  const gid = process.getegid?.();
  if (uid === undefined || gid === undefined) {
    throw new Fault(
      "permanent",
      "postgres.account",
      "no embedded PostgreSQL on this system; name a running one with DATABASE_URL",
    );
  }
  if (uid !== 0) return { name: ownName(uid), uid, gid, identity: {} };
  if (dataOwner !== undefined && dataOwner.uid !== 0) {
    return { name: `uid ${dataOwner.uid}`, ...dataOwner, identity: dataOwner };
  }
  for (const name of accountsForRoot) {
    const found = { uid: idOf("-u", name), gid: idOf("-g", name) };
    if (found.uid !== undefined && found.gid !== undefined && found.uid !== 0) {
      return { name, uid: found.uid, gid: found.gid, identity: { uid: found.uid, gid: found.gid } };
    }
  }
  throw new Fault(
    "permanent",
    "postgres.account",
    "PostgreSQL refuses to run as root, and neither postgres nor nobody is in /etc/passwd; add one (useradd --system postgres), run as another user, or name a running PostgreSQL with DATABASE_URL",
  );
}

function ownName(uid: number): string {
  try {
    return userInfo().username;
  } catch (error) {
    throw new Fault(
      "permanent",
      "postgres.account",
      `PostgreSQL needs its user in /etc/passwd, and uid ${uid} is not; add an entry, or name a running PostgreSQL with DATABASE_URL`,
      error,
    );
  }
}

/** From id(1), which asks every source of users that this system has. */
function idOf(flag: "-u" | "-g", name: string): number | undefined {
  const run = spawnSync("id", [flag, name], { encoding: "utf8" });
  const id = Number.parseInt(run.stdout ?? "", 10);
  return run.status === 0 && Number.isInteger(id) ? id : undefined;
}

/** Whether the account can enter `directory`: tried, and not computed from the modes of what lies above it. */
export function canEnter(account: Account, directory: string): boolean {
  const run = spawnSync("/bin/sh", ["-c", 'cd "$1"', "sh", directory], {
    ...account.identity,
    cwd: "/",
    stdio: "ignore",
  });
  return run.status === 0;
}

/** What the server's programs get to see: nothing that moves their port, data or language. */
export function serverEnvironment(): Record<string, string> {
  const kept = ["PATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "TMPDIR"];
  const own = kept.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]]));
  return { ...Object.fromEntries(own), LC_ALL: "C", TZ: "UTC" };
}
