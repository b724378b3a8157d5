import { crc32 } from "node:zlib";
import { chunkNumbers } from "../../../kernel/serials/pool.ts";
import { Fault } from "../../../runtime/fault.ts";
import { runsOf } from "./members.ts";
import { ByteReader, ByteWriter } from "./varint.ts";

/** One event and the packs of the chunk it named: pairs of first offset and count, ascending. */
export type ChunkEvent = { readonly event: string; readonly runs: readonly number[] };

/** The state of 1,024 consecutive numbers of a pool. Offsets are counters within the chunk, 0 to 1,023. */
export type DenseChunk = {
  readonly pool: number;
  readonly chunkNo: number;
  /** Of all its packs; one that belongs to another lot has a row of its own. 0 while none is commissioned. */
  lot: number;
  /** 0 for a chunk that has no row yet. */
  version: number;
  /** Keys of containers; `parent` holds their place here plus one, 0 for none. */
  readonly parents: string[];
  readonly parent: Uint16Array;
  readonly status: Uint16Array;
  /** In the order in which the events arrived. */
  readonly events: ChunkEvent[];
  /** The highest event key among `events`, "" for none. */
  lastEvent: string;
};

export type ChunkBytes = {
  readonly parents: Buffer;
  readonly parent: Buffer;
  readonly disp: Buffer;
  readonly hist: Buffer;
  readonly checksum: number;
};

export function emptyChunk(pool: number, chunkNo: number): DenseChunk {
  return {
    pool,
    chunkNo,
    lot: 0,
    version: 0,
    parents: [],
    parent: new Uint16Array(chunkNumbers),
    status: new Uint16Array(chunkNumbers),
    events: [],
    lastEvent: "",
  };
}

export function encodeChunk(chunk: DenseChunk): ChunkBytes {
  const parents = new ByteWriter();
  for (const key of chunk.parents) parents.uuid(key);
  const hist = new ByteWriter();
  for (const { event, runs } of chunk.events) {
    hist.uuid(event);
    hist.varint(runs.length / 2);
    let end = 0;
    for (let i = 0; i < runs.length; i += 2) {
      hist.varint((runs[i] as number) - end);
      hist.varint(runs[i + 1] as number);
      end = (runs[i] as number) + (runs[i + 1] as number);
    }
  }
  const bytes = {
    parents: parents.finish(),
    parent: encodeNumbers(chunk.parent),
    disp: encodeNumbers(chunk.status),
    hist: hist.finish(),
  };
  return { ...bytes, checksum: checksumOf(chunk, bytes) };
}

/** Throws a permanent fault when the bytes are not what was written: one bad row would speak for 1,024 packs. */
export function decodeChunk(
  row: Omit<ChunkBytes, "checksum"> & { pool: number; chunkNo: number; lot: number; version: number; checksum: number },
): DenseChunk {
  if (checksumOf(row, row) !== row.checksum) {
    throw new Fault(
      "permanent",
      "ledger.chunk-damaged",
      `chunk ${row.chunkNo} of pool ${row.pool} does not have the checksum it was written with`,
    );
  }
  const chunk = emptyChunk(row.pool, row.chunkNo);
  chunk.lot = row.lot;
  chunk.version = row.version;
  const parents = new ByteReader(row.parents);
  while (!parents.done) chunk.parents.push(parents.uuid());
  decodeNumbers(row.parent, chunk.parent);
  decodeNumbers(row.disp, chunk.status);
  const hist = new ByteReader(row.hist);
  while (!hist.done) {
    const event = hist.uuid();
    const runs: number[] = [];
    let end = 0;
    for (let run = hist.varint(); run > 0; run--) {
      const from = end + hist.varint();
      const count = hist.varint();
      runs.push(from, count);
      end = from + count;
    }
    addEvent(chunk, event, runs);
  }
  return chunk;
}

function checksumOf(
  chunk: { pool: number; chunkNo: number; lot: number },
  bytes: Omit<ChunkBytes, "checksum">,
): number {
  let sum = crc32(
    `${chunk.pool}|${chunk.chunkNo}|${chunk.lot}|${bytes.parents.length}|${bytes.parent.length}|${bytes.disp.length}`,
  );
  for (const part of [bytes.parents, bytes.parent, bytes.disp, bytes.hist]) sum = crc32(part, sum);
  // PostgreSQL's int is signed.
  return sum | 0;
}

const raw = 0;
const runLength = 1;

function encodeNumbers(values: Uint16Array): Buffer {
  const writer = new ByteWriter();
  writer.byte(runLength);
  for (let at = 0; at < values.length; ) {
    let end = at + 1;
    while (end < values.length && values[end] === values[at]) end++;
    writer.varint(values[at] as number);
    writer.varint(end - at);
    at = end;
  }
  const short = writer.finish();
  if (short.length <= 1 + values.length * 2) return short;
  const plain = Buffer.alloc(1 + values.length * 2);
  plain[0] = raw;
  values.forEach((value, index) => plain.writeUInt16LE(value, 1 + index * 2));
  return plain;
}

function decodeNumbers(bytes: Buffer, into: Uint16Array): void {
  if (bytes[0] === raw) {
    for (let i = 0; i < into.length; i++) into[i] = bytes.readUInt16LE(1 + i * 2);
    return;
  }
  const reader = new ByteReader(bytes.subarray(1));
  for (let at = 0; at < into.length; ) {
    const value = reader.varint();
    const count = reader.varint();
    into.fill(value, at, at + count);
    at += count;
  }
}

export function addEvent(chunk: DenseChunk, event: string, runs: readonly number[]): void {
  chunk.events.push({ event, runs });
  if (event > chunk.lastEvent) chunk.lastEvent = event;
}

/** Offsets, sorted and distinct, as pairs of first and count. */
export function flatRuns(offsets: readonly number[]): number[] {
  return runsOf(offsets).flatMap(({ from, count }) => [from, count]);
}

export function coversOffset(runs: readonly number[], offset: number): boolean {
  for (let i = 0; i < runs.length; i += 2) {
    const from = runs[i] as number;
    if (offset < from) return false;
    if (offset < from + (runs[i + 1] as number)) return true;
  }
  return false;
}

/** The place of a container among the chunk's parents plus one; it is added when it is new. */
export function parentIndex(chunk: DenseChunk, key: string | undefined): number {
  if (key === undefined) return 0;
  const known = chunk.parents.lastIndexOf(key);
  return known >= 0 ? known + 1 : chunk.parents.push(key);
}

export function parentOf(chunk: DenseChunk, offset: number): string | undefined {
  return chunk.parents[(chunk.parent[offset] as number) - 1];
}

/** Keys of the events that named this pack. */
export function eventsOfOffset(chunk: DenseChunk, offset: number): string[] {
  return chunk.events.filter(({ runs }) => coversOffset(runs, offset)).map(({ event }) => event);
}
