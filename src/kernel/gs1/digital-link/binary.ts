import { type Ai, aiLength, findAi } from "../ai/ai.ts";
import { base64Alphabet, type BitReader, BitWriter } from "./bit-stream.ts";
import { DIGIT } from "../ai/charset.ts";
import type { AiValue } from "../ai/value.ts";

/**
 * The binary form of GS1 Digital Link compression: each AI as its decimal digits in four bits each, or one byte for a
 * usual sequence of AIs; digits packed to 3.32 bits, other values as hexadecimal, base64 or ASCII, whichever is shorter.
 */
const sequences: ReadonlyMap<string, readonly string[]> = new Map(
  Object.entries({
    "0A": "01 22",
    "0B": "01 10",
    "0C": "01 21",
    "0D": "01 17",
    "0E": "01 7003",
    "0F": "01 30",
    // The order inside a sequence is that of sorted AIs: so the reference implementation writes and reads them.
    "1A": "01 10 17 21",
    "1B": "01 15",
    "1C": "01 11",
    "1D": "01 16",
    "1E": "01 91",
    "1F": "01 10 15",
    "2A": "01 3100",
    "2B": "01 3101",
    "2C": "01 3102",
    "2D": "01 3103",
    "2E": "01 3104",
    "2F": "01 3105",
    "3A": "01 3200",
    "3B": "01 3201",
    "3C": "01 3202",
    "3D": "01 3203",
    "3E": "01 3204",
    "3F": "01 3205",
    "9A": "8010 8011",
    "9B": "8017 8019",
    "9C": "8018 8019",
    "9D": "254 414",
    A0: "01 3920",
    A1: "01 3921",
    A2: "01 3922",
    A3: "01 3923",
    A4: "01 3924",
    A5: "01 3925",
    A6: "01 3926",
    A7: "01 3927",
    A8: "01 3928",
    A9: "01 3929",
    C0: "255 3900",
    C1: "255 3901",
    C2: "255 3902",
    C3: "255 3903",
    C4: "255 3904",
    C5: "255 3905",
    C6: "255 3906",
    C7: "255 3907",
    C8: "255 3908",
    C9: "255 3909",
    CA: "255 3940",
    CB: "255 3941",
    CC: "255 3942",
    CD: "255 3943",
  }).map(([code, ais]) => [code, ais.split(" ")]),
);

/** A value's parts as compression sees them: neighbours of one kind are one. */
type Part = { readonly digits: boolean; readonly fixed: boolean; readonly max: number };
const partsByAi = new Map<Ai, readonly Part[]>();

function partsOf(ai: Ai): readonly Part[] {
  const known = partsByAi.get(ai);
  if (known) return known;
  const parts: Part[] = [];
  for (const one of ai.components) {
    const part = { digits: one.set === DIGIT, fixed: one.min === one.max && !one.optional, max: one.max };
    const last = parts.at(-1);
    const joins =
      last && last.digits === part.digits && (last.fixed === part.fixed ? part.fixed || one.optional : !part.digits);
    if (joins) parts[parts.length - 1] = { ...part, fixed: last.fixed && part.fixed, max: last.max + part.max };
    else parts.push(part);
  }
  partsByAi.set(ai, parts);
  return parts;
}

const lengthBits = (max: number) => Math.ceil(Math.log2(max) + 0.01);
const valueBits = (digits: number) => Math.ceil(digits * Math.log2(10) + 0.01);

/** All elements that the bits hold, or undefined when they are no compressed Digital Link. */
export function readCompressedElements(reader: BitReader): AiValue[] | undefined {
  const elements: AiValue[] = [];
  while (reader.left > 8) {
    const code = reader.bits(8)!.toString(16).toUpperCase().padStart(2, "0");
    if (code.startsWith("F")) {
      if (!skipForeign(reader, Number.parseInt(code.charAt(1), 16))) return undefined;
      continue;
    }
    const ais = /^\d\d$/.test(code) ? readAi(reader, code) : sequences.get(code);
    if (ais === undefined) return undefined;
    for (const ai of ais) {
      const entry = findAi(ai);
      const value = entry && readValue(reader, entry);
      if (value === undefined) return undefined;
      elements.push({ ai, value });
    }
  }
  // What fills the last character up is zeros; anything else is other data.
  return reader.bits(reader.left) === 0 ? elements : undefined;
}

