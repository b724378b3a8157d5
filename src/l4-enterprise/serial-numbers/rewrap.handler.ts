import type { Environment } from "../../contract/envelope.ts";
import { audit, systemActor } from "../../gxp/audit/audit.ts";
import { Fault } from "../../runtime/fault.ts";
import { rewrapKey } from "../../runtime/key-wrap.ts";
import type { Machine, Sql } from "../../runtime/machine.ts";
import { loadAllPools, othersConnected, saveWrappedKey } from "./number-pool.store.ts";
import { poolSubject } from "./pool-keys.ts";

export type Rewrapping = {
  readonly owner: string;
  readonly environment: Environment;
  /** Wrapping keys, 32 bytes each: the one in use and the one that takes its place. */
  readonly from: Uint8Array;
  readonly to: Uint8Array;
};

/**
 * Every pool's key under another wrapping key, closed pools' too; the keys, and so the numbers, stay what they are. All
 * or none, in the caller's transaction. Fault `key.in-use` while the level runs: it holds the old wrapping key.
 * Fault `key.unwrap` when `from` is not the one in use. Answers how many.
 */
export async function rewrapPoolKeys(
  sql: Sql,
  { random, clock }: Pick<Machine, "random" | "clock">,
  { owner, environment, from, to }: Rewrapping,
): Promise<number> {
  if (await othersConnected(sql)) throw new Fault("permanent", "key.in-use", "stop the level first");
  let count = 0;
  for (const each of await loadAllPools(sql, { owner, environment })) {
    if (each.kind !== "serials") continue;
    const subject = poolSubject({ owner, environment }, each.pool);
    const wrapped = rewrapKey(each.wrappedKey, from, to, subject, (bytes) => random.bytes(bytes));
    await saveWrappedKey(sql, each.poolId, wrapped);
    count += 1;
  }
  await audit(sql, {
    actor: systemActor("console"),
    action: "keys.rewrap",
    subject: "number-pools/keys",
    after: { pools: count },
    reason: "rotation of the key file",
    at: clock.now(),
    owner,
  });
  return count;
}
