import {
  chownSync,
  copyFileSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { silentLog } from "../../src/runtime/log.ts";
import type { Database } from "../../src/runtime/machine.ts";
import { realMachine } from "../../src/runtime/machine.real.ts";
import { openPostgres } from "../../src/runtime/postgres/database.ts";
import { administer, ensureDatabase } from "../../src/runtime/postgres/ensure-database.ts";
import { type PostgresServer, startPostgres } from "../../src/runtime/postgres/launcher.ts";
import { type BaseBackup, baseBackup, type Owner, copyFile, copyTree, makeOwned } from "./base-backup.ts";
import { checkCompany, type Checked } from "./check-company.ts";
import { companyAtWork } from "./company-at-work.ts";
import { type LineBackup, rehearseLineBackup } from "./line-backup.ts";

export type Restored = Checked & { readonly seconds: number };
export type Rehearsal = {
  readonly backup: BaseBackup;
  readonly acknowledged: number;
  /** Acknowledged when the last file of the log was archived: what a lost disk leaves. */
  readonly archived: number;
  readonly toMoment: Restored;
  readonly toEnd: Restored;
  /** Numbers given out after the moment, which a system restored to it would give out again. */
  readonly forgottenAllocations: number;
  readonly line: LineBackup;
};

export type RehearsalOptions = {
  /** How many acknowledged changes each part of the rehearsal waits for. */
  readonly changes: number;
  readonly clients: number;
  readonly journalEntries: number;
  /** PostgreSQL and the copies wait for the disk. A kill shows nothing of it, a loss of power would. */
  readonly sync: boolean;
  readonly tell: (line: string) => void;
};

const database = "packtrail_enterprise";
/** Commits are written before they are answered, and pages whole, in any case: what a kill must not undo hangs on it. */
const waiting = (sync: boolean) => ({
  full_page_writes: "on",
  synchronous_commit: "on",
  ...(sync ? { fsync: "on" } : {}),
});
const archivePollMs = 20;

/** Online backup, kill, restore to a moment and to the end, of a company at work; and of a line's journal. Takes everything away. */
export async function rehearse(options: RehearsalOptions): Promise<Rehearsal> {
  const folder = mkdtempSync(join(tmpdir(), "packtrail-rehearsal-"));
  const machine = realMachine({ log: silentLog });
  const taken: (() => Promise<void> | void)[] = [
    () => rmSync(folder, { recursive: true, force: true }),
    () => machine.close(),
  ];
  try {
    options.tell("a line's journal is copied while it is written");
    const line = await rehearseLineBackup(folder, options.journalEntries);
    return { ...(await rehearseCompany(options, machine, taken)), line };
  } finally {
    for (const away of taken.reverse()) await away();
  }
}

async function rehearseCompany(
  { changes, clients, sync, tell }: RehearsalOptions,
  machine: ReturnType<typeof realMachine>,
  taken: (() => Promise<void> | void)[],
): Promise<Omit<Rehearsal, "line">> {
  const mark = `packtrail-rehearsal-${process.pid}`;
  const first = await startPostgres({
    dataDir: join(tmpdir(), `${mark}-first`),
    temporary: true,
    log: silentLog,
    settings: { ...waiting(sync), wal_level: "replica", archive_mode: "on" },
  });
  taken.push(first.stop);
  const cluster = join(first.home, "cluster");
  const owner = ownerOf(cluster, sync);
  // Beside the first one: where it is, the account that PostgreSQL runs as can go.
  const base = join(dirname(first.home), mark);
  const archive = `${base}-archive`;
  makeOwned(archive, owner);
  taken.push(() => rmSync(archive, { recursive: true, force: true }));
  await archiveTo(first, archive);
  await ensureDatabase(first.url("postgres"), database);
  const open = (server: PostgresServer): Database =>
    openPostgres(server.url(database), { clock: machine.clock, random: machine.random, log: silentLog });
  const living = open(first);
  const company = await companyAtWork(machine, living, clients);
  await company.more(changes);

  tell("base backup, while it is written to");
  const copy = `${base}-backup`;
  taken.push(() => rmSync(copy, { recursive: true, force: true }));
  const backup = await baseBackup(first.url("postgres"), cluster, copy, owner);
  await company.more(changes);

  const [now] = await living.run<{ text: string; ms: string }>({
    text: "select clock_timestamp()::text as text, extract(epoch from clock_timestamp()) * 1000 as ms",
  });
  if (now === undefined) throw new Error("no time");
  tell(`the moment: ${now.text}; work goes on`);
  await company.more(changes);
  const archived = company.acknowledged.length;
  await untilArchived(living);
  await company.more(Math.ceil(changes / 2));

  tell("kill -9");
  process.kill(first.pid, "SIGKILL");
  await company.stop();
  // Nothing else keeps this process awake while it waits.
  const awake = setInterval(() => {}, archivePollMs);
  await first.ended;
  clearInterval(awake);
  await living.close();

  const restore = async (name: string, settings: Record<string, string>, log: string | undefined, moment?: number) => {
    const started = performance.now();
    const dataDir = `${base}-${name}`;
    taken.push(() => rmSync(dataDir, { recursive: true, force: true }));
    prepareRestore({ copy, owner, dataDir, password: join(first.home, "password"), walOf: log });
    const server = await startPostgres({
      dataDir,
      temporary: true,
      log: silentLog,
      settings: { ...waiting(sync), restore_command: `cp "${archive}/%f" "%p"`, ...settings },
    });
    const restored = open(server);
    try {
      await untilWritable(restored);
      const seconds = (performance.now() - started) / 1000;
      return { ...(await checkCompany(restored, company.ctx, company.acknowledged, moment)), seconds };
    } finally {
      await restored.close();
      await server.stop();
    }
  };
  tell("restored to the moment, from backup and archive alone: the disk is lost");
  const toMoment = await restore(
    "moment",
    { recovery_target_time: now.text, recovery_target_action: "promote" },
    undefined,
    Number(now.ms),
  );
  tell("restored to the end: the log that was on the disk is still there");
  const toEnd = await restore("end", {}, join(cluster, "pg_wal"));
  const forgottenAllocations = company.acknowledged.filter(
    ({ kind, begunAt }) => kind === "allocation" && begunAt > Number(now.ms),
  ).length;
  return { backup, acknowledged: company.acknowledged.length, archived, toMoment, toEnd, forgottenAllocations };
}

function ownerOf(cluster: string, sync: boolean): Owner {
  const { uid, gid } = lstatSync(cluster);
  return { uid, gid, sync };
}

async function archiveTo(server: PostgresServer, archive: string): Promise<void> {
  // Never over a file that is there: two servers that archive to one place would destroy both.
  const command = `test ! -f "${archive}/%f" && cp "%p" "${archive}/%f.part" && mv "${archive}/%f.part" "${archive}/%f"`;
  await administer(server.url("postgres"), async (client) => {
    await client.query(`alter system set archive_command = '${command}'`);
    await client.query("select pg_reload_conf()");
  });
}

/** What was written so far is in the archive: in earnest `archive_timeout` sees to it. */
async function untilArchived(living: Database): Promise<void> {
  const [file] = await living.run<{ name: string }>({ text: "select pg_walfile_name(pg_switch_wal()) as name" });
  for (;;) {
    const [row] = await living.run<{ last: string | null }>({
      text: "select last_archived_wal as last from pg_stat_archiver",
    });
    if (row?.last != null && file !== undefined && row.last >= file.name) return;
    await sleep(archivePollMs);
  }
}

async function untilWritable(restored: Database): Promise<void> {
  for (;;) {
    const [row] = await restored.run<{ recovering: boolean }>({ text: "select pg_is_in_recovery() as recovering" });
    if (row?.recovering === false) return;
    await sleep(archivePollMs);
  }
}

/** The backup as a cluster that recovers when it is started; the backup itself stays as it is. */
function prepareRestore(from: {
  readonly copy: string;
  readonly owner: Owner;
  readonly dataDir: string;
  readonly password: string;
  /** Log of the server that died, where it is still there. */
  readonly walOf: string | undefined;
}): void {
  const { owner } = from;
  mkdirSync(from.dataDir, { recursive: true, mode: 0o700 });
  const cluster = join(from.dataDir, "cluster");
  copyTree(from.copy, cluster, owner);
  copyFileSync(from.password, join(from.dataDir, "password"));
  const signal = join(cluster, "recovery.signal");
  writeFileSync(signal, "");
  chownSync(signal, owner.uid, owner.gid);
  if (from.walOf === undefined || !existsSync(from.walOf)) return;
  for (const name of readdirSync(from.walOf).filter((each) => /^[0-9A-F]{24}$/.test(each)))
    copyFile(join(from.walOf, name), join(cluster, "pg_wal", name), owner);
}
