/** The alphabet of RFC 4648 §5, six bits a character. */
export const base64Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
export const base64Url = /^[A-Za-z0-9_-]+$/;

/** Bits out of base64url text, first bit first. Reads past the end answer undefined. */
export class BitReader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  get left(): number {
    return this.#text.length * 6 - this.#at;
  }

  /** Up to 32 bits as a number. */
  bits(count: number): number | undefined {
    const value = this.big(count);
    return value === undefined ? undefined : Number(value);
  }

  big(count: number): bigint | undefined {
    if (count > this.left) return undefined;
    let value = 0n;
    for (let taken = 0; taken < count; ) {
      const within = this.#at % 6;
      const take = Math.min(6 - within, count - taken);
      const six = base64Alphabet.indexOf(this.#text.charAt(Math.floor(this.#at / 6)));
      value = (value << BigInt(take)) | BigInt((six >> (6 - within - take)) & ((1 << take) - 1));
      this.#at += take;
      taken += take;
    }
    return value;
  }
}

/** Bits into base64url text; the last character is filled up with zeros. */
export class BitWriter {
  #bits = "";

  bits(value: number | bigint, count: number): void {
    this.#bits += value.toString(2).padStart(count, "0");
  }

  text(): string {
    let text = "";
    for (let at = 0; at < this.#bits.length; at += 6) {
      text += base64Alphabet.charAt(Number.parseInt(this.#bits.slice(at, at + 6).padEnd(6, "0"), 2));
    }
    return text;
  }
}
