import { ok, refuse, type Refused, type Result } from "../base/result.ts";
import { type Ai, aiBetween, findAi } from "./ai/ai.ts";
import { readCompressed } from "./digital-link/compressed.ts";
import { belongsInPath, layOut, qualifiersHold } from "./digital-link/layout.ts";
import type { ElementRules } from "./element-string.ts";
import type { Gln, Gtin, Sscc } from "./key.ts";
import { refusePartners } from "./ai/partners.ts";
import { decodeUri, encodeUri } from "./digital-link/uri-escape.ts";
import { type AiValue, type Gs1Element, refuseValue } from "./ai/value.ts";

/** The stem of every canonical Digital Link URI (GS1 Digital Link URI Syntax). */
export const canonicalStem = "https://id.gs1.org";
/** Longer than any URI that a symbol holds. */
export const uriCharactersMax = 8_192;

export type DigitalLink = {
  /** Scheme, host and path before the primary key: `https://example.com/products`. */
  readonly stem: string;
  /** Primary key, its qualifiers, then attributes in the order of the query. */
  readonly elements: readonly Gs1Element[];
  /** The path, or all of it but the primary key, was compressed. */
  readonly compressed: boolean;
};

export type DigitalLinkRules = Pick<ElementRules, "partners"> & {
  /** Accept AI 01 of 8, 12 or 13 digits, as Digital Link 1.0 and 1.1 allowed. Default false. */
  readonly shortGtins?: boolean;
  /**
   * Accept compressed paths. Default false: nearly any short path is base64, so that one in some thousands of foreign URIs
   * would read as a key; right where a symbol was read, wrong for identifiers in events.
   */
  readonly compressed?: boolean;
};

/** `https://id.gs1.org/01/{gtin}/21/{serial}`. Refuses what AI 21 refuses, offset in `serial`. */
export function sgtinDigitalLink(gtin: Gtin, serial: string): Result<string> {
  return withQualifier(`${canonicalStem}/01/${gtin}`, "21", serial);
}

/** `https://id.gs1.org/01/{gtin}/10/{lot}`. Refuses what AI 10 refuses, offset in `lot`. */
export function lgtinDigitalLink(gtin: Gtin, lot: string): Result<string> {
  return withQualifier(`${canonicalStem}/01/${gtin}`, "10", lot);
}

/** `https://id.gs1.org/00/{sscc}`. */
export function ssccDigitalLink(sscc: Sscc): string {
  return `${canonicalStem}/00/${sscc}`;
}

/** `https://id.gs1.org/414/{gln}`, with `/254/{extension}` when there is one. */
export function glnDigitalLink(gln: Gln, extension?: string): Result<string> {
  const location = `${canonicalStem}/414/${gln}`;
  return extension === undefined ? ok(location) : withQualifier(location, "254", extension);
}

/** `https://id.gs1.org/417/{gln}`: a party. */
export function pglnDigitalLink(gln: Gln): string {
  return `${canonicalStem}/417/${gln}`;
}

function withQualifier(start: string, ai: string, value: string): Result<string> {
  return refuseValue(findAi(ai)!, value, 0, value.length) ?? ok(`${start}/${ai}/${encodeUri(value)}`);
}

/**
 * A Digital Link URI of any domain. Query parameters that are not AIs belong to the resolver and
 * are left out; so is the fragment. Refuses with the offset in `uri`.
 */
