import { retentionApi } from "./retention-api.ts";
import { type Static, Type } from "typebox";
import { endpoint } from "./endpoint.ts";
import { DeliveryOrder, Reconciliation, WorkOrder } from "./site-api.ts";
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
  Sha256Hex,
  SignatureInput,
  SignatureRecord,
  Sscc,
  Uuid,
} from "./shapes.ts";

export const Address = Type.Object({
  street: Name,
  city: Name,
  state: Type.Optional(Name),
  postalCode: Name,
  countryCode: Type.String({ pattern: "^[A-Z]{2}$" }),
});

export const Product = Type.Object({
  gtin: Gtin14,
  version: Type.Integer({ minimum: 1 }),
  companyPrefixLength: Type.Integer({ minimum: 4, maximum: 12 }),
  name: Name,
  /** EU: the common name; US: the established name. */
  commonName: Name,
  dosageForm: Name,
  strength: Name,
  packSize: Name,
  manufacturerName: Name,
  market: MarketCode,
  /** National number where the market has one: NDC-11 in the US. */
  nationalNumber: Type.Optional(Name),
  packsPerCase: Type.Integer({ minimum: 1, maximum: 500 }),
  casesPerPallet: Type.Integer({ minimum: 1, maximum: 500 }),
});
export type Product = Static<typeof Product>;

/** A company or place: ourselves, a site, a trading partner. */
export const Party = Type.Object({
  gln: Gln,
  companyPrefixLength: Type.Integer({ minimum: 4, maximum: 12 }),
  name: Name,
  role: literalUnion(["self", "site", "manufacturer", "wholesaler", "dispenser"]),
  address: Address,
  /** A site's company, and a company's own place of business where it has no other. */
  ownedBy: Type.Optional(Gln),
});
export type Party = Static<typeof Party>;

export const Pool = Type.Object({
  poolId: Type.Integer(),
  level: PackagingLevel,
  gtin: Type.Union([Type.Null(), Gtin14]),
  /** Serials: alphabet, length and fixed prefix of the domain; SSCCs: extension digit and company prefix. */
  format: Type.String(),
  capacity: Type.String({ description: "a decimal integer, past 2^53" }),
  issued: Type.String(),
  state: literalUnion(["open", "closed"]),
});
export type Pool = Static<typeof Pool>;

export const WorkOrderView = Type.Object({
  order: WorkOrder,
  state: literalUnion(["released", "in-progress", "submitted", "cancelled"]),
  allocated: Type.Object({ pack: Count, case: Count, pallet: Count }),
  createdAt: InstantMs,
});
export type WorkOrderView = Static<typeof WorkOrderView>;

export const LotStatus = literalUnion(["in-production", "quarantine", "released", "held", "recalled", "withdrawn"]);
export const LotView = Type.Object({
  gtin: Gtin14,
  lot: LotNumber,
  expiry: ExpiryDate,
  market: MarketCode,
  status: LotStatus,
  packs: Type.Object({
    commissioned: Count,
    sampled: Count,
    destroyed: Count,
    decommissioned: Count,
    dispensed: Count,
  }),
  workOrders: Type.Array(Uuid),
  reports: Type.Array(Type.Object({ reportId: Uuid, kind: Name, state: Name })),
  signatures: Type.Array(SignatureRecord),
  commands: Type.Record(Type.String(), Type.Union([Type.Null(), Type.String()])),
});
export type LotView = Static<typeof LotView>;

/** What level 3 hands over when QA closed an order; the events went before it, as documents. */
export const Submission = Type.Object({
  workOrderId: Uuid,
  owner: Gln,
  environment: EnvironmentName,
  lot: LotNumber,
  gtin: Gtin14,
  reconciliation: Reconciliation,
  signatures: Type.Array(SignatureRecord),
  batchRecordHash: Sha256Hex,
  /** Message ids of the EPCIS documents of this order, and how many events they hold together. */
  documents: Type.Array(Uuid),
  events: Count,
  /** Users who ran the batch: none of them may release its lot. */
  operatedBy: Type.Array(Uuid),
});
export type Submission = Static<typeof Submission>;

