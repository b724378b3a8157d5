import { type Static, Type } from "typebox";
import { endpoint } from "./endpoint.ts";
import { NumberState, RejectCause, RunState } from "./journal.ts";
import {
  Accepted,
  Count,
  EnvironmentName,
  ExpiryDate,
  Gln,
  Gtin14,
  InstantMs,
  literalUnion,
  LotNumber,
  MarketCode,
  Name,
  PackagingLevel,
  Serial,
  SignatureInput,
  Sscc,
  Uuid,
} from "./shapes.ts";
import { PeopleSnapshot } from "./people.ts";

/** What a line needs to know of how a product is packed; a version is approved, never changed. */
export const Recipe = Type.Object({
  recipeId: Name,
  version: Type.Integer({ minimum: 1 }),
  packsPerCase: Type.Integer({ minimum: 1, maximum: 500 }),
  casesPerPallet: Type.Integer({ minimum: 1, maximum: 500 }),
  /** The line holds after this many rejects in a row. */
  consecutiveRejectsMax: Type.Integer({ minimum: 1, maximum: 100 }),
  /** Least indicative grade, 0..4, that is accepted (1.5 = C). */
  gradeMin: Type.Number({ minimum: 0, maximum: 4 }),
  /** The worst character's score that still counts as printed right. */
  textScoreMin: Type.Number({ minimum: 0, maximum: 1 }),
  checkText: Type.Boolean(),
  /** Numbers asked for beyond the quantity, in percent of it, and at least this many packs. */
  overagePercent: Type.Number({ minimum: 0, maximum: 50 }),
  overageMin: Count,
});
export type Recipe = Static<typeof Recipe>;

export const RunOrder = Type.Object({
  runId: Uuid,
  workOrderId: Uuid,
  owner: Gln,
  environment: EnvironmentName,
  lineId: Name,
  market: MarketCode,
  marketRulesVersion: Type.Integer(),
  gtin: Gtin14,
  productName: Name,
  productVersion: Type.Integer(),
  /** Length of the GS1 company prefix in this product's GTIN. */
  companyPrefixLength: Type.Integer({ minimum: 4, maximum: 12 }),
  lot: LotNumber,
  expiry: ExpiryDate,
  /** Good packs in closed cases that end the run. */
  quantity: Type.Integer({ minimum: 1 }),
  recipe: Recipe,
  numbers: Type.Object({ pack: Type.Array(Serial), case: Type.Array(Sscc), pallet: Type.Array(Sscc) }),
});
export type RunOrder = Static<typeof RunOrder>;

const LevelCounts = Type.Object({
  allocated: Count,
  sent: Count,
  encoded: Count,
  commissioned: Count,
  invalid: Count,
  labelSampled: Count,
  labelScrapped: Count,
  sampled: Count,
  destroyed: Count,
  inactive: Count,
});

export const Alarm = Type.Object({ code: Name, detail: Type.String(), since: InstantMs });

/** Why a command is not possible now, or null: the button's tooltip and the server's refusal are the same. */
const Possible = Type.Union([Type.Null(), Type.String()]);

export const RunView = Type.Object({
  runId: Uuid,
  workOrderId: Uuid,
  owner: Gln,
  market: MarketCode,
  gtin: Gtin14,
  productName: Name,
  lot: LotNumber,
  expiry: ExpiryDate,
  quantity: Count,
  state: RunState,
  lineCleared: Type.Boolean(),
  binCounted: Type.Union([Type.Null(), Count]),
  /** Pallets put aside because their content did not agree, by the conveyor's count; absent when there is none. */
  palletsAside: Type.Optional(Type.Array(Count)),
  /** Once it is counted: what it should hold, what it holds, and what was written off as missing. */
  bin: Type.Optional(Type.Object({ expected: Count, counted: Count, writtenOff: Count })),
  counts: Type.Object({ pack: LevelCounts, case: LevelCounts, pallet: LevelCounts }),
  good: Count,
  packed: Count,
  rejects: Type.Object({ printVerify: Count, downstream: Count }),
  cases: Count,
  pallets: Count,
  alarms: Type.Array(Alarm),
  lastVerdicts: Type.Array(
    Type.Object({
      trackingId: Type.Integer(),
      at: InstantMs,
      verdict: literalUnion(["accept", "reject"]),
      cause: Type.Optional(RejectCause),
      number: Type.Union([Type.String(), Type.Null()]),
      imageId: Type.Optional(Name),
    }),
  ),
  /** Keyed by command: clearLine, start, hold, unhold, complete, abort, countBin, judgeAgain, writeOffMissing, dispose, sample. */
  commands: Type.Record(Type.String(), Possible),
  startedAt: Type.Union([Type.Null(), InstantMs]),
  completedAt: Type.Union([Type.Null(), InstantMs]),
  packsPerMinute: Type.Number(),
});
export type RunView = Static<typeof RunView>;

/** A bin of more packs is disposed of in parts. */
const binScansMax = 20_000;

const runId = Type.Object({ runId: Uuid });

