import type { OpenDevices } from "../contract/device-port.ts";
import { Fault } from "../runtime/fault.ts";
import type { Machine, Timer } from "../runtime/machine.ts";
import type { LinePort, Snapshot } from "./line-port.ts";
import { startVerdictProcess, type VerdictConfig, type VerdictProcess } from "./verdict-process.ts";

const restartMs = 200;

/** The verdict path in this process: opened again on the same journal when it stopped itself, as its own process would be. */
export async function keptInProcess(
  config: VerdictConfig,
  machine: Machine,
  openDevices: OpenDevices,
): Promise<{ readonly port: LinePort; stop(): Promise<void> }> {
  const listeners = new Set<(snapshot: Snapshot) => void>();
  let current: VerdictProcess | undefined;
  let restarting: Timer | undefined;
  let stopped = false;

  const open = async () => {
    current = await startVerdictProcess(config, machine, openDevices, () => {
      const dead = current;
      current = undefined;
      restarting = machine.clock.after(restartMs, () => {
        void (dead?.stop() ?? Promise.resolve()).then(() => (stopped ? undefined : reopen()));
      });
    });
    current.port.subscribe((snapshot) => {
      for (const listener of listeners) listener(snapshot);
    });
  };
  const reopen = () =>
    open().catch((error: unknown) => {
      machine.log.error("the verdict path does not start", { lineId: config.lineId, error: String(error) });
      restarting = machine.clock.after(restartMs, () => void reopen());
    });
  await open();

  const ask = async <T>(call: (port: LinePort) => Promise<T>): Promise<T> => {
    if (!current) throw new Fault("transient", "line.verdict-path-away", "the verdict path is being started anew");
    return call(current.port);
  };
  const port: LinePort = {
    command: (command) => ask((at) => at.command(command)),
    runs: () => ask((at) => at.runs()),
    run: (runId) => ask((at) => at.run(runId)),
    refusal: (command) => ask((at) => at.refusal(command)),
    numbers: (runId, query) => ask((at) => at.numbers(runId, query)),
    entries: (after, limit) => ask((at) => at.entries(after, limit)),
    image: (imageId) => ask((at) => at.image(imageId)),
    devices: () => ask((at) => at.devices()),
    subscribe(listener) {
      listeners.add(listener);
      // What is now comes at once to a new listener, from a subscription that ends with it.
      current?.port.subscribe(listener)();
      return () => void listeners.delete(listener);
    },
  };
  return {
    port,
    async stop() {
      stopped = true;
      restarting?.cancel();
      await current?.stop();
    },
  };
}
