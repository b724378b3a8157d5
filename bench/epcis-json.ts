import { checkDocument, type CheckReport, type CheckRules } from "../src/kernel/epcis/check.ts";
import { must } from "../src/kernel/base/result.ts";
import { parseEpcisJson, printEpcisJson } from "../src/kernel/epcis/json.ts";
import { type Bench, type BenchRow, benchRow, type BenchSize, bySize, resultHash, timeBeside } from "./harness.ts";
import { bareJsonParse } from "./limit/bare-json-parse.ts";
import { palletDocument, palletsPerDocument } from "./pharma-document.ts";

const unit = "bytes";
const seed = 11;

/** Documents of pallets in EPCIS 2.0 JSON, from text to checked events. */
export const bench: Bench = {
  name: "epcis-json",
  unit,
  summary: "EPCIS 2.0 JSON from text to checked events, beside a bare JSON.parse of the same text",
  async *rows(size) {
    const text = JSON.stringify(JSON.parse(printEpcisJson(palletDocument(seed, palletsPerDocument(size)))));
    yield await checkRow("epcis-json.check", text, size, {});
    yield await checkRow("epcis-json.check-dscsa", text, size, { profile: "dscsa" });
    yield await readRow("epcis-json.read", text, size);
  },
};

async function checkRow(name: string, text: string, size: BenchSize, rules: CheckRules): Promise<BenchRow> {
  const hash = resultHash();
  const timed = await timeBeside(
    {
      ...callsOf(size),
      unitsPerCall: text.length,
      call: () => checkDocument(text, rules),
      settle: (report: CheckReport, index) => index === 0 && hash.add(JSON.stringify(report)),
    },
    () => bareJsonParse(text),
  );
  return benchRow(name, unit, timed, timed.limitRate, hash.hex());
}

async function readRow(name: string, text: string, size: BenchSize): Promise<BenchRow> {
  const hash = resultHash();
  const timed = await timeBeside(
    {
      ...callsOf(size),
      unitsPerCall: text.length,
      call: () => parseEpcisJson(text),
      settle: (result, index) => index === 0 && hash.add(JSON.stringify(must(result))),
    },
    () => bareJsonParse(text),
  );
  return benchRow(name, unit, timed, timed.limitRate, hash.hex());
}

function callsOf(size: BenchSize) {
  return {
    calls: bySize(size, { small: 3, normal: 150, full: 3_000 }),
    warmupCalls: bySize(size, { small: 1, normal: 20, full: 20 }),
  };
}