/** Draft → generated → queued → sent → accepted | refused → corrected. */
export const ReportState = literalUnion(["generated", "queued", "sent", "accepted", "refused", "due-for-correction"]);
export const ReportView = Type.Object({
  reportId: Uuid,
  market: MarketCode,
  kind: Name,
  subject: Type.String(),
  state: ReportState,
  packs: Count,
  sentAt: Type.Union([Type.Null(), InstantMs]),
  answeredAt: Type.Union([Type.Null(), InstantMs]),
  answer: Type.String(),
  simulated: Type.Boolean(),
});
export type ReportView = Static<typeof ReportView>;

export const ShipmentView = Type.Object({
  deliveryId: Uuid,
  direction: literalUnion(["outbound", "inbound"]),
  partner: Gln,
  partnerName: Type.String(),
  purchaseOrder: Name,
  state: literalUnion(["ordered", "at-site", "loaded", "shipped", "delivered", "announced", "received", "refused"]),
  /** Top-level containers and loose packs, as canonical Digital Links. */
  contents: Type.Array(Type.String()),
  packs: Count,
  documentState: Type.Union([Type.Null(), Name]),
  shippedAt: Type.Union([Type.Null(), InstantMs]),
  receivedAt: Type.Union([Type.Null(), InstantMs]),
});
export type ShipmentView = Static<typeof ShipmentView>;

export const Verification = Type.Object({
  verified: Type.Boolean(),
  /** GS1 Lightweight Messaging: No_match_GTIN_Serial …; EU: the hub's state and code. */
  reason: Type.Union([Type.Null(), Name]),
  additional: Type.Union([Type.Null(), Name]),
  responder: Gln,
  /** `own`: answered by our own ledger; `network`: by the company that owns the number; `authority`: by a hub. */
  source: literalUnion(["own", "network", "authority"]),
  simulated: Type.Boolean(),
  at: InstantMs,
});
export type Verification = Static<typeof Verification>;

export const Hop = Type.Object({
  at: InstantMs,
  /** GLN and name of the company whose record this is, and whether it is ours, shared with us or asked for now. */
  company: Gln,
  companyName: Type.String(),
  source: literalUnion(["own", "shared", "asked"]),
  bizStep: Type.String(),
  disposition: Type.String(),
  /** EPC of the parent right after this event, in canonical Digital Link form. */
  parent: Type.Union([Type.Null(), Type.String()]),
  place: Type.Union([Type.Null(), Type.String()]),
  eventId: Type.String(),
  /** The event named this pack itself, or a container it was in. */
  through: Type.Union([Type.Null(), Type.String()]),
});
export type Hop = Static<typeof Hop>;

export const Trace = Type.Object({
  id: Type.String(),
  gtin: Type.Union([Type.Null(), Gtin14]),
  serial: Type.Union([Type.Null(), Serial]),
  lot: Type.Union([Type.Null(), LotNumber]),
  expiry: Type.Union([Type.Null(), ExpiryDate]),
  productName: Type.Union([Type.Null(), Type.String()]),
  state: Type.Object({
    disposition: Type.String(),
    parent: Type.Union([Type.Null(), Type.String()]),
    place: Type.Union([Type.Null(), Type.String()]),
  }),
  hops: Type.Array(Hop),
  /** Container at the top … the pack itself, as of now. */
  hierarchy: Type.Array(
    Type.Object({
      id: Type.String(),
      level: PackagingLevel,
      link: literalUnion(["verified", "implied", "unverified"]),
      children: Count,
    }),
  ),
  /** Companies asked, and why one did not answer. */
  asked: Type.Array(
    Type.Object({
      company: Gln,
      companyName: Type.String(),
      answer: literalUnion(["shared", "nothing", "refused", "unreachable"]),
    }),
  ),
  /** Whether level 5, through which they are asked, answered itself, and the code of its refusal. Absent: not asked. */
  network: Type.Optional(
    Type.Object({ answer: literalUnion(["answered", "refused", "unreachable"]), code: Type.Optional(Name) }),
  ),
});
export type Trace = Static<typeof Trace>;

