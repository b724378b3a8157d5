import { spawn } from "node:child_process";
import { chownSync, existsSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Fault } from "../../fault.ts";
import { serverEnvironment } from "./account.ts";
import type { Binaries } from "./binaries.ts";
import { ownedDirectory, readPassword, type ServerHome } from "./home.ts";

export const superuser = "packtrail";

/** Major version that made the cluster; undefined when there is none yet. */
export function clusterMajor(home: ServerHome): number | undefined {
  const file = join(home.cluster, "PG_VERSION");
  return existsSync(file) ? Number(readFileSync(file, "utf8")) : undefined;
}

/**
 * A new cluster under its final name only when it is whole: UTF-8, the C locale (the same order and the same
 * indexes on every system), page checksums, SCRAM on every way in.
 */
export async function createCluster(
  home: ServerHome,
  binaries: Binaries,
  options: { readonly temporary: boolean },
): Promise<void> {
  const draft = `${home.cluster}.new-${process.pid}`;
  const passwordFile = join(home.home, `initial-password-${process.pid}`);
  rmSync(draft, { recursive: true, force: true });
  rmSync(passwordFile, { force: true });
  ownedDirectory(draft, home.account);
  writeFileSync(passwordFile, `${readPassword(home)}\n`, { mode: 0o600, flag: "wx" });
  chownSync(passwordFile, home.account.uid, home.account.gid);
  try {
    await initdb(home, binaries, [
      `--pgdata=${draft}`,
      `--username=${superuser}`,
      `--pwfile=${passwordFile}`,
      "--auth=scram-sha-256",
      "--encoding=UTF8",
      "--locale=C",
      "--data-checksums",
      ...(options.temporary ? ["--no-sync"] : []),
    ]);
    renameSync(draft, home.cluster);
  } catch (error) {
    rmSync(draft, { recursive: true, force: true });
    // Another program may have been quicker; its cluster has the same password.
    if (!existsSync(join(home.cluster, "PG_VERSION"))) throw error;
  } finally {
    rmSync(passwordFile, { force: true });
  }
}

function initdb(home: ServerHome, binaries: Binaries, args: readonly string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(binaries.initdb, args, {
      ...home.account.identity,
      cwd: "/",
      env: serverEnvironment(),
      stdio: ["ignore", "pipe", "pipe"],
    });
    let output = "";
    for (const stream of [child.stdout, child.stderr])
      stream.on("data", (chunk: Buffer) => {
        output += chunk.toString();
      });
    const fail = (why: string) =>
      reject(
        new Fault("permanent", "postgres.initdb", `initdb in ${home.home}: ${why}\n${output.trim().slice(-2_000)}`),
      );
    child.on("error", (error) => fail(error.message));
    child.on("close", (code, signal) => (code === 0 ? resolve() : fail(`exit ${code ?? signal}`)));
  });
}
