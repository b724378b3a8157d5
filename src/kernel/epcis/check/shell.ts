import { isObject, type Json, type JsonObject, step } from "../element-json.ts";
import { JsonStructure } from "./json-structure.ts";
import type { Findings } from "./finding.ts";
import { isUri } from "./uri.ts";

/** What stands around the events of a JSON document: its own members, its header, its body. */
const DOCUMENT = new Set([
  "@context",
  "id",
  "type",
  "schemaVersion",
  "creationDate",
  "instanceIdentifier",
  "sender",
  "receiver",
  "epcisHeader",
  "epcisBody",
]);
const QUERY_DOCUMENT = new Set(["@context", "id", "type", "schemaVersion", "creationDate", "epcisBody"]);

/** `raw` may have had its events taken out: `hasEventList` says whether there was a list. */
export function checkShell(raw: JsonObject, hasEventList: boolean, findings: Findings): void {
  const structure = new JsonStructure(findings);
  const query = raw["type"] === "EPCISQueryDocument";
  const known = query ? QUERY_DOCUMENT : DOCUMENT;
  for (const key of Object.keys(raw)) if (!known.has(key) && !isUri(key)) structure.unknown(step("", key), key);
  const needed = query ? ["@context", "epcisBody"] : ["@context", "schemaVersion", "creationDate", "epcisBody"];
  for (const key of needed) if (raw[key] === undefined) structure.missing("", key, undefined);
  checkScalars(raw, structure, findings);
  if (raw["epcisHeader"] !== undefined) checkHeader(raw["epcisHeader"], structure);
  if (raw["epcisBody"] !== undefined) checkBody(raw["epcisBody"], query, hasEventList, structure);
}

function checkScalars(raw: JsonObject, structure: JsonStructure, findings: Findings): void {
  const { id, schemaVersion, creationDate } = raw;
  if (raw["@context"] !== undefined) structure.context(raw["@context"], "/@context");
  if (id !== undefined) structure.uri(id, "/id");
  if (creationDate !== undefined) structure.time(creationDate, "/creationDate");
  if (schemaVersion !== undefined && (typeof schemaVersion !== "string" || !/^\d+(\.\d+)*$/.test(schemaVersion))) {
    findings.error("epcis.malformed-value", "/schemaVersion", "a version is digits and dots");
  }
  for (const key of ["instanceIdentifier", "sender", "receiver"])
    if (raw[key] !== undefined) structure.typeOf(raw[key], "string", step("", key));
}

function checkHeader(header: Json, structure: JsonStructure): void {
  const at = "/epcisHeader";
  if (!isObject(header)) return structure.wrong(at, "an object");
  for (const [key, value] of Object.entries(header)) {
    if (key === "epcisMasterData") {
      const where = step(at, key);
      if (!isObject(value)) structure.wrong(where, "an object");
      else if (value["vocabularyList"] !== undefined)
        checkVocabularies(value["vocabularyList"], step(where, "vocabularyList"), structure);
    } else if (!isUri(key)) structure.unknown(step(at, key), key);
  }
}

function checkVocabularies(list: Json, at: string, structure: JsonStructure): void {
  structure.items(list, at, (vocabulary, where) => {
    if (!isObject(vocabulary)) return structure.wrong(where, "an object");
    if (vocabulary["type"] === undefined) structure.missing(where, "type", undefined);
    else structure.uri(vocabulary["type"], step(where, "type"));
    const elements = vocabulary["vocabularyElementList"];
    if (elements !== undefined)
      structure.items(elements, step(where, "vocabularyElementList"), (item, place) =>
        checkElement(item, place, structure),
      );
  });
}

function checkElement(item: Json, at: string, structure: JsonStructure): void {
  if (!isObject(item)) return structure.wrong(at, "an object");
  if (item["id"] === undefined) structure.missing(at, "id", undefined);
  else structure.uri(item["id"], step(at, "id"));
  if (item["children"] !== undefined)
    structure.items(item["children"], step(at, "children"), (child, where) => structure.uri(child, where));
  if (item["attributes"] === undefined) return;
  structure.items(item["attributes"], step(at, "attributes"), (attribute, where) => {
    if (!isObject(attribute)) return structure.wrong(where, "an object");
    if (attribute["id"] === undefined) structure.missing(where, "id", undefined);
    else structure.uri(attribute["id"], step(where, "id"));
    const value = attribute["attribute"];
    if (value === null || typeof value === "boolean" || Array.isArray(value))
      structure.wrong(step(where, "attribute"), "a number, a string or an object");
  });
}

function checkBody(body: Json, query: boolean, hasEventList: boolean, structure: JsonStructure): void {
  const at = "/epcisBody";
  if (!isObject(body)) return structure.wrong(at, "an object");
  if (!query) {
    if (!hasEventList) structure.missing(at, "eventList", undefined);
    return;
  }
  checkNames(body, at, ["queryResults"], structure);
  const results = body["queryResults"];
  if (!isObject(results))
    return results === undefined
      ? structure.missing(at, "queryResults", undefined)
      : structure.wrong(step(at, "queryResults"), "an object");
  const where = step(at, "queryResults");
  checkNames(results, where, ["queryName", "subscriptionID", "resultsBody"], structure);
  if (results["queryName"] === undefined) structure.missing(where, "queryName", undefined);
  for (const key of ["queryName", "subscriptionID"])
    if (results[key] !== undefined) structure.typeOf(results[key], "string", step(where, key));
  const inner = results["resultsBody"];
  if (!isObject(inner))
    return inner === undefined
      ? structure.missing(where, "resultsBody", undefined)
      : structure.wrong(step(where, "resultsBody"), "an object");
  checkNames(inner, step(where, "resultsBody"), ["eventList", "vocabularyList"], structure);
  if (!hasEventList) structure.missing(step(where, "resultsBody"), "eventList", undefined);
  if (inner["vocabularyList"] !== undefined)
    checkVocabularies(inner["vocabularyList"], `${where}/resultsBody/vocabularyList`, structure);
}

function checkNames(object: JsonObject, at: string, known: readonly string[], structure: JsonStructure): void {
  for (const key of Object.keys(object)) if (!known.includes(key) && !isUri(key)) structure.unknown(step(at, key), key);
}
