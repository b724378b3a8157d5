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
import type { XmlNode } from "./tree.ts";

/** What the reader hands on, in document order. */
export type XmlSink = {
  /** The document element's start: its children come later. */
  readonly root: (root: XmlNode, namespaces: readonly Namespace[]) => void;
  /** A child of EventList, whole; `wrappers` is how many `extension` elements it stood in. */
  readonly event: (event: XmlNode, wrappers: number) => void;
  /** The document element without its events, at its end. */
  readonly end: (root: XmlNode) => void;
};

type Building = {
  name: QName;
  attributes: Attribute[];
  children: XmlNode[];
  text: string;
  at: string;
  from: number;
  held: number;
};

/** What the parser refuses where it stands, in place of a half that it would let by. */
const NO_CHARACTER = "\uffff";
const HALF = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/;

function isWrapper({ name }: Pick<XmlNode, "name">): boolean {
  return name.namespace === "" && name.local === "extension";
}

/**
 * Reads XML piece by piece and keeps one event at a time, so that a document of any size needs the
 * memory of its largest event. External entities are never fetched, and those of a DOCTYPE never
 * expanded. Stops with `epcis.syntax`, `epcis.too-deep`, `epcis.event-too-large` at `line:column`.
 */
export class XmlReader {
  private readonly parser = new SaxesParser({ xmlns: true, position: true });
  private readonly stack: Building[] = [];
  private readonly sink: XmlSink;
  private readonly limits: Limits;
  private eventListDepth = -1;
  private carried = "";
  private written = 0;

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
    this.written += chunk.length;
    if (this.carried === "" && chunk.isWellFormed()) this.parser.write(chunk);
    else this.writePairs(this.carried + chunk);
    this.guardSize();
  }

  end(): void {
    if (this.carried !== "") this.parser.write(NO_CHARACTER);
    this.parser.close();
  }

  /** A character past U+FFFF is two units, which a piece may part; a half alone is no character (XML 1.0 §2.2). */
  private writePairs(chunk: string): void {
    const last = chunk.charCodeAt(chunk.length - 1);
    const parted = last >= 0xd800 && last <= 0xdbff;
    this.carried = parted ? chunk.slice(-1) : "";
    const text = parted ? chunk.slice(0, -1) : chunk;
    this.parser.write(text.replace(HALF, NO_CHARACTER));
  }

  private at(): string {
    return `${this.parser.line}:${this.parser.columnIndex + 1}`;
  }

  private open(tag: Tag): void {
    if (this.stack.length >= this.limits.depthMax)
      stop("epcis.too-deep", this.at(), `nested more than ${this.limits.depthMax} deep`);
    const building: Building = {
      name: this.nameOf(tag.uri, tag.local, tag.prefix),
      attributes: this.attributesOf(tag),
      children: [],
      text: "",
      at: this.at(),
      from: this.parser.position,
      held: 0,
    };
    if (this.stack.length === 0) this.sink.root(building, namespacesOf(tag));
    this.stack.push(building);
    if (
      building.name.local === "EventList" &&
      building.name.namespace === "" &&
      this.eventListDepth < 0 &&
      this.inBody()
    ) {
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
    for (const one of Object.values(tag.attributes)) {
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
    return this.stack.some((one) => one.name.local === "EPCISBody" || one.name.local === "resultsBody");
  }

  private text(text: string): void {
    const top = this.stack.at(-1);
    // Between events there is only white space, and a long document has much of it.
    if (!top || (this.stack.length === this.eventListDepth && text.trim() === "")) return;
    top.text += text;
  }

  private close(): void {
    const { from: _, held, ...done } = this.stack.pop() as Building;
    const depth = this.stack.length;
    const parent = this.stack[depth - 1];
    const inList = this.eventListDepth > 0 && depth >= this.eventListDepth && this.onlyWrappers(depth);
    if (!parent) this.sink.end(done);
    else if (inList && !isWrapper(done)) {
      parent.held++;
      this.sink.event(done, depth - this.eventListDepth);
    } else if (inList && held > 0) parent.held++;
    else parent.children.push(done);
    if (depth < this.eventListDepth) this.eventListDepth = -1;
  }

  /** Whether what was just closed stands where an event stands: in EventList, or in wrappers inside it. */
  private onlyWrappers(depth: number): boolean {
    for (let i = this.eventListDepth; i < depth; i++) {
      if (!isWrapper(this.stack[i] as Building)) return false;
    }
    return true;
  }

  private guardSize(): void {
    const open = this.stack[Math.max(this.eventListDepth, 1)] ?? this.stack[1];
    if (open && this.written - open.from > this.limits.eventCharsMax && open.name.local !== "EPCISBody") {
      stop("epcis.event-too-large", open.at, `an event of more than ${this.limits.eventCharsMax} characters`);
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
