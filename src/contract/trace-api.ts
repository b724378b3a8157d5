import { type Static, Type } from "typebox";
import { endpoint } from "./endpoint.ts";
import {
  Count,
  Gln,
  Gtin14,
  InstantMs,
  literalUnion,
  LotNumber,
  Name,
  SignatureInput,
  SignatureRecord,
  Uuid,
} from "./shapes.ts";

// Level 4: what was where at a moment, a lot's and a place's view, the documents behind it, exports, and exceptions
// that people work off.

const orNull = <T extends Parameters<typeof Type.Union>[0][number]>(schema: T) => Type.Union([Type.Null(), schema]);
const Text = Type.String();

/** `at`: what was so then, by all that is known now. `known`: by what was recorded here by then. Absent: now. */
const momentQuery = { at: Type.Optional(InstantMs), known: Type.Optional(InstantMs) };
const Moment = Type.Object({ at: orNull(InstantMs), known: orNull(InstantMs) });
const Id = Type.String({ minLength: 1, maxLength: 400, description: "an identifier in any GS1 spelling" });

export const LinkKind = literalUnion(["verified", "implied", "unverified"]);

export const LotCount = Type.Object({
  gtin: Type.String(),
  lot: orNull(LotNumber),
  productName: orNull(Text),
  packs: Count,
});

export const ObjectAtMoment = Type.Object({
  id: Text,
  standing: Text,
  disposition: Text,
  parent: orNull(Text),
  link: orNull(LinkKind),
  lot: orNull(Text),
  expiry: orNull(Type.String({ description: "as its event told it: 2027-06-30" })),
  place: orNull(Text),
  owner: orNull(Type.String({ description: "of the last change of owner that an event told" })),
  lastEventAt: orNull(InstantMs),
});
export type ObjectAtMoment = Static<typeof ObjectAtMoment>;

/** Both directions of the hierarchy at one moment. */
export const MomentView = Type.Object({
  asOf: Moment,
  /** Null: nothing was known of it then. */
  object: orNull(ObjectAtMoment),
  /** From the innermost container outwards; `link`: how the link below it is known. */
  ancestors: Type.Array(Type.Object({ id: Text, link: LinkKind })),
  /** What is directly inside; at most `childrenShownMax`. */
  children: Type.Array(ObjectAtMoment),
  childCount: Count,
  /** All packs inside however deep. */
  contents: Type.Array(LotCount),
});
export type MomentView = Static<typeof MomentView>;

export const ShipmentOfLot = Type.Object({
  deliveryId: Uuid,
  direction: literalUnion(["outbound", "inbound"]),
  partner: Gln,
  partnerName: Text,
  purchaseOrder: Name,
  state: Name,
  at: orNull(InstantMs),
  packs: Count,
});

export const LotTrace = Type.Object({
  gtin: Gtin14,
  lot: LotNumber,
  expiry: orNull(Text),
  productName: orNull(Text),
  asOf: Moment,
  packs: Count,
  byState: Type.Array(Type.Object({ standing: Text, disposition: Text, packs: Count })),
  byPlace: Type.Array(Type.Object({ place: orNull(Text), here: Type.Boolean(), packs: Count })),
  /** Outermost containers with packs of the lot, most packs first; at most `topsShownMax`. */
  containers: Type.Array(Type.Object({ id: Text, packs: Count, place: orNull(Text), disposition: Text })),
  containerCount: Count,
  loose: Count,
  shipments: Type.Array(ShipmentOfLot),
  /** Whom a recall has to reach: packs that ever went there, and those of them that are back with us. */
  recall: Type.Array(
    Type.Object({
      partner: Gln,
      partnerName: Text,
      packs: Count,
      back: Count,
      /** Of those not back: dispensed, destroyed or otherwise ended, as far as we were told. */
      ended: Count,
      deliveries: Count,
    }),
  ),
  openExceptions: Count,
  reports: Type.Array(Type.Object({ reportId: Uuid, kind: Name, state: Name })),
  signatures: Type.Array(SignatureRecord),
});
export type LotTrace = Static<typeof LotTrace>;

const Movement = Type.Object({
  at: InstantMs,
  bizStep: Text,
  named: Count,
  eventId: Text,
  company: Gln,
  companyName: Text,
  source: literalUnion(["own", "shared"]),
});

export const PlaceTrace = Type.Object({
  place: Text,
  name: orNull(Text),
  asOf: Moment,
  packs: Count,
  lots: Type.Array(LotCount),
  containers: Type.Array(ObjectAtMoment),
  containerCount: Count,
  /** Containers past those whose contents were counted. */
  uncounted: Count,
  loose: Count,
  arrivals: Type.Array(Movement),
  departures: Type.Array(Movement),
  /** So much happened there that only what is younger than this was looked at; null: all of it was. */
  since: orNull(InstantMs),
});
export type PlaceTrace = Static<typeof PlaceTrace>;

