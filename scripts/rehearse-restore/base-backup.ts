import {
  chownSync,
  closeSync,
  constants,
  copyFileSync,
  existsSync,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import pg from "pg";

// PostgreSQL's low-level way to an online base backup ("Making a Base Backup Using the Low Level API" in its manual): the
// server goes on working, files are copied as they change, and the archived log makes them whole again.

export type BaseBackup = { readonly files: number; readonly bytes: number; readonly seconds: number };
/** Whose the copy is, and whether it is on disk when it is said to be made. */
export type Owner = { readonly uid: number; readonly gid: number; readonly sync: boolean };

/** Directories that are copied empty: their content belongs to the running server or comes out of the archive. */
const emptied = new Set([
  "pg_wal",
  "pg_replslot",
  "pg_dynshmem",
  "pg_notify",
  "pg_serial",
  "pg_snapshots",
  "pg_stat_tmp",
  "pg_subtrans",
]);
const leftOut = new Set(["postmaster.pid", "postmaster.opts", "pg_internal.init"]);
const isTemporary = (name: string) => name.startsWith("pgsql_tmp");

/**
 * Copies a running cluster to `to`, which must not be there. `url`: of whichever database, as a superuser; the session that
 * begins the backup must end it. Needs `archive_mode = on`: it waits until the log of the backup is archived.
 */
export async function baseBackup(url: string, cluster: string, to: string, owner: Owner): Promise<BaseBackup> {
  const started = performance.now();
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query("select pg_backup_start('packtrail', fast => true)");
    const copied = copyTree(cluster, to, owner);
    const { rows } = await client.query<{ labelfile: string; spcmapfile: string }>(
      "select labelfile, spcmapfile from pg_backup_stop(wait_for_archive => true)",
    );
    const [label] = rows;
    if (label === undefined) throw new Error("the backup has no label");
    writeOwned(join(to, "backup_label"), label.labelfile, owner);
    if (label.spcmapfile !== "") throw new Error("tablespaces are not copied");
    return { ...copied, seconds: (performance.now() - started) / 1000 };
  } finally {
    await client.end();
  }
}

/** A cluster that was copied or died, as the start of another. */
export function copyTree(from: string, to: string, owner: Owner): { files: number; bytes: number } {
  let [files, bytes] = [0, 0];
  makeOwned(to, owner);
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (leftOut.has(entry.name) || isTemporary(entry.name)) continue;
    if (entry.isDirectory()) {
      if (emptied.has(entry.name)) {
        makeOwned(target, owner);
        if (entry.name === "pg_wal")
          for (const inner of ["archive_status", "summaries"]) makeOwned(join(target, inner), owner);
        continue;
      }
      const inner = copyTree(source, target, owner);
      files += inner.files;
      bytes += inner.bytes;
    } else if (copyFile(source, target, owner)) {
      files++;
      bytes += lstatSync(target).size;
    }
  }
  return { files, bytes };
}

/** False when the file went away meanwhile: a table was dropped, and the log says so. */
export function copyFile(source: string, target: string, owner: Owner): boolean {
  try {
    copyFileSync(source, target, constants.COPYFILE_EXCL);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT" && !existsSync(source)) return false;
    throw error;
  }
  chownSync(target, owner.uid, owner.gid);
  if (owner.sync) {
    const file = openSync(target, "r+");
    fsyncSync(file);
    closeSync(file);
  }
  return true;
}

export function makeOwned(directory: string, owner: Owner): void {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  chownSync(directory, owner.uid, owner.gid);
}

function writeOwned(file: string, text: string, owner: Owner): void {
  writeFileSync(file, text, { mode: 0o600, flag: "wx" });
  chownSync(file, owner.uid, owner.gid);
}
