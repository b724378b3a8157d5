import type { DeviceIdentity } from "../contract/device-port.ts";
import type { JournalEntry } from "../contract/journal.ts";
import type { RunView } from "../contract/line-api.ts";
import type { Refusal, Result } from "../kernel/base/result.ts";
import type { Command, RunCommand } from "./run/line.ts";
import type { NumberLine, NumbersQuery } from "./run/view.ts";

export type ConnectedDevice = DeviceIdentity & { readonly up: boolean };

/** What changed, told to whoever watches; at most every `snapshotEveryMs`. */
export type Snapshot = { readonly headSeq: number; readonly runs: readonly RunView[] };

/** Between snapshots, so that watching never costs the verdict path anything worth naming. */
export const snapshotEveryMs = 250;

/**
 * The verdict process as the gateway sees it: in the same process, or through a channel. Nothing here can delay a
 * verdict. Calls throw fault `line.verdict-path-away` while the process is away.
 */
export type LinePort = {
  /** The run after the command, durable; or why not. */
  command(command: Command): Promise<Result<RunView>>;
  runs(): Promise<RunView[]>;
  run(runId: string): Promise<RunView | null>;
  /** What stands in the way of a command now, or null: asked before people sign for it. */
  refusal(command: RunCommand): Promise<Refusal | null>;
  numbers(runId: string, query: NumbersQuery): Promise<NumberLine[] | null>;
  entries(after: number, limit: number): Promise<JournalEntry[]>;
  /** PNG bytes while the camera has them. */
  image(imageId: string): Promise<Uint8Array | null>;
  /** The line's machines by name, and whether each is connected. */
  devices(): Promise<Readonly<Record<string, ConnectedDevice>>>;
  subscribe(listener: (snapshot: Snapshot) => void): () => void;
};

/** Methods that a channel carries: arguments and results are JSON, pictures base64. */
export const portMethods = [
  "command",
  "runs",
  "run",
  "refusal",
  "numbers",
  "entries",
  "image",
  "devices",
] as const satisfies readonly (keyof LinePort)[];
export type PortMethod = (typeof portMethods)[number];