/** What a trace rests on. */
export const Evidence = Type.Object({
  documents: Type.Array(
    Type.Object({
      captureId: Uuid,
      at: InstantMs,
      source: literalUnion(["own", "shared"]),
      company: Gln,
      companyName: Text,
      mediaType: Text,
      sha256: Text,
      /** Of this object's events, how many the document told. */
      events: Count,
    }),
  ),
  signatures: Type.Array(Type.Intersect([SignatureRecord, Type.Object({ about: Text })])),
});
export type Evidence = Static<typeof Evidence>;

export const exportFormats = ["epcis-json", "epcis-xml", "pdf"] as const;
export type ExportFormat = (typeof exportFormats)[number];

export const WorkedException = Type.Object({
  exceptionId: Uuid,
  at: InstantMs,
  code: Name,
  severity: literalUnion(["error", "warning"]),
  subject: Text,
  eventId: Text,
  message: Text,
  state: literalUnion(["open", "resolved"]),
  assignedTo: orNull(Type.Object({ userId: Uuid, name: Text })),
  resolvedAt: orNull(InstantMs),
  resolvedBy: orNull(Text),
  reason: orNull(Text),
  notes: Type.Array(
    Type.Object({
      at: InstantMs,
      by: Text,
      kind: literalUnion(["comment", "assigned", "resolved"]),
      words: Text,
    }),
  ),
});
export type WorkedException = Static<typeof WorkedException>;

const exceptionParams = Type.Object({ exceptionId: Uuid });

export const traceApi = {
  moment: endpoint({
    method: "GET",
    path: "/v1/trace/moment",
    right: "pack.trace",
    summary: "State, place and both directions of the hierarchy of a pack or container, now or at a past moment",
    query: Type.Object({ id: Id, ...momentQuery }),
    reply: MomentView,
  }),
  lotTrace: endpoint({
    method: "GET",
    path: "/v1/trace/lots/:gtin/:lot",
    right: "pack.trace",
    summary: "Where the packs of a lot are, who got them, what is wrong with them, now or at a past moment",
    params: Type.Object({ gtin: Gtin14, lot: LotNumber }),
    query: Type.Object(momentQuery),
    reply: LotTrace,
  }),
  placeTrace: endpoint({
    method: "GET",
    path: "/v1/trace/places",
    right: "pack.trace",
    summary: "What stands at a place, what came and what left, now or at a past moment",
    query: Type.Object({ id: Id, ...momentQuery }),
    reply: PlaceTrace,
  }),
  evidence: endpoint({
    method: "GET",
    path: "/v1/trace/evidence",
    right: "pack.trace",
    summary: "The documents that tell of a pack or container, and who signed what about its lot",
    query: Type.Object({ id: Id }),
    reply: Evidence,
  }),
  document: endpoint({
    method: "GET",
    path: "/v1/trace/documents/:captureId",
    right: "document.read",
    summary: "A document as it was received, byte for byte",
    params: Type.Object({ captureId: Uuid }),
    reply: Type.Unknown({ description: "the document's bytes, in its own media type" }),
  }),
  exportTrace: endpoint({
    method: "POST",
    path: "/v1/trace/exports",
    right: "trace.export",
    summary: "A trace or a lot as EPCIS 2.0 or PDF; who took it is on record",
    body: Type.Object({
      id: Id,
      format: literalUnion(exportFormats),
      reason: Type.Optional(Name),
    }),
    reply: Type.Unknown({ description: "the file's bytes" }),
  }),
  workedExceptions: endpoint({
    method: "GET",
    path: "/v1/exceptions/worklist",
    right: "exception.read",
    summary: "Exceptions with who works on them and what was done, filtered, a page at a time",
    query: Type.Object({
      state: Type.Optional(literalUnion(["open", "resolved"])),
      severity: Type.Optional(literalUnion(["error", "warning"])),
      code: Type.Optional(Name),
      mine: Type.Optional(Type.Boolean()),
      unassigned: Type.Optional(Type.Boolean()),
      subject: Type.Optional(Id),
      /** The last of the page before: only older ones. */
      before: Type.Optional(Uuid),
    }),
    reply: Type.Object({
      exceptions: Type.Array(WorkedException),
      more: Type.Boolean(),
      /** Of all open ones, whatever the filter. */
      open: Type.Object({ error: Count, warning: Count }),
      /** Who may be given one. */
      people: Type.Array(Type.Object({ userId: Uuid, name: Text })),
    }),
  }),
  assignException: endpoint({
    method: "POST",
    path: "/v1/exceptions/:exceptionId/assignment",
    right: "exception.resolve",
    summary: "Give an open exception to somebody, or to nobody",
    params: exceptionParams,
    body: Type.Object({ userId: orNull(Uuid) }),
    reply: WorkedException,
  }),
  commentException: endpoint({
    method: "POST",
    path: "/v1/exceptions/:exceptionId/comments",
    right: "exception.resolve",
    summary: "Put a comment to an exception",
    params: exceptionParams,
    body: Type.Object({ words: Name }),
    reply: WorkedException,
  }),
  signException: endpoint({
    method: "POST",
    path: "/v1/exceptions/:exceptionId/signed-resolution",
    right: "exception.resolve",
    kind: "signed",
    summary: "Close an exception of severity error: with a reason, signed",
    params: exceptionParams,
    body: Type.Object({ reason: Name, signature: SignatureInput }),
    reply: WorkedException,
  }),
};
