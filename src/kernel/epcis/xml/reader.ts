import { SaxesParser } from "saxes";
import { type Refusal, RefusalError } from "../../base/result.ts";
import { DEFAULT_LIMITS, type Limits, stop } from "../limits.ts";
import type { Attribute } from "../model.ts";
import {
  EPCIS_1_NAMESPACE,
  EPCIS_2_NAMESPACE,
  type Namespace,
  type QName,
  XSD_NAMESPACE,
  XSI_NAMESPACE,
  canonicalNamespace,
} from "../names.ts";
import { PlainRun, runTag } from "./plain-run.ts";
import { ReadNode, type XmlNode } from "./tree.ts";

/** What the reader hands on, in document order. */
export type XmlSink = {
  /** The document element's start: its children come later. */
  readonly root: (root: XmlNode, namespaces: readonly Namespace[]) => void;
  /** A child of EventList, whole; `wrappers` is how many `extension` elements it stood in. */
  readonly event: (event: XmlNode, wrappers: number) => void;
  /** The document element without its events, at its end. */
  readonly end: (root: XmlNode) => void;
};

/** An open element; `from` is where in the text it began, `held` how many events were taken out of it. */
type Building = { readonly node: ReadNode; readonly from: number; held: number };

/** What the parser refuses where it stands, in place of a half that it would let by. */
const NO_CHARACTER = "\uffff";
const HALF = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/;

function isWrapper({ name }: Pick<XmlNode, "name">): boolean {
  return name.namespace === "" && name.local === "extension";
}

/**
 * Reads XML piece by piece and keeps one event at a time, so that a document of any size needs the
 * memory of its largest event. External entities are never fetched, and those of a DOCTYPE never
 * expanded. Stops with `epcis.syntax`, `epcis.too-deep`, `epcis.event-too-large`, `epcis.too-many-events` at `line:column`.
 */
export class XmlReader {
  private readonly parser = new SaxesParser({ xmlns: true, position: true });
  private readonly stack: Building[] = [];
  private readonly sink: XmlSink;
  private readonly limits: Limits;
  private eventListDepth = -1;
  private events = 0;
  /** Half of a character that goes on in the next piece. */
  private half = "";
  /** Characters given to the parser: between pieces it says a wrong position of itself. */
  private fed = 0;
  /** Where the parser stood when it opened the element it opened last. */
  private openedAt = -1;
  private openedPlace = { line: 1, columnIndex: 0 };
  private readonly run = new PlainRun();
  /** The start of an item of a list that goes on in the next piece. */
  private carried = "";

  constructor(sink: XmlSink, limits: Limits = DEFAULT_LIMITS) {
    this.sink = sink;
    this.limits = limits;
    this.parser.on("error", (error) => {
      const message = error.message.replace(/^\d+:\d+: /, "");
      throw new RefusalError({ code: "epcis.syntax", at: this.at(), message } satisfies Refusal);
    });
    this.parser.on("opentag", (tag) => this.open(tag as unknown as Tag));
    this.parser.on("text", (text) => this.text(text));
    this.parser.on("cdata", (text) => this.text(text));
    this.parser.on("closetag", () => this.close());
  }

  write(chunk: string): void {
    const text = this.carried + chunk;
    let from = this.carried === "" ? 0 : this.plainItems(text, 0);
    while (from < text.length) {
      const tagEnd = runTag(text, from);
      const to = tagEnd < 0 ? text.length : tagEnd;
      this.feed(text.slice(from, to));
      from = tagEnd < 0 ? to : this.plainItems(text, to);
    }
    this.guardSize();
  }

  end(): void {
    if (this.carried !== "") this.feed(this.carried);
    if (this.half !== "") this.parser.write(NO_CHARACTER);
    this.parser.close();
  }

  private feed(text: string): void {
    if (this.half === "" && text.isWellFormed()) this.give(text);
    else this.givePairs(this.half + text);
  }

  private give(text: string): void {
    this.fed += text.length;
    this.parser.write(text);
  }

  /** A character past U+FFFF is two units, which a piece may part; a half alone is no character (XML 1.0 §2.2). */
  private givePairs(text: string): void {
    const last = text.charCodeAt(text.length - 1);
    const parted = last >= 0xd800 && last <= 0xdbff;
    this.half = parted ? text.slice(-1) : "";
    this.give((parted ? text.slice(0, -1) : text).replace(HALF, NO_CHARACTER));
  }

  /**
   * Takes the identifiers that follow a list's start tag, where each is nothing but its element and plain characters:
   * most of a document is that, and the parser need not see it. Answers where it is to go on.
   */
  private plainItems(text: string, from: number): number {
    const { run, carried } = this;
    const top = this.stack.at(-1);
    this.carried = "";
    // What looks like a start tag is one only if the parser opened an element just here.
    const opened = carried !== "" || this.openedAt === this.fed;
    if (!opened || !top || top.node.name.namespace !== "" || this.stack.length >= this.limits.depthMax) return from;
    const to = run.take(text, from, this.openedPlace, top.node);
    if (!run.cutShort) return to;
    this.carried = text.slice(to);
    return text.length;
  }

