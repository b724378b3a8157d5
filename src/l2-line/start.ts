import { createHash } from "node:crypto";
import { mkdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { OpenDevices } from "../contract/device-port.ts";
import type { HashCost } from "../gxp/people/password-hasher.ts";
import type { Machine } from "../runtime/machine.ts";
import { connectChannel } from "./channel.ts";
import type { LineConfig } from "./config.ts";
import { startGateway } from "./gateway.ts";
import type { LinePort } from "./line-port.ts";
import { keptInProcess } from "./verdict-host.ts";
import { superviseVerdictProcess } from "./verdict-child.ts";

/** The drivers for a verdict path in this process, or the script of a verdict process of its own. */
export type VerdictHome = OpenDevices | { readonly entry: string };

export type LineOptions = { readonly hashCost?: HashCost };

export type RunningLine = {
  readonly url: string;
  readonly port: LinePort;
  /** Of the verdict process; undefined while there is none, or when it is this one. */
  readonly verdictPid: () => number | undefined;
  stop(): Promise<void>;
};

type Verdict = { readonly port: LinePort; readonly pid: () => number | undefined; stop(): Promise<void> };

/** Socket addresses of Unix hold about a hundred bytes. */
const socketPathMax = 100;

/**
 * One packaging line: the verdict path in a process of its own, started again when it dies, and the gateway in this
 * one. Given drivers instead of a script, both are here, as tests and the simulation want it.
 */
export async function start(
  config: LineConfig,
  machine: Machine,
  home: VerdictHome,
  options: LineOptions = {},
): Promise<RunningLine> {
  mkdirSync(config.dataDir, { recursive: true, mode: 0o700 });
  const verdict = await startVerdict(config, machine, home);
  const gateway = await startGateway({
    config,
    machine,
    port: verdict.port,
    ...(options.hashCost ? { hashCost: options.hashCost } : {}),
  });
  return {
    url: gateway.url,
    port: verdict.port,
    verdictPid: verdict.pid,
    async stop() {
      await gateway.stop();
      await verdict.stop();
    },
  };
}

async function startVerdict(config: LineConfig, machine: Machine, home: VerdictHome): Promise<Verdict> {
  const { lineId, environment, dataDir, offsetMinutes, devices } = config;
  const verdictConfig = {
    lineId,
    environment,
    journalPath: join(dataDir, "journal.sqlite"),
    ...(offsetMinutes === undefined ? {} : { offsetMinutes }),
  };
  if (typeof home === "function")
    return { ...(await keptInProcess(verdictConfig, machine, home)), pid: () => undefined };
  const socketPath = socketPathOf(dataDir);
  const child = superviseVerdictProcess(home.entry, { ...verdictConfig, socketPath, devices }, machine);
  const channel = connectChannel(socketPath, machine.clock);
  return {
    port: channel,
    pid: child.pid,
    async stop() {
      channel.close();
      await child.stop();
    },
  };
}

function socketPathOf(dataDir: string): string {
  const path = join(dataDir, "verdict.sock");
  if (path.length <= socketPathMax) return path;
  return join(tmpdir(), `packtrail-${createHash("sha256").update(dataDir).digest("hex").slice(0, 16)}.sock`);
}
