/** Unsigned LEB128 and raw bytes, growing as it is written to. */
export class ByteWriter {
  private bytes = Buffer.allocUnsafe(256);
  private used = 0;

  private reserve(count: number): void {
    if (this.used + count <= this.bytes.length) return;
    const wider = Buffer.allocUnsafe(Math.max(this.bytes.length * 2, this.used + count));
    this.bytes.copy(wider, 0, 0, this.used);
    this.bytes = wider;
  }

  /** An integer of 0 to 2^53 - 1. */
  varint(value: number): void {
    this.reserve(8);
    let rest = value;
    while (rest >= 0x80) {
      this.bytes[this.used++] = (rest % 0x80) | 0x80;
      rest = Math.floor(rest / 0x80);
    }
    this.bytes[this.used++] = rest;
  }

  byte(value: number): void {
    this.reserve(1);
    this.bytes[this.used++] = value;
  }

  /** A UUID as 32 hexadecimal digits. */
  uuid(hex: string): void {
    this.reserve(16);
    this.used += this.bytes.write(hex, this.used, "hex");
  }

  finish(): Buffer {
    return Buffer.from(this.bytes.subarray(0, this.used));
  }
}

/** Reads what `ByteWriter` wrote. Throws `RangeError` past the end: the bytes are not what was written. */
export class ByteReader {
  private readonly bytes: Buffer;
  private at = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get done(): boolean {
    return this.at >= this.bytes.length;
  }

  byte(): number {
    const value = this.bytes[this.at++];
    if (value === undefined) throw new RangeError("stored bytes end too early");
    return value;
  }

  varint(): number {
    let value = 0;
    let scale = 1;
    for (;;) {
      const byte = this.byte();
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
      scale *= 0x80;
    }
  }

  uuid(): string {
    if (this.at + 16 > this.bytes.length) throw new RangeError("stored bytes end too early");
    const text = this.bytes.toString("hex", this.at, this.at + 16);
    this.at += 16;
    return text;
  }
}