function readAi(reader: BitReader, start: string): readonly string[] | undefined {
  let ai = start;
  for (let left = aiLength(Number(start)) - 2; left > 0; left--) {
    const digit = reader.bits(4);
    if (digit === undefined || digit > 9) return undefined;
    ai += digit;
  }
  return [ai];
}

function readValue(reader: BitReader, ai: Ai): string | undefined {
  let value = "";
  for (const part of partsOf(ai)) {
    const encoding = part.digits ? 0 : reader.bits(3);
    const length = part.fixed ? part.max : reader.bits(lengthBits(part.max));
    if (encoding === undefined || length === undefined) return undefined;
    const text = readText(reader, encoding, length);
    if (text === undefined) return undefined;
    value += text;
  }
  return value;
}

function readText(reader: BitReader, encoding: number, length: number): string | undefined {
  if (encoding === 0) {
    const number = reader.big(valueBits(length));
    if (number === undefined) return undefined;
    const digits = length === 0 ? "" : number.toString().padStart(length, "0");
    return digits.length === length ? digits : undefined;
  }
  const size = [0, 4, 4, 6, 7][encoding];
  if (size === undefined) return undefined;
  let text = "";
  for (let i = 0; i < length; i++) {
    const code = reader.bits(size);
    if (code === undefined) return undefined;
    text +=
      encoding === 4 ? String.fromCharCode(code) : encoding === 3 ? base64Alphabet.charAt(code) : code.toString(16);
  }
  return encoding === 2 ? text.toUpperCase() : text;
}

/** A key=value pair that is no AI: `F`, seven bits of key length, the key in base64, then the value. */
function skipForeign(reader: BitReader, high: number): boolean {
  const low = reader.bits(3);
  if (low === undefined) return false;
  for (let left = high * 8 + low; left > 0; left--) if (reader.bits(6) === undefined) return false;
  const encoding = reader.bits(3);
  const length = reader.bits(7);
  return encoding !== undefined && length !== undefined && readText(reader, encoding, length) !== undefined;
}

/** Elements as compressed base64url text, AIs sorted, usual sequences as one byte. The caller has judged them. */
export function writeCompressedElements(elements: readonly AiValue[]): string {
  const writer = new BitWriter();
  const left = new Map(elements.map(({ ai, value }) => [ai, value]));
  for (let best = bestSequence(left); best !== undefined; best = bestSequence(left)) {
    writer.bits(Number.parseInt(best[0], 16), 8);
    for (const ai of best[1]) {
      writeValue(writer, findAi(ai)!, left.get(ai)!);
      left.delete(ai);
    }
  }
  for (const ai of [...left.keys()].sort()) {
    for (const digit of ai) writer.bits(Number(digit), 4);
    writeValue(writer, findAi(ai)!, left.get(ai)!);
  }
  return writer.text();
}

function bestSequence(left: ReadonlyMap<string, string>) {
  let best: readonly [string, readonly string[]] | undefined;
  for (const entry of sequences) {
    if (!entry[1].every((ai) => left.has(ai))) continue;
    if (best === undefined || entry[1].join("").length > best[1].join("").length) best = entry;
  }
  return best;
}

function writeValue(writer: BitWriter, ai: Ai, value: string): void {
  let at = 0;
  for (const part of partsOf(ai)) {
    const text = value.slice(at, at + part.max);
    at += text.length;
    const encoding = part.digits ? 0 : chooseEncoding(text);
    if (!part.digits) writer.bits(encoding, 3);
    if (!part.fixed) writer.bits(text.length, lengthBits(part.max));
    writeText(writer, encoding, text);
  }
}

function chooseEncoding(text: string): number {
  if (/^[0-9]+$/.test(text)) return 0;
  if (/^[0-9A-F]+$/.test(text)) return 2;
  if (/^[0-9a-f]+$/.test(text)) return 1;
  return /^[A-Za-z0-9_-]+$/.test(text) ? 3 : 4;
}

function writeText(writer: BitWriter, encoding: number, text: string): void {
  if (encoding === 0) return writer.bits(BigInt(text === "" ? "0" : text), valueBits(text.length));
  for (let i = 0; i < text.length; i++) {
    if (encoding === 4) writer.bits(text.charCodeAt(i), 7);
    else if (encoding === 3) writer.bits(base64Alphabet.indexOf(text.charAt(i)), 6);
    else writer.bits(Number.parseInt(text.charAt(i), 16), 4);
  }
}
