import type { ContainerLevel } from "../../contract/device-port.ts";
import { settleDoubts } from "./doubts.ts";
import type { FullContainer, Read } from "./line.ts";
import { containerKey, type OpenContainer, type Run } from "./run.ts";
import { act, holdFor, record, type Turn } from "./turn.ts";
import { packCode } from "./verdict.ts";

// Content of cases and pallets: judged in the order in which the conveyor tells them.

export function onContainerFull(turn: Turn, level: ContainerLevel, index: number, count: number): void {
  const { belt, run } = turn;
  const key = containerKey(level, index);
  if (run.closed[level].has(index)) return;
  if (run.open.get(key)?.stage === "label") {
    // Told again: the judgement did not arrive.
    return act(turn, { type: "judge-container", level, index, verdict: "accept" });
  }
  belt.fulls = belt.fulls.filter((full) => full.level !== level || full.index !== index);
  belt.fulls.push({ level, index, count, read: belt.earlyReads.get(key) });
  belt.earlyReads.delete(key);
  if (level === "case" && run.open.has(key)) {
    belt.countersStale = true;
    askCounters(turn);
  }
}

/** How many packs were taken out of cases is the conveyor's to say. */
export function askCounters(turn: Turn): void {
  if (turn.belt.countersAsked) return;
  turn.belt.countersAsked = true;
  act(turn, { type: "read-counters" });
}

/** Packs that the conveyor counted out of the case packer and of which the line does not yet know which they are. */
export function discards(turn: Turn): number {
  const counted = turn.belt.counters?.downstreamRejected ?? 0;
  return Math.max(0, counted - turn.run.rejects.downstream);
}

export function onContentRead(turn: Turn, read: Read): void {
  const { belt } = turn;
  const full = belt.fulls.find(({ level, index }) => level === "case" && index === read.triggerId);
  if (full) full.read = read;
  else if (!turn.run.closed.case.has(read.triggerId)) belt.earlyReads.set(containerKey("case", read.triggerId), read);
}

/** Judges every container that can be judged; a case whose picture is outstanding holds up those after it. */
export function judgeFulls(turn: Turn): void {
  const { belt } = turn;
  for (const level of ["case", "pallet"] as const) {
    for (;;) {
      const full = belt.fulls.find((each) => each.level === level);
      if (!full || (level === "case" && (belt.countersStale || (full.count > 0 && !full.read)))) break;
      belt.fulls = belt.fulls.filter((each) => each !== full);
      if (level === "case") judgeCase(turn, full);
      else judgePallet(turn, full);
    }
  }
}

type Content = {
  readonly verdict: "accept" | "reject";
  readonly numbers: readonly string[];
  readonly removed: readonly string[];
  readonly problem: string | null;
};

function judgeCase(turn: Turn, full: FullContainer): void {
  const { run } = turn;
  const earlier = run.open.get(containerKey("case", full.index));
  const codes = full.read ? full.read.symbols.map((symbol) => ownSerial(run, symbol.elements)) : [];
  const content = compareContent(run, { count: full.count, codes, earlier, discards: discards(turn) });
  for (const serial of content.removed) takenOut(turn, serial);
  proveDoubts(turn, new Set(codes), content.numbers.at(-1));
  record(turn, {
    kind: "container-judged",
    level: "case",
    index: full.index,
    verdict: content.verdict,
    numbers: [...content.numbers],
  });
  if (full.count > 0)
    act(turn, { type: "judge-container", level: "case", index: full.index, verdict: content.verdict });
  if (content.problem !== null) holdFor(turn, "content-mismatch", `case ${full.index}: ${content.problem}`, false);
}

/** A good pack that an operator took out of a case, because no code could be read on it. */
export function takenOut(turn: Turn, serial: string): void {
  const trackingId = turn.run.numbers.pack.get(serial)?.trackingId ?? 0;
  record(turn, { kind: "rejected", stage: "downstream", trackingId, number: serial, cause: "content" });
}

/** The serial of a symbol that is this order's in every field; null for any other. */
function ownSerial(run: Run, elements: string): string | null {
  const code = packCode(elements);
  const { gtin, lot, expiry } = run.order;
  return code && code.gtin === gtin && code.lot === lot && code.expiry === expiry ? code.serial : null;
}

export type Picture = {
  readonly count: number;
  /** Serials read; null for a code that is not of this order. */
  readonly codes: readonly (string | null)[];
  /** The same case when it went to rework. */
  readonly earlier: OpenContainer | undefined;
  readonly discards: number;
};

