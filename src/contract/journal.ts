import { type Static, Type } from "typebox";
import { Count, InstantMs, literalUnion, Name, PackagingLevel, Sha256Hex, SignatureRecord, Uuid } from "./shapes.ts";

/**
 * The line's journal: what happened on it, in its order, each entry chained to the one before by SHA-256.
 * Level 2 writes it before it acts, level 3 keeps a copy and derives everything from it. A number is a
 * serial at level `pack` and an SSCC at `case` and `pallet`.
 */

/** The twelve states of OPC 30260 (OPEN-SCS), SNStateEnum. */
export const NumberState = literalUnion([
  "Unassigned",
  "Unallocated",
  "Allocated",
  "SNInvalid",
  "Encoded",
  "LabelSampled",
  "LabelScrapped",
  "Commissioned",
  "Sampled",
  "Inactive",
  "Destroyed",
  "Released",
]);

/** PackML (ISA-TR88.00.02) states that a run of this line passes through. */
export const RunState = literalUnion([
  "Idle",
  "Starting",
  "Execute",
  "Holding",
  "Held",
  "Unholding",
  "Completing",
  "Complete",
  "Aborted",
]);
export type RunState = Static<typeof RunState>;

export const RejectCause = literalUnion([
  "no-read",
  "wrong-number",
  "duplicate-number",
  "unknown-number",
  "invalid-number",
  "wrong-gtin",
  "wrong-lot",
  "wrong-expiry",
  "malformed",
  "text-mismatch",
  "low-grade",
  "late",
  "no-print",
  "held",
  "gate",
  "content",
]);
export type RejectCause = Static<typeof RejectCause>;

/** Who did it: a person's user id, or the line itself. */
const By = Type.Optional(Uuid);