export function parseDigitalLink(uri: string, rules: DigitalLinkRules = {}): Result<DigitalLink> {
  if (uri.length > uriCharactersMax) return refuse("gs1.too-long", uriCharactersMax);
  const pathFrom = pathStart(uri);
  if (typeof pathFrom !== "number") return pathFrom;
  const fragment = uri.indexOf("#", pathFrom);
  const end = fragment < 0 ? uri.length : fragment;
  const question = uri.indexOf("?", pathFrom);
  const pathTo = question < 0 || question > end ? end : question;
  const link: Reading = { uri, elements: [], ais: [], starts: [], shortGtins: rules.shortGtins === true };
  let compressed = false;
  let stemTo = readPath(link, pathFrom, pathTo);
  if (rules.compressed === true && typeof stemTo !== "number" && stemTo.refusal.code === "gs1.digital-link-key") {
    const found = readCompressed(link, pathFrom, pathTo);
    if (found === undefined) return stemTo;
    stemTo = found;
    compressed = true;
  }
  if (typeof stemTo !== "number") return stemTo;
  const refused = pathTo < end ? readQuery(link, pathTo + 1, end) : undefined;
  if (refused) return refused;
  const unpartnered =
    rules.partners === false ? undefined : refusePartners(link.elements, link.ais, (index) => link.starts[index]!);
  return unpartnered ?? ok({ stem: uri.slice(0, stemTo), elements: link.elements, compressed });
}

/** What has been read of a URI: elements, their AIs, and where each starts. */
export type Reading = {
  readonly uri: string;
  readonly elements: Gs1Element[];
  readonly ais: Ai[];
  readonly starts: number[];
  readonly shortGtins: boolean;
};

/** The offset of the path's first slash. */
function pathStart(uri: string): number | Refused {
  let host = uri.startsWith("https://") ? 8 : uri.startsWith("http://") ? 7 : 0;
  if (host === 0) {
    const scheme = uri.slice(0, 8).toLowerCase();
    host = scheme === "https://" ? 8 : scheme.startsWith("http://") ? 7 : 0;
    if (host === 0) return refuse("gs1.digital-link-malformed", 0);
  }
  let at = host;
  for (; at < uri.length; at++) {
    const code = uri.charCodeAt(at);
    if (code === 47) return at === host ? refuse("gs1.digital-link-malformed", at) : at;
    if (!isHostCharacter(code)) return refuse("gs1.digital-link-malformed", at);
  }
  return refuse("gs1.digital-link-malformed", at);
}

/** Letters, digits, and `-.:[]_~`: names, addresses and a port, without user information. */
function isHostCharacter(code: number): boolean {
  return (
    (code >= 97 && code <= 122) ||
    (code >= 65 && code <= 91) ||
    (code >= 48 && code <= 58) ||
    code === 45 ||
    code === 46 ||
    code === 93 ||
    code === 95 ||
    code === 126
  );
}

/** Pairs of AI and value from the right up to a primary key; answers where the stem ends. */
function readPath(link: Reading, from: number, pathTo: number): number | Refused {
  const { uri, ais } = link;
  const found: Ai[] = [];
  const slashes: number[] = [];
  let right = pathTo;
  for (;;) {
    const valueSlash = uri.lastIndexOf("/", right - 1);
    const aiSlash = valueSlash <= from ? -1 : uri.lastIndexOf("/", valueSlash - 1);
    const ai = aiSlash < from ? undefined : aiBetween(uri, aiSlash + 1, valueSlash);
    if (ai === undefined) return refuse("gs1.digital-link-key", aiSlash < from ? from : aiSlash + 1);
    found.push(ai);
    slashes.push(aiSlash);
    right = aiSlash;
    if (ai.qualifiers !== undefined) break;
  }
  for (let i = found.length - 1; i >= 0; i--) {
    ais.push(found[i]!);
    const start = slashes[i]! + 1;
    if (ais.length > 1 && !qualifiersHold(ais, ais.length)) return refuse("gs1.digital-link-qualifier", start);
    const refused = readValue(link, start, start + found[i]!.ai.length + 1, i === 0 ? pathTo : slashes[i - 1]!, false);
    if (refused) return refused;
  }
  return right;
}

function readQuery(link: Reading, from: number, to: number): Refused | undefined {
  const { uri } = link;
  const path = link.ais.slice();
  for (let at = from; at < to; ) {
    let end = at;
    let nameTo = -1;
    for (; end < to; end++) {
      const code = uri.charCodeAt(end);
      if (code === 38 || code === 59) break;
      if (code === 61 && nameTo < 0) nameTo = end;
    }
    if (nameTo < 0) nameTo = end;
    if (isDigits(uri, at, nameTo)) {
      const ai = aiBetween(uri, at, nameTo);
      if (ai === undefined) return refuse("gs1.ai-unknown", at);
      if (link.ais.includes(ai)) return refuse("gs1.ai-repeated", at);
      if (!ai.attribute || belongsInPath(path, ai)) return refuse("gs1.digital-link-attribute", at);
      link.ais.push(ai);
      const refused = readValue(link, at, Math.min(nameTo + 1, end), end, true);
      if (refused) return refused;
    }
    at = end + 1;
  }
  return undefined;
}

