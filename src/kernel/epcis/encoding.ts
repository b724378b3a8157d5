import { stop } from "./limits.ts";

/**
 * Turns the bytes of a document into text, piece by piece. UTF-8 unless a byte order mark or the XML
 * declaration says otherwise. Bytes that the encoding does not have stop with `epcis.encoding`, at the
 * offset of the byte.
 */
export class DocumentText {
  private decoder: TextDecoder | undefined;
  private encoding = "";
  private consumed = 0;
  /** The last bytes before: a character may have begun there. */
  private before = new Uint8Array();

  push(bytes: Uint8Array): string {
    if (!this.decoder) {
      this.encoding = encodingOf(bytes);
      this.decoder = new TextDecoder(this.encoding, { fatal: true });
    }
    const text = this.decode(bytes, true);
    this.consumed += bytes.length;
    this.before = bytes.slice(-characterBytesMax);
    return text;
  }

  end(): string {
    return this.decoder ? this.decode(new Uint8Array(), false) : "";
  }

  private decode(bytes: Uint8Array, stream: boolean): string {
    try {
      return (this.decoder as TextDecoder).decode(bytes, { stream });
    } catch {
      const at = String(this.firstBad(bytes));
      return stop("epcis.encoding", at, "the bytes are not of the encoding that the document has");
    }
  }

  /** Of UTF-8 the byte, of other encodings the piece that it is in. */
  private firstBad(bytes: Uint8Array): number {
    if (this.encoding !== "utf-8") return this.consumed;
    let from = this.before.length - 1;
    while (from >= 0 && ((this.before[from] as number) & 0xc0) === 0x80) from--;
    const begun = from >= 0 && (this.before[from] as number) >= 0xc0 ? this.before.subarray(from) : new Uint8Array();
    const whole = new Uint8Array(begun.length + bytes.length);
    whole.set(begun);
    whole.set(bytes, begun.length);
    const good = new TextDecoder("utf-8", { ignoreBOM: true }).decode(whole).split("\ufffd")[0] ?? "";
    return this.consumed - begun.length + new TextEncoder().encode(good).length;
  }
}

/** Bytes of the longest character of UTF-8. */
const characterBytesMax = 4;

const DECLARED = /^\s*<\?xml[^>]*?encoding\s*=\s*["']([A-Za-z][A-Za-z0-9._-]*)["']/;

function encodingOf(bytes: Uint8Array): string {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return "utf-16le";
  if (first === 0xfe && second === 0xff) return "utf-16be";
  const start = Array.from(bytes.subarray(0, 200), (byte) => String.fromCharCode(byte)).join("");
  const declared = DECLARED.exec(start)?.[1]?.toLowerCase() ?? "utf-8";
  return /^(iso-8859-1|us-ascii|windows-1252|iso-8859-15)$/.test(declared) ? declared : "utf-8";
}
