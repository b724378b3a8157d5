import { refuse, type Refused } from "../../base/result.ts";
import { type Ai, aiBetween, findAi } from "../ai/ai.ts";
import { BitReader, base64Url } from "./bit-stream.ts";
import { readCompressedElements } from "./binary.ts";
import { layOut } from "./layout.ts";
import type { Reading } from "../digital-link.ts";
import { decodeUri } from "./uri-escape.ts";
import { type AiValue, refuseValue } from "../ai/value.ts";

/**
 * Reads a path whose last segment is compressed, `/AQnYUc1gmiCNV4JG`, or compressed after its primary key,
 * `/01/05412345000013/EEarwSM` (GS1 Digital Link Compression 1.0). Answers where the stem ends, a refusal, or
 * undefined when the segment holds no compressed elements and the path is simply no Digital Link.
 */
export function readCompressed(link: Reading, from: number, pathTo: number): number | Refused | undefined {
  const { uri } = link;
  const slash = uri.lastIndexOf("/", pathTo - 1);
  const segment = uri.slice(slash + 1, pathTo);
  if (segment === "" || !base64Url.test(segment)) return undefined;
  const pairs = readCompressedElements(new BitReader(segment));
  if (pairs === undefined || pairs.length === 0) return undefined;
  const key = keyBefore(uri, from, slash);
  if (key) pairs.unshift(key.pair);
  link.ais.length = 0;
  return takeElements(link, pairs, slash + 1, key?.start) ?? (key === undefined ? slash : key.start - 1);
}

type KeyBefore = { readonly start: number; readonly pair: AiValue };

/** The primary key that stands uncompressed before the segment, if one does. */
function keyBefore(uri: string, from: number, slash: number): KeyBefore | undefined {
  const valueSlash = slash > from ? uri.lastIndexOf("/", slash - 1) : -1;
  const aiSlash = valueSlash > from ? uri.lastIndexOf("/", valueSlash - 1) : -1;
  if (aiSlash < from) return undefined;
  const ai = aiBetween(uri, aiSlash + 1, valueSlash);
  const value = decodeUri(uri, valueSlash + 1, slash, false);
  if (ai?.qualifiers === undefined || !value.ok) return undefined;
  return { start: aiSlash + 1, pair: { ai: ai.ai, value: value.value.value } };
}

/** Puts pairs in the order of an uncompressed URI and judges them; a refusal is at the segment they came from. */
function takeElements(
  link: Reading,
  pairs: readonly AiValue[],
  at: number,
  keyAt: number | undefined,
): Refused | undefined {
  const ais: Ai[] = [];
  for (let i = 0; i < pairs.length; i++) {
    const { ai: code, value } = pairs[i]!;
    const ai = findAi(code)!;
    const refused = refuseValue(ai, value, 0, value.length);
    if (refused)
      return refuse(refused.refusal.code, i === 0 && keyAt !== undefined ? keyAt : at, refused.refusal.message);
    ais.push(ai);
  }
  const layout = layOut(ais);
  if (!layout.fits) return refuse(layout.code, at);
  for (const index of [...layout.path, ...layout.query]) {
    const ai = ais[index]!;
    link.ais.push(ai);
    link.elements.push({ ai: ai.ai, title: ai.title, value: pairs[index]!.value });
    link.starts.push(index === 0 && keyAt !== undefined ? keyAt : at);
  }
  return undefined;
}
