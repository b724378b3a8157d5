import { FORM_NAMESPACE, LOCAL_NAMESPACE, prefixFor, type QName, Scope, XSI_NAMESPACE } from "../names.ts";
import type { Attribute } from "../model.ts";

/** One XML element with where it stood. Comments and processing instructions are not kept. */
export type XmlNode = {
  readonly name: QName;
  readonly attributes: readonly Attribute[];
  readonly children: readonly XmlNode[];
  /** The text directly inside, white space and all. */
  readonly text: string;
  /** `line:column` of the start tag's end, from 1; `""` for a node made to be printed. */
  readonly at: string;
};

/** An element as it was read. Where it stood is put in words only when somebody asks. */
export class ReadNode implements XmlNode {
  readonly name: QName;
  readonly attributes: readonly Attribute[];
  readonly children: XmlNode[] = [];
  text = "";
  private readonly line: number;
  private readonly column: number;

  constructor(name: QName, attributes: readonly Attribute[], line: number, column: number) {
    this.name = name;
    this.attributes = attributes;
    this.line = line;
    this.column = column;
  }

  get at(): string {
    return `${this.line}:${this.column}`;
  }
}

/** An element without attributes and children whose text needs no second look: an identifier in a list. */
export class PlainLeaf implements XmlNode {
  readonly name: QName;
  readonly text: string;
  private readonly line: number;
  private readonly column: number;

  constructor(name: QName, text: string, line: number, column: number) {
    this.name = name;
    this.text = text;
    this.line = line;
    this.column = column;
  }

  get attributes(): readonly Attribute[] {
    return NOTHING;
  }

  get children(): readonly XmlNode[] {
    return NOTHING;
  }

  get at(): string {
    return `${this.line}:${this.column}`;
  }
}

const NOTHING: readonly never[] = [];

/** A name without a namespace: EPCIS's own elements have none inside the document element. */
export function bare(local: string): QName {
  return { namespace: "", local, prefix: "" };
}

export function node(
  name: QName | string,
  children: readonly XmlNode[] = [],
  attributes: readonly Attribute[] = [],
): XmlNode {
  return { name: typeof name === "string" ? bare(name) : name, attributes, children, text: "", at: "" };
}

export function leaf(name: QName | string, text: string, attributes: readonly Attribute[] = []): XmlNode {
  return { ...node(name, [], attributes), text };
}

export function attribute(local: string, value: string): Attribute {
  return { name: bare(local), value };
}

export function childNamed(parent: XmlNode, local: string): XmlNode | undefined {
  return parent.children.find((child) => child.name.namespace === "" && child.name.local === local);
}

export function attributeOf(of: XmlNode, local: string): string | undefined {
  return of.attributes.find((one) => one.name.namespace === "" && one.name.local === local)?.value;
}

/** All namespaces that a tree needs declared. */
export function namespacesIn(tree: XmlNode, into: Map<string, QName> = new Map()): Map<string, QName> {
  const add = (name: QName) => {
    if (name.namespace !== "" && name.prefix !== "xml" && !into.has(name.namespace)) into.set(name.namespace, name);
  };
  add(tree.name);
  for (const one of tree.attributes) {
    add(one.name);
    if (one.name.namespace === XSI_NAMESPACE && one.value.startsWith("xsd:")) add(XSD_NAME);
  }
  for (const child of tree.children) namespacesIn(child, into);
  return into;
}

const XSD_NAME: QName = { namespace: "http://www.w3.org/2001/XMLSchema", local: "", prefix: "xsd" };

/** `xmlns:p="…"` for every namespace of `tree` that `scope` does not have; declares them there. */
export function declarations(needed: Iterable<QName>, scope: Scope): string {
  let text = "";
  for (const name of needed) {
    if (scope.prefixOf(name.namespace)) continue;
    text += ` xmlns:${prefixFor(name, scope)}="${escapeAttribute(name.namespace)}"`;
  }
  return text;
}

/** A tree as text, two spaces a level; declares on its first element what `outer` has not. */
export function printNode(tree: XmlNode, outer: Scope, indent: string): string {
  const scope = new Scope([], outer);
  const needed = namespacesIn(tree);
  return printInScope(tree, scope, indent, declarations(needed.values(), scope));
}

function printInScope(tree: XmlNode, scope: Scope, indent: string, declared: string): string {
  const tag = printedTag(tree.name, scope);
  let open = `${indent}<${tag}${declared}`;
  for (const one of tree.attributes) open += ` ${printedTag(one.name, scope)}="${escapeAttribute(one.value)}"`;
  if (tree.children.length === 0) {
    return tree.text === "" ? `${open}/>\n` : `${open}>${escapeText(tree.text)}</${tag}>\n`;
  }
  const within = `${indent}  `;
  const printed = tree.children.map((child) => printInScope(child, scope, within, ""));
  // Beside text every blank and line end is text too.
  if (tree.text !== "") {
    const bareChildren = printed.map((child) => child.slice(within.length, -1)).join("");
    return `${open}>${escapeText(tree.text)}${bareChildren}</${tag}>\n`;
  }
  const inner = printed.join("");
  return `${open}>\n${inner}${indent}</${tag}>\n`;
}

function printedTag(name: QName, scope: Scope): string {
  if (name.namespace === "") return name.local;
  return name.prefix === "xml" ? `xml:${name.local}` : `${prefixFor(name, scope)}:${name.local}`;
}

export function escapeText(text: string): string {
  if (!MARKED.test(text)) return text;
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll("\r", "&#13;")
    .replace(UNSAYABLE, "\ufffd");
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters that XML forbids
const MARKED = /[&<>\r\u0000-\u0008\u000b\u000c\u000e-\u001f\ud800-\udfff\ufffe\uffff]/;

/** What no XML document can hold (XML 1.0 §2.2): half characters and controls. Where it matters it is written in another way before. */
const UNSAYABLE =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: as above
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

export function escapeAttribute(text: string): string {
  return escapeText(text).replaceAll('"', "&quot;").replaceAll("\n", "&#10;").replaceAll("\t", "&#9;");
}

/** Our two namespaces belong to us alone: what stands in them is read back, never shown. */
export function isForm(name: QName, local: string): boolean {
  return name.namespace === FORM_NAMESPACE && name.local === local;
}

export function form(local: string): QName {
  return { namespace: FORM_NAMESPACE, local, prefix: "form" };
}

export function localName(local: string): QName {
  return { namespace: LOCAL_NAMESPACE, local, prefix: "local" };
}
