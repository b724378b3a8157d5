import { parseDigitalLink, printDigitalLink } from "../gs1/digital-link.ts";
import { parseEpc, printEpc } from "../gs1/epc.ts";

/** Identifiers in events and the two spellings of a GS1 key: EPC URN and Digital Link. All use of the GS1 kernel is here. */

type Pair = { readonly ai: string; readonly value: string };

/**
 * Keys with the one qualifier that makes them finer, finest first: the levels that an event hash
 * knows (CBV 2.0 §8.9.2: "only the most fine-granular level of identification").
 */
const FINEST: Readonly<Record<string, readonly string[]>> = {
  "00": [],
  "01": ["21", "235", "10"],
  "253": [],
  "255": [],
  "401": [],
  "402": [],
  "414": ["254"],
  "417": [],
  "8003": [],
  "8004": [],
  "8006": ["21", "10"],
  "8010": ["8011"],
  "8017": [],
  "8018": [],
};

/** The key and its finest qualifier that a URI names, of either spelling and any domain. */
export function finestElements(uri: string): readonly Pair[] | undefined {
  const parsed = uri.startsWith("urn:epc:")
    ? parseEpc(uri)
    : isHttp(uri)
      ? parseDigitalLink(withNumbers(uri), { shortGtins: true })
      : undefined;
  if (!parsed?.ok) return undefined;
  const elements: readonly Pair[] = parsed.value.elements;
  const key = elements.find((element) => Object.hasOwn(FINEST, element.ai));
  if (!key) return undefined;
  const qualifier = FINEST[key.ai]
    ?.map((ai) => elements.find((element) => element.ai === ai))
    .find((found) => found !== undefined);
  return qualifier ? [key, qualifier] : [key];
}

/** Digital Link 1.0 let keys be named in words; 1.2 withdrew it, old links stay. */
const SHORT_NAMES: Readonly<Record<string, string>> = {
  gtin: "01",
  itip: "8006",
  cpid: "8010",
  gln: "414",
  party: "417",
  gsrnp: "8017",
  gsrn: "8018",
  gcn: "255",
  sscc: "00",
  gdti: "253",
  ginc: "401",
  gsin: "402",
  grai: "8003",
  giai: "8004",
  cpv: "22",
  lot: "10",
  ser: "21",
  glnx: "254",
};
const SHORT_NAME = /\/(gtin|itip|cpid|gln|party|gsrnp|gsrn|gcn|sscc|gdti|ginc|gsin|grai|giai|cpv|lot|ser|glnx)(?=\/)/g;
const SHORT_KEY = /\/(?:gtin|itip|cpid|gln|party|gsrnp|gsrn|gcn|sscc|gdti|ginc|gsin|grai|giai)\//;

function withNumbers(uri: string): string {
  return SHORT_KEY.test(uri) ? uri.replace(SHORT_NAME, (_, name: string) => `/${SHORT_NAMES[name] ?? name}`) : uri;
}

function isHttp(uri: string): boolean {
  return uri.startsWith("http://") || uri.startsWith("https://");
}

/** The constrained canonical Digital Link of a GS1 identifier; `undefined` for anything else, which is then never translated. */
export function canonicalLink(uri: string): string | undefined {
  const path = canonicalPath(uri);
  return path === undefined ? undefined : `https://id.gs1.org${path}`;
}

/** Of the canonical Digital Link only the path, `/01/…/21/…`: the shortest text that tells GS1 identifiers apart. */
export function canonicalPath(uri: string): string | undefined {
  const from = serialFrom(uri);
  if (from === 0) return pathOf(uri);
  const serial = uri.slice(from);
  if (!PLAIN_SERIAL.test(serial)) return pathOf(uri);
  const beginning = uri.slice(0, from);
  const known = itemPaths.get(beginning);
  if (known !== undefined) return known + serial;
  const path = pathOf(uri);
  if (path?.startsWith("/01/") && path.endsWith(`/21/${serial}`)) {
    if (itemPaths.size >= itemPathsMax) itemPaths.clear();
    itemPaths.set(beginning, path.slice(0, -serial.length));
  }
  return path;
}

/** Packs of one product differ in their serial number only, and are many. */
const itemPaths = new Map<string, string>();
const itemPathsMax = 1_024;
/** AI 21 has one to twenty characters (GenSpecs 3.5.2); these of them are spelled alike in both spellings. */
const PLAIN_SERIAL = /^[\w-]{1,20}$/;
const ITEM_LINK = /^https?:\/\/[^?#]*\/01\/\d{14}\/21\/$/;

/** Where the serial number of a trade item begins, if the URI names one by all appearances; 0 for all else. */
function serialFrom(uri: string): number {
  if (uri.startsWith("urn:epc:id:sgtin:")) return uri.lastIndexOf(".") + 1;
  if (!isHttp(uri)) return 0;
  const from = uri.lastIndexOf("/") + 1;
  return uri.startsWith("/21/", from - 4) && ITEM_LINK.test(uri.slice(0, from)) ? from : 0;
}

function pathOf(uri: string): string | undefined {
  const elements = finestElements(uri);
  if (elements === undefined) return undefined;
  let path = "";
  for (const { ai, value } of elements) path += `/${ai}/${encodeSegment(value)}`;
  return path;
}

/** GS1 Digital Link 1.2 table 7-1; the sub-delimiters `'`, `;` and `=` are not in it and stay as they are. */
function encodeSegment(value: string): string {
  if (/^[\w.-]*$/.test(value)) return value;
  return encodeURIComponent(value)
    .replace(/[!()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll("%3B", ";")
    .replaceAll("%3D", "=")
    .replaceAll("~", "%7E");
}

/** How an identifier is spelled: as it was received, or turned into one of the two spellings where it is a GS1 key. */
export type EpcSpelling = "as-received" | "urn" | "digital-link";

/**
 * A GS1 identifier in the wanted spelling. Digital Links become URNs only where the length of the
 * company prefix is known: `prefixLengthOf` answers for a key's digits, `undefined` for "not known".
 */
export function spell(
  uri: string,
  spelling: EpcSpelling,
  prefixLengthOf: (elements: readonly Pair[]) => number | undefined = () => undefined,
): string {
  if (spelling === "as-received") return uri;
  if (spelling === "digital-link") {
    const parsed = uri.startsWith("urn:epc:") ? parseEpc(uri) : undefined;
    const link = parsed?.ok ? printDigitalLink(parsed.value.elements) : undefined;
    return link?.ok ? link.value : uri;
  }
  if (!isHttp(uri)) return uri;
  const elements = finestElements(uri);
  const length = elements && prefixLengthOf(elements);
  const urn = elements && length !== undefined ? printEpc(elements, length) : undefined;
  return urn?.ok ? urn.value : uri;
}
