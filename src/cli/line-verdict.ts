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

process.once("message", (orders: VerdictOrders) => {
  run(orders).catch((error: unknown) => {
    log.error("the verdict process does not start", { error });
    process.exit(exitCodes.unavailable);
  });
});
// Without its gateway nobody sees an alarm: the conveyor misses the heartbeat and stops by itself.
process.once("disconnect", () => process.exit(exitCodes.ok));

async function run(orders: VerdictOrders): Promise<void> {
  const machine = realMachine({ log });
  const devices = Value.Parse(DeviceAddresses, orders.devices);
  const line = await startVerdictProcess(orders, machine, openDevices(devices, machine), () =>
    process.exit(exitCodes.unavailable),
  );
  const channel = await serveChannel(line.port, orders.socketPath);
  process.once("SIGTERM", () => {
    void channel
      .close()
      .then(() => line.stop())
      .then(() => process.exit(exitCodes.ok));
  });
  // Ctrl-C goes to the whole terminal; the gateway decides when this process ends.
  process.on("SIGINT", () => undefined);
}
