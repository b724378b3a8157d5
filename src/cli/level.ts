import type { TSchema } from "typebox";
import { readConfig } from "../runtime/config.ts";
import { isFault } from "../runtime/fault.ts";
import type { OutboundTlsConfig } from "../runtime/level-config.ts";
import { clientTls } from "../runtime/level-tls.ts";
import { createLog } from "../runtime/log.ts";
import type { Machine } from "../runtime/machine.ts";
import { realMachine } from "../runtime/machine.real.ts";
import { parseArguments, UsageError } from "./arguments.ts";
import { exitCodes } from "./exit-codes.ts";
import type { Address, FromLevel } from "./level-messages.ts";

/** What every level's `start` answers. */
export type Running = {
  readonly url?: string;
  readonly addresses?: readonly Address[];
  readonly firstAdministrator?: { readonly userName: string; readonly password: string };
  stop(): Promise<void>;
};

export type Starter = { readonly schema: TSchema; start(config: never, machine: Machine): Promise<Running> };

/** Each level is loaded only when it is the one that runs: a line's PC needs no PostgreSQL client in memory. */
export const starters: Readonly<Record<string, () => Promise<Starter>>> = {
  device: async () => {
    const [{ HallConfig }, { start }] = await Promise.all([
      import("../l1-device/config.ts"),
      import("../l1-device/start.ts"),
    ]);
    return { schema: HallConfig, start };
  },
  line: async () => {
    const [{ LineConfig }, { start }] = await Promise.all([import("../l2-line/config.ts"), import("./line-start.ts")]);
    return { schema: LineConfig, start };
  },
  site: async () => {
    const [{ SiteConfig }, { start }] = await Promise.all([
      import("../l3-site/config.ts"),
      import("../l3-site/start.ts"),
    ]);
    return { schema: SiteConfig, start };
  },
  enterprise: async () => {
    const [{ EnterpriseConfig }, { start }] = await Promise.all([
      import("../l4-enterprise/config.ts"),
      import("../l4-enterprise/start.ts"),
    ]);
    return { schema: EnterpriseConfig, start };
  },
  network: async () => {
    const [{ NetworkConfig }, { start }] = await Promise.all([
      import("../l5-network/config.ts"),
      import("../l5-network/start.ts"),
    ]);
    return { schema: NetworkConfig, start };
  },
  "eu-hub-sandbox": async () => {
    const { EuHubSandboxConfig, startEuHubSandbox } = await import("../l5-network/authorities/eu-hub/sandbox.ts");
    return { schema: EuHubSandboxConfig, start: startEuHubSandbox };
  },
};

/** What has not stopped by then waits for something that is gone, a database or a neighbour. */
const stopMaxMs = 15_000;

/** Runs one level until SIGINT, SIGTERM, or the end of the process that started it. */
export async function runLevel(level: string, args: readonly string[]): Promise<number> {
  const { values } = parseArguments(args, { config: { type: "string" } });
  if (values.config === undefined) throw new UsageError(`${level} needs --config FILE`);
  const log = createLog({ fields: { packtrail: level } });
  const load = starters[level];
  if (!load) throw new UsageError(`there is no level ${level}`);
  const starter = await load();
  const stopped = untilStopped();
  let running: Running;
  try {
    const config = readConfig(starter.schema, { file: values.config, env: process.env });
    const { outboundTls } = config as { readonly outboundTls?: OutboundTlsConfig };
    running = await starter.start(config as never, realMachine({ log, tls: clientTls(outboundTls) }));
  } catch (error) {
    // A wrong key, a missing secret, a port in use: said in one line that names it.
    if (isFault(error)) log.error("not started", { code: error.code, detail: error.message });
    else log.error("not started", { error });
    // The half that did start, and the channel to the supervisor, would keep the process: nobody would start it again.
    process.exit(isFault(error) ? exitCodes.unavailable : exitCodes.failed);
  }
  const addresses = running.addresses ?? (running.url ? [{ label: level, url: running.url }] : []);
  announce({
    type: "ready",
    addresses,
    ...(running.firstAdministrator ? { firstAdministrator: running.firstAdministrator } : {}),
  });
  log.info("ready", { addresses });
  log.info("stopping", { because: await stopped });
  // Nobody may be left who would end a level that hangs.
  setTimeout(() => process.exit(exitCodes.failed), stopMaxMs).unref();
  await running.stop();
  if (process.connected) process.disconnect();
  return exitCodes.ok;
}

function announce(message: FromLevel): void {
  if (process.send) {
    process.send(message);
    return;
  }
  for (const address of message.addresses) console.log(`${address.label}: ${address.url}`);
  if (message.firstAdministrator) {
    const { userName, password } = message.firstAdministrator;
    console.log(`first administrator: ${userName}, one-time password: ${password}`);
  }
}

/** A level does not outlive the supervisor that started it: its IPC channel closing is a stop, too. */
function untilStopped(): Promise<string> {
  return new Promise((resolve) => {
    process.once("SIGINT", () => resolve("SIGINT"));
    process.once("SIGTERM", () => resolve("SIGTERM"));
    process.once("disconnect", () => resolve("supervisor gone"));
    // It went while we were still loading.
    if (process.send && !process.connected) resolve("supervisor gone");
  });
}