/**
 * What the camera read in a case, against the order of the belt. A case told the first time must hold the oldest
 * loose packs, none skipped but those counted out; one that comes back from rework holds what it had, less what was
 * taken out, and newer packs.
 */
export function compareContent(run: Run, picture: Picture): Content {
  const { count, codes, earlier } = picture;
  const loose = new Set(run.loose);
  const read = new Set(codes.filter((code): code is string => code !== null && loose.has(code)));
  const foreign = codes.filter((code) => code === null || !loose.has(code)).length;
  if (foreign === 0 && read.size === count && codes.length === count) {
    const numbers = run.loose.filter((serial) => read.has(serial));
    const skipped = earlier || isReworking(run) ? [] : skippedBefore(run, read);
    if (skipped.length > picture.discards) {
      return {
        verdict: "reject",
        numbers,
        removed: [],
        problem: `${skipped.length} earlier packs are not in it: ${skipped.slice(0, 3).join(", ")}`,
      };
    }
    const out = (earlier?.numbers ?? []).filter((serial) => loose.has(serial) && !read.has(serial));
    return {
      verdict: count === 0 ? "reject" : "accept",
      numbers,
      removed: out.length <= picture.discards ? out : [],
      problem: null,
    };
  }
  const tooMany = read.size > count || codes.length > count ? `${codes.length} codes in a case of ${count}` : null;
  const problem = foreign > 0 ? `${foreign} codes are not of good packs of this run that are outside a case` : tooMany;
  return { verdict: "reject", numbers: believedInside(run, read, count, earlier), removed: [], problem };
}

/** Those read, those that were inside before, and to make up the count the oldest loose packs. */
function believedInside(
  run: Run,
  read: ReadonlySet<string>,
  count: number,
  earlier: OpenContainer | undefined,
): string[] {
  const inside = new Set([...(earlier?.numbers ?? []), ...read]);
  for (const serial of run.loose) {
    if (inside.size >= count) break;
    if (run.numbers.pack.get(serial)?.place === "loose") inside.add(serial);
  }
  return run.loose.filter((serial) => inside.has(serial));
}

/** Loose packs that came before the last one read and are not among those read; packs in doubt may be missing. */
function skippedBefore(run: Run, read: ReadonlySet<string>): string[] {
  let left = read.size;
  const skipped: string[] = [];
  for (const serial of run.loose) {
    if (left === 0) break;
    if (read.has(serial)) left--;
    else if (run.numbers.pack.get(serial)?.place === "loose") skipped.push(serial);
  }
  return skipped;
}

export function isReworking(run: Run): boolean {
  for (const container of run.open.values())
    if (container.level === "case" && container.stage === "rework") return true;
  return false;
}

/** A pack in doubt that is in a case went through the gate; one that newer packs have overtaken did not. */
function proveDoubts(turn: Turn, read: ReadonlySet<string | null>, last: string | undefined): void {
  const { run } = turn;
  if (run.doubts.trackingIds.size === 0) return;
  const lastTrackingId = last === undefined ? 0 : (run.numbers.pack.get(last)?.trackingId ?? 0);
  for (const trackingId of [...run.doubts.trackingIds].sort((a, b) => a - b)) {
    if (!run.doubts.trackingIds.has(trackingId)) continue;
    const number = run.decided.get(trackingId)?.number ?? null;
    if (read.has(number)) settleDoubts(turn, trackingId, "accepted");
    else if (trackingId < lastTrackingId) settleDoubts(turn, trackingId, "rejected");
  }
}

/** Cases are pushed onto the pallet in the order in which their labels were proved. */
function judgePallet(turn: Turn, full: FullContainer): void {
  const { run } = turn;
  const numbers = run.looseCases.slice(0, full.count);
  const matches = full.count > 0 && numbers.length === full.count && full.count <= run.order.recipe.casesPerPallet;
  record(turn, {
    kind: "container-judged",
    level: "pallet",
    index: full.index,
    verdict: matches ? "accept" : "reject",
    numbers,
  });
  act(turn, { type: "judge-container", level: "pallet", index: full.index, verdict: matches ? "accept" : "reject" });
  if (!matches)
    holdFor(
      turn,
      "pallet-mismatch",
      `pallet ${full.index} of ${full.count} while ${run.looseCases.length} labelled cases are outside a pallet`,
      false,
    );
}
