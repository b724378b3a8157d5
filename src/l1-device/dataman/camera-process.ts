import { createLog } from "../../runtime/log.ts";
import { startDecoder } from "./decoder-thread.ts";
import { startCamera, type CameraOptions, type CameraSimulator } from "./simulator.ts";

/*
 * SIMULATED cameras as a program of its own: `node camera-process.ts '[{"name", "address", "opticsAddress",
 * "imagesMax"}, …]'`. Tells its parent the addresses; ends with it.
 */

export type CameraOrder = { readonly camera: string; readonly action: "cut" | "mend" };
export type CameraReady = {
  readonly type: "ready";
  readonly cameras: readonly {
    readonly name: string;
    readonly address: CameraOptions["address"];
    readonly opticsAddress: CameraOptions["address"];
  }[];
};

const log = createLog({ level: "warn", fields: { process: "camera" } });
const options = JSON.parse(process.argv[2] ?? "[]") as CameraOptions[];
const decoder = await startDecoder();
const cameras = new Map<string, CameraSimulator>();
for (const option of options) cameras.set(option.name, await startCamera(option, decoder, log));

const stop = async () => {
  await Promise.all([...cameras.values()].map((camera) => camera.close()));
  await decoder.close();
  process.exit(0);
};
process.on("disconnect", () => void stop());
// Ctrl-C reaches the whole group; the parent decides when its cameras end.
process.on("SIGINT", () => {});
process.on("SIGTERM", () => void stop());
process.on("message", (order: CameraOrder) => {
  const camera = cameras.get(order.camera);
  if (order.action === "cut") camera?.outlet.cut();
  else camera?.outlet.mend();
});
const ready: CameraReady = {
  type: "ready",
  cameras: [...cameras].map(([name, { address, opticsAddress }]) => ({ name, address, opticsAddress })),
};
process.send?.(ready);