export const JournalBody = Type.Union([
  Type.Object({
    kind: Type.Literal("run-prepared"),
    workOrderId: Uuid,
    gtin: Type.String(),
    lot: Type.String(),
    expiry: Type.String(),
    recipeId: Name,
    recipeVersion: Type.Integer(),
    quantity: Count,
    allocated: Type.Object({ pack: Count, case: Count, pallet: Count }),
  }),
  Type.Object({
    kind: Type.Literal("line-cleared"),
    checklist: Type.Array(Name),
    signatures: Type.Array(SignatureRecord),
  }),
  Type.Object({ kind: Type.Literal("run-state"), from: RunState, to: RunState, cause: Name, by: By }),
  /** Journalled before the number leaves for a device: from here on it can never be used again unless proved. */
  Type.Object({
    kind: Type.Literal("number-sent"),
    level: PackagingLevel,
    number: Type.String(),
    seq: Type.Integer(),
    device: Name,
  }),
  Type.Object({
    kind: Type.Literal("number-moved"),
    level: PackagingLevel,
    number: Type.String(),
    from: NumberState,
    to: NumberState,
    cause: Name,
    trackingId: Type.Optional(Type.Integer()),
    by: By,
  }),
  Type.Object({
    kind: Type.Literal("verdict"),
    trackingId: Type.Integer(),
    expected: Type.Union([Type.String(), Type.Null()]),
    /** The number that the pack bears, as far as it is known: the one read, where it is one of ours. */
    bears: Type.Optional(Type.Union([Type.String(), Type.Null()])),
    verdict: literalUnion(["accept", "reject"]),
    cause: Type.Optional(RejectCause),
    grade: Type.Optional(Type.Number()),
    imageId: Type.Optional(Name),
  }),
  /** The gate's (or the packer's) confirmation that the pack is in the bin. */
  Type.Object({
    kind: Type.Literal("rejected"),
    stage: literalUnion(["print-verify", "downstream"]),
    trackingId: Type.Integer(),
    number: Type.Union([Type.String(), Type.Null()]),
    cause: RejectCause,
  }),
  /**
   * A pack is not where it should be and no number of it ends by that: it went from the belt without one, or it is good
   * and did not come out of the packer. It is expected in the bin until it is counted there or written off.
   */
  Type.Object({
    kind: Type.Literal("pack-lost"),
    stage: literalUnion(["print-verify", "downstream"]),
    trackingId: Type.Integer(),
    number: Type.Union([Type.String(), Type.Null()]),
    by: By,
  }),
  Type.Object({
    kind: Type.Literal("aggregated"),
    level: literalUnion(["case", "pallet"]),
    parent: Type.String(),
    children: Type.Array(Type.String()),
    partial: Type.Boolean(),
  }),
  /** One child leaves its parent: an unreadable pack taken out, a case opened for rework. */
  Type.Object({
    kind: Type.Literal("disaggregated"),
    level: literalUnion(["case", "pallet"]),
    parent: Type.String(),
    children: Type.Array(Type.String()),
    cause: Name,
    by: By,
  }),
  /**
   * A container's content was compared with what the belt's order expects. `accept`: `numbers` are inside and wait
   * for the label; `reject`: `numbers` are those believed inside, the container goes to rework and comes again.
   */
  Type.Object({
    kind: Type.Literal("container-judged"),
    level: literalUnion(["case", "pallet"]),
    index: Count,
    verdict: literalUnion(["accept", "reject"]),
    numbers: Type.Array(Type.String()),
    /** Judged again by a person, who scanned what is inside. */
    by: By,
    reason: Type.Optional(Name),
  }),
  /** The printers' own counters when the run started; the run's prints are counted from here. */
  Type.Object({
    kind: Type.Literal("counters-started"),
    printed: Type.Object({ pack: Count, case: Count, pallet: Count }),
  }),
  /**
   * After a lost link, a restart or a lost sequence: printers proved empty and counters read. What was on the belt
   * and not decided is rejected when it is seen again; `inDoubt` are accepted packs of which the gate's answer is lost.
   */
  Type.Object({
    kind: Type.Literal("devices-recovered"),
    printed: Type.Object({ pack: Count, case: Count, pallet: Count }),
    conveyor: Type.Object({ infeed: Count, accepted: Count, rejected: Count }),
    inDoubt: Type.Array(Type.Integer()),
  }),
  Type.Object({
    kind: Type.Literal("counters"),
    printed: Type.Object({ pack: Count, case: Count, pallet: Count }),
    pictures: Type.Object({ pack: Count, caseContent: Count, caseLabel: Count, palletLabel: Count }),
    conveyor: Type.Object({
      infeed: Count,
      triggers: Count,
      accepted: Count,
      rejected: Count,
      downstreamRejected: Count,
      bin: Count,
      cases: Count,
      pallets: Count,
    }),
    packMl: Type.Object({ processed: Count, defective: Count }),
  }),
  /** Packs of this run found in the reject bin so far: those disposed of before and those counted now. */
  Type.Object({ kind: Type.Literal("bin-counted"), counted: Count, by: Uuid }),
  /**
   * Two people state that `missing` packs are not there: the bin should have held `expected` and held `counted`, of which
   * `found` were scanned and `unnumbered` bear no readable code. Every number outside closed containers that was not
   * scanned ends in one of the `numbers` moves that follow.
   */
  Type.Object({
    kind: Type.Literal("missing-declared"),
    expected: Count,
    counted: Count,
    missing: Count,
    found: Type.Array(Type.String()),
    unnumbered: Count,
    numbers: Count,
    reason: Name,
    by: Uuid,
  }),
  Type.Object({ kind: Type.Literal("signed"), subject: Name, signature: SignatureRecord }),
  Type.Object({ kind: Type.Literal("alarm"), code: Name, active: Type.Boolean(), detail: Type.String() }),
  Type.Object({ kind: Type.Literal("run-completed"), packed: Count, cases: Count, pallets: Count }),
]);
export type JournalBody = Static<typeof JournalBody>;
export type JournalKind = JournalBody["kind"];

export const JournalEntry = Type.Object({
  /** Per line, from 1, without gaps. */
  seq: Type.Integer({ minimum: 1 }),
  at: InstantMs,
  offsetMinutes: Type.Integer(),
  runId: Uuid,
  body: JournalBody,
  previousHash: Sha256Hex,
  /** SHA-256 of `previousHash` and the canonical JSON of the rest (RFC 8785). */
  hash: Sha256Hex,
});
export type JournalEntry = Static<typeof JournalEntry>;

export const journalBatchMax = 2000;