export const CaptureJob = Type.Object({
  captureId: Uuid,
  state: literalUnion(["captured", "refused"]),
  events: Type.Object({ received: Count, captured: Count, duplicate: Count }),
  exceptions: Count,
});
export type CaptureJob = Static<typeof CaptureJob>;

const FoundInDocument = Type.Object({
  severity: literalUnion(["error", "warning"]),
  code: Name,
  at: Type.String(),
  message: Type.String(),
});

/** A document that was uploaded, and how far its capture is. */
export const CaptureJobView = Type.Object({
  jobId: Uuid,
  name: Type.String(),
  mediaType: Type.String(),
  /** The company whose word the document is; null for our own. */
  partner: Type.Union([Type.Null(), Gln]),
  by: Type.String(),
  /** `refused`: it cannot be read, and nothing of it was captured. */
  state: literalUnion(["receiving", "waiting", "capturing", "captured", "refused"]),
  createdAt: InstantMs,
  changedAt: InstantMs,
  bytes: Count,
  /** `total` is known once the document was checked. */
  events: Type.Object({
    total: Type.Union([Type.Null(), Count]),
    done: Count,
    captured: Count,
    duplicate: Count,
  }),
  exceptions: Count,
  /** What the standard objects to in it, the first hundred; it was captured all the same. */
  findings: Type.Union([
    Type.Null(),
    Type.Object({ errors: Count, warnings: Count, list: Type.Array(FoundInDocument) }),
  ]),
  refusal: Type.Union([Type.Null(), Type.Object({ code: Name, at: Type.String(), message: Type.String() })]),
});
export type CaptureJobView = Static<typeof CaptureJobView>;

export const LedgerException = Type.Object({
  exceptionId: Uuid,
  at: InstantMs,
  code: Name,
  severity: literalUnion(["error", "warning"]),
  subject: Type.String(),
  eventId: Type.String(),
  message: Type.String(),
  state: literalUnion(["open", "resolved"]),
});
export type LedgerException = Static<typeof LedgerException>;

const lotParams = Type.Object({ gtin: Gtin14, lot: LotNumber });
const deliveryParams = Type.Object({ deliveryId: Uuid });
const Scan = Type.String({
  minLength: 1,
  maxLength: 400,
  description: "scanned element string, Digital Link or EPC URN",
});

