import type { Clock, Timer } from "../machine.ts";
import type { SendEvent } from "./event-streams.ts";

/** Live pages are told at most this often; what changes in between is told once. */
export const changesPauseMs = 500;

export type Changes = {
  /** Something may have changed: cheap, and never waits for a page. */
  tell(): void;
  /** Tells one live page from now on; at once when it has missed something since `lastEventId`. */
  subscribe(lastEventId: string | undefined, send: SendEvent): () => void;
};

/**
 * That something changed at this level, not what: pages ask for what they show, under their own rights. Ids count within
 * one life of the process, so that a page whose stream was cut knows whether to look again.
 */
export function createChanges(clock: Clock): Changes {
  const life = clock.now();
  const pages = new Set<SendEvent>();
  let count = 0;
  let timer: Timer | undefined;
  let toldMs = Number.NEGATIVE_INFINITY;
  const event = (name: "here" | "changed") => ({ event: name, data: {}, id: `${life}-${count}` });

  function flush(): void {
    timer = undefined;
    toldMs = clock.monotonicMs();
    for (const send of pages) send(event("changed"));
  }

  return {
    tell() {
      count += 1;
      // Without pages no timer: a level that nobody watches has nothing more to do.
      if (pages.size > 0) timer ??= clock.after(Math.max(0, toldMs + changesPauseMs - clock.monotonicMs()), flush);
    },
    subscribe(lastEventId, send) {
      pages.add(send);
      const first = event("here");
      send(lastEventId === undefined || lastEventId === first.id ? first : event("changed"));
      return () => {
        pages.delete(send);
        if (pages.size > 0) return;
        timer?.cancel();
        timer = undefined;
      };
    },
  };
}
