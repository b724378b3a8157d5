import { parseInstant, printRecordedTime } from "../base/time.ts";
import type { Result } from "../base/result.ts";
import { readEventNode } from "./xml/event.ts";
import { printedEvent12, printedEvent20 } from "./xml/event-print.ts";
import { elementNode, exactLeaf, exactText, foreignNode, nodeElement } from "./xml/element.ts";
import { isEventType } from "./fields.ts";
import { printedHeaderNode, readDocumentExtensions, readHeaderNode, readMasterDataNode } from "./xml/header.ts";
import { caught, type Limits, stop } from "./limits.ts";
import type { Element, EpcisDocument, EpcisEvent, ForeignEvent, Note } from "./model.ts";
import {
  CBVMDA_NAMESPACE,
  EPCIS_1_NAMESPACE,
  EPCIS_2_NAMESPACE,
  EPCIS_QUERY_1_NAMESPACE,
  EPCIS_QUERY_2_NAMESPACE,
  FORM_NAMESPACE,
  isXmlName,
  LOCAL_NAMESPACE,
  type Namespace,
  Scope,
  XSD_NAMESPACE,
  XSI_NAMESPACE,
} from "./names.ts";
import { XmlReader } from "./xml/reader.ts";
import {
  attribute,
  attributeOf,
  childNamed,
  declarations,
  escapeAttribute,
  form,
  isForm,
  namespacesIn,
  node,
  printNode,
  type XmlNode,
} from "./xml/tree.ts";

/** An EPCIS document or query document of version 1.0 to 2.0 in XML. Refuses with `epcis.*` at `line:column`. */
export function parseEpcisXml(text: string, limits?: Limits): Result<EpcisDocument> {
  return caught(() => {
    const events: EpcisEvent[] = [];
    const foreignEvents: ForeignEvent[] = [];
    let document: EpcisDocument | undefined;
    let namespaces: readonly Namespace[] = [];
    let newest = false;
    const reader = new XmlReader(
      {
        root: (root, declared) => {
          namespaces = declared;
          newest = isNewest(root);
        },
        event: (node) => {
          const read = readAnyEventNode(node, newest);
          if ("before" in read) foreignEvents.push({ ...read, before: events.length });
          else events.push(read);
        },
        end: (root) => {
          document = { ...readRoot(root, namespaces), events, ...(foreignEvents.length > 0 ? { foreignEvents } : {}) };
        },
      },
      limits,
    );
    reader.write(text);
    reader.end();
    return document ?? stop("epcis.syntax", "1:1", "no document element");
  });
}

/** Whether a document element says EPCIS 2.x. */
export function isNewest(root: XmlNode): boolean {
  return root.name.namespace === EPCIS_2_NAMESPACE || root.name.namespace === EPCIS_QUERY_2_NAMESPACE;
}

export function readAnyEventNode(event: XmlNode, newest: boolean): EpcisEvent | ForeignEvent {
  const { namespace, local } = event.name;
  if (namespace === "" && (isEventType(local) || local === "QuantityEvent")) return readEventNode(event, newest);
  const held = namespace === "" && local === "foreignEvent" ? event.children[0] : namespace === "" ? undefined : event;
  if (!held) return stop("epcis.unknown-event", event.at, `${local} is not an event of EPCIS`);
  return { before: 0, element: nodeElement(held) };
}

const KNOWN_IN_ROOT = ["EPCISHeader", "EPCISBody"];

/** What the document element's own start tag says. */
export function readStart(root: XmlNode): Pick<EpcisDocument, "type" | "creationDate"> {
  const { local } = root.name;
  if (local !== "EPCISDocument" && local !== "EPCISQueryDocument" && local !== "EPCISMasterDataDocument") {
    return stop(
      "epcis.unknown-document",
      root.at,
      "expected an EPCISDocument, EPCISQueryDocument or EPCISMasterDataDocument",
    );
  }
  const type = local === "EPCISQueryDocument" ? local : "EPCISDocument";
  return {
    type,
    creationDate: parseCreated(attributeOf(root, "creationDate"), root.at, type === "EPCISQueryDocument"),
  };
}

