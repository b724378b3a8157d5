import { parseInstant } from "../base/time.ts";
import {
  isObject,
  type Json,
  type JsonObject,
  printElements,
  printValue,
  readContent,
  readElement,
  step,
} from "./element-json.ts";
import { stop } from "./limits.ts";
import type {
  BusinessDocumentHeader,
  Element,
  EpcisHeader,
  MasterDataAttribute,
  Vocabulary,
  VocabularyElement,
} from "./model.ts";
import { SBDH_NAMESPACE, type Scope } from "./names.ts";
import { readSbdh, sbdhElement, SBDH } from "./sbdh.ts";

/** The header of an EPCIS document in JSON: epcisHeader, and sender, receiver and instanceIdentifier beside it (EPCIS 2.0 §9.1). */
export function readHeader(document: JsonObject, scope: Scope): EpcisHeader | undefined {
  const raw = document["epcisHeader"];
  const header =
    raw === undefined ? {} : isObject(raw) ? raw : stop("epcis.wrong-type", "/epcisHeader", "expected an object");
  const extensions: Element[] = [];
  let masterData: readonly Vocabulary[] | undefined;
  for (const [key, value] of Object.entries(header)) {
    if (key === "epcisMasterData") masterData = readMasterData(value, scope, "/epcisHeader/epcisMasterData");
    else extensions.push(...readElement(key, value, scope, step("/epcisHeader", key)));
  }
  const full = extensions.find(isSbdh);
  const sbdh = full ? readSbdh(full) : shortSbdh(document);
  const rest = extensions.filter((element) => element !== full);
  if (!sbdh && !masterData && rest.length === 0 && raw === undefined) return undefined;
  return {
    ...(sbdh ? { sbdh } : {}),
    ...(masterData ? { masterData } : {}),
    ...(rest.length > 0 ? { extensions: rest } : {}),
  };
}

function isSbdh(element: Element): boolean {
  return element.name.namespace === SBDH_NAMESPACE && element.name.local === SBDH;
}

function shortSbdh(document: JsonObject): BusinessDocumentHeader | undefined {
  const { sender, receiver, instanceIdentifier } = document;
  if (sender === undefined && receiver === undefined && instanceIdentifier === undefined) return undefined;
  const partner = (value: Json | undefined, at: string) =>
    value === undefined
      ? []
      : typeof value === "string"
        ? [{ identifier: value }]
        : stop("epcis.wrong-type", at, "expected a string");
  return {
    senders: partner(sender, "/sender"),
    receivers: partner(receiver, "/receiver"),
    identification: typeof instanceIdentifier === "string" ? { instanceIdentifier } : {},
  };
}

export function readMasterData(raw: Json, scope: Scope, at: string): Vocabulary[] {
  const list = isObject(raw) ? raw["vocabularyList"] : undefined;
  if (list === undefined) return [];
  return readVocabularies(list, scope, step(at, "vocabularyList"));
}

export function readVocabularies(list: Json, scope: Scope, at: string): Vocabulary[] {
  if (!Array.isArray(list)) return stop("epcis.wrong-type", at, "expected a list");
  return (list as readonly Json[]).map((item, index) => readVocabulary(item, scope, step(at, index)));
}

function readVocabulary(item: Json, scope: Scope, at: string): Vocabulary {
  if (!isObject(item) || typeof item["type"] !== "string")
    return stop("epcis.missing-field", at, "a vocabulary has a type");
  const elements = item["vocabularyElementList"];
  return {
    type: item["type"],
    elements: Array.isArray(elements)
      ? (elements as readonly Json[]).map((element, index) =>
          readVocabularyElement(element, scope, step(step(at, "vocabularyElementList"), index)),
        )
      : [],
    ...others(item, ["type", "vocabularyElementList"], scope, at),
  };
}

function readVocabularyElement(item: Json, scope: Scope, at: string): VocabularyElement {
  if (!isObject(item) || typeof item["id"] !== "string")
    return stop("epcis.missing-field", at, "a vocabulary element has an id");
  const { attributes, children } = item;
  return {
    id: item["id"],
    attributes: Array.isArray(attributes)
      ? (attributes as readonly Json[]).map((attribute, index) =>
          readAttribute(attribute, scope, step(step(at, "attributes"), index)),
        )
      : [],
    ...(Array.isArray(children) ? { children: (children as readonly Json[]).map(String) } : {}),
    ...others(item, ["id", "attributes", "children"], scope, at),
  };
}

function readAttribute(item: Json, scope: Scope, at: string): MasterDataAttribute {
  if (!isObject(item) || typeof item["id"] !== "string")
    return stop("epcis.missing-field", at, "an attribute has an id");
  return { id: item["id"], ...readContent(item["attribute"] ?? "", scope, step(at, "attribute")) };
}

function others(
  item: JsonObject,
  known: readonly string[],
  scope: Scope,
  at: string,
): { extensions?: readonly Element[] } {
  const extensions = Object.entries(item).flatMap(([key, value]) =>
    known.includes(key) ? [] : readElement(key, value, scope, step(at, key)),
  );
  return extensions.length > 0 ? { extensions } : {};
}

/** The members of the document that say the header. */
export function printedHeader(header: EpcisHeader, scope: Scope): JsonObject {
  const { sbdh, masterData, extensions = [] } = header;
  const elements = sbdh && !isShort(sbdh) ? [sbdhElement(sbdh), ...extensions] : extensions;
  const inner = {
    ...(masterData ? { epcisMasterData: { vocabularyList: masterData.map((v) => printedVocabulary(v, scope)) } } : {}),
    ...printElements(elements, scope),
  };
  return {
    ...(sbdh?.senders[0] ? { sender: sbdh.senders[0].identifier } : {}),
    ...(sbdh?.receivers[0] ? { receiver: sbdh.receivers[0].identifier } : {}),
    ...(sbdh?.identification.instanceIdentifier !== undefined
      ? { instanceIdentifier: sbdh.identification.instanceIdentifier }
      : {}),
    ...(Object.keys(inner).length > 0 ? { epcisHeader: inner } : {}),
  };
}

/** Whether sender, receiver and instanceIdentifier say all that there is. */
function isShort(sbdh: BusinessDocumentHeader): boolean {
  const bare = (partners: BusinessDocumentHeader["senders"]) =>
    partners.length <= 1 && partners.every((p) => p.authority === undefined && !p.contacts?.length);
  const { instanceIdentifier: _, ...more } = sbdh.identification;
  return (
    bare(sbdh.senders) &&
    bare(sbdh.receivers) &&
    Object.keys(more).length === 0 &&
    sbdh.headerVersion === undefined &&
    !sbdh.rest?.length
  );
}

export function printedVocabulary(vocabulary: Vocabulary, scope: Scope): JsonObject {
  return {
    type: vocabulary.type,
    vocabularyElementList: vocabulary.elements.map((element) => ({
      id: element.id,
      attributes: element.attributes.map((attribute) => ({
        id: attribute.id,
        attribute: printValue(attribute, scope),
      })),
      ...(element.children ? { children: element.children } : {}),
      ...printElements(element.extensions ?? [], scope),
    })),
    ...printElements(vocabulary.extensions ?? [], scope),
  };
}

export function readCreationDate(value: Json | undefined, at: string) {
  const time = typeof value === "string" ? parseInstant(value) : undefined;
  if (!time?.ok) return stop("epcis.malformed-time", at, "creationDate is an ISO 8601 date-time with an offset");
  return time.value;
}
