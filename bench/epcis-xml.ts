import { checkDocument, type CheckReport } from "../src/kernel/epcis/check.ts";
import { must } from "../src/kernel/base/result.ts";
import { parseEpcisXml, printEpcisXml12, printEpcisXml20 } from "../src/kernel/epcis/xml.ts";
import { type Bench, type BenchRow, benchRow, type BenchSize, bySize, resultHash, timeBeside } from "./harness.ts";
import { bareSaxesPass } from "./limit/bare-saxes.ts";
import { palletDocument, palletsPerDocument } from "./pharma-document.ts";

const unit = "bytes";
const seed = 11;

/** Documents of pallets in EPCIS XML, 1.2 as DSCSA's partners send it and 2.0, from text to checked events. */
export const bench: Bench = {
  name: "epcis-xml",
  unit,
  summary: "EPCIS 1.2 and 2.0 XML from text to checked events, beside a bare saxes pass over the same text",
  async *rows(size) {
    const document = palletDocument(seed, palletsPerDocument(size));
    const old = printEpcisXml12(document).xml;
    yield await xmlRow("epcis-xml.check-12", old, size, checkDocument);
    yield await xmlRow("epcis-xml.check-20", printEpcisXml20(document).xml, size, checkDocument);
    yield await xmlRow("epcis-xml.read-12", old, size, (text) => must(parseEpcisXml(text)));
  },
};

async function xmlRow(
  name: string,
  text: string,
  size: BenchSize,
  read: (text: string) => CheckReport | object,
): Promise<BenchRow> {
  const hash = resultHash();
  const timed = await timeBeside(
    {
      calls: bySize(size, { small: 3, normal: 60, full: 1_500 }),
      warmupCalls: bySize(size, { small: 1, normal: 10, full: 10 }),
      unitsPerCall: text.length,
      call: () => read(text),
      settle: (result, index) => index === 0 && hash.add(JSON.stringify(result)),
    },
    () => bareSaxesPass(text),
  );
  return benchRow(name, unit, timed, timed.limitRate, hash.hex());
}
