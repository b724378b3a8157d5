import { roundCount } from "../src/kernel/serials/ff1.ts";
import { markets } from "../src/kernel/markets/market.ts";
import { definePool, type Pool } from "../src/kernel/serials/pool.ts";
import { countersOf, serialsOf } from "../src/kernel/serials/pool-serials.ts";
import { invariant } from "../src/kernel/base/invariant.ts";
import { must } from "../src/kernel/base/result.ts";
import { aesEcb } from "../src/runtime/aes.ts";
import { type Bench, type BenchRow, benchRow, type BenchSize, bySize, resultHash, timeCalls } from "./harness.ts";
import { aesBlockRate } from "./limit/aes-blocks.ts";

const unit = "serials";
/** A site's request, and the packs of one pallet. */
const largeBatch = 65_536;
const palletBatch = 1_920;

/** Serial numbers of a pool computed from their counters, and counters back from serials as capture needs them. */
export const bench: Bench = {
  name: "numbers",
  unit,
  summary: "serial numbers computed (FF1, AES-256) and inverted, beside bare AES over the same blocks",
  async *rows(size) {
    const total = bySize(size, { small: 40_000, normal: 20_000_000, full: 200_000_000 });
    const limitRate = (await aesBlockRate(total * roundCount)) / roundCount;
    yield await allocating("numbers.allocate", largeBatch, total, size, limitRate);
    yield await allocating("numbers.allocate-pallet", palletBatch, total / 4, size, limitRate);
    yield await inverting("numbers.invert", largeBatch, total / 4, size, limitRate);
    yield await inverting("numbers.invert-pallet", palletBatch, total / 4, size, limitRate);
  },
};

async function allocating(
  name: string,
  batch: number,
  total: number,
  size: BenchSize,
  limitRate: number,
): Promise<BenchRow> {
  const pool = benchPool();
  const encryptBlocks = benchCipher();
  const hash = resultHash();
  const timed = await timeCalls({
    calls: callsOf(total, batch),
    unitsPerCall: batch,
    warmupCalls: warmupCalls(size),
    call: (index) => serialsOf(pool, Math.max(0, index) * batch, batch, encryptBlocks),
    settle: (serials) => hash.add(serials.join("\n")),
  });
  return benchRow(name, unit, timed, limitRate, hash.hex());
}

async function inverting(
  name: string,
  batch: number,
  total: number,
  size: BenchSize,
  limitRate: number,
): Promise<BenchRow> {
  const pool = benchPool();
  const encryptBlocks = benchCipher();
  const hash = resultHash();
  // A few batches made beforehand, taken in turn: making them must not be on the clock.
  const made = Array.from({ length: 8 }, (_, index) => serialsOf(pool, index * batch, batch, encryptBlocks));
  const timed = await timeCalls({
    calls: callsOf(total, batch),
    unitsPerCall: batch,
    warmupCalls: warmupCalls(size),
    call: (index) => countersOf(pool, made[Math.abs(index) % made.length] ?? [], encryptBlocks),
    settle: (counters, index) => {
      invariant(counters[1] === (index % made.length) * batch + 1, "an inverted serial is not the one that was made");
      hash.add(new Uint8Array(counters.buffer));
    },
  });
  return benchRow(name, unit, timed, limitRate, hash.hex());
}

function benchPool(): Pool {
  return must(definePool({ gtin: "09501101530003" }, markets.eu.serial, []));
}

function benchCipher() {
  return aesEcb(Uint8Array.from({ length: 32 }, (_, index) => index));
}

function callsOf(total: number, batch: number): number {
  return Math.max(2, Math.ceil(total / batch));
}

function warmupCalls(size: BenchSize): number {
  return bySize(size, { small: 1, normal: 20, full: 20 });
}
