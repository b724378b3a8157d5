/**
 * The GS1 check digit (GenSpecs 7.9.1): from the right, digits weigh 3, 1, 3, … and the check digit lifts the
 * sum to a multiple of ten. `digits` come without their check digit; any length. Answers 0 to 9.
 */
export function checkDigit(digits: string): number {
  return checkDigitOf(digits, 0, digits.length);
}

/** `checkDigit` of text[from, to), without cutting it out. */
export function checkDigitOf(text: string, from: number, to: number): number {
  let odd = 0;
  let even = 0;
  let i = to - 1;
  for (; i > from; i -= 2) {
    odd += text.charCodeAt(i) - 48;
    even += text.charCodeAt(i - 1) - 48;
  }
  if (i === from) odd += text.charCodeAt(i) - 48;
  return (10 - ((odd * 3 + even) % 10)) % 10;
}

/** Whether the last of the digits text[from, to) is the check digit of those before it. */
export function hasCheckDigit(text: string, from = 0, to = text.length): boolean {
  return to - from > 1 && checkDigitOf(text, from, to - 1) === text.charCodeAt(to - 1) - 48;
}

const PRIMES = [2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83];
const SET_82_ORDER = "!\"%&'()*+,-./0123456789:;<=>?ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz";
const SET_32 = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ";
const CHECK_MODULUS = 1021;

/**
 * The check character pair of a Global Model Number (GenSpecs 7.9.5): places of set 82 weighed by primes from the
 * right, modulo 1021, as two characters of a 32 character alphabet. Undefined past 23 characters or outside set 82.
 */
export function checkCharacters(text: string, from = 0, to = text.length): string | undefined {
  if (to - from > PRIMES.length) return undefined;
  let sum = 0;
  for (let i = to - 1, weight = 0; i >= from; i--, weight++) {
    const place = SET_82_ORDER.indexOf(text.charAt(i));
    if (place < 0) return undefined;
    sum += place * PRIMES[weight]!;
  }
  sum %= CHECK_MODULUS;
  return SET_32.charAt(sum >> 5) + SET_32.charAt(sum & 31);
}
