import { type Static, Type } from "typebox";
import { endpoint } from "./endpoint.ts";
import { Hop, Verification } from "./enterprise-api.ts";
import {
  Accepted,
  ExpiryDate,
  Gln,
  Gtin14,
  InstantMs,
  literalUnion,
  LotNumber,
  MarketCode,
  Name,
  Serial,
  Uuid,
} from "./shapes.ts";

/** A company on the network, the evidence that it is who it says, and where its level 4 is reached. */
export const Company = Type.Object({
  gln: Gln,
  name: Name,
  role: literalUnion(["manufacturer", "wholesaler", "dispenser"]),
  /** GS1 company prefixes whose numbers this company answers for. */
  companyPrefixes: Type.Array(Type.String({ pattern: "^[0-9]{4,12}$" })),
  state: literalUnion(["invited", "active", "suspended"]),
  evidence: Type.Array(Type.Object({ kind: Name, reference: Name, checkedAt: InstantMs })),
});
export type Company = Static<typeof Company>;

export const MessageView = Type.Object({
  messageId: Uuid,
  from: Gln,
  to: Type.String(),
  kind: Name,
  bytes: Type.Integer(),
  state: literalUnion(["waiting", "delivered", "accepted", "refused"]),
  attempts: Type.Integer(),
  at: InstantMs,
  detail: Type.String(),
});
export type MessageView = Static<typeof MessageView>;

/** A lot's packs for the EU Hub (Delegated Regulation (EU) 2016/161, Art. 33(2)). */
export const PackReport = Type.Object({
  kind: Type.Literal("pack-data"),
  market: MarketCode,
  product: Type.Object({
    gtin: Gtin14,
    name: Name,
    commonName: Name,
    dosageForm: Name,
    strength: Name,
    packSize: Name,
    manufacturerName: Name,
    version: Type.Integer(),
  }),
  lot: LotNumber,
  expiry: ExpiryDate,
  serials: Type.Array(Serial, { maxItems: 250_000 }),
});
/** A pack's end as the hub must know it. */
export const PackStateReport = Type.Object({
  kind: Type.Literal("pack-state"),
  market: MarketCode,
  gtin: Gtin14,
  serial: Serial,
  lot: LotNumber,
  expiry: ExpiryDate,
  state: literalUnion(["supplied", "destroyed", "sample", "exported", "stolen", "locked"]),
});
export const AuthorityReport = Type.Union([PackReport, PackStateReport]);
export type AuthorityReport = Static<typeof AuthorityReport>;

export const networkApi = {
  companies: endpoint({
    method: "GET",
    path: "/v1/companies",
    right: "company.read",
    summary: "Companies on the network",
    reply: Type.Array(Company),
  }),
  writeCompany: endpoint({
    method: "PUT",
    path: "/v1/companies/:gln",
    right: "company.write",
    summary: "Admit, change or suspend a company",
    params: Type.Object({ gln: Gln }),
    body: Type.Object({ company: Company, reason: Name }),
    reply: Company,
  }),
  connect: endpoint({
    method: "PUT",
    path: "/v1/connections/:from/:to",
    right: "company.write",
    summary: "Let one company send to another, and say what the other may ask of it",
    params: Type.Object({ from: Gln, to: Gln }),
    body: Type.Object({ documents: Type.Boolean(), trace: Type.Boolean(), verification: Type.Boolean(), reason: Name }),
    reply: Accepted,
  }),
  sendDocument: endpoint({
    method: "POST",
    path: "/v1/documents",
    right: "document.send",
    kind: "message",
    status: 202,
    summary: "Give the network a document for a partner; a delivery receipt follows",
    query: Type.Object({ to: Gln, kind: literalUnion(["epcis"]) }),
    rawBody: ["application/ld+json", "application/xml"],
    reply: Accepted,
  }),
  messages: endpoint({
    method: "GET",
    path: "/v1/deliveries",
    right: "message.read",
    summary: "Messages on their way and what became of them",
    reply: Type.Array(MessageView),
  }),
  verify: endpoint({
    method: "POST",
    path: "/v1/verifications",
    right: "verification.ask",
    summary: "Ask whoever answers for this number: its maker, or the market's hub",
    body: Type.Object({ market: MarketCode, gtin: Gtin14, serial: Serial, lot: LotNumber, expiry: ExpiryDate }),
    reply: Verification,
  }),
  trace: endpoint({
    method: "POST",
    path: "/v1/traces",
    right: "trace.ask",
    summary: "Ask every company on a pack's way for the hops it shares with us",
    body: Type.Object({ id: Type.String({ maxLength: 400 }), companies: Type.Array(Gln, { maxItems: 100 }) }),
    reply: Type.Object({
      answers: Type.Array(
        Type.Object({
          company: Gln,
          companyName: Type.String(),
          answer: literalUnion(["shared", "nothing", "refused", "unreachable"]),
          hops: Type.Array(Hop),
        }),
      ),
    }),
  }),
  report: endpoint({
    method: "POST",
    path: "/v1/authority-reports",
    right: "authority.report",
    kind: "message",
    status: 202,
    summary: "Report to the market's authority; its answer follows as a delivery receipt",
    body: AuthorityReport,
    reply: Accepted,
  }),
};
