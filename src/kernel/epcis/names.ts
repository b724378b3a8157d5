/** A name as XML Namespaces and JSON-LD share it: where it comes from, what it is called, how it was abbreviated. */
export type QName = {
  /** The namespace's URI; `""` for a name that has none or whose prefix was never declared. */
  readonly namespace: string;
  readonly local: string;
  /** The abbreviation it came with, a hint for printing; `""` for none. */
  readonly prefix: string;
};

export type Namespace = { readonly prefix: string; readonly uri: string };

export const EPCIS_1_NAMESPACE = "urn:epcglobal:epcis:xsd:1";
export const EPCIS_2_NAMESPACE = "urn:epcglobal:epcis:xsd:2";
export const EPCIS_QUERY_1_NAMESPACE = "urn:epcglobal:epcis-query:xsd:1";
export const EPCIS_QUERY_2_NAMESPACE = "urn:epcglobal:epcis-query:xsd:2";
export const SBDH_NAMESPACE = "http://www.unece.org/cefact/namespaces/StandardBusinessDocumentHeader";
export const XSI_NAMESPACE = "http://www.w3.org/2001/XMLSchema-instance";
export const XSD_NAMESPACE = "http://www.w3.org/2001/XMLSchema";
/** CBV 2.0 master data attributes: lotNumber, itemExpirationDate … in ILMD. */
export const CBVMDA_NAMESPACE = "urn:epcglobal:cbv:mda";
/** GS1 US Healthcare's extensions for DSCSA: dscsaTransactionStatement, directPurchase … */
export const GS1USHC_NAMESPACE = "http://epcis.gs1us.org/hc/ns";
/** Ours: what only XML can say (attributes) or only JSON (a list of one), kept when a document changes its form. */
export const FORM_NAMESPACE = "urn:packtrail:epcis:form:";

/** Ours: a name without a namespace, where its form wants one (EPCIS 1.x allows such names inside `extension`). */
export const LOCAL_NAMESPACE = "urn:packtrail:epcis:local:";

/** The context of EPCIS 2.0, which every document printed here names first. */
export const EPCIS_CONTEXT = "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld";

/** Prefixes a reader knows without being told: the EPCIS 2.0 context defines them. */
const CONTEXT_PREFIXES: Readonly<Record<string, string>> = {
  gs1: "https://gs1.org/voc/",
  cbv: "https://ref.gs1.org/cbv/",
  epcis: "https://ref.gs1.org/epcis/",
  cbvmda: CBVMDA_NAMESPACE,
  rdfs: "http://www.w3.org/2000/01/rdf-schema#",
  xsd: XSD_NAMESPACE,
};

const PRINTED_PREFIXES: Readonly<Record<string, string>> = {
  [CBVMDA_NAMESPACE]: "cbvmda",
  [GS1USHC_NAMESPACE]: "gs1ushc",
  [SBDH_NAMESPACE]: "sbdh",
  [XSI_NAMESPACE]: "xsi",
  [XSD_NAMESPACE]: "xsd",
  [FORM_NAMESPACE]: "form",
  [LOCAL_NAMESPACE]: "local",
};

/**
 * One namespace, one spelling: JSON-LD contexts end it so that a name can be glued on
 * (`urn:epcglobal:cbv:mda:`, `…/XMLSchema#`), XML declares it bare.
 */
export function canonicalNamespace(uri: string): string {
  if (uri === `${CBVMDA_NAMESPACE}:` || uri === `${CBVMDA_NAMESPACE}#`) return CBVMDA_NAMESPACE;
  if (uri === `${XSD_NAMESPACE}#`) return XSD_NAMESPACE;
  return uri;
}

/** How many names a scope remembers: documents use few, again and again. */
const namesReadMax = 256;

/** The prefixes in force at one place of a document; a nested scope sees its parent's. */
export class Scope {
  private readonly byPrefix = new Map<string, string>();
  private readonly byUri = new Map<string, string>();
  private readonly parent: Scope | undefined;
  private readonly namesRead = new Map<string, QName>();

  constructor(namespaces: readonly Namespace[] = [], parent?: Scope) {
    this.parent = parent;
    for (const { prefix, uri } of namespaces) this.declare(prefix, uri);
  }

  declare(prefix: string, uri: string): void {
    this.namesRead.clear();
    const canonical = canonicalNamespace(uri);
    this.byPrefix.set(prefix, canonical);
    if (!this.byUri.has(canonical)) this.byUri.set(canonical, prefix);
  }

