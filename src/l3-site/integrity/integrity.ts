import type { SignatureRecord } from "../../contract/shapes.ts";
import type { Reconciliation, Waiver } from "../../contract/site-api.ts";
import { ok, refuse, type Result } from "../../kernel/base/result.ts";
import type { Instant } from "../../kernel/base/time.ts";
import { type Batch, clockSkewMaxMs, lineClearance } from "../lines/batch-fold.ts";
import { type Finding, finding } from "../lines/finding.ts";
import type { Order } from "../orders/order.ts";
import type { Balance } from "../reconciliation/reconciliation.ts";

/** What the line calls the subject of the two signatures under the disposal of its bin. */
const binDisposition = "bin-disposition";
/** What the line calls the subject of the two signatures under a write-off. */
const missingPacks = "missing-packs";
/** A refusal names the first of them; the order's page shows all. */
const findingsNamedMax = 5;

export type BatchFacts = {
  readonly order: Order;
  readonly batch: Batch;
  readonly balance: Balance;
  /** Those of single journal entries, found when they came in. */
  readonly findings: readonly Finding[];
  /** Hash of the recipe as it was given to the line. */
  readonly recipeHash: string | null;
  /** The signature of the reconciliation, proved against the balance as it is now; undefined before it is due. */
  readonly reconciliationSigned?: Result<readonly SignatureRecord[]>;
  /** The copy of the journal added up again; undefined when it was not. */
  readonly journalWhole?: Result<unknown>;
  readonly now: Instant;
};

/** Everything that the batch's records do not agree on: what came with the journal, then the rules of the whole. */
export function findingsOf(facts: BatchFacts): Finding[] {
  return [
    ...facts.findings,
    ...numberFindings(facts),
    ...orderFindings(facts),
    ...signatureFindings(facts),
    ...deviations(facts),
  ];
}

/** Errors block the closing with `site.integrity`; the message names the first of them. */
export function checkIntegrity(findings: readonly Finding[]): Result<true> {
  const errors = findings.filter(({ severity }) => severity === "error");
  if (errors.length === 0) return ok(true);
  const named = errors.slice(0, findingsNamedMax).map(({ rule, at, message }) => `${rule} ${at}: ${message}`);
  const more = errors.length > named.length ? [`and ${errors.length - named.length} more`] : [];
  return refuse("site.integrity", errors[0]?.rule, [...named, ...more].join("; "));
}

/**
 * The waivers that are sealed with the record: one for each warning, with QA's reason. Refuses `site.not-waived`; the
 * message names the first warnings without one.
 */
export function checkWaivers(findings: readonly Finding[], given: readonly Waiver[]): Result<Waiver[]> {
  const warnings = findings.filter(({ severity }) => severity === "warning");
  const waiverOf = ({ rule, at }: Finding) => given.find((waiver) => waiver.rule === rule && waiver.at === at);
  const open = warnings.filter((warning) => waiverOf(warning) === undefined);
  if (open.length === 0)
    return ok([...new Set(warnings.map(waiverOf))].filter((waiver): waiver is Waiver => waiver !== undefined));
  const named = open.slice(0, findingsNamedMax).map(({ rule, at, message }) => `${rule} ${at}: ${message}`);
  return refuse("site.not-waived", open[0]?.rule, named.join("; "));
}

export function integrityView(findings: readonly Finding[]): Reconciliation["integrity"] {
  return findings.map(({ rule, severity, at, message }) => ({ rule, severity, at, message }));
}

function numberFindings({ balance }: BatchFacts): Finding[] {
  return balance.levels.flatMap((level) => {
    const undecided =
      level.allocated -
      level.returned -
      level.deactivated -
      level.invalid -
      level.labelSampled -
      level.labelScrapped -
      level.everCommissioned;
    const loose = level.good - level.packed - level.loose;
    return [
      ...(undecided === 0
        ? []
        : [finding("number.undecided", 0, level.level, `${undecided} numbers without a final state`)]),
      ...(loose === 0 ? [] : [finding("number.loose", 0, level.level, `${loose} outside of a closed container`)]),
    ];
  });
}