function isDigits(text: string, from: number, to: number): boolean {
  for (let i = from; i < to; i++) {
    const code = text.charCodeAt(i);
    if (code < 48 || code > 57) return false;
  }
  return to > from;
}

/** Reads the value of the last AI in `link.ais`, which starts at `start`. */
function readValue(link: Reading, start: number, from: number, to: number, inQuery: boolean): Refused | undefined {
  const { uri } = link;
  const ai = link.ais[link.ais.length - 1]!;
  let plain = true;
  for (let i = from; i < to && plain; i++) {
    const code = uri.charCodeAt(i);
    plain = code !== 37 && !(inQuery && code === 43);
  }
  const length = to - from;
  const short = link.shortGtins && ai.ai === "01" && (length === 8 || length === 12 || length === 13);
  if (!plain || short) return readEscaped(link, ai, start, from, to, inQuery, short);
  const refused = refuseValue(ai, uri, from, to);
  if (refused) return refused;
  link.elements.push({ ai: ai.ai, title: ai.title, value: uri.slice(from, to) });
  link.starts.push(start);
  return undefined;
}

function readEscaped(
  link: Reading,
  ai: Ai,
  start: number,
  from: number,
  to: number,
  inQuery: boolean,
  short: boolean,
): Refused | undefined {
  const plain = decodeUri(link.uri, from, to, inQuery);
  if (!plain.ok) return plain;
  const value = short ? plain.value.value.padStart(14, "0") : plain.value.value;
  const refused = refuseValue(ai, value, 0, value.length);
  if (refused) {
    const added = value.length - plain.value.value.length;
    const at = plain.value.offsets[Math.max(0, Number(refused.refusal.at) - added)] ?? to;
    return refuse(refused.refusal.code, at, refused.refusal.message);
  }
  link.elements.push({ ai: ai.ai, title: ai.title, value });
  link.starts.push(start);
  return undefined;
}

/**
 * The canonical Digital Link of elements in any order: primary key, qualifiers in the standard's order, the rest as
 * attributes sorted by AI. `stem` replaces `https://id.gs1.org`. Refuses `gs1.digital-link-key` without a key,
 * `gs1.digital-link-attribute` for an AI that may not stand in a query, and what the AIs refuse; `at` = element's index.
 */
export function printDigitalLink(
  elements: readonly AiValue[],
  options: Pick<ElementRules, "partners"> & { readonly stem?: string } = {},
): Result<string> {
  const ais: Ai[] = [];
  for (let i = 0; i < elements.length; i++) {
    const { ai: code, value } = elements[i]!;
    const ai = findAi(code);
    if (ai === undefined) return refuse("gs1.ai-unknown", i);
    const refused = refuseValue(ai, value, 0, value.length);
    if (refused) return refuse(refused.refusal.code, i, refused.refusal.message);
    ais.push(ai);
  }
  const unpartnered = options.partners === false ? undefined : refusePartners(elements, ais, (index) => index);
  if (unpartnered) return unpartnered;
  const layout = layOut(ais);
  if (!layout.fits) return refuse(layout.code, layout.index);
  let text = options.stem?.replace(/\/$/, "") ?? canonicalStem;
  for (let i = 0; i < layout.path.length; i++) {
    const { ai, value } = elements[layout.path[i]!]!;
    text += `/${ai}/${encodeUri(value)}`;
  }
  for (let i = 0; i < layout.query.length; i++) {
    const { ai, value } = elements[layout.query[i]!]!;
    text += `${i === 0 ? "?" : "&"}${ai}=${encodeUri(value)}`;
  }
  return ok(text);
}
