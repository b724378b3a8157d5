import { checkCharacters, hasCheckDigit } from "../check-digit.ts";
import { charClass, DIGIT } from "./charset.ts";
import { countryAlpha2, countryNumeric, currencyNumeric } from "./country.ts";
import { findCouponFault, findPositiveOfferFault } from "./coupon.ts";
import { daysInMonth, fullYear, referenceYear, twoDigits } from "../date.ts";
import { hex } from "../hex.ts";
import { importerIndexes, isMediaType, packageTypes } from "./code-list.ts";

/**
 * One small rule on a component whose length and characters are already right. Answers the offset of the
 * character that is wrong, or -1. The names are those of the GS1 Barcode Syntax Dictionary.
 */
export type Lint = {
  readonly code: string;
  readonly find: (text: string, from: number, to: number) => number;
};

/** Shorter than any GS1 company prefix: GenSpecs 1.4. */
const companyPrefixDigitsMin = 4;

const digit = (text: string, at: number) => text.charCodeAt(at) - 48;
const same = (condition: boolean, at: number) => (condition ? -1 : at);

function number(text: string, from: number, to: number): number {
  let value = 0;
  for (let i = from; i < to; i++) value = value * 10 + digit(text, i);
  return value;
}

function month(text: string, from: number, yearDigits: 2 | 4, dayFrom: 0 | 1): number {
  const year = yearDigits === 2 ? fullYear(twoDigits(text, from), referenceYear) : number(text, from, from + 4);
  const at = from + yearDigits;
  const last = daysInMonth(year, twoDigits(text, at));
  if (last === 0) return at;
  const day = twoDigits(text, at + 2);
  return same(day >= dayFrom && day <= last, at + 2);
}

/** A company prefix starts the key at `at`: at least its shortest form must be digits. */
function prefixDigits(text: string, at: number, to: number): number {
  for (let i = at; i < at + companyPrefixDigitsMin; i++) {
    if (i >= to) return Math.max(at, to - 1);
    if ((charClass[text.charCodeAt(i)]! & DIGIT) === 0) return i;
  }
  return -1;
}

/** `%` starts a pair of hexadecimal digits (RFC 3986 §2.1), and nothing else. */
function percentEncoding(text: string, from: number, to: number): number {
  for (let i = from; i < to; i++) {
    if (text.charCodeAt(i) !== 37) continue;
    if (i + 2 >= to || hex(text.charCodeAt(i + 1)) < 0 || hex(text.charCodeAt(i + 2)) < 0) return i;
    i += 2;
  }
  return -1;
}

/** ISO 13616: country, two check digits, then letters and digits; modulo 97 of the rearranged text is 1. */
function iban(text: string, from: number, to: number): number {
  for (let i = from; i < to; i++) {
    const code = text.charCodeAt(i);
    if (!((code >= 48 && code <= 57) || (code >= 65 && code <= 90))) return i;
  }
  if (to - from <= 10) return to - 1;
  if (!countryAlpha2.has(text.slice(from, from + 2))) return from;
  if (!(digit(text, from + 2) <= 9 && digit(text, from + 3) <= 9)) return from + 2;
  let rest = 0;
  for (let i = 0; i < to - from; i++) {
    const code = text.charCodeAt(from + ((i + 4) % (to - from)));
    rest = code <= 57 ? (rest * 10 + code - 48) % 97 : (rest * 100 + code - 55) % 97;
  }
  return same(rest === 1, from + 2);
}

/** `1/2`: one digit from 1, a slash, one digit from 1, the first not above the second. */
function birthSequence(text: string, from: number): number {
  const [a, b] = [digit(text, from), digit(text, from + 2)];
  if (!(a >= 1 && a <= 9)) return from;
  if (text.charAt(from + 1) !== "/") return from + 1;
  return same(b >= 1 && b <= 9 && a <= b, from + 2);
}

function pieceOfTotal(text: string, from: number): number {
  const [piece, total] = [twoDigits(text, from), twoDigits(text, from + 2)];
  if (piece === 0) return from;
  return same(total > 0 && piece <= total, from + 2);
}

