import type { Attribute, Element, Scalar } from "./model.ts";
import { DEFAULT_LIMITS, stop } from "./limits.ts";
import {
  FORM_NAMESPACE,
  LOCAL_NAMESPACE,
  printedName,
  type QName,
  type Scope,
  XSD_NAMESPACE,
  XSI_NAMESPACE,
} from "./names.ts";

/**
 * Extension elements and JSON. Lists are runs of one name; what JSON has no words for (attributes,
 * mixed text) stands under the `form:` prefix, so that a document can change its form and come back.
 */

export type Json = Scalar | readonly Json[] | { readonly [key: string]: Json };
export type JsonObject = { readonly [key: string]: Json };

export const ATTRIBUTES = { namespace: FORM_NAMESPACE, local: "attributes", prefix: "form" };
export const TEXT = { namespace: FORM_NAMESPACE, local: "text", prefix: "form" };
export const ITEM = { namespace: FORM_NAMESPACE, local: "item", prefix: "form" };
export const XSI_TYPE = { namespace: XSI_NAMESPACE, local: "type", prefix: "xsi" };

export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A JSON pointer's next step (RFC 6901). */
export function step(at: string, key: string | number): string {
  if (typeof key === "number" || !/[~/]/.test(key)) return `${at}/${key}`;
  return `${at}/${key.replaceAll("~", "~0").replaceAll("/", "~1")}`;
}

/** One member of a JSON object as the run of elements it stands for. */
export function readElement(key: string, value: Json, scope: Scope, at: string, depth = 0): Element[] {
  if (depth > DEFAULT_LIMITS.depthMax) stop("epcis.too-deep", at, `nested more than ${DEFAULT_LIMITS.depthMax} deep`);
  const name = scope.read(key);
  if (!Array.isArray(value)) return [{ name, ...readValue(value, scope, at, depth) }];
  if (value.length === 0) return [{ name, value: [], list: "empty" }];
  const items = (value as readonly Json[]).map((item, index) => ({
    name,
    ...readValue(item, scope, step(at, index), depth),
  }));
  return items.length === 1 ? [{ ...(items[0] as Element), list: "one" }] : items;
}

type Content = Omit<Element, "name" | "list">;

function readValue(value: Json, scope: Scope, at: string, depth: number): Content {
  if (Array.isArray(value)) {
    return { value: readItems(value as readonly Json[], scope, at, depth + 1) };
  }
  if (!isObject(value)) return { value: readScalar(value as Scalar, at) };
  const literal = typedLiteral(value, scope);
  if (literal) return literal;
  const children: Element[] = [];
  let attributes: readonly Attribute[] | undefined;
  let text: string | undefined;
  for (const [key, member] of Object.entries(value)) {
    const name = scope.read(key);
    if (name.namespace === FORM_NAMESPACE && name.local === ATTRIBUTES.local && isObject(member)) {
      attributes = readAttributes(member, scope);
    } else if (name.namespace === FORM_NAMESPACE && name.local === TEXT.local && typeof member === "string") {
      text = member;
    } else {
      children.push(...readElement(key, member, scope, step(at, key), depth + 1));
    }
  }
  const leaf = children.length === 0 && text !== undefined;
  return {
    value: leaf ? (text as string) : children,
    ...(attributes ? { attributes } : {}),
    ...(text !== undefined && !leaf ? { text } : {}),
  };
}

/** A number past what a double holds (RFC 8259 §6) would come back as none. */
export function readScalar<T extends Scalar>(value: T, at: string): T {
  if (typeof value !== "number" || Number.isFinite(value)) return value;
  return stop("epcis.malformed-value", at, "the number is larger than 64 bits of floating point can hold");
}

/** A list in a list: its items have no name of their own. */
function readItems(items: readonly Json[], scope: Scope, at: string, depth: number): Element[] {
  if (depth > DEFAULT_LIMITS.depthMax) stop("epcis.too-deep", at, `nested more than ${DEFAULT_LIMITS.depthMax} deep`);
  if (items.length === 0) return [{ name: ITEM, value: [], list: "empty" }];
  return items.map((item, index) => ({ name: ITEM, ...readValue(item, scope, step(at, index), depth) }));
}

function readAttributes(object: JsonObject, scope: Scope): Attribute[] {
  return Object.entries(object).map(([key, value]) => ({ name: scope.read(key), value: String(value) }));
}

