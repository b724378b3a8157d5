import { parseInstant } from "../../base/time.ts";
import { plainTime } from "./json-structure.ts";
import type { Findings } from "./finding.ts";
import type { Attribute } from "../model.ts";
import { SBDH_NAMESPACE, XSI_NAMESPACE } from "../names.ts";
import {
  type ComplexType,
  EPCS,
  SCHEMA_1,
  SCHEMA_20,
  SCHEMA_SBDH,
  type SimpleType,
  type XmlSchema,
} from "./xml-schema.ts";
import { SBDH } from "../sbdh.ts";
import { PlainLeaf, type XmlNode } from "../xml/tree.ts";

type Particle = { readonly name: string; readonly type: string; readonly min: 0 | 1; readonly many: boolean };

const parsed = new Map<string, readonly Particle[]>();

function particles(sequence: string): readonly Particle[] {
  let known = parsed.get(sequence);
  if (!known) {
    known = sequence
      .split(" ")
      .filter((word) => word !== "")
      .map(particle);
    parsed.set(sequence, known);
  }
  return known;
}

function particle(word: string): Particle {
  const mark = /[?*+]$/.exec(word)?.[0] ?? "";
  const [name = "", type = ""] = (mark === "" ? word : word.slice(0, -1)).split(":");
  return { name, type, min: mark === "?" || mark === "*" ? 0 : 1, many: mark === "*" || mark === "+" };
}

const SIMPLE: ReadonlySet<string> = new Set<SimpleType>([
  "string",
  "uri",
  "dateTime",
  "dateTimeStamp",
  "decimal",
  "int",
  "double",
  "boolean",
  "hexBinary",
  "action",
]);

/** The structure of EPCIS XML: names, order, number and types, as the XML schemas of 1.x and 2.0 demand. */
export class XmlStructure {
  private readonly findings: Findings;
  private readonly schema: XmlSchema;
  private readonly newest: boolean;

  constructor(findings: Findings, newest: boolean) {
    this.findings = findings;
    this.newest = newest;
    this.schema = newest ? SCHEMA_20 : SCHEMA_1;
  }

  /** The document element; its events have been taken out and are checked one by one. */
  document(root: XmlNode): void {
    const kind = root.name.local;
    const base = this.schema["Document"] as ComplexType;
    if (kind === "EPCISDocument") return this.complex(root, base, this.schema);
    const body = kind === "EPCISQueryDocument" ? "QueryBody" : "MasterDataBody";
    this.complex(
      root,
      { ...base, sequence: base.sequence.replace("EPCISBody:Body", `EPCISBody:${body}`) },
      this.schema,
    );
    const results = root.children
      .find((child) => child.name.local === "EPCISBody")
      ?.children.find((child) => child.name.local === "QueryResults");
    if (results) this.complex(results, this.schema["QueryResults"] as ComplexType, this.schema);
    else if (kind === "EPCISQueryDocument") this.missing(root, "QueryResults");
  }

  /** A child of EventList, `wrappers` extensions deep (EPCIS 1.x keeps newer events there). */
  event(event: XmlNode, wrappers: number): void {
    const { local, namespace } = event.name;
    const type = namespace === "" ? this.schema[local] : undefined;
    const known = type && local.endsWith("Event") ? type : undefined;
    if (this.newest) {
      if (known && wrappers === 0) return this.complex(event, known, this.schema);
      if (namespace === "" || wrappers === 0)
        this.findings.error("epcis.unknown-event", event.at, `${local} is not an event of EPCIS 2.0 in its place`);
      return;
    }
    const place = local === "TransformationEvent" ? 1 : 0;
    if (known && wrappers === place) return this.complex(event, known, this.schema);
    // Two extensions deep any name without a namespace may stand.
    if (namespace === "" && wrappers >= 2) return this.lax(event);
    this.findings.error("epcis.unknown-event", event.at, `${local} is not an event of EPCIS 1.2 in its place`);
  }

  private complex(node: XmlNode, type: ComplexType, schema: XmlSchema): void {
    this.attributes(node, type);
    if (type.text !== undefined) {
      for (const child of node.children) this.unexpected(child);
      return this.simple(type.text, node.text, node.at, node.name.local);
    }
    if (type.mixed) return node.children.forEach((child) => this.lax(child));
    if (node.text.trim() !== "")
      this.findings.error("epcis.unknown-field", node.at, `text is not allowed directly in ${node.name.local}`);
    if (type.sequence === EPCS && node.children.every((child) => child instanceof PlainLeaf)) return;
    if (type.sequence === "##events") return this.leftovers(node);
    if (type.sequence === "##any") return this.queryBody(node);
    if (type.anyOrder) this.choice(node, particles(type.sequence), schema);
    else this.sequence(node, particles(type.sequence), schema);
  }

