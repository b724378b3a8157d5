import { must } from "../src/kernel/base/result.ts";
import { checkDigit } from "../src/kernel/gs1/check-digit.ts";
import { buildElementString, parseElementString, type ScannedElements } from "../src/kernel/gs1/element-string.ts";
import { type Bench, benchRow, bySize, resultHash, timeCalls } from "./harness.ts";
import { textPassRate } from "./limit/text-pass.ts";

const unit = "scans";
/** Few enough that results die young, as they do behind a scanner. */
const batch = 1_000;

/** Scans of medicine packs with four AIs, read and checked; then built. */
export const bench: Bench = {
  name: "gs1-scan",
  unit,
  summary: "scans with AIs 01, 21, 17, 10 parsed and checked, and built, beside one pass over their characters",
  async *rows(size) {
    const texts = Array.from({ length: batch }, (_, index) => scanOf(index));
    const calls = bySize(size, { small: 30, normal: 4_000, full: 40_000 });
    const warmupCalls = bySize(size, { small: 10, normal: 200, full: 200 });
    const limitRate = await textPassRate(texts, [0, 19, 35, 43, 53]);
    const hash = resultHash();
    const parsed = await timeCalls({
      calls,
      unitsPerCall: batch,
      warmupCalls,
      call: () => texts.map((text) => parseElementString(text)),
      settle: (results, index) => index === 0 && hash.add(JSON.stringify(results)),
    });
    yield benchRow("gs1-scan.parse", unit, parsed, limitRate, hash.hex());
    const scans: ScannedElements[] = texts.map((text) => must(parseElementString(text)));
    const buildHash = resultHash();
    const built = await timeCalls({
      calls,
      unitsPerCall: batch,
      warmupCalls,
      call: () => scans.map(({ elements }) => buildElementString(elements)),
      settle: (results, index) => index === 0 && buildHash.add(JSON.stringify(results)),
    });
    yield benchRow("gs1-scan.build", unit, built, limitRate, buildHash.hex());
  },
};

/** A pack's symbol as a scanner sends it; another serial number for every index. */
export function scanOf(index: number): string {
  const body = `0952${String(10_000_000 + (index % 100)).padStart(9, "0")}`;
  const serial = (index * 2_654_435_761).toString(36).toUpperCase().padStart(14, "7").slice(-14);
  return `]d201${body}${checkDigit(body)}21${serial}\x1d1726123110LOT${index % 1_000}`;
}
