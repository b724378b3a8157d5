import { must } from "../src/kernel/base/result.ts";
import { parseDigitalLink, printDigitalLink } from "../src/kernel/gs1/digital-link.ts";
import { parseElementString } from "../src/kernel/gs1/element-string.ts";
import { scanOf } from "./gs1-scan.ts";
import { type Bench, benchRow, bySize, resultHash, timeCalls } from "./harness.ts";
import { textPassRate } from "./limit/text-pass.ts";

const unit = "links";
const batch = 1_000;

/** Digital Links of packs with four AIs, printed from elements and read back. */
export const bench: Bench = {
  name: "gs1-digital-link",
  unit,
  summary:
    "Digital Links with AIs 01, 10, 21 and 17 parsed and checked, and printed, beside one pass over their characters",
  async *rows(size) {
    const elements = Array.from({ length: batch }, (_, index) => must(parseElementString(scanOf(index))).elements);
    const links = elements.map((one) => must(printDigitalLink(one)));
    const calls = bySize(size, { small: 30, normal: 4_000, full: 40_000 });
    const warmupCalls = bySize(size, { small: 10, normal: 200, full: 200 });
    const limitRate = await textPassRate(links, [18, 36, 45, 63, 70]);
    const hash = resultHash();
    const parsed = await timeCalls({
      calls,
      unitsPerCall: batch,
      warmupCalls,
      call: () => links.map((link) => parseDigitalLink(link)),
      settle: (results, index) => index === 0 && hash.add(JSON.stringify(results)),
    });
    yield benchRow("gs1-digital-link.parse", unit, parsed, limitRate, hash.hex());
    const printHash = resultHash();
    const printed = await timeCalls({
      calls,
      unitsPerCall: batch,
      warmupCalls,
      call: () => elements.map((one) => printDigitalLink(one)),
      settle: (results, index) => index === 0 && printHash.add(JSON.stringify(results)),
    });
    yield benchRow("gs1-digital-link.print", unit, printed, limitRate, printHash.hex());
  },
};
