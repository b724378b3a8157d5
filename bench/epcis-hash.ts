import { hash as digestOf } from "node:crypto";
import { eventHash, preHash } from "../src/kernel/epcis/hash.ts";
import type { EpcisEvent } from "../src/kernel/epcis/model.ts";
import { type Bench, type BenchRow, benchRow, type BenchSize, bySize, resultHash, timeBeside } from "./harness.ts";
import { bareSha256 } from "./limit/bare-sha256.ts";
import { palletEvents, smallEvents } from "./pharma-document.ts";

const unit = "events";
const seed = 11;

/** The event hash of CBV 2.0: of small events, and of events that name the packs of a case. */
export const bench: Bench = {
  name: "epcis-hash",
  unit,
  summary: "hashes of small events, and of events of 48 packs, beside a bare SHA-256 of the same canonical strings",
  async *rows(size) {
    yield await hashRow("epcis-hash.small", smallEvents(seed, 300), size);
    yield await hashRow("epcis-hash.case", palletEvents(seed, 0).slice(0, 30), size);
  },
};

async function hashRow(name: string, events: readonly EpcisEvent[], size: BenchSize): Promise<BenchRow> {
  const hash = resultHash();
  const encoder = new TextEncoder();
  const strings = events.map((event) => encoder.encode(preHash(event)));
  const timed = await timeBeside(
    {
      calls: bySize(size, { small: 3, normal: 800, full: 20_000 }),
      warmupCalls: bySize(size, { small: 1, normal: 50, full: 50 }),
      unitsPerCall: events.length,
      call: () => events.map((event) => eventHash(event, sha256)),
      settle: (hashes, index) => index === 0 && hash.add(hashes.join("\n")),
    },
    () => bareSha256(strings),
  );
  return benchRow(name, unit, timed, timed.limitRate, hash.hex());
}

function sha256(bytes: Uint8Array): Uint8Array {
  return digestOf("sha256", bytes, "buffer");
}
