import { mkdirSync } from "node:fs";
import type { Machine } from "../runtime/machine.ts";
import { hallPorts, type HallConfig } from "./config.ts";
import { serveControl } from "./hall/control.ts";
import { startHall } from "./hall/hall.ts";

export type DeviceLevel = {
  /** The control of the SIMULATED hall, loopback only. */
  readonly url: string;
  readonly addresses: readonly { readonly label: string; readonly url: string }[];
  readonly stop: () => Promise<void>;
};

/**
 * The SIMULATED packaging hall with all its machines; everything it started is gone when `stop` resolves. What is in
 * the hall is kept in `dataDir` and is there again at the next start.
 */
export async function start(config: HallConfig, machine: Pick<Machine, "log">): Promise<DeviceLevel> {
  const ports = hallPorts(config.firstPort);
  mkdirSync(config.dataDir, { recursive: true, mode: 0o700 });
  const hall = await startHall(
    {
      host: config.host,
      ports,
      opticsPorts: {
        packReader: ports.packOptics,
        caseContentReader: ports.caseContentOptics,
        caseLabelReader: ports.caseLabelOptics,
        palletLabelReader: ports.palletLabelOptics,
      },
      seed: config.seed,
      packsPerMinute: config.packsPerMinute,
      dataDir: config.dataDir,
    },
    machine.log,
  );
  const control = await serveControl(hall, { host: "127.0.0.1", port: ports.control }, machine.log);
  return {
    url: control.url,
    addresses: [
      { label: "hall control (SIMULATED)", url: control.url },
      ...Object.entries(hall.addresses).map(([name, { host, port }]) => ({
        label: `${name} (SIMULATED)`,
        url: `tcp://${host}:${port}`,
      })),
    ],
    async stop() {
      await control.close();
      await hall.stop();
    },
  };
}
