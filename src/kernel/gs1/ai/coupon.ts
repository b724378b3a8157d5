import { daysInMonth, fullYear, referenceYear, twoDigits } from "../date.ts";

/**
 * North American coupons (GS1 US, North American Coupon Application Guideline Using GS1 DataBar Expanded; GS1 AI
 * (8112) Coupon Data Specification). A field is either so many digits, or a digit that says how many follow.
 */
type Field =
  /** `count` digits. */
  | { readonly count: number }
  /** One digit of `digits`. */
  | { readonly digits: string }
  /** One digit of `lengths`; as many digits follow, and `plus` more; 9 says that none follow. */
  | { readonly lengths: string; readonly plus: number }
  | { readonly date: "end" | "start" };

const purchase: readonly Field[] = [{ lengths: "12345", plus: 0 }, { digits: "012349" }, { count: 3 }];
const otherPrefix: Field = { lengths: "01234569", plus: 6 };
const companyPrefix: Field = { lengths: "0123456", plus: 6 };
const offerCode: Field = { count: 6 };
const serialNumber: Field = { lengths: "0123456789", plus: 6 };

const couponStart: readonly Field[] = [companyPrefix, offerCode, { lengths: "12345", plus: 0 }, ...purchase];

/** Optional parts in the order they come, each led by its own digit. */
const couponParts: readonly (readonly [string, readonly Field[]])[] = [
  ["1", [{ digits: "0123" }, ...purchase, otherPrefix]],
  ["2", [...purchase, otherPrefix]],
  ["3", [{ date: "end" }]],
  ["4", [{ date: "start" }]],
  ["5", [serialNumber]],
  ["6", [{ lengths: "1234567", plus: 6 }]],
  ["9", [{ digits: "01256" }, { digits: "012" }, { count: 1 }, { digits: "01" }]],
];

const positiveOffer: readonly Field[] = [{ digits: "01" }, companyPrefix, offerCode, serialNumber];

/** AI 8110: offset of the first digit that breaks the layout, or -1. */
export function findCouponFault(text: string, from: number, to: number): number {
  const reader = { text, at: from, to, end: "" };
  if (notDigits(text, from, to) >= 0) return notDigits(text, from, to);
  let fault = readFields(reader, couponStart);
  for (const [lead, fields] of couponParts) {
    if (fault >= 0) return fault;
    if (reader.at >= to || text.charAt(reader.at) !== lead) continue;
    reader.at++;
    fault = readFields(reader, fields);
  }
  return fault >= 0 || reader.at === to ? fault : reader.at;
}

/** AI 8112: offset of the first digit that breaks the layout, or -1. */
export function findPositiveOfferFault(text: string, from: number, to: number): number {
  const reader = { text, at: from, to, end: "" };
  if (notDigits(text, from, to) >= 0) return notDigits(text, from, to);
  const fault = readFields(reader, positiveOffer);
  return fault >= 0 || reader.at === to ? fault : reader.at;
}

type Reader = { readonly text: string; at: number; readonly to: number; end: string };

function readFields(reader: Reader, fields: readonly Field[]): number {
  for (const field of fields) {
    const fault = readField(reader, field);
    if (fault >= 0) return fault;
  }
  return -1;
}

function readField(reader: Reader, field: Field): number {
  const start = reader.at;
  if ("date" in field) return readDate(reader, field.date);
  if ("count" in field) return skip(reader, field.count);
  if (start >= reader.to) return reader.to - 1;
  const digit = reader.text.charAt(start);
  if (!("digits" in field ? field.digits : field.lengths).includes(digit)) return start;
  reader.at++;
  if ("digits" in field) return -1;
  const none = digit === "9" && field === otherPrefix;
  return none ? -1 : skip(reader, Number(digit) + field.plus);
}

function skip(reader: Reader, count: number): number {
  if (reader.to - reader.at < count) return Math.min(reader.at, reader.to - 1);
  reader.at += count;
  return -1;
}

function readDate(reader: Reader, which: "end" | "start"): number {
  const at = reader.at;
  const fault = skip(reader, 6);
  if (fault >= 0) return fault;
  const day = twoDigits(reader.text, at + 4);
  if (
    day < 1 ||
    day > daysInMonth(fullYear(twoDigits(reader.text, at), referenceYear), twoDigits(reader.text, at + 2))
  ) {
    return at;
  }
  const date = reader.text.slice(at, at + 6);
  if (which === "end") reader.end = date;
  return which === "start" && reader.end !== "" && date > reader.end ? at : -1;
}

function notDigits(text: string, from: number, to: number): number {
  for (let i = from; i < to; i++) {
    const code = text.charCodeAt(i);
    if (code < 48 || code > 57) return i;
  }
  return -1;
}
