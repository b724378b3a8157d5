import { once } from "node:events";
import { Worker } from "node:worker_threads";
import type { ReaderJob } from "../../contract/device-port.ts";
import type { Picture } from "../raster/picture.ts";
import type { DecodeReply, DecodeRequest } from "./decode-worker.ts";

/** A worker thread that reads pictures one after the other. */
export type DecoderThread = {
  /** What is in the picture, in the order of asking. */
  readonly read: (picture: Picture, job: ReaderJob) => Promise<Omit<DecodeReply, "id">>;
  readonly close: () => Promise<void>;
};

export async function startDecoder(): Promise<DecoderThread> {
  const worker = new Worker(new URL("./decode-worker.ts", import.meta.url), { execArgv: [] });
  const waiting = new Map<number, { resolve(reply: DecodeReply): void; reject(error: unknown): void }>();
  let last = 0;
  worker.on("message", (reply: DecodeReply | "ready") => {
    if (reply === "ready") return;
    waiting.get(reply.id)?.resolve(reply);
    waiting.delete(reply.id);
  });
  const fail = (error: unknown) => {
    for (const seat of waiting.values()) seat.reject(error);
    waiting.clear();
  };
  worker.on("error", fail);
  worker.on("exit", () => fail(new Error("the decoder thread ended")));
  await once(worker, "message");
  return {
    read(picture, job) {
      const id = ++last;
      const request: DecodeRequest = { id, picture, job };
      return new Promise((resolve, reject) => {
        waiting.set(id, { resolve, reject });
        worker.postMessage(request, []);
      });
    },
    async close() {
      // Nobody waits for an answer any more.
      waiting.clear();
      await worker.terminate();
    },
  };
}
