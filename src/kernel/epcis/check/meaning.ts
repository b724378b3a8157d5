import { parseEpc } from "../../gs1/epc.ts";
import type { Instant } from "../../base/time.ts";
import type { Findings } from "./finding.ts";
import type { Locate } from "./locate.ts";
import type { EpcisEvent, SensorElement } from "../model.ts";
import { SoundIdentifiers } from "./sound-identifiers.ts";
import { canonicalLink } from "../identifiers.ts";
import { type VocabularyName, VOCABULARIES } from "../vocabulary.ts";

/**
 * What a schema cannot see in one event. Errors contradict the text of EPCIS 2.0 or CBV 2.0; what
 * valid documents in the field do, if against advice, is a warning.
 */
export function checkMeaning(
  event: EpcisEvent,
  findings: Findings,
  locate: Locate,
  context: { readonly form: "json" | "xml"; readonly createdAt?: Instant; readonly query?: boolean },
  sound = new SoundIdentifiers(),
): void {
  checkIdentifiers(event, findings, locate, sound);
  checkParents(event, findings, locate, context.form, sound);
  checkDeclaration(event, findings, locate);
  checkWords(event, findings, locate);
  checkLifecycle(event, findings, locate);
  checkSensors(event, findings, locate);
  if (event.type === "ObjectEvent" && event.ilmd && event.action !== "ADD" && context.form === "xml") {
    findings.error("epcis.ilmd-not-allowed", locate("ilmd"), "ilmd goes with action ADD only (EPCIS 2.0 §7.4.2)");
  }
  if (event.recordTime && !context.query) {
    findings.warn(
      "epcis.record-time-supplied",
      locate("recordTime"),
      "recordTime is set by the repository that captures the event; the one given is ignored",
    );
  }
  if (context.createdAt !== undefined && event.eventTime.at > context.createdAt) {
    findings.warn(
      "epcis.event-after-document",
      locate("eventTime"),
      "the event is later than the document that tells it",
    );
  }
}

/** EPCIS 2.0 §7.4.3: who packs or unpacks says into or out of what, and who packs says what. */
function checkParents(
  event: EpcisEvent,
  findings: Findings,
  locate: Locate,
  form: "json" | "xml",
  sound: SoundIdentifiers,
): void {
  if (event.type !== "AggregationEvent" && event.type !== "AssociationEvent") return;
  const { parentID, childEPCs = [], childQuantityList = [], action } = event;
  if (!parentID && action !== "OBSERVE")
    findings.error("epcis.parent-missing", locate(), `an ${event.type} with action ${action} names its parent`);
  const children = childEPCs.length + childQuantityList.length;
  if (children === 0 && action !== "DELETE" && form === "xml") {
    findings.error("epcis.no-objects", locate(), `an ${event.type} with action ${action} names children`);
  }
  if (parentID === undefined || sound.without(parentID, childEPCs)) return;
  const link = canonicalLink(parentID) ?? parentID;
  const inside = childEPCs.findIndex((child) => child === parentID || (canonicalLink(child) ?? child) === link);
  if (inside >= 0)
    findings.error("epcis.own-child", locate("childEPCs", inside), "the parent is named as its own child");
}

const EPC_LISTS = ["epcList", "childEPCs", "inputEPCList", "outputEPCList"] as const;
const QUANTITY_LISTS = ["quantityList", "childQuantityList", "inputQuantityList", "outputQuantityList"] as const;

function checkIdentifiers(event: EpcisEvent, findings: Findings, locate: Locate, sound: SoundIdentifiers): void {
  const values = event as unknown as Record<string, unknown>;
  for (const list of EPC_LISTS) {
    const epcs = values[list] as readonly string[] | undefined;
    if (!epcs || sound.list(epcs)) continue;
    const seen = new Set<string>();
    epcs.forEach((epc, index) => {
      checkInstance(epc, findings, () => locate(list, index));
      if (seen.has(epc)) findings.warn("epcis.duplicate-epc", locate(list, index), `${epc} stands twice in one list`);
      seen.add(epc);
    });
  }
  for (const list of QUANTITY_LISTS) {
    const quantities = values[list] as readonly { readonly epcClass: string; readonly quantity?: number }[] | undefined;
    quantities?.forEach(({ epcClass, quantity }, index) => {
      checkUrn(epcClass, findings, () => locate(list, index));
      if (epcClass.startsWith("urn:epc:id:"))
        findings.warn(
          "epcis.instance-as-class",
          locate(list, index),
          `${epcClass} names one object, where a class is wanted`,
        );
      if (quantity !== undefined && quantity < 0)
        findings.warn("epcis.negative-quantity", locate(list, index), "a quantity is not negative");
    });
  }
  const parent = values["parentID"];
  if (typeof parent === "string" && !sound.object(parent)) checkUrn(parent, findings, () => locate("parentID"));
  for (const place of ["readPoint", "bizLocation"] as const)
    if (event[place] && !sound.single(event[place].id)) checkUrn(event[place].id, findings, () => locate(place));
  event.sourceList?.forEach(({ source }, index) => checkUrn(source, findings, () => locate("sourceList", index)));
  event.destinationList?.forEach(({ destination }, index) =>
    checkUrn(destination, findings, () => locate("destinationList", index)),
  );
}

