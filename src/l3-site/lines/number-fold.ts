import type { JournalEntry } from "../../contract/journal.ts";
import { moveNumber, type SerialState } from "../../kernel/serials/states.ts";
import { childLevel, type PackagingLevel } from "../number-buffer/packaging-level.ts";
import type { NumberRow } from "../number-buffer/number.store.ts";
import { type Finding, finding, type IntegrityRule } from "./finding.ts";

/** What of the order the fold needs to know. */
export type Pattern = { readonly packsPerCase: number; readonly casesPerPallet: number };

export type Named = { readonly level: PackagingLevel; readonly number: string };

/** Rows of the numbers that a batch of entries names, by `level/number`; changed in place, as `changed` says. */
export type NumberFold = {
  readonly rows: Map<string, NumberRow>;
  readonly changed: Set<string>;
  readonly findings: Finding[];
  readonly pattern: Pattern;
};

export function openFold(rows: readonly NumberRow[], pattern: Pattern): NumberFold {
  return { rows: new Map(rows.map((row) => [keyOf(row), row])), changed: new Set(), findings: [], pattern };
}

export function changedRows(fold: NumberFold): NumberRow[] {
  return [...fold.changed].map((key) => fold.rows.get(key) as NumberRow);
}

/** Every number that the entry is about, children included. */
export function numbersNamed({ body }: JournalEntry): readonly Named[] {
  switch (body.kind) {
    case "number-sent":
    case "number-moved":
      return [{ level: body.level, number: body.number }];
    case "verdict": {
      const number = bearing(body);
      return number === null ? [] : [{ level: "pack", number }];
    }
    case "rejected":
      return body.number === null ? [] : [{ level: "pack", number: body.number }];
    case "aggregated":
    case "disaggregated":
      return [
        { level: body.level, number: body.parent },
        ...body.children.map((number) => ({ level: childLevel(body.level), number })),
      ];
    default:
      return [];
  }
}

/**
 * One entry applied. What the rules forbid becomes a finding and leaves the number as it was: the journal is the
 * line's record and is kept whatever it says, but nothing gets good by breaking a rule.
 */
export function foldNumbers(fold: NumberFold, entry: JournalEntry): void {
  const { body, seq } = entry;
  switch (body.kind) {
    case "number-sent":
      return foldSent(fold, seq, body);
    case "number-moved":
      return foldMoved(fold, seq, body);
    case "verdict":
      return foldVerdict(fold, seq, body);
    case "aggregated":
      return foldAggregated(fold, seq, body);
    case "disaggregated":
      return foldDisaggregated(fold, seq, body);
    default:
      return;
  }
}

type Of<Kind extends JournalEntry["body"]["kind"]> = Extract<JournalEntry["body"], { readonly kind: Kind }>;

function foldSent(fold: NumberFold, seq: number, body: Of<"number-sent">): void {
  const row = rowOf(fold, body, seq);
  if (row === undefined) return;
  if (row.sentSeq !== null) return report(fold, "number.repeated", seq, row, `sent before, by entry ${row.sentSeq}`);
  if (row.state !== "Allocated")
    return report(fold, "number.state", seq, row, `sent to ${body.device} while ${row.state}`);
  put(fold, { ...row, sentSeq: seq });
}

function foldMoved(fold: NumberFold, seq: number, body: Of<"number-moved">): void {
  const row = rowOf(fold, body, seq);
  if (row === undefined) return;
  if (row.state !== body.from)
    return report(fold, "number.state", seq, row, `is ${row.state}, said to leave ${body.from}`);
  const evidence =
    row.sentSeq === null
      ? (["never-sent", "disposed"] as const)
      : (["print-confirmed", "read-and-accepted", "disposed"] as const);
  const allowed = moveNumber(body.from, body.to, { by: 2, cause: body.cause, evidence });
  if (!allowed.ok)
    return report(
      fold,
      "number.state",
      seq,
      row,
      `${body.from} to ${body.to} because of ${body.cause}: ${allowed.refusal.code}`,
    );
  if (isUnread(row, body)) return report(fold, "number.unread", seq, row, "commissioned without an accepting verdict");
  if (row.parent !== null && !staysInside(body.to))
    report(fold, "number.ended-inside", seq, row, `${body.to} inside ${row.parent}`);
  put(fold, {
    ...row,
    state: body.to,
    cause: body.cause,
    ...(body.to === "Encoded" ? { encodedSeq: seq } : {}),
    ...(body.to === "Commissioned" ? { commissionedSeq: seq } : {}),
  });
}

