import { enterpriseApi } from "../../src/contract/enterprise-api.ts";
import { envelopeHeaders } from "../../src/contract/envelope.ts";
import { migrations } from "../../src/l4-enterprise/migrations.ts";
import { scratchDatabase } from "../../test/support/scratch-database.ts";
import { type BenchRow, benchRow, resultHash, timedOf } from "../harness.ts";
import { gln, makeDocuments, openFloor, palletPacks, type Wanted } from "./floor.ts";
import { callFromThread, startLevel, tokenOf } from "./level.ts";

const callers = 4;

/** The same over HTTP, request body to answer: authorised, once by its message id, audited. */
export async function* captureHttp(pallets: number, limitRate: number): AsyncIterable<BenchRow> {
  yield await overHttp("capture-http", pallets, {}, limitRate);
  yield await overHttp("capture-foreign-http", Math.ceil(pallets / 3), { foreign: true }, limitRate);
}

async function overHttp(
  name: string,
  pallets: number,
  wanted: Pick<Wanted, "foreign">,
  limitRate: number,
): Promise<BenchRow> {
  const scratch = await scratchDatabase(migrations);
  const level = await startLevel(scratch.url);
  try {
    const floor = await openFloor(scratch.database);
    const { documents } = await makeDocuments(floor, { ...wanted, pallets, lot: "HTTP" });
    const answers = await callFromThread({
      url: level.url,
      path: enterpriseApi.capture.path,
      callers,
      headers: {
        authorization: `Bearer ${tokenOf("site")}`,
        "content-type": "application/ld+json",
        [envelopeHeaders.owner]: gln,
        [envelopeHeaders.environment]: "validation",
      },
      numbered: { header: envelopeHeaders.messageId, prefix: "0193c7e0-0000-7000-8000-" },
      bodies: documents,
    });
    const first = Math.min(...answers.map(({ at, ms }) => at - ms));
    const seconds = (Math.max(...answers.map(({ at }) => at)) - first) / 1_000;
    const hash = resultHash();
    for (const { status, body } of answers) {
      const { events, exceptions } = JSON.parse(body) as { events: unknown; exceptions: number };
      hash.add(`${status} ${JSON.stringify(events)} ${exceptions}`);
    }
    const timed = timedOf(
      answers.map(({ ms }) => ms),
      palletPacks,
    );
    return benchRow(name, "packs", { ...timed, rate: (pallets * palletPacks) / seconds }, limitRate, hash.hex());
  } finally {
    await level.stop();
    await scratch.drop();
  }
}
