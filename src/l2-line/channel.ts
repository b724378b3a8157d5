import { connect, createServer, type Server, type Socket } from "node:net";
import { rmSync } from "node:fs";
import { type Refusal, RefusalError } from "../kernel/base/result.ts";
import { Fault, isFault } from "../runtime/fault.ts";
import type { Clock, Timer } from "../runtime/machine.ts";
import { type LinePort, type PortMethod, portMethods, type Snapshot } from "./line-port.ts";

// JSON lines between the verdict process and the gateway over a Unix socket that only their user may open.

/** An order with a million numbers is about 25 MiB. */
const lineBytesMax = 128 * 1024 * 1024;
/** What a gateway that does not read may leave in our memory before its connection is cut. */
const unsentBytesMax = 256 * 1024 * 1024;
const answerTimeoutMs = 30_000;
const reconnectMs = 200;

type Request = { readonly id: number; readonly method: PortMethod; readonly args: readonly unknown[] };
type Reply =
  | { readonly id: number; readonly value: unknown; readonly bytes?: boolean }
  | {
      readonly id: number;
      readonly fault: { readonly kind: Fault["kind"]; readonly code: string; readonly message: string };
    }
  | { readonly id: number; readonly refusal: Refusal };
type Message = Reply | { readonly snapshot: Snapshot };

/** Splits a stream into lines; throws `line.channel` past `lineBytesMax`. */
export function lineSplitter(take: (line: string) => void): (chunk: Buffer) => void {
  let parts: Buffer[] = [];
  let length = 0;
  return (chunk) => {
    let from = 0;
    for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, from)) {
      const line = Buffer.concat([...parts, chunk.subarray(from, at)]).toString("utf8");
      [parts, length, from] = [[], 0, at + 1];
      take(line);
    }
    if (from === chunk.length) return;
    parts.push(chunk.subarray(from));
    length += chunk.length - from;
    if (length > lineBytesMax)
      throw new Fault("permanent", "line.channel", `a line of more than ${lineBytesMax} bytes`);
  };
}

/** The verdict process's end. Resolves when it listens at `path`. */
export async function serveChannel(port: LinePort, path: string): Promise<{ close(): Promise<void> }> {
  const sockets = new Set<Socket>();
  // A file that a killed process left is nobody's; two processes on one journal are kept apart by the journal's lock.
  rmSync(path, { force: true });
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    const send = (message: Message) => {
      if (socket.writableLength > unsentBytesMax) socket.destroy();
      else socket.write(`${JSON.stringify(message)}\n`);
    };
    // A snapshot that the other side has no time for is left out: the next one says more.
    const unsubscribe = port.subscribe((snapshot) => {
      if (socket.writableLength === 0) send({ snapshot });
    });
    const split = lineSplitter((line) => void answer(port, JSON.parse(line) as Request).then(send));
    socket.on("data", (chunk) => {
      try {
        split(chunk);
      } catch (error) {
        socket.destroy(error as Error);
      }
    });
    socket.on("error", () => undefined);
    socket.on("close", () => {
      unsubscribe();
      sockets.delete(socket);
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(path, resolve);
  });
  return {
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
      }),
  };
}

async function answer(port: LinePort, { id, method, args }: Request): Promise<Reply> {
  try {
    if (!portMethods.includes(method)) throw new Fault("permanent", "line.channel", `no method ${method}`);
    const call = port[method] as (...values: readonly unknown[]) => Promise<unknown>;
    const value = await call(...args);
    return value instanceof Uint8Array
      ? { id, value: Buffer.from(value).toString("base64"), bytes: true }
      : { id, value };
  } catch (error) {
    if (error instanceof RefusalError) return { id, refusal: error.refusal };
    if (isFault(error)) return { id, fault: { kind: error.kind, code: error.code, message: error.message } };
    return { id, fault: { kind: "permanent", code: "line.channel", message: String(error) } };
  }
}

type Waiting = {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
  readonly timer: Timer;
};

export type ChannelClient = LinePort & { readonly connected: () => boolean; close(): void };

/** The gateway's end: connects again until it is closed; calls meanwhile throw `line.verdict-path-away`. */
export function connectChannel(path: string, clock: Pick<Clock, "after">): ChannelClient {
  const waiting = new Map<number, Waiting>();
  const listeners = new Set<(snapshot: Snapshot) => void>();
  let latest: Snapshot | undefined;
  let socket: Socket | undefined;
  let closed = false;
  let lastId = 0;

  const lose = (kind: Fault["kind"]) => {
    for (const { reject, timer } of waiting.values()) {
      timer.cancel();
      reject(new Fault(kind, "line.verdict-path-away", "the verdict process went away before it answered"));
    }
    waiting.clear();
  };
  const hear = (message: Message) => {
    if ("snapshot" in message) {
      latest = message.snapshot;
      for (const listener of listeners) listener(message.snapshot);
      return;
    }
    const asked = waiting.get(message.id);
    if (!asked) return;
    waiting.delete(message.id);
    asked.timer.cancel();
    if ("fault" in message) asked.reject(new Fault(message.fault.kind, message.fault.code, message.fault.message));
    else if ("refusal" in message) asked.reject(new RefusalError(message.refusal));
    else asked.resolve(message.bytes ? new Uint8Array(Buffer.from(message.value as string, "base64")) : message.value);
  };
  const open = () => {
    if (closed) return;
    const next = connect(path);
    const split = lineSplitter((line) => hear(JSON.parse(line) as Message));
    next.on("connect", () => {
      socket = next;
    });
    next.on("data", split);
    next.on("error", () => undefined);
    next.on("close", () => {
      if (socket === next) socket = undefined;
      lose("ambiguous");
      if (!closed) clock.after(reconnectMs, open);
    });
  };
  open();

  const call = <T>(method: PortMethod, ...args: readonly unknown[]): Promise<T> =>
    new Promise<T>((resolve, reject) => {
      if (!socket) return reject(new Fault("transient", "line.verdict-path-away", "the verdict process is not there"));
      const id = ++lastId;
      const timer = clock.after(answerTimeoutMs, () => {
        waiting.delete(id);
        reject(new Fault("ambiguous", "line.verdict-path-away", "the verdict process did not answer"));
      });
      waiting.set(id, { resolve: resolve as (value: unknown) => void, reject, timer });
      socket.write(`${JSON.stringify({ id, method, args } satisfies Request)}\n`);
    });
  return {
    command: (command) => call("command", command),
    runs: () => call("runs"),
    run: (runId) => call("run", runId),
    refusal: (command) => call("refusal", command),
    numbers: (runId, query) => call("numbers", runId, query),
    entries: (after, limit) => call("entries", after, limit),
    image: (imageId) => call("image", imageId),
    devices: () => call("devices"),
    subscribe(listener) {
      listeners.add(listener);
      if (latest) listener(latest);
      return () => void listeners.delete(listener);
    },
    connected: () => socket !== undefined,
    close() {
      closed = true;
      socket?.destroy();
      lose("transient");
    },
  };
}