  private at(): string {
    return `${this.run.line(this.parser)}:${this.run.column(this.parser)}`;
  }

  private open(tag: Tag): void {
    if (this.stack.length >= this.limits.depthMax)
      stop("epcis.too-deep", this.at(), `nested more than ${this.limits.depthMax} deep`);
    const { run, parser } = this;
    this.openedAt = parser.position;
    this.openedPlace = { line: parser.line, columnIndex: parser.columnIndex };
    const name = this.nameOf(tag.uri, tag.local, tag.prefix);
    const node = new ReadNode(name, this.attributesOf(tag), run.line(parser), run.column(parser));
    if (this.stack.length === 0) this.sink.root(node, namespacesOf(tag));
    this.stack.push({ node, from: parser.position + run.characters, held: 0 });
    if (name.local === "EventList" && name.namespace === "" && this.eventListDepth < 0 && this.inBody()) {
      this.eventListDepth = this.stack.length;
    }
  }

  /** Below the document element everything of EPCIS is without a namespace; a document that gives it one means the same. */
  private nameOf(uri: string, local: string, prefix: string): QName {
    const own = this.stack.length > 0 && (uri === EPCIS_1_NAMESPACE || uri === EPCIS_2_NAMESPACE);
    return own ? { namespace: "", local, prefix: "" } : { namespace: canonicalNamespace(uri), local, prefix };
  }

  private attributesOf(tag: Tag): Attribute[] {
    const attributes: Attribute[] = [];
    for (const key in tag.attributes) {
      const one = tag.attributes[key] as Tag["attributes"][string];
      if (one.uri === "http://www.w3.org/2000/xmlns/") continue;
      const name = { namespace: canonicalNamespace(one.uri), local: one.local, prefix: one.prefix };
      if (name.namespace === XSI_NAMESPACE && name.local === "schemaLocation") continue;
      attributes.push({
        name,
        value: name.namespace === XSI_NAMESPACE && name.local === "type" ? this.typeOf(one.value) : one.value,
      });
    }
    return attributes;
  }

  /** `xsi:type`'s value is a name with a prefix of the document's choosing. */
  private typeOf(value: string): string {
    const colon = value.indexOf(":");
    const uri = this.parser.resolve(colon < 0 ? "" : value.slice(0, colon));
    return uri === XSD_NAMESPACE ? `xsd:${value.slice(colon + 1)}` : value;
  }

  private inBody(): boolean {
    return this.stack.some(({ node }) => node.name.local === "EPCISBody" || node.name.local === "resultsBody");
  }

  private text(text: string): void {
    const top = this.stack.at(-1);
    // Between events there is only white space, and a long document has much of it.
    if (!top || (this.stack.length === this.eventListDepth && text.trim() === "")) return;
    top.node.text += text;
  }

  private close(): void {
    const { node, held } = this.stack.pop() as Building;
    const depth = this.stack.length;
    const parent = this.stack[depth - 1];
    const inList = this.eventListDepth > 0 && depth >= this.eventListDepth && this.onlyWrappers(depth);
    if (!parent) this.sink.end(node);
    else if (inList && !isWrapper(node)) {
      parent.held++;
      if (++this.events > this.limits.eventsMax)
        stop("epcis.too-many-events", node.at, `more than ${this.limits.eventsMax} events`);
      this.sink.event(node, depth - this.eventListDepth);
    } else if (inList && held > 0) parent.held++;
    else parent.node.children.push(node);
    if (depth < this.eventListDepth) this.eventListDepth = -1;
  }

  /** Whether what was just closed stands where an event stands: in EventList, or in wrappers inside it. */
  private onlyWrappers(depth: number): boolean {
    for (let i = this.eventListDepth; i < depth; i++) {
      if (!isWrapper((this.stack[i] as Building).node)) return false;
    }
    return true;
  }

  private guardSize(): void {
    const open = this.stack[Math.max(this.eventListDepth, 1)] ?? this.stack[1];
    const written = this.fed + this.half.length + this.run.characters + this.carried.length;
    if (open && written - open.from > this.limits.eventCharsMax && open.node.name.local !== "EPCISBody") {
      stop("epcis.event-too-large", open.node.at, `an event of more than ${this.limits.eventCharsMax} characters`);
    }
  }
}

type Tag = {
  readonly uri: string;
  readonly local: string;
  readonly prefix: string;
  readonly ns: Record<string, string>;
  readonly attributes: Record<
    string,
    { readonly uri: string; readonly local: string; readonly prefix: string; readonly value: string }
  >;
};

function namespacesOf(tag: Tag): Namespace[] {
  return Object.entries(tag.ns)
    .filter(([prefix]) => prefix !== "" && prefix !== "xml" && prefix !== "xmlns")
    .map(([prefix, uri]) => ({ prefix, uri }));
}
