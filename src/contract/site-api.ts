import { type Static, Type } from "typebox";
import { endpoint } from "./endpoint.ts";
import { JournalEntry, journalBatchMax, NumberState } from "./journal.ts";
import { Recipe } from "./line-api.ts";
import { PeopleSnapshot } from "./people.ts";
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
  Sha256Hex,
  SignatureInput,
  SignatureRecord,
  Sscc,
  Uuid,
} from "./shapes.ts";

/** An order to pack one lot of one product, with the versions it is pinned to, as level 4 sends it. */
export const WorkOrder = Type.Object({
  workOrderId: Uuid,
  owner: Gln,
  environment: EnvironmentName,
  market: MarketCode,
  marketRulesVersion: Type.Integer(),
  gtin: Gtin14,
  productName: Name,
  productVersion: Type.Integer(),
  companyPrefixLength: Type.Integer({ minimum: 4, maximum: 12 }),
  lot: LotNumber,
  expiry: ExpiryDate,
  quantity: Type.Integer({ minimum: 1, maximum: 1_000_000 }),
  packsPerCase: Type.Integer({ minimum: 1, maximum: 500 }),
  casesPerPallet: Type.Integer({ minimum: 1, maximum: 500 }),
  /** Where it is to be packed. */
  site: Gln,
});
export type WorkOrder = Static<typeof WorkOrder>;

/** `received` → `numbered` (block in the buffer) → `on-line` → `completed` → `reconciled` → `closed` → `submitted`; `cancelled` before it was on a line. */
export const OrderState = literalUnion([
  "received",
  "numbered",
  "on-line",
  "completed",
  "reconciled",
  "closed",
  "submitted",
  "cancelled",
]);
export type OrderState = Static<typeof OrderState>;

/** ARCHITECTURE.md, invariant 2, per packaging level; every count is counted, none is the rest of the others. */
export const LevelReconciliation = Type.Object({
  level: PackagingLevel,
  allocated: Count,
  returned: Count,
  deactivated: Count,
  invalid: Count,
  labelSampled: Count,
  labelScrapped: Count,
  everCommissioned: Count,
  good: Count,
  sampled: Count,
  destroyed: Count,
  decommissioned: Count,
  /** Of those decommissioned: written off as missing. */
  missing: Type.Optional(Count),
  packed: Count,
  loose: Count,
  unaccounted: Type.Integer(),
});
export type LevelReconciliation = Static<typeof LevelReconciliation>;

export const CrossCheck = Type.Object({
  /** `printer`, `camera`, `conveyor`, `bin`, `packml`, `children`. */
  source: Name,
  what: Name,
  expected: Type.Integer(),
  counted: Type.Integer(),
  agrees: Type.Boolean(),
  /** The machine forgot its counters during the run: the difference is a deviation, which QA waives at the closing. */
  setAside: Type.Optional(Type.Boolean()),
});

export const IntegrityFinding = Type.Object({
  rule: Name,
  severity: literalUnion(["error", "warning"]),
  at: Type.String(),
  message: Type.String(),
});

/** QA's reason for closing an order with a warning, which is named by its rule and what it is about. */
export const Waiver = Type.Object({ rule: Name, at: Type.String({ maxLength: 200 }), reason: Name });
export type Waiver = Static<typeof Waiver>;

/** What two people wrote off of a batch. */
export const MissingPacks = Type.Object({
  at: InstantMs,
  expected: Count,
  counted: Count,
  missing: Count,
  /** Scanned by hand in the bin, and there without a readable code. */
  found: Count,
  unnumbered: Count,
  /** Numbers that ended by it. */
  numbers: Count,
  reason: Name,
  by: Uuid,
});

export const Reconciliation = Type.Object({
  workOrderId: Uuid,
  levels: Type.Array(LevelReconciliation),
  rejects: Type.Object({ printVerify: Count, downstream: Count }),
  crossChecks: Type.Array(CrossCheck),
  integrity: Type.Array(IntegrityFinding),
  balanced: Type.Boolean(),
});
export type Reconciliation = Static<typeof Reconciliation>;

export const OrderView = Type.Object({
  order: WorkOrder,
  state: OrderState,
  lineId: Type.Union([Type.Null(), Name]),
  runId: Type.Union([Type.Null(), Uuid]),
  recipe: Type.Union([Type.Null(), Recipe]),
  numbers: Type.Object({ pack: Count, case: Count, pallet: Count }),
  journal: Type.Object({ entries: Count, lastSeq: Count }),
  progress: Type.Object({ commissioned: Count, packed: Count, cases: Count, pallets: Count, rejected: Count }),
  submission: Type.Object({ documents: Count, waiting: Count, accepted: Type.Boolean() }),
  /** Why the order has no numbers, when what level 4 answered could not be used; absent otherwise. */
  numbersRefused: Type.Optional(Type.String()),
  /** Keyed by command: ask, cancel, assign, reconcile, close; null or the reason why not. */
  commands: Type.Record(Type.String(), Type.Union([Type.Null(), Type.String()])),
});
export type OrderView = Static<typeof OrderView>;