export const lineApi = {
  prepareRun: endpoint({
    method: "PUT",
    path: "/v1/runs/:runId",
    right: "run.prepare",
    kind: "message",
    summary: "Hand the line an order with its recipe and its whole block of numbers",
    params: runId,
    body: RunOrder,
    reply: Accepted,
  }),
  replicatePeople: endpoint({
    method: "PUT",
    path: "/v1/people",
    right: "user.replicate",
    kind: "message",
    summary: "Replace the people that may sign in at this line",
    body: PeopleSnapshot,
    reply: Accepted,
  }),
  runs: endpoint({
    method: "GET",
    path: "/v1/runs",
    right: "run.read",
    summary: "The runs this line holds, newest first",
    reply: Type.Array(RunView),
  }),
  run: endpoint({
    method: "GET",
    path: "/v1/runs/:runId",
    right: "run.read",
    summary: "One run as it stands",
    params: runId,
    reply: RunView,
  }),
  clearLine: endpoint({
    method: "POST",
    path: "/v1/runs/:runId/line-clearance",
    right: "run.clear-line",
    kind: "signed",
    summary: "Line clearance: the checklist done by one person and verified by another",
    params: runId,
    body: Type.Object({
      checklist: Type.Array(Name, { minItems: 1 }),
      performed: SignatureInput,
      verified: SignatureInput,
    }),
    reply: RunView,
  }),
  start: endpoint({
    method: "POST",
    path: "/v1/runs/:runId/start",
    right: "run.operate",
    summary: "Start the run (PackML Start)",
    params: runId,
    reply: RunView,
  }),
  hold: endpoint({
    method: "POST",
    path: "/v1/runs/:runId/hold",
    right: "run.operate",
    summary: "Hold the run (PackML Hold)",
    params: runId,
    body: Type.Object({ reason: Name }),
    reply: RunView,
  }),
  unhold: endpoint({
    method: "POST",
    path: "/v1/runs/:runId/unhold",
    right: "run.operate",
    summary: "Go on after a hold (PackML Unhold), saying what was found on the line and put right",
    params: runId,
    /** What the person saw on belt, gate and packer, and what was done about the cause. */
    body: Type.Object({ confirmed: Name }),
    reply: RunView,
  }),
  complete: endpoint({
    method: "POST",
    path: "/v1/runs/:runId/complete",
    right: "run.complete",
    summary: "Close partial containers, drain the line and end the run before its quantity",
    params: runId,
    body: Type.Object({ reason: Name }),
    reply: RunView,
  }),
  abort: endpoint({
    method: "POST",
    path: "/v1/runs/:runId/abort",
    right: "run.complete",
    summary: "End the run at once (PackML Abort): what is not in a closed case goes to the reject bin",
    params: runId,
    body: Type.Object({ reason: Name }),
    reply: RunView,
  }),
  countBin: endpoint({
    method: "POST",
    path: "/v1/runs/:runId/bin-count",
    right: "run.rework",
    summary: "The packs in the reject bin, counted by hand",
    params: runId,
    body: Type.Object({ counted: Count }),
    reply: RunView,
  }),
  writeOffMissing: endpoint({
    method: "POST",
    path: "/v1/runs/:runId/missing-packs",
    right: "run.write-off",
    witnessRight: "run.witness",
    kind: "signed",
    summary:
      "Write off packs of an ended run that are not in the bin: every number outside closed containers that was not scanned ends (witnessed by QA)",
    params: runId,
    body: Type.Object({
      /** Serials scanned by hand in the bin. */
      found: Type.Array(Serial, { maxItems: binScansMax }),
      /** Packs in the bin without a readable code. */
      unnumbered: Count,
      /** Packs that are not there: what two people sign for. */
      missing: Type.Integer({ minimum: 1 }),
      reason: Name,
      performed: SignatureInput,
      witnessed: SignatureInput,
    }),
    reply: RunView,
  }),
  dispose: endpoint({
    method: "POST",
    path: "/v1/runs/:runId/dispositions",
    right: "run.rework",
    kind: "signed",
    summary: "Dispose of the counted bin: encoded rejects are scrapped, commissioned ones destroyed (witnessed)",
    params: runId,
    body: Type.Object({ reason: Name, performed: SignatureInput, witnessed: SignatureInput }),
    reply: RunView,
  }),
  judgeAgain: endpoint({
    method: "POST",
    path: "/v1/runs/:runId/pallets/:index/judgement",
    right: "run.rework",
    summary: "Accept a pallet that was put aside, by scanning every case on it; it then takes its label",
    params: Type.Object({ runId: Uuid, index: Type.String({ pattern: "^[0-9]{1,6}$" }) }),
    body: Type.Object({ cases: Type.Array(Sscc, { minItems: 1, maxItems: 500 }), reason: Name }),
    reply: RunView,
  }),
  sample: endpoint({
    method: "POST",
    path: "/v1/runs/:runId/samples",
    right: "run.sample",
    summary: "Take a pack that is not in a closed case as a sample",
    params: runId,
    body: Type.Object({ serial: Serial, reason: Name }),
    reply: RunView,
  }),
  image: endpoint({
    method: "GET",
    path: "/v1/images/:imageId",
    right: "run.read",
    summary: "The camera's picture of a verdict, as PNG, while the camera has it",
    params: Type.Object({ imageId: Name }),
    reply: Type.Unknown(),
  }),
  numbers: endpoint({
    method: "GET",
    path: "/v1/runs/:runId/numbers",
    right: "run.read",
    summary: "Numbers of a run by level and state",
    params: runId,
    query: Type.Object({
      level: PackagingLevel,
      state: Type.Optional(NumberState),
      limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000 })),
    }),
    reply: Type.Array(
      Type.Object({ number: Type.String(), state: NumberState, parent: Type.Union([Type.Null(), Type.String()]) }),
    ),
  }),
};
