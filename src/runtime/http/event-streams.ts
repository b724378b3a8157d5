import type { ServerResponse } from "node:http";
import type { Clock, Timer } from "../machine.ts";

/** Events waiting for a browser that reads slowly; past it the stream is cut and the page loads afresh. */
export const eventQueueMax = 256;
/** Bytes that may wait in the socket before events are held back in the queue. */
const socketBufferMaxBytes = 64 * 1024;
/** Live pages open at once on one level. */
export const eventStreamsMax = 200;
/** Comments that keep proxies from closing a quiet stream, and the moment at which the right is looked at again. */
const heartbeatMs = 15_000;

/** One event of a live page (WHATWG HTML §9.2): `data` is JSON. */
export type LiveEvent = { readonly event: string; readonly data: unknown; readonly id?: string };

/** False: the stream is over, stop sending. */
export type SendEvent = (event: LiveEvent) => boolean;

export function printEvent(event: LiveEvent): string {
  const id = event.id === undefined ? "" : `id: ${oneLine(event.id)}\n`;
  return `${id}event: ${oneLine(event.event)}\ndata: ${JSON.stringify(event.data)}\n\n`;
}

function oneLine(text: string): string {
  return text.replace(/[\r\n\0]/g, " ");
}

export type EventStreams = {
  readonly open: number;
  full(): boolean;
  /** Writes the head and keeps the response until either side ends it. `stillAllowed` is asked at each heartbeat. */
  start(
    response: ServerResponse,
    headers: Readonly<Record<string, string>>,
    stillAllowed: () => Promise<boolean>,
  ): EventStream;
  closeAll(): void;
};

export type EventStream = { send: SendEvent; onEnd(work: () => void): void; close(): void };

/** The server's live streams: bounded in number, each bounded in what it may hold for a slow reader. */
export function createEventStreams(clock: Clock): EventStreams {
  const streams = new Set<EventStream>();
  return {
    get open() {
      return streams.size;
    },
    full: () => streams.size >= eventStreamsMax,
    start: (response, headers, stillAllowed) => {
      const stream = startStream(response, headers, stillAllowed, clock, () => streams.delete(stream));
      streams.add(stream);
      return stream;
    },
    closeAll: () => {
      for (const stream of Array.from(streams)) stream.close();
    },
  };
}

function startStream(
  response: ServerResponse,
  headers: Readonly<Record<string, string>>,
  stillAllowed: () => Promise<boolean>,
  clock: Clock,
  forget: () => void,
): EventStream {
  const waiting: string[] = [];
  const endings: (() => void)[] = [];
  let over = false;
  let heartbeat: Timer | undefined;

  const close = () => {
    if (over) return;
    over = true;
    heartbeat?.cancel();
    forget();
    response.end();
    for (const work of endings) work();
  };
  const flush = () => {
    if (over) return;
    const fits = () => response.writableLength < socketBufferMaxBytes;
    for (
      let next = fits() ? waiting.shift() : undefined;
      next !== undefined;
      next = fits() ? waiting.shift() : undefined
    ) {
      response.write(next);
    }
  };
  const beat = () => {
    heartbeat = clock.after(heartbeatMs, () => void lookAgain());
  };
  const lookAgain = async () => {
    const allowed = await stillAllowed().catch(() => false);
    if (over) return;
    if (!allowed) return close();
    response.write(": still here\n\n");
    beat();
  };

  response.writeHead(200, {
    ...headers,
    "content-type": "text/event-stream",
    "cache-control": "no-store",
    "x-accel-buffering": "no",
  });
  response.write("retry: 2000\n\n");
  response.on("drain", flush);
  response.on("close", close);
  response.on("error", close);
  beat();
  return {
    send: (event) => {
      if (over) return false;
      if (waiting.length >= eventQueueMax) {
        close();
        return false;
      }
      waiting.push(printEvent(event));
      flush();
      return !over;
    },
    onEnd: (work) => {
      if (over) work();
      else endings.push(work);
    },
    close,
  };
}
