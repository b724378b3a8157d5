import { Socket } from "node:net";
import type { Clock } from "../../runtime/machine.ts";
import type { Address } from "./address.ts";

export const linkLimits = {
  reconnectMinMs: 50,
  reconnectMaxMs: 1_000,
  connectTimeoutMs: 2_000,
  /** What a device that does not read may leave in our socket before the link is given up. */
  unsentMax: 4 * 1024 * 1024,
} as const;

export type LinkHandlers = {
  /** A socket that is about to connect: for protocol libraries that want to see `connect` themselves. */
  readonly created?: (socket: Socket) => void;
  readonly opened: () => void;
  readonly bytes?: (chunk: Buffer) => void;
  /** Once for every `opened`, and once for a first attempt that failed. */
  readonly closed: (reason: string) => void;
};

export type Link = {
  /** False when there is no connection: nothing was sent. */
  readonly send: (bytes: string | Uint8Array) => boolean;
  readonly connected: () => boolean;
  /** Cuts this connection; the link makes another. */
  readonly drop: (reason: string) => void;
  readonly close: () => Promise<void>;
};

/** A TCP connection that is made again, with growing pauses, until it is closed. */
export function keepConnected(address: Address, clock: Clock, handlers: LinkHandlers): Link {
  const ended = new AbortController();
  let socket: Socket | undefined;
  let open = false;

  const attempt = () =>
    new Promise<void>((resolve) => {
      const next = new Socket();
      let reason = "closed by the device";
      socket = next;
      next.setNoDelay(true);
      const patience = clock.after(linkLimits.connectTimeoutMs, () => next.destroy(new Error("no answer")));
      handlers.created?.(next);
      next.on("connect", () => {
        patience.cancel();
        open = true;
        pauseMs = linkLimits.reconnectMinMs;
        handlers.opened();
      });
      if (handlers.bytes) next.on("data", handlers.bytes);
      next.on("error", (error) => {
        reason = error.message;
      });
      next.on("close", () => {
        patience.cancel();
        const told = open || !everTold;
        everTold = true;
        open = false;
        if (socket === next) socket = undefined;
        if (told && !ended.signal.aborted) handlers.closed(reason);
        resolve();
      });
      next.connect(address.port, address.host);
    });

  let everTold = false;
  let pauseMs: number = linkLimits.reconnectMinMs;
  const run = async () => {
    while (!ended.signal.aborted) {
      await attempt();
      if (ended.signal.aborted) return;
      await clock.sleep(pauseMs, ended.signal);
      pauseMs = Math.min(pauseMs * 2, linkLimits.reconnectMaxMs);
    }
  };
  const running = run();

  return {
    connected: () => open,
    send(bytes) {
      if (!open || !socket) return false;
      if (socket.writableLength > linkLimits.unsentMax) {
        socket.destroy(new Error("the device does not read"));
        return false;
      }
      socket.write(bytes);
      return true;
    },
    drop(reason) {
      socket?.destroy(new Error(reason));
    },
    async close() {
      ended.abort();
      socket?.destroy();
      await running;
    },
  };
}
