import { Fault, type FaultClass } from "../../runtime/fault.ts";
import type { Clock } from "../../runtime/machine.ts";

/** Answers that somebody waits for, by key, each with its own patience. */
export type Waiting<Key, Answer> = {
  /** Rejects with an ambiguous Fault when nothing came within `patienceMs`. */
  readonly expect: (key: Key, patienceMs: number, what: string) => Promise<Answer>;
  /** True when somebody waited for this key. */
  readonly answer: (key: Key, answer: Answer) => boolean;
  /** For protocols without ids: answers whoever has waited longest. */
  readonly answerFirst: (answer: Answer) => boolean;
  /** Everybody who waits is told that no answer will come. */
  readonly fail: (kind: FaultClass, code: string, message: string) => void;
  readonly size: () => number;
};

export function waitingRoom<Key, Answer>(clock: Clock, code: string): Waiting<Key, Answer> {
  type Seat = { readonly settle: (answer: Answer) => void; readonly fail: (fault: Fault) => void };
  const seats = new Map<Key, Seat>();
  return {
    size: () => seats.size,
    expect(key, patienceMs, what) {
      return new Promise<Answer>((resolve, reject) => {
        const timer = clock.after(patienceMs, () => {
          seats.delete(key);
          reject(new Fault("ambiguous", code, `no answer within ${patienceMs} ms: ${what}`));
        });
        const leave = () => {
          timer.cancel();
          seats.delete(key);
        };
        seats.set(key, {
          settle(answer) {
            leave();
            resolve(answer);
          },
          fail(fault) {
            leave();
            reject(fault);
          },
        });
      });
    },
    answer(key, answer) {
      const seat = seats.get(key);
      seat?.settle(answer);
      return seat !== undefined;
    },
    answerFirst(answer) {
      const [seat] = seats.values();
      seat?.settle(answer);
      return seat !== undefined;
    },
    fail(kind, faultCode, message) {
      const everybody = Array.from(seats.values());
      for (const seat of everybody) seat.fail(new Fault(kind, faultCode, message));
    },
  };
}