function checkInstance(epc: string, findings: Findings, at: () => string): void {
  checkUrn(epc, findings, at);
  if (epc.startsWith("urn:epc:class:") || epc.startsWith("urn:epc:idpat:")) {
    findings.warn(
      "epcis.class-as-instance",
      at(),
      `${epc} names a class, where single objects are wanted; classes go into a quantity list`,
    );
  }
}

/** A URN of a GS1 key must be one; schemes that are not GS1's keys are nobody's business here. */
function checkUrn(uri: string, findings: Findings, at: () => string): void {
  if (uri === "") return findings.error("epcis.malformed-uri", at(), "an identifier is missing");
  if (!uri.startsWith("urn:epc:")) return;
  const parsed = parseEpc(uri);
  if (parsed.ok || parsed.refusal.code === "gs1.epc-scheme") return;
  findings.error(
    "epcis.malformed-epc",
    at(),
    `${uri} is not a well-formed EPC URI (${parsed.refusal.code} at ${parsed.refusal.at ?? "0"})`,
  );
}

/** CBV 2.0 §7.5.3: what did not occur has nothing that corrects it. */
function checkDeclaration(event: EpcisEvent, findings: Findings, locate: Locate): void {
  const declaration = event.errorDeclaration;
  if (declaration?.reason === "did_not_occur" && declaration.correctiveEventIDs?.length) {
    findings.error(
      "epcis.correction-of-nothing",
      locate("errorDeclaration"),
      "an event that did not occur has no corrective events",
    );
  }
}

/** Words in the CBV's own spelling that the CBV does not have. */
function checkWords(event: EpcisEvent, findings: Findings, locate: Locate): void {
  const look = (vocabulary: VocabularyName, word: string | undefined, field: string, index?: number) => {
    if (word === undefined) return;
    const { urn, web, words } = VOCABULARIES[vocabulary];
    const claimed = [urn, web].find((prefix) => word.startsWith(prefix));
    if (claimed && !words.has(word.slice(claimed.length)))
      findings.warn("epcis.unknown-cbv-word", locate(field, index), `${word} is not a word of CBV 2.0`);
  };
  look("bizStep", event.bizStep, "bizStep");
  look("disposition", event.disposition, "disposition");
  event.bizTransactionList?.forEach(({ type }, index) => look("bizTransactionType", type, "bizTransactionList", index));
  event.sourceList?.forEach(({ type }, index) => look("sourceDestType", type, "sourceList", index));
  event.destinationList?.forEach(({ type }, index) => look("sourceDestType", type, "destinationList", index));
}

/** Actions that the definitions of the CBV's business steps imply (CBV 2.0 §7.1.2). */
const ACTION_OF: Readonly<Record<string, string>> = {
  commissioning: "ADD",
  decommissioning: "DELETE",
  destroying: "DELETE",
};

function checkLifecycle(event: EpcisEvent, findings: Findings, locate: Locate): void {
  if (event.type !== "ObjectEvent") {
    const wanted =
      event.type === "AggregationEvent" ? { packing: "ADD", unpacking: "DELETE" }[event.bizStep ?? ""] : undefined;
    if (wanted && "action" in event && event.action !== wanted)
      unusual(event.bizStep as string, wanted, findings, locate);
    return;
  }
  const wanted = ACTION_OF[event.bizStep ?? ""];
  if (wanted && event.action !== wanted) unusual(event.bizStep as string, wanted, findings, locate);
  if (!event.epcList?.length && !event.quantityList?.length && !event.sensorElementList?.length) {
    findings.warn("epcis.nothing-observed", locate(), "the event names no object and no measurement");
  }
}

function unusual(bizStep: string, action: string, findings: Findings, locate: Locate): void {
  findings.warn("epcis.unusual-action", locate("action"), `${bizStep} usually goes with action ${action}`);
}

const INLINE = ["time", "deviceID", "deviceMetadata", "rawData", "dataProcessingMethod"] as const;

/** EPCIS 2.0 §7.3.7: when measured, and once only by whom. */
function checkSensors(event: EpcisEvent, findings: Findings, locate: Locate): void {
  event.sensorElementList?.forEach((element, index) => {
    const at = locate("sensorElementList", index);
    checkSensorTimes(element, event.eventTime.at, findings, at);
    const metadata = element.sensorMetadata;
    for (const report of element.sensorReport) {
      const twice = metadata && INLINE.filter((field) => metadata[field] !== undefined && report[field] !== undefined);
      if (twice?.length)
        findings.warn(
          "epcis.sensor-said-twice",
          at,
          `${twice.join(", ")} stand both in sensorMetadata and in a sensorReport`,
        );
      if (report.type === undefined && report.exception === undefined)
        findings.warn(
          "epcis.sensor-untyped",
          at,
          "a sensorReport says what was measured (type) or what went wrong (exception)",
        );
    }
  });
}

function checkSensorTimes(element: SensorElement, eventAt: Instant, findings: Findings, at: string): void {
  const { sensorMetadata } = element;
  const times = [sensorMetadata?.time, ...element.sensorReport.map((report) => report.time)];
  if (times.some((time) => time && time.at > eventAt))
    findings.warn("epcis.sensor-time-after-event", at, "a measurement is later than its event");
  const { startTime, endTime } = sensorMetadata ?? {};
  if (startTime && endTime && startTime.at > endTime.at)
    findings.warn("epcis.sensor-times-reversed", at, "startTime is later than endTime");
}