  uriOf(prefix: string): string | undefined {
    return this.byPrefix.get(prefix) ?? this.parent?.uriOf(prefix);
  }

  /** The prefix under which a namespace is declared here and not hidden by a nearer one. */
  prefixOf(uri: string): string | undefined {
    const own = this.byUri.get(uri);
    if (own !== undefined) return own;
    const inherited = this.parent?.prefixOf(uri);
    return inherited !== undefined && !this.byPrefix.has(inherited) ? inherited : undefined;
  }

  /** `prefix:local` read; a prefix nobody declared stays part of the name's spelling. */
  read(name: string): QName {
    const before = this.namesRead.get(name);
    if (before) return before;
    const read = this.readAnew(name);
    if (this.namesRead.size < namesReadMax) this.namesRead.set(name, read);
    return read;
  }

  private readAnew(name: string): QName {
    const colon = name.indexOf(":");
    if (colon <= 0) return { namespace: "", local: name, prefix: "" };
    const prefix = name.slice(0, colon);
    const local = name.slice(colon + 1);
    const uri = this.uriOf(prefix) ?? CONTEXT_PREFIXES[prefix];
    if (uri === LOCAL_NAMESPACE) return { namespace: "", local, prefix: "" };
    if (uri !== undefined) return { namespace: uri, local, prefix };
    const split = splitUri(name);
    return split ?? { namespace: "", local, prefix };
  }

  namespaces(): Namespace[] {
    return [...this.byPrefix].map(([prefix, uri]) => ({ prefix, uri }));
  }
}

/** A key that is a whole URI (`https://ns.example.com/epcis/myField`) is its namespace and its last word. */
function splitUri(name: string): QName | undefined {
  if (!/^(https?:\/\/|urn:)/.test(name)) return undefined;
  const end = Math.max(
    name.lastIndexOf("/"),
    name.lastIndexOf("#"),
    name.startsWith("urn:") ? name.lastIndexOf(":") : -1,
  );
  if (end < 0 || end === name.length - 1) return undefined;
  return { namespace: canonicalNamespace(name.slice(0, end + 1)), local: name.slice(end + 1), prefix: "" };
}

/** What a JSON-LD key is written as; declares a prefix in `scope` where none is in force yet. */
export function printedName(name: QName, scope: Scope): string {
  if (name.namespace === "") return name.prefix === "" ? name.local : `${name.prefix}:${name.local}`;
  return `${prefixFor(name, scope)}:${name.local}`;
}

/** The prefix to print a name with, declared in `scope` when it was not in force. */
export function prefixFor(name: QName, scope: Scope): string {
  const known = scope.prefixOf(name.namespace);
  if (known) return known;
  const prefix = freePrefix(name, scope);
  scope.declare(prefix, name.namespace);
  return prefix;
}

/** A name without a colon, as XML 1.0 §2.3 and Namespaces in XML §3 have it. */
export function isXmlName(text: string): boolean {
  return PLAIN_NAME.test(text) || XML_NAME.test(text);
}

const PLAIN_NAME = /^[A-Za-z_][A-Za-z0-9._-]*$/;
const NAME_START =
  "A-Z_a-z\\u{c0}-\\u{d6}\\u{d8}-\\u{f6}\\u{f8}-\\u{2ff}\\u{370}-\\u{37d}\\u{37f}-\\u{1fff}\\u{200c}\\u{200d}\\u{2070}-\\u{218f}\\u{2c00}-\\u{2fef}\\u{3001}-\\u{d7ff}\\u{f900}-\\u{fdcf}\\u{fdf0}-\\u{fffd}\\u{10000}-\\u{effff}";
const XML_NAME = new RegExp(`^[${NAME_START}][${NAME_START}\\-.0-9\\u{b7}\\u{300}-\\u{36f}\\u{203f}\\u{2040}]*$`, "u");

function freePrefix(name: QName, scope: Scope): string {
  const usable = isXmlName(name.prefix) && !/^xml/i.test(name.prefix);
  const wished = PRINTED_PREFIXES[name.namespace] ?? (usable ? name.prefix : "ns");
  if (free(wished, name.namespace, scope)) return wished;
  for (let n = 1; ; n++) {
    if (free(`${wished}${n}`, name.namespace, scope)) return `${wished}${n}`;
  }
}

function free(prefix: string, uri: string, scope: Scope): boolean {
  const fixed = CONTEXT_PREFIXES[prefix];
  return scope.uriOf(prefix) === undefined && (fixed === undefined || fixed === uri);
}
