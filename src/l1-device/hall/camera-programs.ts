import { fork, type ChildProcess } from "node:child_process";
import { fileURLToPath } from "node:url";
import { once } from "node:events";
import { Fault } from "../../runtime/fault.ts";
import type { CameraOrder, CameraReady } from "../dataman/camera-process.ts";
import type { CameraOptions } from "../dataman/simulator.ts";
import type { Address } from "../wire/address.ts";

/** The SIMULATED cameras, each group a program of its own that shares no memory with the hall. */
export type CameraPrograms = {
  readonly cameras: ReadonlyMap<string, { readonly address: Address; readonly opticsAddress: Address }>;
  readonly order: (order: CameraOrder) => void;
  readonly stop: () => Promise<void>;
};

export const cameraProgramLimits = { startTimeoutMs: 20_000, stopTimeoutMs: 3_000 } as const;

const program = fileURLToPath(new URL("../dataman/camera-process.ts", import.meta.url));

export async function startCameraPrograms(groups: readonly (readonly CameraOptions[])[]): Promise<CameraPrograms> {
  const children = groups.map((group) => ({
    group,
    child: fork(program, [JSON.stringify(group)], { execArgv: [], stdio: ["ignore", "inherit", "inherit", "ipc"] }),
  }));
  const stop = async () => {
    await Promise.all(children.map(({ child }) => end(child)));
  };
  try {
    const ready = await Promise.all(children.map(({ child }) => untilReady(child)));
    return {
      cameras: new Map(ready.flatMap((message) => message.cameras.map((camera) => [camera.name, camera]))),
      order(order) {
        const owner = children.find(({ group }) => group.some((camera) => camera.name === order.camera));
        if (owner?.child.connected) owner.child.send(order);
      },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

function untilReady(child: ChildProcess): Promise<CameraReady> {
  return new Promise((resolve, reject) => {
    const fail = (why: string) =>
      reject(new Fault("permanent", "hall.camera", `a camera program did not start: ${why}`));
    const timer = setTimeout(() => fail("no answer"), cameraProgramLimits.startTimeoutMs);
    child.once("exit", (code) => {
      clearTimeout(timer);
      fail(`exit code ${code}`);
    });
    child.once("message", (message) => {
      clearTimeout(timer);
      resolve(message as CameraReady);
    });
  });
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, "exit");
  const timer = setTimeout(() => child.kill("SIGKILL"), cameraProgramLimits.stopTimeoutMs);
  if (child.connected) child.disconnect();
  else child.kill("SIGTERM");
  await gone;
  clearTimeout(timer);
}
