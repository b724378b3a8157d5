import { isObject, printElements, readElement } from "../element-json.ts";
import type { Attribute, Element, Scalar } from "../model.ts";
import { FORM_NAMESPACE, isXmlName, LOCAL_NAMESPACE, type QName, Scope, XSI_NAMESPACE } from "../names.ts";
import { bare, form, isForm, leaf, localName, type XmlNode } from "./tree.ts";

/**
 * Extension elements and XML. A JSON number, boolean or null becomes `xsi:type` or `xsi:nil`; what XML
 * has no words for stands in attributes of the `form:` namespace and is read back from there.
 */
export function elementNode(element: Element): XmlNode {
  const { value, list, text = "" } = element;
  const named = printableName(element.name);
  const attributes: Attribute[] = [...named.attributes, ...(element.attributes ?? [])];
  if (list) attributes.push({ name: form("list"), value: list });
  const shell = { name: named.name, at: "" };
  if (Array.isArray(value)) {
    const children = value as readonly Element[];
    if (children.length === 0 && !list && text === "") attributes.push({ name: form("value"), value: "object" });
    return { ...shell, attributes, children: children.map(elementNode), text };
  }
  const leaf = printedScalar(value as Scalar);
  return { ...shell, attributes: [...attributes, ...leaf.attributes], children: [], text: leaf.text };
}

/** An XML name, or `form:element` that carries a name XML cannot say (`@id`, an undeclared prefix). */
function printableName(name: QName): { name: QName; attributes: Attribute[] } {
  const declared = name.namespace !== "" || name.prefix === "";
  if (declared && isXmlName(name.local)) return { name, attributes: [] };
  const spelled = name.prefix !== "" && name.namespace === "" ? `${name.prefix}:${name.local}` : name.local;
  const attributes = [{ name: form("name"), value: sayable(spelled) }];
  if (name.namespace !== "") attributes.push({ name: form("namespace"), value: sayable(name.namespace) });
  return { name: form("element"), attributes };
}

/** A text as XML can hold it: as it is, or as a JSON string, which its first character tells. */
function sayable(text: string): string {
  return FORBIDDEN.test(text) || text.startsWith('"') ? escaped(text) : text;
}

const XSI_TYPE: QName = { namespace: XSI_NAMESPACE, local: "type", prefix: "xsi" };

function printedScalar(value: Scalar): { text: string; attributes: Attribute[] } {
  if (value === null)
    return {
      text: "",
      attributes: [{ name: { namespace: XSI_NAMESPACE, local: "nil", prefix: "xsi" }, value: "true" }],
    };
  if (typeof value === "boolean")
    return { text: String(value), attributes: [{ name: XSI_TYPE, value: "xsd:boolean" }] };
  if (typeof value === "number") {
    return {
      text: String(value),
      attributes: [{ name: XSI_TYPE, value: WHOLE.test(String(value)) ? "xsd:integer" : "xsd:double" }],
    };
  }
  // Characters that XML 1.0 §2.2 forbids travel as a JSON string.
  if (FORBIDDEN.test(value)) return { text: escaped(value), attributes: [{ name: form("text"), value: "json" }] };
  return { text: value, attributes: [] };
}

/** How `xsd:integer` is written; a number with an exponent is a double even when it is whole. */
const WHOLE = /^-?\d+$/;

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters that XML forbids
const FORBIDDEN =
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/;

function escaped(text: string): string {
  return JSON.stringify(text).replace(/[\ufffe\uffff]/g, (c) => `\\u${c.charCodeAt(0).toString(16)}`);
}

export function nodeElement(node: XmlNode): Element {
  const said = new Map<string, string>();
  const attributes: Attribute[] = [];
  for (const one of node.attributes) {
    if (one.name.namespace === FORM_NAMESPACE) said.set(one.name.local, one.value);
    else attributes.push(one);
  }
  const list = said.get("list");
  return {
    name: elementName(node.name, said),
    ...content(node, attributes, said),
    ...(list === "one" || list === "empty" ? { list } : {}),
  };
}

function elementName(name: QName, said: ReadonlyMap<string, string>): QName {
  if (name.namespace === LOCAL_NAMESPACE) return bare(name.local);
  const written = said.get("name");
  if (!isForm(name, "element") || written === undefined) return name;
  const spelled = unescaped(written);
  const namespace = said.get("namespace");
  if (namespace !== undefined) return { namespace: unescaped(namespace), local: spelled, prefix: "" };
  const colon = spelled.indexOf(":");
  return colon > 0
    ? { namespace: "", local: spelled.slice(colon + 1), prefix: spelled.slice(0, colon) }
    : bare(spelled);
}

function content(
  node: XmlNode,
  attributes: readonly Attribute[],
  said: ReadonlyMap<string, string>,
): Omit<Element, "name" | "list"> {
  const kept = attributes.length > 0 ? { attributes } : {};
  if (node.children.length > 0) {
    const text = node.text.trim() === "" ? {} : { text: node.text };
    return { value: node.children.map(nodeElement), ...kept, ...text };
  }
  if (said.get("value") === "object" || said.get("list") === "empty") return { value: [], ...kept };
  const text = said.get("text") === "json" ? unescaped(node.text) : node.text;
  const bareScalar = attributes.length === 1 ? scalarOf(attributes[0] as Attribute, text) : undefined;
  return bareScalar === undefined ? { value: text, ...kept } : { value: bareScalar };
}

/** A leaf that is read back to the letter: blanks at its ends and what XML forbids travel as a JSON string. */
export function exactLeaf(local: string, text: string): XmlNode {
  if (text === text.trim() && !FORBIDDEN.test(text)) return leaf(local, text);
  return leaf(local, escaped(text), [{ name: form("text"), value: "json" }]);
}