function orderFindings({ order, batch, balance, recipeHash, journalWhole, now }: BatchFacts): Finding[] {
  const found: Finding[] = [];
  const { completed, closed, lastAt } = batch;
  if (!balance.balanced) found.push(finding("order.balance", 0, "reconciliation", "not balanced"));
  if (
    completed === null ||
    completed.cases !== closed.cases ||
    completed.pallets !== closed.pallets ||
    completed.packed !== closed.packs
  ) {
    const told =
      completed === null
        ? "nothing"
        : `${completed.packed} packs, ${completed.cases} cases, ${completed.pallets} pallets`;
    found.push(
      finding(
        "order.totals",
        0,
        "run-completed",
        `${told} told, ${closed.packs}, ${closed.cases} and ${closed.pallets} on record`,
      ),
    );
  }
  if (!batch.prepared)
    found.push(finding("order.differs", 0, "run-prepared", "the line never said which order it runs"));
  if (lastAt > now + clockSkewMaxMs)
    found.push(finding("time.window", 0, "journal", "the last entry is of the future"));
  if (recipeHash === null || order.assignment?.approval.recordHash !== recipeHash) {
    found.push(
      finding("recipe.approved", 0, "recipe", "the recipe on the line is not the one whose approval was signed"),
    );
  }
  if (journalWhole?.ok === false)
    found.push(finding("journal.chain", 0, `journal/${journalWhole.refusal.at ?? ""}`, journalWhole.refusal.code));
  return found;
}

function signatureFindings({ batch, reconciliationSigned }: BatchFacts): Finding[] {
  const signers = (subject: string) =>
    new Set(batch.signatures.filter((each) => each.subject === subject).map(({ signature }) => signature.userId)).size;
  const rejects = batch.rejects.printVerify + batch.rejects.downstream;
  const found: Finding[] = [];
  if (signers(lineClearance) < 2)
    found.push(finding("signature.clearance", 0, lineClearance, `signed by ${signers(lineClearance)}`));
  if (rejects > 0 && signers(binDisposition) < 2)
    found.push(finding("signature.disposition", 0, binDisposition, `signed by ${signers(binDisposition)}`));
  const writeOffs = batch.signatures.filter(({ subject }) => subject === missingPacks).length;
  if (batch.missing.length > 0 && (signers(missingPacks) < 2 || writeOffs < 2 * batch.missing.length))
    found.push(finding("signature.missing", 0, missingPacks, `signed by ${signers(missingPacks)}`));
  if (reconciliationSigned !== undefined && !(reconciliationSigned.ok && reconciliationSigned.value.length > 0)) {
    const why = reconciliationSigned.ok ? "not signed" : reconciliationSigned.refusal.code;
    found.push(finding("signature.reconciliation", 0, "reconciliation", why));
  }
  return found;
}

/** What went wrong and was settled by signed statements: whoever closes the order has to have read it. */
function deviations({ batch, balance }: BatchFacts): Finding[] {
  const missing = batch.missing.map((each, index) =>
    finding(
      "deviation.missing",
      0,
      `${missingPacks}/${index + 1}`,
      `${each.missing} of ${each.expected} packs are not in the bin, ${each.numbers} numbers ended: ${each.reason}`,
    ),
  );
  const aside = Map.groupBy(
    balance.crossChecks.filter(({ setAside }) => setAside === true),
    ({ source }) => source,
  );
  const forgotten = [...aside].map(([source, checks]) => {
    const words = checks.map(({ what, expected, counted }) => `${what} ${expected} on record, ${counted} counted`);
    return finding("deviation.counters", 0, source, words.join(" "));
  });
  const loose = balance.levels.find(({ level }) => level === "case")?.loose ?? 0;
  const off = `${loose} closed cases are on no pallet, because the run was aborted`;
  return [...missing, ...forgotten, ...(loose > 0 ? [finding("deviation.loose-cases", 0, "case", off)] : [])];
}
