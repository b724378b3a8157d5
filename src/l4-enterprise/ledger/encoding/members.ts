import { ByteReader, ByteWriter } from "./varint.ts";

/**
 * Who an event names. Our own packs as ranges of counters of their pool, all others by key; once more for what a
 * transformation puts out.
 */
export type Members = { readonly inputs: MemberSet; readonly outputs: MemberSet };

export type MemberSet = {
  /** Counters distinct and ascending. */
  readonly own: readonly { readonly pool: number; readonly counters: readonly number[] }[];
  /** Keys of 32 hexadecimal digits, distinct and ascending. */
  readonly keys: readonly string[];
};

export const noMembers: MemberSet = { own: [], keys: [] };

export function encodeMembers(members: Members): Buffer {
  const writer = new ByteWriter();
  writeSet(writer, members.inputs);
  if (members.outputs.own.length > 0 || members.outputs.keys.length > 0) writeSet(writer, members.outputs);
  return writer.finish();
}

export function decodeMembers(bytes: Uint8Array): Members {
  const reader = new ByteReader(bytes);
  const inputs = readSet(reader);
  return { inputs, outputs: reader.done ? noMembers : readSet(reader) };
}

function writeSet(writer: ByteWriter, set: MemberSet): void {
  const pools = [...set.own].sort((a, b) => a.pool - b.pool);
  writer.varint(pools.length);
  for (const { pool, counters } of pools) {
    const runs = runsOf(counters);
    writer.varint(pool);
    writer.varint(runs.length);
    let end = 0;
    for (const { from, count } of runs) {
      writer.varint(from - end);
      writer.varint(count);
      end = from + count;
    }
  }
  writer.varint(set.keys.length);
  for (const key of set.keys) writer.uuid(key);
}

function readSet(reader: ByteReader): MemberSet {
  const own = Array.from({ length: reader.varint() }, () => {
    const pool = reader.varint();
    const counters: number[] = [];
    let end = 0;
    for (let run = reader.varint(); run > 0; run--) {
      const from = end + reader.varint();
      end = from + reader.varint();
      for (let counter = from; counter < end; counter++) counters.push(counter);
    }
    return { pool, counters };
  });
  const keys = Array.from({ length: reader.varint() }, () => reader.uuid());
  return { own, keys };
}

/** Sorted distinct integers as runs of neighbours. */
export function runsOf(sorted: readonly number[]): { from: number; count: number }[] {
  const runs: { from: number; count: number }[] = [];
  for (const value of sorted) {
    const last = runs.at(-1);
    if (last !== undefined && value === last.from + last.count) last.count++;
    else if (last === undefined || value >= last.from + last.count) runs.push({ from: value, count: 1 });
  }
  return runs;
}

export function memberCount(members: Members): number {
  const count = (set: MemberSet) => set.keys.length + set.own.reduce((sum, { counters }) => sum + counters.length, 0);
  return count(members.inputs) + count(members.outputs);
}
