import { invariant } from "../../../kernel/base/invariant.ts";
import type { Action, EventType } from "../../../kernel/epcis/model.ts";

// The numbers under which the words of EPCIS 2.0 and CBV 2.0 are stored. Lists only grow at their end.

const bizSteps = [
  "",
  "accepting",
  "arriving",
  "assembling",
  "collecting",
  "commissioning",
  "consigning",
  "creating_class_instance",
  "cycle_counting",
  "decommissioning",
  "departing",
  "destroying",
  "disassembling",
  "dispensing",
  "encoding",
  "entering_exiting",
  "holding",
  "inspecting",
  "installing",
  "killing",
  "loading",
  "other",
  "packing",
  "picking",
  "receiving",
  "removing",
  "repackaging",
  "repairing",
  "replacing",
  "reserving",
  "retail_selling",
  "sampling",
  "sensor_reporting",
  "shipping",
  "staging_outbound",
  "stock_taking",
  "stocking",
  "storing",
  "transporting",
  "unloading",
  "unpacking",
  "void_shipping",
] as const;

const dispositions = [
  "",
  "active",
  "available",
  "completeness_inferred",
  "completeness_verified",
  "conformant",
  "container_closed",
  "container_open",
  "damaged",
  "destroyed",
  "dispensed",
  "disposed",
  "encoded",
  "expired",
  "in_progress",
  "in_transit",
  "inactive",
  "mismatch_class",
  "mismatch_instance",
  "mismatch_quantity",
  "needs_replacement",
  "no_pedigree_match",
  "non_conformant",
  "non_sellable_other",
  "partially_dispensed",
  "recalled",
  "reserved",
  "retail_sold",
  "returned",
  "sellable_accessible",
  "sellable_not_accessible",
  "stolen",
  "unavailable",
  "unknown",
] as const;

/** A word of somebody's own vocabulary: the event's body says which. */
export const ownWord = 255;
/** Dispositions take six bits beside a standing (see `ledger-rules.ts`). */
export const ownDisposition = 63;

const bizStepCodes = new Map<string, number>(bizSteps.map((word, code) => [word, code]));
const dispositionCodes = new Map<string, number>(dispositions.map((word, code) => [word, code]));

export function bizStepCode(word: string | undefined): number {
  return word === undefined ? 0 : (bizStepCodes.get(word) ?? ownWord);
}

/** Undefined for none and for `ownWord`. */
export function bizStepOf(code: number): string | undefined {
  return bizSteps[code] || undefined;
}

export function dispositionCode(word: string | undefined): number {
  return word === undefined ? 0 : (dispositionCodes.get(word) ?? ownDisposition);
}

/** Undefined for none and for `ownDisposition`. */
export function dispositionOf(code: number): string | undefined {
  return dispositions[code] || undefined;
}

const eventTypes = [
  "ObjectEvent",
  "AggregationEvent",
  "TransactionEvent",
  "TransformationEvent",
  "AssociationEvent",
] as const satisfies readonly EventType[];
const actions = ["", "ADD", "OBSERVE", "DELETE"] as const;

export function eventTypeCode(type: EventType): number {
  return eventTypes.indexOf(type);
}

export function eventTypeOf(code: number): EventType {
  const type = eventTypes[code];
  invariant(type !== undefined, `stored event type ${code}`);
  return type;
}

/** A transformation has no action. */
export function actionCode(action: Action | undefined): number {
  return action === undefined ? 0 : actions.indexOf(action);
}

export function actionOf(code: number): Action | undefined {
  return actions[code] || undefined;
}