export const RecipeView = Type.Object({
  recipe: Recipe,
  state: literalUnion(["draft", "approved", "retired"]),
  approval: Type.Union([Type.Null(), SignatureRecord]),
});

export const LineView = Type.Object({
  lineId: Name,
  url: Type.String(),
  alive: Type.Boolean(),
  lastSeq: Count,
  lastHeardAt: Type.Union([Type.Null(), InstantMs]),
  orders: Type.Array(Uuid),
});

/** What level 4 wants loaded for a customer; level 3 answers with what was loaded. */
export const DeliveryOrder = Type.Object({
  deliveryId: Uuid,
  owner: Gln,
  environment: EnvironmentName,
  shipTo: Gln,
  purchaseOrder: Name,
  lines: Type.Array(Type.Object({ gtin: Gtin14, lot: LotNumber, quantity: Type.Integer({ minimum: 1 }) }), {
    minItems: 1,
    maxItems: 1000,
  }),
});
export type DeliveryOrder = Static<typeof DeliveryOrder>;

export const DeliveryView = Type.Object({
  delivery: DeliveryOrder,
  state: literalUnion(["open", "loaded", "reported"]),
  /** Top-level containers in stock that would serve it, oldest expiry first. */
  candidates: Type.Array(
    Type.Object({
      sscc: Sscc,
      level: literalUnion(["case", "pallet"]),
      gtin: Gtin14,
      lot: LotNumber,
      expiry: ExpiryDate,
      packs: Count,
    }),
  ),
  loaded: Type.Array(Sscc),
});
export type DeliveryView = Static<typeof DeliveryView>;

/**
 * The record of a batch as QA sealed it: it never changes again. `hash` is SHA-256 of the canonical JSON (RFC 8785) of
 * everything beside it.
 */
export const BatchRecord = Type.Object({
  hash: Sha256Hex,
  workOrderId: Uuid,
  order: WorkOrder,
  lineId: Name,
  runId: Uuid,
  recipe: Recipe,
  recipeApproval: SignatureRecord,
  reconciliation: Reconciliation,
  /** Line clearance, disposals, reconciliation, closing: oldest first. */
  signatures: Type.Array(SignatureRecord),
  /** Deviations settled at the line; absent when there was none. */
  missing: Type.Optional(Type.Array(MissingPacks)),
  /** Warnings that the order was closed with; absent when there was none. */
  waivers: Type.Optional(Type.Array(Waiver)),
  journal: Type.Object({
    entries: Count,
    firstSeq: Count,
    lastSeq: Count,
    firstHash: Type.String(),
    lastHash: Type.String(),
  }),
  sealedAt: InstantMs,
});
export type BatchRecord = Static<typeof BatchRecord>;

/** A batch of more warnings is not closed with reasons one by one. */
const waiversMax = 1000;

const byOrder = Type.Object({ workOrderId: Uuid });