export const enterpriseApi = {
  ...retentionApi,
  products: endpoint({
    method: "GET",
    path: "/v1/products",
    right: "product.read",
    summary: "Products",
    reply: Type.Array(Product),
  }),
  writeProduct: endpoint({
    method: "PUT",
    path: "/v1/products/:gtin",
    right: "product.write",
    summary: "Write the next version of a product",
    params: Type.Object({ gtin: Gtin14 }),
    body: Type.Object({ product: Type.Omit(Product, ["version"]), reason: Name }),
    reply: Product,
  }),
  parties: endpoint({
    method: "GET",
    path: "/v1/parties",
    right: "product.read",
    summary: "Companies and places known here",
    reply: Type.Array(Party),
  }),
  writeParty: endpoint({
    method: "PUT",
    path: "/v1/parties/:gln",
    right: "partner.write",
    summary: "Write a company or place",
    params: Type.Object({ gln: Gln }),
    body: Type.Object({ party: Party, reason: Name }),
    reply: Party,
  }),

  pools: endpoint({
    method: "GET",
    path: "/v1/pools",
    right: "pool.read",
    summary: "Number pools",
    reply: Type.Array(Pool),
  }),
  createPool: endpoint({
    method: "POST",
    path: "/v1/pools",
    right: "pool.write",
    status: 201,
    summary: "Open a pool; its domain must be disjoint from every other of the same key",
    body: Type.Union([
      Type.Object({
        level: Type.Literal("pack"),
        gtin: Gtin14,
        alphabet: Type.String({ minLength: 10, maxLength: 62 }),
        length: Type.Integer({ minimum: 6, maximum: 20 }),
        prefix: Type.String({ maxLength: 10 }),
        reason: Name,
      }),
      Type.Object({
        level: literalUnion(["case", "pallet"]),
        companyPrefix: Type.String({ pattern: "^[0-9]{4,12}$" }),
        extensionDigit: Type.Integer({ minimum: 0, maximum: 9 }),
        reason: Name,
      }),
    ]),
    reply: Pool,
  }),
  closePool: endpoint({
    method: "POST",
    path: "/v1/pools/:poolId/closing",
    right: "pool.write",
    summary: "Close a pool for good",
    params: Type.Object({ poolId: Type.String({ pattern: "^[0-9]+$" }) }),
    body: Type.Object({ reason: Name }),
    reply: Pool,
  }),
  allocate: endpoint({
    method: "POST",
    path: "/v1/number-allocations",
    right: "number.allocate",
    kind: "message",
    status: 201,
    summary: "Allocate numbers for a work order out of the open pool",
    body: Type.Object({
      workOrderId: Uuid,
      level: PackagingLevel,
      quantity: Type.Integer({ minimum: 1, maximum: 100_000 }),
    }),
    reply: Type.Object({
      allocationId: Uuid,
      poolId: Type.Integer(),
      level: PackagingLevel,
      numbers: Type.Array(Type.String()),
    }),
  }),
  returnNumbers: endpoint({
    method: "POST",
    path: "/v1/number-returns",
    right: "number.return",
    kind: "message",
    summary: "Give back numbers that never left for a device; a computed number that comes back is retired",
    body: Type.Object({
      workOrderId: Uuid,
      level: PackagingLevel,
      returned: Type.Array(Type.String(), { maxItems: 100_000 }),
      deactivated: Type.Array(Type.String(), { maxItems: 100_000 }),
    }),
    reply: Type.Object({ retired: Count }),
  }),
  whoHasNumber: endpoint({
    method: "GET",
    path: "/v1/numbers",
    right: "pool.read",
    summary: "Whether, when and to whom a number was issued",
    query: Type.Object({ id: Scan }),
    reply: Type.Object({
      own: Type.Boolean(),
      issued: Type.Boolean(),
      poolId: Type.Union([Type.Null(), Type.Integer()]),
      counter: Type.Union([Type.Null(), Type.String()]),
      workOrderId: Type.Union([Type.Null(), Uuid]),
      at: Type.Union([Type.Null(), InstantMs]),
    }),
  }),

  workOrders: endpoint({
    method: "GET",
    path: "/v1/work-orders",
    right: "work-order.read",
    summary: "Work orders, newest first",
    reply: Type.Array(WorkOrderView),
  }),
  createWorkOrder: endpoint({
    method: "POST",
    path: "/v1/work-orders",
    right: "work-order.write",
    status: 201,
    summary: "Create a work order and send it to its site",
    body: Type.Object({
      gtin: Gtin14,
      lot: LotNumber,
      expiry: ExpiryDate,
      quantity: Type.Integer({ minimum: 1, maximum: 1_000_000 }),
      site: Gln,
    }),
    reply: WorkOrderView,
  }),
  capture: endpoint({
    method: "POST",
    path: "/v1/capture",
    right: "event.capture",
    kind: "message",
    status: 201,
    summary: "Capture an EPCIS document of our own sites",
    rawBody: ["application/ld+json", "application/xml"],
    reply: CaptureJob,
  }),
  uploadDocument: endpoint({
    method: "POST",
    path: "/v1/capture-jobs",
    right: "event.upload",
    status: 202,
    summary: "Upload an EPCIS document of any size; it is captured afterwards",
    query: Type.Object({ name: Type.String({ maxLength: 200 }), partner: Type.Optional(Gln) }),
    rawBody: ["application/ld+json", "application/json", "application/xml"],
    reply: CaptureJobView,
  }),
  captureJobs: endpoint({
    method: "GET",
    path: "/v1/capture-jobs",
    right: "event.read",
    summary: "Uploaded documents and how far their capture is, the newest first",
    reply: Type.Array(CaptureJobView),
  }),
  captureJob: endpoint({
    method: "GET",
    path: "/v1/capture-jobs/:jobId",
    right: "event.read",
    summary: "One uploaded document and how far its capture is",
    params: Type.Object({ jobId: Uuid }),
    reply: CaptureJobView,
  }),
  submit: endpoint({
    method: "POST",
    path: "/v1/submissions",
    right: "order.submit",
    kind: "message",
    summary: "Close an order at level 4: balance, signatures and record hash",
    body: Submission,
    reply: Accepted,
  }),

  lots: endpoint({
    method: "GET",
    path: "/v1/lots",
    right: "lot.read",
    summary: "Lots with their status",
    reply: Type.Array(LotView),
  }),
  lot: endpoint({
    method: "GET",
    path: "/v1/lots/:gtin/:lot",
    right: "lot.read",
    summary: "One lot",
    params: lotParams,
    reply: LotView,
  }),
  releaseLot: endpoint({
    method: "POST",
    path: "/v1/lots/:gtin/:lot/release",
    right: "lot.release",
    kind: "signed",
    summary: "Certify and release a lot, by someone who did not run it",
    params: lotParams,
    body: Type.Object({ signature: SignatureInput }),
    reply: LotView,
  }),
  holdLot: endpoint({
    method: "POST",
    path: "/v1/lots/:gtin/:lot/hold",
    right: "lot.hold",
    kind: "signed",
    summary: "Hold a lot: nothing of it ships any more",
    params: lotParams,
    body: Type.Object({ reason: Name, signature: SignatureInput }),
    reply: LotView,
  }),
  unholdLot: endpoint({
    method: "POST",
    path: "/v1/lots/:gtin/:lot/unhold",
    right: "lot.unhold",
    kind: "signed",
    summary: "Free a lot from its hold: it is what it was before, released or in quarantine",
    params: lotParams,
    body: Type.Object({ reason: Name, signature: SignatureInput }),
    reply: LotView,
  }),
  recallLot: endpoint({
    method: "POST",
    path: "/v1/lots/:gtin/:lot/recall",
    right: "lot.recall",
    kind: "signed",
    summary: "Recall a lot: nothing of it ships, and who verifies a pack of it is told",
    params: lotParams,
    body: Type.Object({ reason: Name, signature: SignatureInput }),
    reply: LotView,
  }),
  withdrawLot: endpoint({
    method: "POST",
    path: "/v1/lots/:gtin/:lot/withdrawal",
    right: "lot.withdraw",
    kind: "signed",
    summary: "Withdraw a lot for good: nothing leads out of it",
    params: lotParams,
    body: Type.Object({ reason: Name, signature: SignatureInput }),
    reply: LotView,
  }),
  reports: endpoint({
    method: "GET",
    path: "/v1/reports",
    right: "report.read",
    summary: "Market reports with the authority's answers",
    reply: Type.Array(ReportView),
  }),
  sendReport: endpoint({
    method: "POST",
    path: "/v1/reports/:reportId/sending",
    right: "report.send",
    summary: "Send a report, or send it again after a correction",
    params: Type.Object({ reportId: Uuid }),
    reply: ReportView,
  }),

  shipments: endpoint({
    method: "GET",
    path: "/v1/shipments",
    right: "shipment.read",
    summary: "Deliveries out and in",
    reply: Type.Array(ShipmentView),
  }),
  orderDelivery: endpoint({
    method: "POST",
    path: "/v1/deliveries",
    right: "shipment.order",
    status: 201,
    summary: "Order a delivery; goes to the site that holds the goods, or waits here for shipping",
    body: Type.Object({
      shipTo: Gln,
      purchaseOrder: Name,
      lines: DeliveryOrder.properties.lines,
      site: Type.Optional(Gln),
    }),
    reply: ShipmentView,
  }),
  loaded: endpoint({
    method: "POST",
    path: "/v1/loadings",
    right: "shipment.loaded",
    kind: "message",
    summary: "A site reports what it loaded; the delivery ships when its gates are open",
    body: Type.Object({
      deliveryId: Uuid,
      loadedAt: InstantMs,
      offsetMinutes: Type.Integer(),
      ssccs: Type.Array(Sscc, { minItems: 1, maxItems: 10_000 }),
      by: Uuid,
    }),
    reply: Accepted,
  }),
  ship: endpoint({
    method: "POST",
    path: "/v1/deliveries/:deliveryId/shipping",
    right: "shipment.ship",
    summary: "Ship scanned containers or packs from here (a company without a level 3); unpacks what they stood in",
    params: deliveryParams,
    body: Type.Object({ scans: Type.Array(Scan, { minItems: 1, maxItems: 2000 }) }),
    reply: ShipmentView,
  }),
  receive: endpoint({
    method: "POST",
    path: "/v1/deliveries/:deliveryId/receiving",
    right: "shipment.receive",
    summary: "Receive an announced delivery by scanning what stands there",
    params: deliveryParams,
    body: Type.Object({ scans: Type.Array(Scan, { minItems: 1, maxItems: 2000 }) }),
    reply: ShipmentView,
  }),
  verify: endpoint({
    method: "POST",
    path: "/v1/verifications",
    right: "pack.verify",
    summary: "Verify one pack where its market says: our ledger, its maker through the network, or a hub",
    body: Type.Object({ scan: Scan }),
    reply: Verification,
  }),
  dispense: endpoint({
    method: "POST",
    path: "/v1/dispensings",
    right: "pack.dispense",
    summary: "Dispense one pack; verified first",
    body: Type.Object({ scan: Scan }),
    reply: Type.Object({ verification: Verification, dispensed: Type.Boolean() }),
  }),
  trace: endpoint({
    method: "GET",
    path: "/v1/trace",
    right: "pack.trace",
    summary: "Where a pack or container was, as far as the companies on its way let us see",
    query: Type.Object({ id: Scan, ask: Type.Optional(Type.Boolean()) }),
    reply: Trace,
  }),
  packs: endpoint({
    method: "GET",
    path: "/v1/packs",
    right: "pack.trace",
    summary: "Some packs of a lot with their state",
    query: Type.Object({
      gtin: Gtin14,
      lot: LotNumber,
      limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000 })),
    }),
    reply: Type.Array(
      Type.Object({
        id: Type.String(),
        serial: Serial,
        disposition: Type.String(),
        parent: Type.Union([Type.Null(), Type.String()]),
      }),
    ),
  }),
  exceptions: endpoint({
    method: "GET",
    path: "/v1/exceptions",
    right: "exception.read",
    summary: "What the events do not agree on",
    reply: Type.Array(LedgerException),
  }),
  resolveException: endpoint({
    method: "POST",
    path: "/v1/exceptions/:exceptionId/resolution",
    right: "exception.resolve",
    summary: "Close an exception with a reason",
    params: Type.Object({ exceptionId: Uuid }),
    body: Type.Object({ reason: Name }),
    reply: LedgerException,
  }),

  // asked by level 5 on behalf of a partner
  receiveDocument: endpoint({
    method: "POST",
    path: "/v1/documents",
    right: "document.receive",
    kind: "message",
    status: 201,
    summary: "A partner's document, delivered by the network",
    query: Type.Object({ from: Gln, kind: literalUnion(["epcis"]) }),
    rawBody: ["application/ld+json", "application/xml"],
    reply: CaptureJob,
  }),
  deliveryReceipt: endpoint({
    method: "POST",
    path: "/v1/delivery-receipts",
    right: "document.receive",
    kind: "message",
    summary: "What became of a message we gave the network: delivered, refused, or an authority's answer",
    body: Type.Object({
      messageId: Uuid,
      state: literalUnion(["delivered", "accepted", "refused"]),
      detail: Type.String(),
      simulated: Type.Boolean(),
      at: InstantMs,
    }),
    reply: Accepted,
  }),
  answerVerification: endpoint({
    method: "GET",
    path: "/v1/shared/verification",
    right: "share.answer",
    summary: "Answer a partner's verification from our ledger",
    query: Type.Object({
      gtin: Gtin14,
      serial: Serial,
      lot: Type.Optional(LotNumber),
      expiry: Type.Optional(ExpiryDate),
      requester: Gln,
    }),
    reply: Verification,
  }),
  answerTrace: endpoint({
    method: "GET",
    path: "/v1/shared/trace",
    right: "share.answer",
    summary: "The hops of one pack that this requester may see",
    query: Type.Object({ id: Scan, requester: Gln }),
    reply: Type.Object({ allowed: Type.Boolean(), hops: Type.Array(Hop) }),
  }),
};
