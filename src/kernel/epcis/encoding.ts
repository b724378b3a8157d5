import { stop } from "./limits.ts";

/**
 * Turns the bytes of a document into text, piece by piece. UTF-8 unless a byte order mark or the XML
 * declaration says otherwise. Bytes that the encoding does not have stop with `epcis.encoding`.
 */
export class DocumentText {
  private decoder: TextDecoder | undefined;

  push(bytes: Uint8Array): string {
    this.decoder ??= new TextDecoder(encodingOf(bytes), { fatal: true });
    return this.decode(bytes, true);
  }

  end(): string {
    return this.decoder ? this.decode(new Uint8Array(), false) : "";
  }

  private decode(bytes: Uint8Array, stream: boolean): string {
    try {
      return (this.decoder as TextDecoder).decode(bytes, { stream });
    } catch {
      return stop("epcis.encoding", "", "the bytes are not of the encoding that the document has");
    }
  }
}

const DECLARED = /^\s*<\?xml[^>]*?encoding\s*=\s*["']([A-Za-z][A-Za-z0-9._-]*)["']/;

function encodingOf(bytes: Uint8Array): string {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return "utf-16le";
  if (first === 0xfe && second === 0xff) return "utf-16be";
  const start = Array.from(bytes.subarray(0, 200), (byte) => String.fromCharCode(byte)).join("");
  const declared = DECLARED.exec(start)?.[1]?.toLowerCase() ?? "utf-8";
  return /^(iso-8859-1|us-ascii|windows-1252|iso-8859-15)$/.test(declared) ? declared : "utf-8";
}
