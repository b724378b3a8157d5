/**
 * One thing at a time on the real databases, in the order asked for, so that a run is a function of its seed and not
 * of how fast a server answers. Only a statement that waits for another transaction's lock lets the next one go first.
 */
export type Turns = {
  /** Resolves with the end of the turn, which may be called twice. */
  begin(): Promise<() => void>;
  take<T>(work: () => Promise<T>): Promise<T>;
  /** Nobody can go on before simulated time does: every turn taken waits for a lock. */
  stalled(): Promise<boolean>;
};

/** Real milliseconds after which a turn is asked whether it waits for a lock. */
const lockCheckMs = 15;

/** `lockWaiters`: how many sessions wait for a lock now. */
export function createTurns(lockWaiters: () => Promise<number>): Turns {
  const queue: (() => void)[] = [];
  let active = 0;
  let room = 1;
  let check: NodeJS.Timeout | undefined;

  const admit = () => {
    while (active < room) {
      const next = queue.shift();
      if (!next) break;
      active++;
      next();
    }
    if (queue.length > 0 && check === undefined) check = setTimeout(() => void look(), lockCheckMs);
  };
  const look = async (): Promise<void> => {
    const waiting = await lockWaiters();
    check = undefined;
    room = Math.min(waiting, active) + 1;
    admit();
  };
  const begin = async (): Promise<() => void> => {
    await new Promise<void>((resolve) => {
      queue.push(resolve);
      admit();
    });
    let over = false;
    return () => {
      if (over) return;
      over = true;
      active--;
      room = Math.max(1, Math.min(room, active));
      admit();
    };
  };
  return {
    begin,
    async take(work) {
      const end = await begin();
      try {
        return await work();
      } finally {
        end();
      }
    },
    stalled: async () => active > 0 && queue.length === 0 && (await lockWaiters()) >= active,
  };
}
