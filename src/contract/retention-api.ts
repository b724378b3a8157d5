import { type Static, Type } from "typebox";
import { endpoint } from "./endpoint.ts";
import { InstantMs, literalUnion, Name, Sha256Hex, SignatureInput, Uuid } from "./shapes.ts";

const holdFields = {
  kind: literalUnion(["lot", "product", "document", "company"]),
  /** Of a lot `GTIN/LOT`, of a product its GTIN, of a document its capture, delivery or report, of a company its GLN. */
  subject: Name,
  reason: Name,
};

/** While it stands, nothing that it names is deleted. Our own GLN holds everything. */
export const LegalHold = Type.Object({
  holdId: Uuid,
  ...holdFields,
  placedAt: InstantMs,
  placedBy: Name,
  liftedAt: Type.Union([Type.Null(), InstantMs]),
});
export type LegalHold = Static<typeof LegalHold>;

/** Lots whose records hang together, because packs, containers or events do: they are kept or deleted together. */
export const RetentionGroup = Type.Object({
  lots: Type.Array(Type.Object({ gtin: Name, lot: Name })),
  /** Null: for ever, because nothing is known that it would count from. */
  keptUntil: Type.Union([Type.Null(), InstantMs]),
  /** What keeps it; null: it may go. */
  keptBy: Type.Union([
    Type.Null(),
    Type.Object({
      code: literalUnion(["retention", "legal-hold", "no-end-known", "too-large"]),
      /** The lot that must be kept longest, or the hold. */
      subject: Type.String(),
    }),
  ]),
  events: Type.Integer(),
  objects: Type.Integer(),
  /** SHA-256 over the events' keys, in order. */
  eventsSha256: Sha256Hex,
});
export type RetentionGroup = Static<typeof RetentionGroup>;

export const RetentionPlan = Type.Object({
  at: InstantMs,
  groups: Type.Array(RetentionGroup),
  /** What a signature is given for: the plan that was seen is the one that is carried out. */
  planSha256: Sha256Hex,
});
export type RetentionPlan = Static<typeof RetentionPlan>;

export const RetentionDone = Type.Object({
  lots: Type.Integer(),
  events: Type.Integer(),
  objects: Type.Integer(),
  documents: Type.Integer(),
});
export type RetentionDone = Static<typeof RetentionDone>;

export const retentionApi = {
  retention: endpoint({
    method: "GET",
    path: "/v1/retention",
    right: "retention.read",
    summary: "What is older than its retention, what of it may go, and what keeps the rest",
    reply: RetentionPlan,
  }),
  runRetention: endpoint({
    method: "POST",
    path: "/v1/retention/runs",
    right: "retention.run",
    kind: "signed",
    summary: "Delete what may go, as the plan that was seen says",
    body: Type.Object({ planSha256: Sha256Hex, signature: SignatureInput }),
    reply: RetentionDone,
  }),
  legalHolds: endpoint({
    method: "GET",
    path: "/v1/legal-holds",
    right: "retention.read",
    summary: "Legal holds, those that stand first",
    reply: Type.Array(LegalHold),
  }),
  placeHold: endpoint({
    method: "POST",
    path: "/v1/legal-holds",
    right: "legal-hold.write",
    kind: "signed",
    summary: "Place a legal hold on a lot, product, document or company",
    body: Type.Object({ ...holdFields, signature: SignatureInput }),
    reply: LegalHold,
  }),
  liftHold: endpoint({
    method: "POST",
    path: "/v1/legal-holds/:holdId/lifting",
    right: "legal-hold.write",
    kind: "signed",
    summary: "Lift a legal hold",
    params: Type.Object({ holdId: Uuid }),
    body: Type.Object({ reason: Name, signature: SignatureInput }),
    reply: LegalHold,
  }),
} as const;