/** The document but for its events. */
export function readRoot(root: XmlNode, namespaces: readonly Namespace[]): Omit<EpcisDocument, "events"> {
  const { type, creationDate } = readStart(root);
  const body = childNamed(root, "EPCISBody");
  const header = headerOf(root, body);
  const query = type === "EPCISQueryDocument" ? readQueryNode(root, body) : undefined;
  const extensions = readDocumentExtensions(root, KNOWN_IN_ROOT);
  const id = root.attributes.find((one) => isForm(one.name, "id"))?.value;
  const own = namespaces.filter(({ uri }) => !IMPLIED.has(uri));
  return {
    type,
    schemaVersion: attributeOf(root, "schemaVersion") ?? "",
    creationDate,
    ...(id === undefined ? {} : { id }),
    ...(header ? { header } : {}),
    ...(query ? { query } : {}),
    ...(extensions.length > 0 ? { extensions } : {}),
    ...(own.length > 0 ? { namespaces: new Scope(own).namespaces() } : {}),
  };
}

/** Namespaces that the form of a document needs and its content does not. */
const IMPLIED: ReadonlySet<string> = new Set([
  EPCIS_1_NAMESPACE,
  EPCIS_2_NAMESPACE,
  EPCIS_QUERY_1_NAMESPACE,
  EPCIS_QUERY_2_NAMESPACE,
  XSI_NAMESPACE,
  XSD_NAMESPACE,
  FORM_NAMESPACE,
  LOCAL_NAMESPACE,
]);

function parseCreated(text: string | undefined, at: string, optional: boolean) {
  if (text === undefined && optional) return { at: 0, offsetMinutes: 0 };
  const time = parseInstant(text ?? "");
  const local = time.ok ? time : parseInstant(`${text ?? ""}Z`);
  return local.ok ? local.value : stop("epcis.malformed-time", at, "creationDate is an ISO 8601 date-time");
}

function headerOf(root: XmlNode, body: XmlNode | undefined) {
  const header = childNamed(root, "EPCISHeader");
  if (header) return readHeaderNode(header);
  const vocabularies = body && (childNamed(body, "VocabularyList") ?? resultsOf(body));
  return vocabularies ? { masterData: readMasterDataNode(vocabularies) } : undefined;
}

function resultsOf(body: XmlNode): XmlNode | undefined {
  const results = body.children.find((child) => child.name.local === "QueryResults");
  const holder = results && childNamed(results, "resultsBody");
  return holder && childNamed(holder, "VocabularyList");
}

function readQueryNode(root: XmlNode, body: XmlNode | undefined): NonNullable<EpcisDocument["query"]> {
  const results = body?.children.find((child) => child.name.local === "QueryResults");
  if (!results) return stop("epcis.missing-field", root.at, "QueryResults is missing");
  const [queryName, subscriptionID] = [childNamed(results, "queryName"), childNamed(results, "subscriptionID")];
  return {
    queryName: queryName === undefined ? "" : exactText(queryName),
    ...(subscriptionID === undefined ? {} : { subscriptionID: exactText(subscriptionID) }),
  };
}

export type PrintedXml = { readonly xml: string; readonly notes: readonly Note[] };

/** A document as EPCIS 1.2 XML, the form that DSCSA's trading partners exchange. `notes` tell what 1.2 had no words for. */
export function printEpcisXml12(document: EpcisDocument): PrintedXml {
  return printXml(document, "1.2");
}

/** A document as EPCIS 2.0 XML. */
export function printEpcisXml20(document: EpcisDocument): PrintedXml {
  return printXml(document, "2.0");
}

function printXml(document: EpcisDocument, version: "1.2" | "2.0"): PrintedXml {
  const notes: Note[] = [];
  const frame = new XmlFrame(document, version, notes);
  const events = document.events.map((event, index) => frame.event(event, index));
  const foreign = (document.foreignEvents ?? []).map((one) => frame.foreign(one));
  for (const one of [...events, ...foreign]) frame.declare(one);
  const parts = [frame.open()];
  let next = 0;
  events.forEach((event, index) => {
    for (; document.foreignEvents?.[next]?.before === index; next++) parts.push(frame.print(foreign[next] as XmlNode));
    parts.push(frame.print(event));
  });
  for (; next < foreign.length; next++) parts.push(frame.print(foreign[next] as XmlNode));
  parts.push(frame.close());
  return { xml: parts.join(""), notes };
}

/** What stands before and after the events of an XML document, so that they can be printed one by one. */
export class XmlFrame {
  private readonly document: Omit<EpcisDocument, "events">;
  private readonly version: "1.2" | "2.0";
  private readonly notes: Note[];
  private readonly scope: Scope;
  private readonly header: readonly XmlNode[];
  private readonly tail: readonly XmlNode[];