/** A reworked pack was read again at the bench, which writes no verdict of the line's camera. */
function isUnread(row: NumberRow, body: Of<"number-moved">): boolean {
  return body.level === "pack" && body.to === "Commissioned" && row.verifiedSeq === null && body.cause !== "reworked";
}

function staysInside(state: SerialState): boolean {
  return state === "Commissioned" || state === "Released";
}

/** The number on the pack that was judged: the one read, or the one that was due; null when neither is known. */
export function bearing(body: Of<"verdict">): string | null {
  return body.bears === undefined ? body.expected : body.bears;
}

function foldVerdict(fold: NumberFold, seq: number, body: Of<"verdict">): void {
  const number = bearing(body);
  const row = number === null ? undefined : fold.rows.get(keyOf({ level: "pack", number }));
  if (row === undefined) {
    if (body.verdict === "accept")
      fold.findings.push(
        finding("number.foreign", seq, `pack/${number ?? "unknown"}`, "accepted, not of this order's allocation"),
      );
    return;
  }
  const accepted = body.verdict === "accept" && row.verifiedSeq === null;
  if (accepted || row.judgedSeq === null)
    put(fold, { ...row, judgedSeq: row.judgedSeq ?? seq, ...(accepted ? { verifiedSeq: seq } : {}) });
}

function foldAggregated(fold: NumberFold, seq: number, body: Of<"aggregated">): void {
  const parent = rowOf(fold, { level: body.level, number: body.parent }, seq);
  if (parent === undefined) return;
  if (parent.closedSeq !== null)
    return report(fold, "container.closed-twice", seq, parent, `closed before, by entry ${parent.closedSeq}`);
  if (parent.state !== "Commissioned") report(fold, "number.state", seq, parent, `closed while ${parent.state}`);
  checkCount(fold, seq, body, parent);
  let inside = 0;
  for (const number of body.children) {
    const child = rowOf(fold, { level: childLevel(body.level), number }, seq);
    if (child === undefined) continue;
    if (child.parent !== null) {
      report(fold, "container.two-parents", seq, child, `in ${child.parent}, put into ${body.parent}`);
      continue;
    }
    if (child.state !== "Commissioned") {
      report(fold, "container.foreign-child", seq, child, `${child.state}, put into ${body.parent}`);
      continue;
    }
    put(fold, { ...child, parent: body.parent });
    inside++;
  }
  put(fold, { ...(fold.rows.get(keyOf(parent)) as NumberRow), closedSeq: seq, children: inside });
}

function checkCount(fold: NumberFold, seq: number, body: Of<"aggregated">, parent: NumberRow): void {
  const full = body.level === "case" ? fold.pattern.packsPerCase : fold.pattern.casesPerPallet;
  const count = body.children.length;
  const wrong = count === 0 || count > full || (count < full && !body.partial) || new Set(body.children).size !== count;
  if (wrong)
    report(
      fold,
      "container.count",
      seq,
      parent,
      `${count} children${body.partial ? ", partial" : ""}, full is ${full}`,
    );
}

function foldDisaggregated(fold: NumberFold, seq: number, body: Of<"disaggregated">): void {
  const parent = rowOf(fold, { level: body.level, number: body.parent }, seq);
  if (parent === undefined) return;
  let left = 0;
  for (const number of body.children) {
    const child = rowOf(fold, { level: childLevel(body.level), number }, seq);
    if (child === undefined) continue;
    if (child.parent !== body.parent) {
      report(fold, "container.not-inside", seq, child, `not in ${body.parent}`);
      continue;
    }
    put(fold, { ...child, parent: null });
    left++;
  }
  const children = (parent.children ?? 0) - left;
  // An emptied container is open again: its label may be used for another content only by closing it anew.
  put(fold, { ...parent, children: children > 0 ? children : null, closedSeq: children > 0 ? parent.closedSeq : null });
}

// ---------------------------------------------------------------- rows

export function keyOf({ level, number }: Named): string {
  return `${level}/${number}`;
}

function rowOf(fold: NumberFold, named: Named, seq: number): NumberRow | undefined {
  const row = fold.rows.get(keyOf(named));
  if (row === undefined)
    fold.findings.push(finding("number.foreign", seq, keyOf(named), "not of this order's allocation"));
  return row;
}

function put(fold: NumberFold, row: NumberRow): void {
  const key = keyOf(row);
  fold.rows.set(key, row);
  fold.changed.add(key);
}

function report(fold: NumberFold, rule: IntegrityRule, seq: number, about: Named, message: string): void {
  fold.findings.push(finding(rule, seq, keyOf(about), message));
}
