/**
 * Remembers texts by 53 bits of each: some 16 bytes a text, and two hardly ever agree by chance: among half a million,
 * about once in 70,000 documents.
 */
export class Fingerprints {
  size = 0;
  /** Each mark where its remainder leads, or behind; NaN for an empty slot. */
  private slots = new Float64Array(1 << 10).fill(Number.NaN);

  /** `false` if the text was there already. */
  add(text: string): boolean {
    if (!put(this.slots, fingerprint(text))) return false;
    if (++this.size * 2 <= this.slots.length) return true;
    const wider = new Float64Array(this.slots.length * 2).fill(Number.NaN);
    for (const mark of this.slots) if (!Number.isNaN(mark)) put(wider, mark);
    this.slots = wider;
    return true;
  }
}

function put(slots: Float64Array, mark: number): boolean {
  let slot = mark % slots.length;
  for (let held = slots[slot] as number; !Number.isNaN(held); held = slots[slot] as number) {
    if (held === mark) return false;
    slot = (slot + 1) % slots.length;
  }
  slots[slot] = mark;
  return true;
}

/** FNV-1a, twice. */
function fingerprint(text: string): number {
  let a = 0x811c9dc5;
  let b = 0x01000193;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    a = Math.imul(a ^ code, 0x01000193);
    b = Math.imul(b ^ code, 0x5bd1e995);
  }
  return (a >>> 0) * 0x200000 + ((b >>> 0) & 0x1fffff);
}
