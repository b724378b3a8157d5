import { isFault } from "../fault.ts";
import type { Database, Sql } from "../machine.ts";

export type SharedLimits = {
  /** Transactions at a time; who comes while as many run waits for the next one. */
  readonly transactionsMax: number;
  /** Of one transaction: what its members weigh together (`weightOf`). One member may weigh more. */
  readonly weightMax: number;
};

type Member<T, R> = {
  readonly item: T;
  readonly weight: number;
  done(result: R): void;
  failed(error: unknown): void;
};

/**
 * Group commit: whoever comes while a transaction runs shares the next one with all that came meanwhile, and is
 * answered after its commit. `work` answers one result an item, in their order. When a transaction of several fails,
 * each of them has one of its own, so that nobody fails for another; an outcome in doubt is told to all.
 */
export function sharedTransactions<T, R>(
  database: Pick<Database, "transaction">,
  limits: SharedLimits,
  weightOf: (item: T) => number,
  work: (sql: Sql, items: readonly T[]) => Promise<readonly R[]>,
): (item: T) => Promise<R> {
  const waiting: Member<T, R>[] = [];
  let running = 0;

  const one = async (member: Member<T, R>): Promise<void> => {
    try {
      const [result] = await database.transaction((sql) => work(sql, [member.item]));
      member.done(result as R);
    } catch (error) {
      member.failed(error);
    }
  };

  const together = async (members: readonly Member<T, R>[]): Promise<void> => {
    const [first] = members;
    if (members.length === 1 && first !== undefined) return one(first);
    try {
      const results = await database.transaction((sql) =>
        work(
          sql,
          members.map(({ item }) => item),
        ),
      );
      for (const [index, member] of members.entries()) member.done(results[index] as R);
    } catch (error) {
      if (isFault(error) && error.kind === "ambiguous") for (const member of members) member.failed(error);
      else for (const member of members) await one(member);
    }
  };

  const next = (): void => {
    while (running < limits.transactionsMax && waiting.length > 0) {
      const members = waiting.splice(0, fitting(waiting, limits.weightMax));
      running++;
      void together(members).finally(() => {
        running--;
        next();
      });
    }
  };

  return (item) =>
    new Promise<R>((done, failed) => {
      waiting.push({ item, weight: weightOf(item), done, failed });
      next();
    });
}

/** How many of those that wait longest go together: at least one. */
function fitting(waiting: readonly { readonly weight: number }[], weightMax: number): number {
  let sum = 0;
  let count = 0;
  for (const { weight } of waiting) {
    sum += weight;
    if (count > 0 && sum > weightMax) break;
    count++;
  }
  return count;
}
