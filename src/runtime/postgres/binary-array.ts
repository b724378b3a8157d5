/**
 * Arrays in PostgreSQL's binary form (`array_send`: dimensions, a flag for nulls, the element's type, its count and
 * lower bound, then each element behind its length). A parameter that is a `Buffer` is sent as it is, and the server
 * takes it without reading text: an array of ten thousand keys costs a tenth of what its text costs on both sides.
 */

const uuidOid = 2_950;
const byteaOid = 17;
const headerBytes = 20;
const uuidBytes = 16;
/** As length: there is no value. */
const nullLength = -1;

function header(array: Buffer, oid: number, count: number, nulls: boolean): number {
  array.writeInt32BE(1, 0);
  array.writeInt32BE(nulls ? 1 : 0, 4);
  array.writeInt32BE(oid, 8);
  array.writeInt32BE(count, 12);
  array.writeInt32BE(1, 16);
  return headerBytes;
}

/** `uuid[]` of keys of 32 hexadecimal digits. */
export function uuidArray(keys: readonly (string | undefined)[]): Buffer {
  if (keys.length === 0) return emptyArray(uuidOid);
  const array = Buffer.allocUnsafe(headerBytes + keys.length * (4 + uuidBytes));
  let at = header(array, uuidOid, keys.length, true);
  for (const key of keys) {
    at = array.writeInt32BE(key === undefined ? nullLength : uuidBytes, at);
    if (key !== undefined) at += array.write(key, at, "hex");
  }
  return array.subarray(0, at);
}

/** `bytea[]`. */
export function byteaArray(values: readonly Uint8Array[]): Buffer {
  if (values.length === 0) return emptyArray(byteaOid);
  const array = Buffer.allocUnsafe(values.reduce((sum, { length }) => sum + 4 + length, headerBytes));
  let at = header(array, byteaOid, values.length, false);
  for (const value of values) {
    at = array.writeInt32BE(value.length, at);
    array.set(value, at);
    at += value.length;
  }
  return array;
}

/** Without elements an array has no dimension. */
function emptyArray(oid: number): Buffer {
  const array = Buffer.alloc(12);
  array.writeInt32BE(oid, 8);
  return array;
}

/** Integers as text, which every integer type takes; nothing in it needs quoting. */
export function integerArray(values: readonly (number | null)[]): string {
  return `{${values.map((value) => value ?? "NULL").join(",")}}`;
}
