const bytesPerBlock = 1 << 16;
const textBytesMax = 1 << 16;
/** Fewer than this share of the slots are ever taken, so that a search ends soon. */
const loadMax = 0.6;

/**
 * Gives texts small numbers, from 0 in the order they come. Keeps each once, as UTF-8 in large blocks beside each other,
 * at some 50 bytes for an identifier: a string and its place in a map would be four times that.
 */
export class IdentifierTable {
  size = 0;
  private readonly encoder = new TextEncoder();
  private readonly decoder = new TextDecoder();
  private readonly scratch = new Uint8Array(textBytesMax);
  private readonly blocks = [new Uint8Array(bytesPerBlock)];
  private used = 0;
  /** One more than the number of the text whose hash leads there; 0 for none. */
  private slots = new Int32Array(1 << 12);
  /** Where each text stands: its block times `bytesPerBlock`, and the offset in it. */
  private starts = new Float64Array(1 << 11);
  private lengths = new Uint16Array(1 << 11);
  private hashes = new Int32Array(1 << 11);

  /** The number of a text, a new one if it has none. A text of more than 64 KiB is known by its beginning. */
  add(text: string): number {
    const length = Math.min(this.encoder.encodeInto(text, this.scratch).written, textBytesMax - 1);
    const hash = this.hash(length);
    const slot = this.slotOf(hash, length);
    const found = (this.slots[slot] as number) - 1;
    if (found >= 0) return found;
    const number = this.size++;
    this.slots[slot] = number + 1;
    this.keep(number, hash, length);
    if (this.size > this.slots.length * loadMax) this.spread();
    return number;
  }

  text(number: number): string {
    const start = this.starts[number] as number;
    const block = this.blocks[Math.floor(start / bytesPerBlock)] as Uint8Array;
    const from = start % bytesPerBlock;
    return this.decoder.decode(block.subarray(from, from + (this.lengths[number] as number)));
  }

  private hash(length: number): number {
    let hash = 0x811c9dc5;
    for (let i = 0; i < length; i++) hash = Math.imul(hash ^ (this.scratch[i] as number), 0x01000193);
    return hash ^ (hash >>> 15);
  }

  /** Where the text in `scratch` is, or would go. */
  private slotOf(hash: number, length: number): number {
    const mask = this.slots.length - 1;
    let slot = hash & mask;
    for (let held = this.slots[slot] as number; held !== 0; held = this.slots[slot] as number) {
      if (this.hashes[held - 1] === hash && this.holds(held - 1, length)) return slot;
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  private holds(number: number, length: number): boolean {
    if (this.lengths[number] !== length) return false;
    const start = this.starts[number] as number;
    const block = this.blocks[Math.floor(start / bytesPerBlock)] as Uint8Array;
    const from = start % bytesPerBlock;
    for (let i = 0; i < length; i++) if (block[from + i] !== this.scratch[i]) return false;
    return true;
  }

  private keep(number: number, hash: number, length: number): void {
    if (this.used + length > bytesPerBlock) {
      this.blocks.push(new Uint8Array(bytesPerBlock));
      this.used = 0;
    }
    if (number === this.starts.length) {
      this.starts = grown(this.starts, new Float64Array(number * 2));
      this.lengths = grown(this.lengths, new Uint16Array(number * 2));
      this.hashes = grown(this.hashes, new Int32Array(number * 2));
    }
    (this.blocks.at(-1) as Uint8Array).set(this.scratch.subarray(0, length), this.used);
    this.starts[number] = (this.blocks.length - 1) * bytesPerBlock + this.used;
    this.lengths[number] = length;
    this.hashes[number] = hash;
    this.used += length;
  }

  private spread(): void {
    const mask = this.slots.length * 2 - 1;
    this.slots = new Int32Array(mask + 1);
    for (let number = 0; number < this.size; number++) {
      let slot = (this.hashes[number] as number) & mask;
      while (this.slots[slot] !== 0) slot = (slot + 1) & mask;
      this.slots[slot] = number + 1;
    }
  }
}

/** `from` copied to the beginning of `into`. */
export function grown<T extends { set(from: ArrayLike<number>): void }>(from: ArrayLike<number>, into: T): T {
  into.set(from);
  return into;
}

/** A list of whole numbers below 2^31 for each index; 0 where nothing was set. */
export class NumberColumn {
  private values = new Int32Array(1 << 11);

  get(index: number): number {
    return this.values[index] ?? 0;
  }

  set(index: number, value: number): void {
    while (index >= this.values.length) this.values = grown(this.values, new Int32Array(this.values.length * 2));
    this.values[index] = value;
  }
}
