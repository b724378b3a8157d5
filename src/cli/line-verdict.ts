import { DeviceAddresses } from "../l1-device/config.ts";
import { openDevices } from "../l1-device/open-devices.ts";
import { serveChannel } from "../l2-line/channel.ts";
import type { VerdictOrders } from "../l2-line/verdict-child.ts";
import { startVerdictProcess } from "../l2-line/verdict-process.ts";
import { createLog } from "../runtime/log.ts";
import { realMachine } from "../runtime/machine.real.ts";
import { exitCodes } from "./exit-codes.ts";
import { Value } from "typebox/value";

// The verdict process of a line: drivers, verdicts, journal, no HTTP. Its gateway starts it and tells it what it is.

const log = createLog({ fields: { process: "verdict" } });

type Running = { stop(): Promise<void> };

let starting: Promise<Running> | undefined;

process.once("message", (orders: VerdictOrders) => {
  starting = run(orders);
  starting.catch((error: unknown) => {
    log.error("the verdict process does not start", { error });
    process.exit(exitCodes.unavailable);
  });
});
// A stop that comes while the devices are still being opened waits for them: the journal is closed, not dropped.
process.once("SIGTERM", () => {
  void (starting ?? Promise.resolve(undefined))
    .then((running) => running?.stop())
    .finally(() => process.exit(exitCodes.ok));
});
// Ctrl-C goes to the whole terminal; the gateway decides when this process ends.
process.on("SIGINT", () => undefined);
// Without its gateway nobody sees an alarm: the conveyor misses the heartbeat and stops by itself.
process.once("disconnect", () => process.exit(exitCodes.ok));

async function run(orders: VerdictOrders): Promise<Running> {
  const machine = realMachine({ log });
  const devices = Value.Parse(DeviceAddresses, orders.devices);
  const line = await startVerdictProcess(orders, machine, openDevices(devices, machine), () =>
    process.exit(exitCodes.unavailable),
  );
  const channel = await serveChannel(line.port, orders.socketPath);
  return {
    async stop() {
      await channel.close();
      await line.stop();
    },
  };
}