/** The same as an attribute: what XML forbids stands beside it as a JSON string, for `exactAttributes`. */
export function exactAttribute(local: string, text: string): Attribute[] {
  const plain = { name: bare(local), value: text };
  return FORBIDDEN.test(text) ? [plain, { name: form(local), value: escaped(text) }] : [plain];
}

/** Attributes by name, those that have a JSON string beside them as that says. */
export function exactAttributes(attributes: readonly Attribute[], names: readonly string[]): Attribute[] {
  const beside = new Map(
    attributes.flatMap(({ name, value }) =>
      name.namespace === FORM_NAMESPACE && names.includes(name.local) ? [[name.local, unescaped(value)] as const] : [],
    ),
  );
  if (beside.size === 0) return [...attributes];
  return attributes
    .filter(({ name }) => name.namespace !== FORM_NAMESPACE || !beside.has(name.local))
    .map((one) => (one.name.namespace === "" ? { ...one, value: beside.get(one.name.local) ?? one.value } : one));
}

/** The text of an `exactLeaf`, or of anybody's leaf without the blanks around it. */
export function exactText({ attributes, text }: XmlNode): string {
  const coded = attributes.some(({ name, value }) => isForm(name, "text") && value === "json");
  return coded ? unescaped(text.trim()) : text.trim();
}

/** What `escaped` wrote; anything else is text as it stands. */
function unescaped(text: string): string {
  const value = text.startsWith('"') ? parsedJson(text) : undefined;
  return typeof value === "string" ? value : text;
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** The value of a typed leaf, where printing it again would give the same type and text. */
function scalarOf({ name, value: type }: Attribute, text: string): Scalar | undefined {
  if (name.namespace !== XSI_NAMESPACE) return undefined;
  if (name.local === "nil") return type === "true" && text === "" ? null : undefined;
  if (name.local !== "type") return undefined;
  if (type === "xsd:boolean") return text === "true" ? true : text === "false" ? false : undefined;
  const number = Number(text);
  if (text === "" || !Number.isFinite(number) || String(number) !== text) return undefined;
  return type === (WHOLE.test(text) ? "xsd:integer" : "xsd:double") ? number : undefined;
}

/** An element beside EPCIS's own in EPCIS 2.0, where the schema wants a namespace of somebody else's. */
export function foreignNode(element: Element): XmlNode {
  const printed = elementNode(element);
  return printed.name.namespace === "" ? { ...printed, name: localName(printed.name.local) } : printed;
}

/** Extensions of sensorMetadata and sensorReport, which XML can only say as attributes: text as it is, all else as JSON. */
export function extensionAttributes(elements: readonly Element[]): Attribute[] {
  const runs = new Map<string, Element[]>();
  const unsayable = elements.filter(({ name }) => !isAttributeName(name));
  for (const element of elements) {
    if (!isAttributeName(element.name)) continue;
    const run = runs.get(keyOf(element.name));
    if (run) run.push(element);
    else runs.set(keyOf(element.name), [element]);
  }
  const coded: string[] = [];
  const attributes: Attribute[] = [];
  for (const [key, run] of runs) {
    const { name, value, ...more } = run[0] as Element;
    const plain =
      run.length === 1 && Object.keys(more).length === 0 && typeof value === "string" && !FORBIDDEN.test(value);
    if (!plain) coded.push(key);
    attributes.push({
      name: name.namespace === "" ? localName(name.local) : name,
      value: plain ? value : codedRun(run),
    });
  }
  if (unsayable.length > 0) attributes.push({ name: form("members"), value: codedRun(unsayable) });
  return coded.length > 0 ? [...attributes, { name: form("json"), value: coded.join(" ") }] : attributes;
}

/** Whether an attribute can have the name; `form:members` carries those that have another. */
function isAttributeName({ namespace, local, prefix }: QName): boolean {
  return isXmlName(local) && (namespace !== "" || prefix === "");
}

function keyOf(name: QName): string {
  return name.namespace === "" ? name.local : `{${name.namespace}}${name.local}`;
}

/** Elements of one name as JSON, with the prefixes that their names use. */
function codedRun(run: readonly Element[]): string {
  const scope = new Scope();
  const members = printElements(run, scope);
  const prefixes = Object.fromEntries(scope.namespaces().map(({ prefix, uri }) => [prefix, uri]));
  return JSON.stringify([prefixes, members]).replace(/[\ufffe\uffff]/g, (c) => `\\u${c.charCodeAt(0).toString(16)}`);
}

/** What `codedRun` wrote; `undefined` for what it never writes. */
function decodedRun(text: string): Element[] | undefined {
  const value = parsedJson(text);
  const [prefixes, members] = Array.isArray(value) ? (value as readonly unknown[]) : [];
  if (!isObject(prefixes) || !isObject(members) || !Object.values(prefixes).every((uri) => typeof uri === "string"))
    return undefined;
  const scope = new Scope(Object.entries(prefixes).map(([prefix, uri]) => ({ prefix, uri: String(uri) })));
  return Object.entries(members).flatMap(([key, value]) => readElement(key, value, scope, ""));
}

export function attributeElements(attributes: readonly Attribute[]): Element[] {
  const coded = new Set(attributes.find((one) => isForm(one.name, "json"))?.value.split(" "));
  const said = attributes
    .filter((one) => one.name.namespace !== FORM_NAMESPACE)
    .flatMap(({ name, value }) => {
      const own = name.namespace === LOCAL_NAMESPACE ? bare(name.local) : name;
      return (coded.has(keyOf(own)) ? decodedRun(value) : undefined) ?? [{ name: own, value }];
    });
  const members = attributes.find((one) => isForm(one.name, "members"));
  return members ? [...said, ...(decodedRun(members.value) ?? [])] : said;
}
