import { createServer, type Server, type Socket } from "node:net";
import type { Address } from "./address.ts";

/** The network plug of a simulated machine: a TCP server whose cable can be cut. */
export type Outlet = {
  readonly address: Address;
  /** Ends every connection and refuses new ones until `mend`. */
  readonly cut: () => void;
  readonly mend: () => void;
  readonly sockets: () => readonly Socket[];
  readonly close: () => Promise<void>;
};

export async function openOutlet(address: Address, connected: (socket: Socket) => void): Promise<Outlet> {
  const sockets = new Set<Socket>();
  const server: Server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.on("error", () => socket.destroy());
    socket.on("close", () => sockets.delete(socket));
    connected(socket);
  });
  const listen = (port: number) =>
    new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(port, address.host, () => {
        server.off("error", reject);
        resolve();
      });
    });
  const shut = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      for (const socket of sockets) socket.destroy();
    });
  await listen(address.port);
  const bound = server.address();
  if (bound === null || typeof bound === "string") throw new Error("no TCP address");
  const { port } = bound;
  // Cutting and mending are steps of one after the other, however fast somebody asks for them.
  let work = Promise.resolve();
  let severed = false;
  const then = (step: () => Promise<void>) => {
    work = work.then(step);
    return work;
  };
  return {
    address: { host: address.host, port },
    cut() {
      for (const socket of sockets) socket.destroy();
      void then(async () => {
        if (severed) return;
        severed = true;
        await shut();
      });
    },
    mend() {
      void then(async () => {
        if (!severed) return;
        severed = false;
        await listen(port);
      });
    },
    sockets: () => [...sockets],
    close: () =>
      then(async () => {
        if (!severed) await shut();
      }),
  };
}