  /** The body of a query document holds one message; ours are results. */
  private queryBody(body: XmlNode): void {
    for (const extra of body.children.slice(1)) this.unexpected(extra);
  }

  /** What is left in EventList once its events are taken out is nothing the schema knows. */
  private leftovers(list: XmlNode): void {
    for (const child of list.children) this.unexpected(child);
  }

  private sequence(node: XmlNode, expected: readonly Particle[], schema: XmlSchema): void {
    let next = 0;
    let count = 0;
    for (const child of node.children) {
      const at = expected.findIndex((one, index) => index >= next && matches(one, child));
      const current = expected[next];
      if (current && matches(current, child) && (count === 0 || current.many)) {
        count++;
      } else if (at > next || (at === next && count === 0)) {
        this.skipped(node, child, expected.slice(next, at), count);
        next = at;
        count = 1;
      } else {
        this.misplaced(child, expected);
        continue;
      }
      this.child(child, expected[next] as Particle, schema);
    }
    this.skipped(node, undefined, expected.slice(next), count);
  }

  /** Particles that were passed over must be ones that may be absent; `count` of the first were there. */
  private skipped(node: XmlNode, before: XmlNode | undefined, passed: readonly Particle[], count: number): void {
    passed.forEach((one, index) => {
      if (one.min === 0 || (index === 0 && count > 0)) return;
      const later = before && node.children.some((child) => matches(one, child));
      if (!later) this.missing(node, one.name === "sbdh" ? SBDH : one.name.replace(/^##.*/, "an extension element"));
    });
  }

  private choice(node: XmlNode, expected: readonly Particle[], schema: XmlSchema): void {
    for (const child of node.children) {
      const one = expected.find((candidate) => matches(candidate, child));
      if (one) this.child(child, one, schema);
      else this.unexpected(child);
    }
    for (const one of expected)
      if (one.min === 1 && !node.children.some((child) => matches(one, child))) this.missing(node, one.name);
  }

  private misplaced(child: XmlNode, expected: readonly Particle[]): void {
    if (expected.some((one) => matches(one, child))) {
      this.findings.error(
        "epcis.wrong-order",
        child.at,
        `${child.name.local} stands out of the schema's order, or twice`,
      );
    } else this.unexpected(child);
  }

  private unexpected(child: XmlNode): void {
    this.findings.error("epcis.unknown-field", child.at, `${child.name.local} is not allowed here`);
  }

  private missing(node: XmlNode, field: string): void {
    this.findings.error("epcis.missing-field", node.at, `${field} is missing in ${node.name.local}`);
  }

  private child(child: XmlNode, expected: Particle, schema: XmlSchema): void {
    if (expected.name === "sbdh") return this.complex(child, SCHEMA_SBDH[SBDH] as ComplexType, SCHEMA_SBDH);
    if (expected.name.startsWith("##")) return this.lax(child);
    if (expected.type === "Quantity" && named(child, "uom") && !named(child, "quantity"))
      this.findings.error("epcis.missing-field", child.at, "a uom goes with a quantity");
    if (SIMPLE.has(expected.type)) {
      for (const inner of child.children) this.unexpected(inner);
      this.simple(expected.type as SimpleType, child.text, child.at, child.name.local, isNil(child));
      this.attributes(child, { sequence: "" });
      return;
    }
    this.complex(child, schema[expected.type] as ComplexType, schema);
  }

  /** Somebody else's element: of it only what `xsi:type` promises can be held against it. */
  private lax(node: XmlNode): void {
    const type = node.attributes.find(
      (one) => one.name.namespace === XSI_NAMESPACE && one.name.local === "type",
    )?.value;
    if (type === undefined) return node.children.forEach((child) => this.lax(child));
    const wanted = type.startsWith("xsd:") ? XSD_TYPES[type.slice(4)] : undefined;
    if (wanted === undefined) {
      if (!/^[\p{L}_][^:\s]*:[\p{L}_][^:\s]*$/u.test(type))
        this.findings.error(
          "epcis.malformed-value",
          node.at,
          `xsi:type ${JSON.stringify(type.slice(0, 80))} names no type`,
        );
      return;
    }
    for (const child of node.children) this.unexpected(child);
    this.simple(wanted, node.text, node.at, node.name.local, isNil(node));
    this.attributes(node, { sequence: "" });
  }

  private attributes(node: XmlNode, type: ComplexType): void {
    const known = particles(type.attributes ?? "");
    for (const one of known) {
      const found = node.attributes.find(
        (attribute) => attribute.name.namespace === "" && attribute.name.local === one.name,
      );
      if (found) this.simple(one.type as SimpleType, found.value, node.at, one.name);
      else if (one.min === 1)
        this.findings.error("epcis.missing-field", node.at, `attribute ${one.name} is missing in ${node.name.local}`);
    }
    if (type.open) return;
    const strange = (one: Attribute) =>
      one.name.namespace !== XSI_NAMESPACE &&
      !known.some((name) => one.name.namespace === "" && name.name === one.name.local);
    for (const one of node.attributes)
      if (strange(one))
        this.findings.error(
          "epcis.unknown-field",
          node.at,
          `attribute ${one.name.local} is not allowed in ${node.name.local}`,
        );
  }

  private simple(type: SimpleType, raw: string, at: string, what: string, nil = false): void {
    const text = raw.trim();
    if (nil && text === "") return;
    if (SIMPLE_CHECKS[type](text)) return;
    const code =
      type === "dateTime" || type === "dateTimeStamp"
        ? "epcis.malformed-time"
        : type === "action"
          ? "epcis.unknown-word"
          : "epcis.malformed-value";
    this.findings.error(code, at, `${what}: ${JSON.stringify(text.slice(0, 80))} is not ${WANTED[type]}`);
  }
}

function isNil(node: XmlNode): boolean {
  return node.attributes.some(
    (one) =>
      one.name.namespace === XSI_NAMESPACE && one.name.local === "nil" && (one.value === "true" || one.value === "1"),
  );
}

function matches(expected: Particle, child: XmlNode): boolean {
  const { namespace, local } = child.name;
  if (expected.name === "##other") return namespace !== "";
  if (expected.name === "##local") return namespace === "";
  if (expected.name === "sbdh") return namespace === SBDH_NAMESPACE && local === SBDH;
  return (namespace === "" || namespace === SBDH_NAMESPACE) && local === expected.name;
}

function named(parent: XmlNode, local: string): boolean {
  return parent.children.some((child) => child.name.namespace === "" && child.name.local === local);
}

/** The types of XML Schema that documents promise with `xsi:type`, as the checks that hold them to it. */
const XSD_TYPES: Readonly<Record<string, SimpleType>> = {
  string: "string",
  anyURI: "uri",
  dateTime: "dateTime",
  decimal: "decimal",
  integer: "integer",
  int: "integer",
  long: "integer",
  short: "integer",
  double: "double",
  float: "double",
  boolean: "boolean",
  hexBinary: "hexBinary",
};

const isTime = (text: string) => parseInstant(plainTime(text)).ok;

const SIMPLE_CHECKS: Readonly<Record<SimpleType, (text: string) => boolean>> = {
  string: () => true,
  // `xsd:anyURI` takes nearly anything but a scheme that is none; an identifier that is no URI is found by its meaning.
  uri: (text) => !/^[^/?#]*:/.test(text) || /^[A-Za-z][A-Za-z0-9+.-]*:/.test(text),
  dateTime: (text) => isTime(text) || isTime(`${text}Z`) || isTime(text.replace("T24:00:00", "T00:00:00")),
  dateTimeStamp: isTime,
  decimal: (text) => /^[+-]?(\d+(\.\d*)?|\.\d+)$/.test(text),
  int: (text) => /^[+-]?\d{1,10}$/.test(text),
  integer: (text) => /^[+-]?\d+$/.test(text),
  double: (text) => /^([+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?|[+-]?INF|NaN)$/.test(text),
  boolean: (text) => /^(true|false|1|0)$/.test(text),
  hexBinary: (text) => /^([0-9A-Fa-f]{2})*$/.test(text),
  action: (text) => text === "ADD" || text === "OBSERVE" || text === "DELETE",
};

const WANTED: Readonly<Record<SimpleType, string>> = {
  string: "text",
  uri: "a URI",
  dateTime: "a date and time",
  dateTimeStamp: "a date and time with an offset",
  decimal: "a decimal number",
  int: "a whole number",
  integer: "a whole number",
  double: "a number",
  boolean: "true or false",
  hexBinary: "pairs of hexadecimal digits",
  action: "ADD, OBSERVE or DELETE",
};
