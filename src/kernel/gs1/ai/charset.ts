/**
 * Character sets of GenSpecs 7.11 as one table of bits by character code, so that the scan's inner loop is an
 * array read and an `&`. Codes past 127 are in no set.
 */
export const DIGIT = 1;
/** Set 82: GenSpecs figure 7.11-1, AI values of type X. */
export const SET_82 = 2;
/** Set 39: GenSpecs figure 7.11-2, component and part identifiers. */
export const SET_39 = 4;
/** Base64url of RFC 4648 §5 with its padding: digital signatures. */
export const SET_64 = 8;

export const charClass: Uint8Array = classes();

function classes(): Uint8Array {
  const table = new Uint8Array(128);
  const add = (characters: string, bit: number) => {
    for (let i = 0; i < characters.length; i++) table[characters.charCodeAt(i)]! |= bit;
  };
  const digits = "0123456789";
  const upper = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
  const lower = upper.toLowerCase();
  add(digits, DIGIT);
  add(digits + upper + lower + "!\"%&'()*+,-./:;<=>?_", SET_82);
  add(`${digits}${upper}#-/`, SET_39);
  add(`${digits + upper + lower}-_=`, SET_64);
  return table;
}

/** The first offset in [from, to) whose character is not in `set`, or -1. */
export function outsideSet(text: string, from: number, to: number, set: number): number {
  for (let i = from; i < to; i++) {
    const code = text.charCodeAt(i);
    if (code > 127 || (charClass[code]! & set) === 0) return i;
  }
  return -1;
}