/** `{"@type": "xsd:dateTime", "@value": "…"}`, JSON-LD's way to say what `xsi:type` says in XML. */
function typedLiteral(object: JsonObject, scope: Scope): Content | undefined {
  const type = object["@type"];
  const value = object["@value"];
  if (Object.keys(object).length !== 2 || typeof type !== "string" || typeof value !== "string") return undefined;
  const name = scope.read(type);
  const spelled = name.namespace === "" ? type : printedTypeName(name.namespace, name.local, type);
  return { value, attributes: [{ name: XSI_TYPE, value: spelled }] };
}

function printedTypeName(namespace: string, local: string, spelled: string): string {
  return namespace === XSD_NAMESPACE ? `xsd:${local}` : spelled;
}

/**
 * Elements beside EPCIS's own members, in order; runs of one name become lists. Such a member's name
 * must be a URI or a CURIE, so one without a namespace gets ours.
 */
export function printElements(elements: readonly Element[], scope: Scope): Record<string, Json> {
  return printMembers(elements, scope, (name) =>
    printedName(name.namespace === "" && name.prefix === "" ? { ...name, ...LOCAL } : name, scope),
  );
}

export const LOCAL = { namespace: LOCAL_NAMESPACE, prefix: "local" };

function printMembers(
  elements: readonly Element[],
  scope: Scope,
  nameOf: (name: QName) => string,
): Record<string, Json> {
  // Without a prototype even `__proto__` is a name like any other.
  const members = Object.create(null) as Record<string, Json>;
  const runs = new Map<string, Element[]>();
  for (const element of elements) {
    const key = nameOf(element.name);
    const run = runs.get(key);
    if (run) run.push(element);
    else runs.set(key, [element]);
  }
  for (const [key, run] of runs) members[key] = printRun(run, scope);
  return members;
}

function printRun(run: readonly Element[], scope: Scope): Json {
  const first = run[0] as Element;
  if (run.length > 1) return run.map((element) => printValue(element, scope));
  if (first.list === "empty") return [];
  return first.list === "one" ? [printValue(first, scope)] : printValue(first, scope);
}

/** The value of one element (or of a master data attribute) in JSON. */
export function printValue(element: Omit<Element, "name">, scope: Scope): Json {
  const { value, attributes = [], text } = element;
  const children = Array.isArray(value) ? (value as readonly Element[]) : undefined;
  if (children && children.length > 0 && children.every(isItem)) {
    return children[0]?.list === "empty" ? [] : children.map((child) => printValue(child, scope));
  }
  const type =
    attributes.length === 1 && isXsiType(attributes[0] as Attribute) ? (attributes[0] as Attribute).value : undefined;
  if (type !== undefined && typeof value === "string") {
    if (type.startsWith("xsd:")) printedName({ namespace: XSD_NAMESPACE, local: "", prefix: "xsd" }, scope);
    return { "@type": type, "@value": value };
  }
  if (attributes.length === 0 && text === undefined) return children ? printChildren(children, scope) : value;
  const said: Record<string, Json> = {};
  if (attributes.length > 0) {
    said[printedName(ATTRIBUTES, scope)] = Object.fromEntries(
      attributes.map((a) => [printedName(a.name, scope), a.value]),
    );
  }
  if (!children) said[printedName(TEXT, scope)] = value === null ? "" : String(value);
  else if (text !== undefined) said[printedName(TEXT, scope)] = text;
  return children ? { ...said, ...printChildren(children, scope) } : said;
}

/** Inside an extension any name will do. */
function printChildren(children: readonly Element[], scope: Scope): Record<string, Json> {
  return printMembers(children, scope, (name) => printedName(name, scope));
}

/** A value where JSON must have an object: `ofMember` takes it out again. */
export function asMember(value: Json, scope: Scope): JsonObject {
  return { [printedName(ITEM, scope)]: value };
}

export function ofMember(content: JsonObject, scope: Scope): Json {
  const [[key, value] = ["", null], more] = Object.entries(content);
  const { namespace, local } = scope.read(key);
  return more === undefined && namespace === FORM_NAMESPACE && local === ITEM.local ? value : content;
}

function isItem(element: Element): boolean {
  return element.name.namespace === FORM_NAMESPACE && element.name.local === ITEM.local;
}

function isXsiType(attribute: Attribute): boolean {
  return attribute.name.namespace === XSI_NAMESPACE && attribute.name.local === "type";
}

/** Reads a bare value (a master data attribute) as an element's content. */
export function readContent(value: Json, scope: Scope, at: string): Content & { readonly list?: "one" | "empty" } {
  return readValue(value, scope, at, 0);
}
