/** Numerals as characters of one alphabet and back, for values below 2^52. */
export type Spelling = {
  /** The character code of each numeral. */
  readonly codes: Uint8Array;
  /** Whether every character from `from` on is of the alphabet. */
  knows(text: string, from: number): boolean;
  /** The value of the characters `from` up to `to`, most significant first; they must be known. */
  read(text: string, from: number, to: number): number;
  /** Writes `value` as `width` characters at `at`. */
  write(into: Uint8Array, at: number, width: number, value: number): void;
};

const foreign = 0xff;

/** `alphabet` holds distinct ASCII characters. */
export function spellingOf(alphabet: string): Spelling {
  const radix = alphabet.length;
  const codes = Uint8Array.from(alphabet, (char) => char.charCodeAt(0));
  const values = new Uint8Array(128).fill(foreign);
  codes.forEach((code, value) => {
    values[code] = value;
  });
  return {
    codes,
    knows(text, from) {
      for (let i = from; i < text.length; i++) {
        const code = text.charCodeAt(i);
        if (code > 127 || values[code] === foreign) return false;
      }
      return true;
    },
    read(text, from, to) {
      let value = 0;
      for (let i = from; i < to; i++) value = value * radix + (values[text.charCodeAt(i)] as number);
      return value;
    },
    write(into, at, width, value) {
      let rest = value;
      let last = at + width - 1;
      for (; rest > 0x7fff_ffff; last--) {
        const next = Math.floor(rest / radix);
        into[last] = codes[rest - next * radix] as number;
        rest = next;
      }
      // What is left is a small integer, which divides several times faster.
      let small = rest | 0;
      for (; last >= at; last--) {
        const next = (small / radix) | 0;
        into[last] = codes[small - next * radix] as number;
        small = next;
      }
    },
  };
}
