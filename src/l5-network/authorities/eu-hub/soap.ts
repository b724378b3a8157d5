import { SaxesParser } from "saxes";
import { ok, refuse, type Result } from "../../../kernel/base/result.ts";

// The little of SOAP 1.2 that the national systems (NMVS) speak. Pure: text ↔ a tree of elements by local name.

export const nmvsMessages = "urn:wsdltypes.nmvs.eu:v5.0";
export const nmvsTypes = "urn:types.nmvs.eu:v5.0";
const envelopeNamespace = "http://www.w3.org/2003/05/soap-envelope";

export type Element = {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly Child[];
  readonly text?: string;
};
type Child = Element;

const depthMax = 32;
const textCharsMax = 20_000_000;

/** An element of the types namespace with its attributes, children or text. */
export function element(
  name: string,
  content: readonly Element[] | string = [],
  attributes: Readonly<Record<string, string>> = {},
): Element {
  return typeof content === "string"
    ? { name, attributes, children: [], text: content }
    : { name, attributes, children: content };
}

/** The request or response in a SOAP envelope; `message` stands in the messages namespace, all in it in the types'. */
export function printSoap(message: string, content: readonly Element[]): string {
  const inner = content.map((each) => print(each)).join("");
  return `<?xml version="1.0" encoding="UTF-8"?><soap:Envelope xmlns:soap="${envelopeNamespace}" xmlns:urn="${nmvsMessages}" xmlns:urn1="${nmvsTypes}"><soap:Header/><soap:Body><urn:${message}>${inner}</urn:${message}></soap:Body></soap:Envelope>`;
}

function print({ name, attributes, children, text }: Element): string {
  const printed = Object.entries(attributes)
    .map(([key, value]) => ` urn1:${key}="${escape(value)}"`)
    .join("");
  const inner = text === undefined ? children.map(print).join("") : escape(text);
  return `<urn1:${name}${printed}>${inner}</urn1:${name}>`;
}

function escape(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}

/** The message inside the envelope's body. Refuses what is not well-formed, too deep, or no SOAP 1.2 envelope. */
export function parseSoap(text: string): Result<Element> {
  if (text.length > textCharsMax) return refuse("http.too-large");
  type Open = { name: string; uri: string; attributes: Record<string, string>; children: Element[]; text: string };
  const stack: Open[] = [];
  let root: Open | undefined;
  let fault: string | undefined;
  const parser = new SaxesParser({ xmlns: true });
  parser.on("error", (error) => {
    fault ??= error.message;
  });
  parser.on("doctype", () => {
    fault ??= "a document type declaration";
  });
  parser.on("opentag", (tag) => {
    if (stack.length >= depthMax) fault ??= "elements are nested too deep";
    if (fault !== undefined) return;
    const attributes: Record<string, string> = {};
    for (const [key, value] of Object.entries(tag.attributes)) attributes[key.replace(/^.*:/, "")] = value.value;
    stack.push({ name: tag.local, uri: tag.uri, attributes, children: [], text: "" });
  });
  parser.on("text", (part) => {
    const open = stack.at(-1);
    if (open) open.text += part;
  });
  parser.on("closetag", () => {
    const closed = stack.pop();
    if (!closed) return;
    const parent = stack.at(-1);
    if (parent) parent.children.push(freeze(closed));
    else root = closed;
  });
  try {
    parser.write(text).close();
  } catch (error) {
    fault ??= error instanceof Error ? error.message : String(error);
  }
  if (fault !== undefined || !root) return refuse("eu-hub.malformed", "", fault ?? "no element");
  const body = root.uri === envelopeNamespace ? root.children.find((each) => each.name === "Body") : undefined;
  const message = body?.children[0];
  return message ? ok(message) : refuse("eu-hub.malformed", "", "no SOAP 1.2 body");
}

function freeze({
  name,
  attributes,
  children,
  text,
}: {
  name: string;
  attributes: Record<string, string>;
  children: Element[];
  text: string;
}): Element {
  return children.length > 0 ? { name, attributes, children } : { name, attributes, children, text: text.trim() };
}

/** `find(message, "Body", "Pack")`: the first element on that path. */
export function find(from: Element | undefined, ...path: readonly string[]): Element | undefined {
  let current = from;
  for (const name of path) current = current?.children.find((each) => each.name === name);
  return current;
}

export function textAt(from: Element | undefined, ...path: readonly string[]): string {
  return find(from, ...path)?.text ?? "";
}
