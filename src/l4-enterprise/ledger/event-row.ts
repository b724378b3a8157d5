import type { EpcisEvent, EventType, Action } from "../../kernel/epcis/model.ts";
import type { Fact } from "./ledger-rules.ts";
import type { Members } from "./encoding/members.ts";

/**
 * An event as it is stored: what is asked often in columns, who it names as members, the rest in `body` (the fields of
 * the EPCIS model that no column holds). Ids are keys; places are canonical URIs.
 */
export type EventRow = {
  readonly id: string;
  /** Owner and environment. */
  readonly scope: number;
  readonly at: number;
  readonly offsetMinutes: number;
  readonly recordedAt: number;
  readonly captureId: string;
  readonly type: EventType;
  readonly action: Action | undefined;
  readonly bizStep: string | undefined;
  readonly disposition: string | undefined;
  readonly parent: string | undefined;
  readonly readPoint: string | undefined;
  readonly bizLocation: string | undefined;
  readonly lot: number;
  readonly source: "own" | "shared";
  /** The event that this one takes back. */
  readonly declares: string | undefined;
  /** Whether another event took this one back. */
  readonly declared: boolean;
  /** The eventID it came with. */
  readonly ref: string | undefined;
  readonly members: Members;
  /** `members` as bytes, where they were made already. */
  readonly memberBytes?: Buffer;
  readonly body: EventBody | undefined;
};

/** Fields of `EpcisEvent`; bizStep and disposition only when they are no words of the CBV. */
export type EventBody = Partial<Record<BodyField, unknown>>;

export const bodyFields = [
  "bizStep",
  "disposition",
  "readPoint",
  "bizLocation",
  "errorDeclaration",
  "certificationInfo",
  "persistentDisposition",
  "bizTransactionList",
  "sourceList",
  "destinationList",
  "sensorElementList",
  "extensions",
  "ilmd",
  "quantityList",
  "childQuantityList",
  "inputQuantityList",
  "outputQuantityList",
  "transformationID",
] as const;
export type BodyField = (typeof bodyFields)[number];

/** As far as state depends on the event. */
export function factOf(row: EventRow): Fact {
  const { type, action, members, body } = row;
  const childless = members.inputs.keys.length === 0 && members.inputs.own.length === 0;
  return {
    id: row.id,
    type,
    action,
    bizStep: row.bizStep,
    disposition: row.disposition,
    parent: row.parent,
    lot: row.lot,
    source: row.source,
    declared: row.declared,
    declaration: row.declares !== undefined,
    unpacksAll:
      type === "AggregationEvent" && action === "DELETE" && childless && body?.childQuantityList === undefined,
    completeness: completenessOf(row),
  };
}

function completenessOf({ disposition, body }: EventRow): Fact["completeness"] {
  const set = (body?.persistentDisposition as EpcisEvent["persistentDisposition"])?.set ?? [];
  if (set.includes("completeness_inferred") || disposition === "completeness_inferred") return "inferred";
  return set.includes("completeness_verified") || disposition === "completeness_verified" ? "verified" : undefined;
}
