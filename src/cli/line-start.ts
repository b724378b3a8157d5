import { fileURLToPath } from "node:url";
import type { DeviceAddresses } from "../l1-device/config.ts";
import { openDevices } from "../l1-device/open-devices.ts";
import type { LineConfig } from "../l2-line/config.ts";
import { type RunningLine, start as startLine } from "../l2-line/start.ts";
import type { Machine } from "../runtime/machine.ts";

/** A line with its drivers: level 2 does not know level 1, so they meet here. */
export function start(config: LineConfig, machine: Machine): Promise<RunningLine> {
  if (config.inProcess) return startLine(config, machine, openDevices(config.devices as DeviceAddresses, machine));
  return startLine(config, machine, { entry: fileURLToPath(new URL("./line-verdict.ts", import.meta.url)) });
}