export const siteApi = {
  receiveOrder: endpoint({
    method: "PUT",
    path: "/v1/work-orders/:workOrderId",
    right: "order.receive",
    kind: "message",
    summary: "Receive a work order from the owner's level 4",
    params: byOrder,
    body: WorkOrder,
    reply: Accepted,
  }),
  orders: endpoint({
    method: "GET",
    path: "/v1/work-orders",
    right: "order.read",
    summary: "Work orders of this site, newest first",
    reply: Type.Array(OrderView),
  }),
  order: endpoint({
    method: "GET",
    path: "/v1/work-orders/:workOrderId",
    right: "order.read",
    summary: "One work order as it stands",
    params: byOrder,
    reply: OrderView,
  }),
  assign: endpoint({
    method: "POST",
    path: "/v1/work-orders/:workOrderId/assignment",
    right: "order.assign",
    summary: "Give a numbered order to a line with an approved recipe; hands the line its whole block of numbers",
    params: byOrder,
    body: Type.Object({ lineId: Name, recipeId: Name }),
    reply: OrderView,
  }),
  askNumbers: endpoint({
    method: "POST",
    path: "/v1/work-orders/:workOrderId/number-requests",
    right: "order.assign",
    summary: "Ask level 4 again for the numbers of an order whose answer was refused or could not be used",
    params: byOrder,
    body: Type.Object({ reason: Name }),
    reply: OrderView,
  }),
  cancel: endpoint({
    method: "POST",
    path: "/v1/work-orders/:workOrderId/cancellation",
    right: "order.cancel",
    summary: "Cancel an order that no line has been given; its numbers go back to level 4, which retires them",
    params: byOrder,
    body: Type.Object({ reason: Name }),
    reply: OrderView,
  }),
  reconciliation: endpoint({
    method: "GET",
    path: "/v1/work-orders/:workOrderId/reconciliation",
    right: "order.read",
    summary: "The order's balance and cross-checks as of now",
    params: byOrder,
    reply: Reconciliation,
  }),
  reconcile: endpoint({
    method: "POST",
    path: "/v1/work-orders/:workOrderId/reconciliation",
    right: "order.reconcile",
    kind: "signed",
    summary:
      "Return unused numbers and settle the balance; refused unless nothing is unaccounted and every cross-check agrees",
    params: byOrder,
    body: Type.Object({ signature: SignatureInput }),
    reply: Reconciliation,
  }),
  close: endpoint({
    method: "POST",
    path: "/v1/work-orders/:workOrderId/closing",
    right: "order.close",
    kind: "signed",
    summary:
      "QA closes the reconciled order, waiving each warning with a reason: integrity is checked, the batch record sealed and everything submitted to level 4",
    params: byOrder,
    body: Type.Object({
      signature: SignatureInput,
      /** One for each warning of the order's integrity. */
      waivers: Type.Optional(Type.Array(Waiver, { maxItems: waiversMax })),
    }),
    reply: OrderView,
  }),
  batchRecord: endpoint({
    method: "GET",
    path: "/v1/work-orders/:workOrderId/batch-record",
    right: "order.read",
    summary: "The sealed record of the batch",
    params: byOrder,
    reply: BatchRecord,
  }),
  numbers: endpoint({
    method: "GET",
    path: "/v1/work-orders/:workOrderId/numbers",
    right: "order.read",
    summary: "The order's numbers by level and state",
    params: byOrder,
    query: Type.Object({
      level: PackagingLevel,
      state: Type.Optional(NumberState),
      limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000 })),
    }),
    reply: Type.Array(
      Type.Object({ number: Type.String(), state: NumberState, parent: Type.Union([Type.Null(), Type.String()]) }),
    ),
  }),
  recipes: endpoint({
    method: "GET",
    path: "/v1/recipes",
    right: "recipe.read",
    summary: "Recipes in every version",
    reply: Type.Array(RecipeView),
  }),
  writeRecipe: endpoint({
    method: "POST",
    path: "/v1/recipes",
    right: "recipe.write",
    summary: "Write the next version of a recipe as a draft",
    body: Type.Object({ recipe: Recipe, reason: Name }),
    reply: RecipeView,
    status: 201,
  }),
  approveRecipe: endpoint({
    method: "POST",
    path: "/v1/recipes/:recipeId/versions/:version/approval",
    right: "recipe.approve",
    kind: "signed",
    summary: "Approve a draft; its author may not",
    params: Type.Object({ recipeId: Name, version: Type.String({ pattern: "^[0-9]+$" }) }),
    body: Type.Object({ signature: SignatureInput }),
    reply: RecipeView,
  }),
  lines: endpoint({
    method: "GET",
    path: "/v1/lines",
    right: "order.read",
    summary: "The lines of this site and when each was last heard of",
    reply: Type.Array(LineView),
  }),
  writeJournal: endpoint({
    method: "POST",
    path: "/v1/lines/:lineId/journal",
    right: "journal.write",
    kind: "message",
    summary: "The line's journal as it grows; acknowledged up to the highest entry without a gap",
    params: Type.Object({ lineId: Name }),
    body: Type.Object({ entries: Type.Array(JournalEntry, { maxItems: journalBatchMax }) }),
    reply: Type.Object({ acknowledged: Count }),
  }),
  receiveDelivery: endpoint({
    method: "PUT",
    path: "/v1/deliveries/:deliveryId",
    right: "delivery.receive",
    kind: "message",
    summary: "Receive a delivery to pick and load",
    params: Type.Object({ deliveryId: Uuid }),
    body: DeliveryOrder,
    reply: Accepted,
  }),
  deliveries: endpoint({
    method: "GET",
    path: "/v1/deliveries",
    right: "delivery.read",
    summary: "Deliveries to load, newest first",
    reply: Type.Array(DeliveryView),
  }),
  load: endpoint({
    method: "POST",
    path: "/v1/deliveries/:deliveryId/loading",
    right: "delivery.load",
    summary:
      "Report the containers loaded, by scanning each; refused when one is not in stock, not whole or of another lot",
    params: Type.Object({ deliveryId: Uuid }),
    body: Type.Object({
      scans: Type.Array(Type.String({ minLength: 1, maxLength: 400 }), { minItems: 1, maxItems: 2000 }),
    }),
    reply: DeliveryView,
  }),
  replicatePeople: endpoint({
    method: "PUT",
    path: "/v1/people",
    right: "user.replicate",
    kind: "message",
    summary: "Replace the people that may sign in here; passed on to the lines",
    body: PeopleSnapshot,
    reply: Accepted,
  }),
};
