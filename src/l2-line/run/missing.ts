import { refuse, type Refused } from "../../kernel/base/result.ts";
import type { Command } from "./line.ts";
import { binContent, type NumberRecord, type Run } from "./run.ts";
import { move, record, type Turn } from "./turn.ts";

// Packs that should be in the bin at the end of a run and are not: two people say so, and their numbers end.

/** What the two signatures of a write-off are about. */
export const missingPacks = "missing-packs";

type WriteOff = Extract<Command, { readonly name: "writeOffMissing" }>;

/** Numbers that are printed, are in no closed container and have no end yet: their packs are in the bin or missing. */
function isDoubted({ state, place }: NumberRecord): boolean {
  return state === "Encoded" || (state === "Commissioned" && place !== "packed");
}

/** A pack may lie in the bin that bears a number given up while its pack was on the belt. */
function mayBeInBin(known: NumberRecord): boolean {
  return isDoubted(known) || known.state === "SNInvalid";
}

/**
 * Whether what people found adds up to what they counted and to what they say is missing. Refuses `line.scanned-twice`,
 * `line.number-unknown` and `line.not-of-the-bin` (at: the scan), `line.scans-differ` and `line.missing-differs`.
 */
export function missingProblem(run: Run, { found, unnumbered, missing }: WriteOff): Refused | undefined {
  const seen = new Set<string>();
  for (const [index, serial] of found.entries()) {
    const known = run.numbers.pack.get(serial);
    if (seen.has(serial)) return refuse("line.scanned-twice", `/found/${index}`, serial);
    if (!known) return refuse("line.number-unknown", `/found/${index}`, serial);
    if (!mayBeInBin(known)) return refuse("line.not-of-the-bin", `/found/${index}`, `${serial} is ${known.state}`);
    seen.add(serial);
  }
  const counted = run.binCounted ?? 0;
  if (found.length + unnumbered !== counted)
    return refuse(
      "line.scans-differ",
      "/unnumbered",
      `${found.length} scanned and ${unnumbered} unreadable, ${counted} counted`,
    );
  const short = binContent(run) - counted;
  if (missing !== short) return refuse("line.missing-differs", "/missing", `${short} are missing`);
  return undefined;
}

/** What was scanned is in the bin; every other doubted number ends, and none of them becomes good again. */
export function writeOffMissing(turn: Turn, asked: WriteOff): void {
  const { run } = turn;
  const found = new Set(asked.found);
  const gone = [...run.numbers.pack].filter(([serial, known]) => isDoubted(known) && !found.has(serial));
  record(turn, {
    kind: "missing-declared",
    expected: binContent(run),
    counted: run.binCounted ?? 0,
    missing: asked.missing,
    found: [...asked.found],
    unnumbered: asked.unnumbered,
    numbers: gone.length,
    reason: asked.reason,
    by: asked.by,
  });
  for (const [serial, { state }] of gone)
    move(turn, "pack", serial, state === "Encoded" ? "SNInvalid" : "Inactive", { cause: "missing", by: asked.by });
  for (const signature of asked.signatures) record(turn, { kind: "signed", subject: missingPacks, signature });
}
