import { EventEmitter } from "node:events";
import type { ServerResponse } from "node:http";
import { describe, expect, test } from "vitest";
import type { Clock } from "../machine.ts";
import { createEventStreams, eventQueueMax, eventStreamsMax, printEvent } from "./event-streams.ts";

/** A response whose reader can stop reading. */
class SlowResponse extends EventEmitter {
  readonly written: string[] = [];
  writableLength = 0;
  ended = false;
  writeHead(): void {}
  write(text: string): boolean {
    this.written.push(text);
    return true;
  }
  end(): void {
    this.ended = true;
  }
}

function clockOf() {
  const timers: (() => void)[] = [];
  const clock: Clock = {
    now: () => 0,
    monotonicMs: () => 0,
    sleep: async () => undefined,
    after: (_delayMs, work) => {
      timers.push(work);
      return { cancel: () => void timers.splice(timers.indexOf(work), 1) };
    },
  };
  return { clock, tick: () => timers.splice(0).forEach((work) => work()) };
}

function start(allowed = true) {
  const { clock, tick } = clockOf();
  const streams = createEventStreams(clock);
  const response = new SlowResponse();
  let may = allowed;
  const stream = streams.start(response as unknown as ServerResponse, {}, async () => may);
  return {
    streams,
    response,
    stream,
    tick,
    forbid: () => {
      may = false;
    },
  };
}

describe("a live page's stream", () => {
  test("prints events as the standard says, without line breaks from outside", () => {
    expect(printEvent({ event: "run", data: { a: "x\ny" }, id: "7\nevil" })).toBe(
      'id: 7 evil\nevent: run\ndata: {"a":"x\\ny"}\n\n',
    );
  });

  test("holds at most its named number of events for a slow reader, then ends", () => {
    const { stream, response, streams } = start();
    let ended = 0;
    stream.onEnd(() => ended++);
    response.writableLength = 1_000_000;
    for (let index = 0; index < eventQueueMax; index++) expect(stream.send({ event: "e", data: index })).toBe(true);
    expect(response.written).toHaveLength(1);
    expect(stream.send({ event: "e", data: "one too many" })).toBe(false);
    expect([response.ended, ended, streams.open]).toEqual([true, 1, 0]);
    expect(stream.send({ event: "e", data: "after the end" })).toBe(false);
  });

  test("goes on where it stopped when the reader catches up", () => {
    const { stream, response } = start();
    response.writableLength = 1_000_000;
    stream.send({ event: "e", data: 1 });
    response.writableLength = 0;
    response.emit("drain");
    expect(response.written.at(-1)).toBe("event: e\ndata: 1\n\n");
  });

  test("ends at the heartbeat after its right was taken away", async () => {
    const { response, tick, forbid } = start();
    tick();
    await expect.poll(() => response.written.at(-1)).toBe(": still here\n\n");
    forbid();
    tick();
    await expect.poll(() => response.ended).toBe(true);
  });

  test("ends with its reader, with the server, and there are never too many", () => {
    const { streams, response } = start();
    response.emit("close");
    expect(streams.open).toBe(0);
    for (let index = 0; index < eventStreamsMax; index++)
      streams.start(new SlowResponse() as unknown as ServerResponse, {}, async () => true);
    expect(streams.full()).toBe(true);
    streams.closeAll();
    expect(streams.open).toBe(0);
  });
});
