import type { Submission } from "../../contract/enterprise-api.ts";
import { mayUse, type Role } from "../../contract/rights.ts";
import { signatureMeanings } from "../../contract/signature-meanings.ts";
import { ok, refuse, type Result } from "../../kernel/base/result.ts";

type Level = Submission["reconciliation"]["levels"][number];

/** Invariants of a balance that anybody can check again: what went in came out, and nothing is unaccounted for. */
export function checkBalance({ levels, balanced }: Submission["reconciliation"]): Result<true> {
  if (!balanced) return refuse("submission.unbalanced", "/reconciliation/balanced");
  if (!levels.some(({ level }) => level === "pack")) return refuse("submission.unbalanced", "/reconciliation/levels");
  for (const [index, level] of levels.entries()) {
    if (!adds(level)) return refuse("submission.unbalanced", `/reconciliation/levels/${index}`, level.level);
  }
  return ok(true);
}

function adds(n: Level): boolean {
  const used = n.returned + n.deactivated + n.invalid + n.labelSampled + n.labelScrapped + n.everCommissioned;
  return (
    n.unaccounted === 0 &&
    n.allocated === used &&
    n.everCommissioned === n.good + n.sampled + n.destroyed + n.decommissioned &&
    (n.missing ?? 0) <= n.decommissioned &&
    n.good === n.packed + n.loose
  );
}

type Counts = { readonly commissioned: number; readonly good: number };

/**
 * The ledger against the balances of a lot's orders, this one included. While other orders of the lot are open it may
 * hold packs of theirs as well; with the last one both agree.
 */
export function checkCounts(
  ledger: Counts,
  balances: readonly Submission["reconciliation"][],
  last: boolean,
): Result<true> {
  const packs = balances.flatMap(({ levels }) => levels.filter(({ level }) => level === "pack"));
  const commissioned = packs.reduce((sum, level) => sum + level.everCommissioned, 0);
  const good = packs.reduce((sum, level) => sum + level.good, 0);
  const agrees = last
    ? ledger.commissioned === commissioned && ledger.good === good
    : ledger.commissioned >= commissioned && ledger.good >= good;
  const found = `${ledger.commissioned} packs in the ledger, ${ledger.good} of them good`;
  return agrees
    ? ok(true)
    : refuse("submission.count", "/reconciliation/levels", `${found}; ${commissioned} and ${good} in the balance`);
}

/**
 * A batch is closed by a signature of quality under its record (EU GMP Annex 16 §1.7): one that means just that, of
 * somebody whom this company knows and lets close orders. `roles`: of the signers who are known here, by user.
 */
export function checkClosing(
  signatures: Submission["signatures"],
  roles: ReadonlyMap<string, readonly Role[]>,
): Result<true> {
  const closing = signatures.filter(({ meaning }) => meaning === signatureMeanings.closing);
  if (closing.length === 0) return refuse("submission.not-signed", "/signatures");
  return closing.some(({ userId }) => mayUse("order.close", roles.get(userId) ?? []))
    ? ok(true)
    : refuse("submission.signer", "/signatures", closing.map(({ userName }) => userName).join(", "));
}