function hasNonDigit(text: string, from: number, to: number): number {
  for (let i = from; i < to; i++) if ((charClass[text.charCodeAt(i)]! & DIGIT) === 0) return -1;
  return from;
}

const twoBelow = (limit: number) => (text: string, from: number) => same(twoDigits(text, from) < limit, from);
const only = (characters: string) => (text: string, from: number) => same(characters.includes(text.charAt(from)), from);

export const lints: Readonly<Record<string, Lint>> = {
  csum: { code: "gs1.check-digit", find: (text, from, to) => same(hasCheckDigit(text, from, to), to - 1) },
  csumalpha: {
    code: "gs1.check-characters",
    find: (text, from, to) =>
      same(to - from > 2 && checkCharacters(text, from, to - 2) === text.slice(to - 2, to), Math.max(from, to - 2)),
  },
  gcppos1: { code: "gs1.company-prefix", find: (text, from, to) => prefixDigits(text, from, to) },
  gcppos2: { code: "gs1.company-prefix", find: (text, from, to) => prefixDigits(text, from + 1, to) },
  hasnondigit: { code: "gs1.letter-missing", find: hasNonDigit },
  yymmdd: { code: "gs1.date", find: (text, from) => month(text, from, 2, 1) },
  yymmd0: { code: "gs1.date", find: (text, from) => month(text, from, 2, 0) },
  yyyymmdd: { code: "gs1.date", find: (text, from) => month(text, from, 4, 1) },
  hh: { code: "gs1.time", find: twoBelow(24) },
  mi: { code: "gs1.time", find: twoBelow(60) },
  ss: { code: "gs1.time", find: twoBelow(60) },
  hhmi: {
    code: "gs1.time",
    find: (text, from) => (twoDigits(text, from) > 23 ? from : same(twoDigits(text, from + 2) < 60, from + 2)),
  },
  iso3166: { code: "gs1.country", find: (text, from, to) => same(countryNumeric.has(text.slice(from, to)), from) },
  iso3166999: {
    code: "gs1.country",
    find: (text, from, to) => same(text.startsWith("999", from) || countryNumeric.has(text.slice(from, to)), from),
  },
  iso3166alpha2: { code: "gs1.country", find: (text, from, to) => same(countryAlpha2.has(text.slice(from, to)), from) },
  iso4217: { code: "gs1.currency", find: (text, from, to) => same(currencyNumeric.has(text.slice(from, to)), from) },
  pcenc: { code: "gs1.percent-encoding", find: percentEncoding },
  couponcode: { code: "gs1.coupon", find: findCouponFault },
  couponposoffer: { code: "gs1.coupon", find: findPositiveOfferFault },
  nonzero: { code: "gs1.zero", find: (text, from, to) => same(number(text, from, to) > 0, from) },
  zero: { code: "gs1.not-zero", find: only("0") },
  nozeroprefix: {
    code: "gs1.leading-zero",
    find: (text, from) => same(text.charCodeAt(from) !== 48, from),
  },
  winding: { code: "gs1.winding", find: only("019") },
  pieceoftotal: { code: "gs1.piece-of-total", find: pieceOfTotal },
  iban: { code: "gs1.iban", find: iban },
  importeridx: { code: "gs1.importer-index", find: only(importerIndexes) },
  packagetype: {
    code: "gs1.package-type",
    find: (text, from, to) => same(packageTypes.has(text.slice(from, to)), from),
  },
  mediatype: { code: "gs1.media-type", find: (text, from) => same(isMediaType(twoDigits(text, from)), from) },
  iso5218: { code: "gs1.sex", find: only("0129") },
  posinseqslash: { code: "gs1.birth-sequence", find: birthSequence },
  latitude: { code: "gs1.latitude", find: (text, from, to) => same(number(text, from, to) <= 1_800_000_000, from) },
  longitude: { code: "gs1.longitude", find: (text, from, to) => same(number(text, from, to) <= 3_600_000_000, from) },
  yesno: { code: "gs1.yes-no", find: only("01") },
  hyphen: { code: "gs1.hyphen", find: only("-") },
};