  constructor(document: Omit<EpcisDocument, "events">, version: "1.2" | "2.0", notes: Note[]) {
    this.document = document;
    this.version = version;
    this.notes = notes;
    const query = document.type === "EPCISQueryDocument";
    this.scope = new Scope([
      ...(document.namespaces ?? []).filter(({ prefix }) => !RESERVED.has(prefix) && isXmlName(prefix)),
      ...this.ownNamespaces(query),
    ]);
    const full = { ...document, events: [] };
    this.header = query ? [] : printedHeaderNode(full, version, notes);
    this.tail = (document.extensions ?? []).map((element: Element) =>
      version === "2.0" ? foreignNode(element) : localInExtension(element),
    );
    for (const one of [...this.header, ...this.tail]) this.declare(one);
  }

  private ownNamespaces(query: boolean): Namespace[] {
    const old = this.version === "1.2";
    const epcis = { prefix: "epcis", uri: old ? EPCIS_1_NAMESPACE : EPCIS_2_NAMESPACE };
    const own = query
      ? [epcis, { prefix: "epcisq", uri: old ? EPCIS_QUERY_1_NAMESPACE : EPCIS_QUERY_2_NAMESPACE }]
      : [epcis];
    const mda = this.document.namespaces?.some(({ prefix, uri }) => uri === CBVMDA_NAMESPACE || prefix === "cbvmda")
      ? []
      : [{ prefix: "cbvmda", uri: CBVMDA_NAMESPACE }];
    return [...own, ...mda];
  }

  /** Declares on the document element what a node needs; the others declare their own. */
  declare(one: XmlNode): void {
    declarations(namespacesIn(one).values(), this.scope);
  }

  event(event: EpcisEvent, index: number): XmlNode {
    return this.version === "2.0" ? printedEvent20(event) : printedEvent12(event, `/events/${index}`, this.notes);
  }

  foreign(foreign: ForeignEvent): XmlNode {
    if (this.version === "2.0") return node("extension", [foreignNode(foreign.element)]);
    return node("extension", [node("extension", [node("foreignEvent", [elementNode(foreign.element)])])]);
  }

  print(one: XmlNode): string {
    return printNode(one, this.scope, this.query ? "          " : "      ");
  }

  private get query(): boolean {
    return this.document.type === "EPCISQueryDocument";
  }

  open(): string {
    const { id, creationDate } = this.document;
    if (id !== undefined) this.declare(node(form("document")));
    if (this.query) for (const one of this.queryNames()) this.declare(one);
    const tag = this.query ? "epcisq:EPCISQueryDocument" : "epcis:EPCISDocument";
    const declared = this.scope
      .namespaces()
      .map(({ prefix, uri }) => ` xmlns:${prefix}="${escapeAttribute(uri)}"`)
      .join("");
    const attributes = [
      attribute("schemaVersion", this.version),
      attribute("creationDate", printRecordedTime(creationDate)),
    ];
    const said = attributes.map((one) => ` ${one.name.local}="${escapeAttribute(one.value)}"`).join("");
    const own = id === undefined ? "" : ` ${this.scope.prefixOf(FORM_NAMESPACE)}:id="${escapeAttribute(id)}"`;
    const header = this.header.map((one) => printNode(one, this.scope, "  ")).join("");
    return `<?xml version="1.0" encoding="UTF-8"?>\n<${tag}${declared}${said}${own}>\n${header}  <EPCISBody>\n${this.openList()}`;
  }

  private openList(): string {
    if (!this.query) return "    <EventList>\n";
    const inner = this.queryNames()
      .map((one) => printNode(one, this.scope, "      "))
      .join("");
    return `    <epcisq:QueryResults>\n${inner}      <resultsBody>\n        <EventList>\n`;
  }

  private queryNames(): XmlNode[] {
    const { queryName = "SimpleEventQuery", subscriptionID } = this.document.query ?? {};
    const subscription = subscriptionID === undefined ? [] : [exactLeaf("subscriptionID", subscriptionID)];
    return [exactLeaf("queryName", queryName), ...subscription];
  }

  close(): string {
    const list = this.query
      ? "        </EventList>\n      </resultsBody>\n    </epcisq:QueryResults>\n"
      : "    </EventList>\n";
    const tail = this.tail.map((one) => printNode(one, this.scope, "  ")).join("");
    return `${list}  </EPCISBody>\n${tail}</${this.query ? "epcisq:EPCISQueryDocument" : "epcis:EPCISDocument"}>\n`;
  }
}

const RESERVED: ReadonlySet<string> = new Set(["epcis", "epcisq", "xml", "xmlns"]);

function localInExtension(element: Element): XmlNode {
  const printed = elementNode(element);
  return printed.name.namespace === "" ? node("extension", [printed]) : printed;
}
