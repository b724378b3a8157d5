import { describe, expect, test } from "vitest";
import type { JournalBody } from "../../contract/journal.ts";
import { must } from "../../kernel/base/result.ts";
import { checkDocument } from "../../kernel/epcis/check.ts";
import { parseEpcisJson } from "../../kernel/epcis/json.ts";
import type { EpcisEvent } from "../../kernel/epcis/model.ts";
import { sha256 } from "../../runtime/sha256.ts";
import { type Mishaps, packBatch } from "../../../test/support/packed-batch.ts";
import { exampleNumbers, exampleOrder, exampleRun, siteGln } from "../../../test/support/site-orders.ts";
import { documentPacksMax, documentsOf, type MadeDocument } from "./epcis-documents.ts";

const now = Date.parse("2026-11-23T12:00:00Z");
const order = exampleOrder({ expiry: "281100" });
const source = { order, siteGln, lineId: "line-1", sha256 };

async function documents(
  bodies: readonly { readonly at: number; readonly body: JournalBody }[],
  of = source,
): Promise<MadeDocument[]> {
  async function* entries() {
    for (const { at, body } of bodies) yield { at, offsetMinutes: 60, body };
  }
  const made: MadeDocument[] = [];
  for await (const document of documentsOf(of, entries(), now)) made.push(document);
  return made;
}

const eventsIn = (made: readonly MadeDocument[]): EpcisEvent[] =>
  made.flatMap(({ json }) => must(parseEpcisJson(json)).events as EpcisEvent[]);
const said = (event: EpcisEvent) => {
  const epcs = event.type === "AggregationEvent" ? event.childEPCs : event.type === "ObjectEvent" ? event.epcList : [];
  return `${event.type === "AggregationEvent" ? "packing" : "object"} ${"action" in event ? event.action : ""} ${event.bizStep} ${event.disposition} ${epcs?.length}`;
};
const packed = (quantity: number, mishaps: Mishaps, pattern: { packsPerCase: number; casesPerPallet: number }) => {
  const large = exampleOrder({ quantity, ...pattern });
  const run = exampleRun(large, { pack: quantity * 2 + 50, case: quantity, pallet: quantity });
  return packBatch(run, now - 3_600_000, mishaps);
};

describe("an order's events", () => {
  test("say what a pack, its case and its pallet went through", async () => {
    const made = await documents(
      packed(8, { misread: (n) => n === 1, sampled: (n) => n === 2 }, { packsPerCase: 4, casesPerPallet: 2 }),
    );
    expect(eventsIn(made).map(said)).toEqual([
      "object ADD commissioning active 1",
      "object DELETE sampling non_sellable_other 1",
      "object ADD commissioning active 4",
      "object ADD commissioning active 1",
      "packing ADD packing in_progress 4",
      "object ADD commissioning active 4",
      "object ADD commissioning active 1",
      "packing ADD packing in_progress 4",
      "object ADD commissioning active 1",
      "packing ADD packing in_progress 2",
    ]);
  });

  test("are named by keys, with lot and the day that the expiry means, at the line and the site", async () => {
    const [event] = eventsIn(await documents(packed(4, {}, { packsPerCase: 4, casesPerPallet: 2 })));
    expect(event).toMatchObject({
      type: "ObjectEvent",
      epcList: exampleNumbers("pack", 4).map((serial) => `https://id.gs1.org/01/${order.gtin}/21/${serial}`),
      readPoint: { id: `https://id.gs1.org/414/${siteGln}/254/line-1` },
      bizLocation: { id: `https://id.gs1.org/414/${siteGln}` },
      eventTime: { offsetMinutes: 60 },
      ilmd: [
        { name: { local: "lotNumber" }, value: "LOT-1" },
        { name: { local: "itemExpirationDate" }, value: "2028-11-30" },
      ],
    });
  });

  test("made again are the same events", async () => {
    const drafts = packed(20, { takenOut: (n) => n % 3 === 0 }, { packsPerCase: 4, casesPerPallet: 2 });
    const ids = (made: readonly MadeDocument[]) => eventsIn(made).map(({ eventID }) => eventID);
    const once = ids(await documents(drafts));
    expect(ids(await documents(drafts))).toEqual(once);
    expect(once.every((id) => id?.startsWith("ni:///sha-256;"))).toBe(true);
  });

  test("put what was disposed of together into one event, commissioned before", async () => {
    const at = now - 1_000;
    const [a = "", b = "", c = ""] = exampleNumbers("pack", 3);
    const moved = (
      number: string,
      to: "Commissioned" | "Destroyed" | "Inactive",
      from: "Encoded" | "Commissioned",
      cause: string,
    ): { at: number; body: JournalBody } => ({
      at: to === "Commissioned" ? at - 500 : at,
      body: { kind: "number-moved", level: "pack", number, from, to, cause },
    });
    const made = await documents([
      ...[a, b, c].map((number) => moved(number, "Commissioned", "Encoded", "verified-and-accepted")),
      moved(a, "Destroyed", "Commissioned", "destroyed"),
      moved(b, "Destroyed", "Commissioned", "destroyed"),
      moved(c, "Inactive", "Commissioned", "missing"),
    ]);
    expect(eventsIn(made).map(said)).toEqual([
      "object ADD commissioning active 2",
      "object ADD commissioning active 1",
      "object DELETE destroying destroyed 2",
      "object DELETE decommissioning unknown 1",
    ]);
  });

  test("commission what was left loose, and tell of cases that were opened", async () => {
    const at = now - 1_000;
    const [a = "", b = ""] = exampleNumbers("pack", 2);
    const [sscc = ""] = exampleNumbers("case", 1);
    const commissioned = (number: string): JournalBody => ({
      kind: "number-moved",
      level: "pack",
      number,
      from: "Encoded",
      to: "Commissioned",
      cause: "verified-and-accepted",
    });
    const bodies: JournalBody[] = [
      commissioned(a),
      commissioned(b),
      {
        kind: "number-moved",
        level: "case",
        number: sscc,
        from: "Encoded",
        to: "Commissioned",
        cause: "verified-and-accepted",
      },
      { kind: "aggregated", level: "case", parent: sscc, children: [a], partial: true },
      { kind: "disaggregated", level: "case", parent: sscc, children: [a], cause: "opened" },
    ];
    const made = await documents(bodies.map((body, index) => ({ at: at + index, body })));
    expect(eventsIn(made).map(said)).toEqual([
      "object ADD commissioning active 1",
      "object ADD commissioning active 1",
      "object ADD commissioning active 1",
      "packing ADD packing in_progress 1",
      "packing DELETE unpacking in_progress 1",
    ]);
  });
});

describe("an order's documents", () => {
  test("are valid EPCIS 2.0, one a pallet or so many packs, and add up [REQ-DOC-04]", async () => {
    const quantity = documentPacksMax + 500;
    const made = await documents(
      packed(
        quantity,
        { misread: (n) => n % 50 === 0, takenOut: (n) => n % 70 === 0 },
        { packsPerCase: 50, casesPerPallet: 500 },
      ),
    );
    // The last one holds what was taken out and destroyed at the end.
    expect(made.map(({ packs }) => packs > 0 && packs <= documentPacksMax)).toEqual([true, true, true]);
    for (const { json, events } of made) expect(checkDocument(json)).toMatchObject({ valid: true, events, errors: [] });
    const smaller = await documents(packed(40, {}, { packsPerCase: 5, casesPerPallet: 2 }));
    expect(smaller.map(({ packs }) => packs)).toEqual([10, 10, 10, 10]);
  });
});
