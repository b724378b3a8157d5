import { describe, expect, test } from "vitest";
import type { DeliveryOrder } from "../../contract/site-api.ts";
import { exampleGtin, exampleNumbers, ownerGln } from "../../../test/support/site-orders.ts";
import { candidatesFor, decideLoading, readSscc, type Scanned, type StockContainer } from "./loading.ts";

const [first = "", second = "", third = ""] = exampleNumbers("case", 3);
const today = "2026-11-23";

function container(sscc: string, changes: Partial<StockContainer> = {}): StockContainer {
  return {
    sscc,
    owner: ownerGln,
    level: "case",
    gtin: exampleGtin,
    lot: "LOT-1",
    expiry: "281130",
    expiresOn: "2028-11-30",
    packs: 10,
    deliveryId: null,
    ...changes,
  };
}

function delivery(quantity: number, lots: readonly string[] = ["LOT-1"]): DeliveryOrder {
  const lines = lots.map((lot) => ({ gtin: exampleGtin, lot, quantity }));
  return {
    deliveryId: "d",
    owner: ownerGln,
    environment: "production",
    shipTo: "9521444000007",
    purchaseOrder: "PO",
    lines,
  };
}

describe("candidates for a delivery", () => {
  test("stand oldest expiry first, as many as fit whole", () => {
    const stock = [
      container(first, { lot: "LOT-2", expiresOn: "2029-01-31" }),
      container(second, { packs: 480 }),
      container(third, { expiresOn: "2028-10-31" }),
    ];
    expect(candidatesFor(delivery(20, ["LOT-1", "LOT-2"]), stock).map(({ sscc }) => sscc)).toEqual([third, first]);
    expect(candidatesFor(delivery(490), stock).map(({ sscc }) => sscc)).toEqual([third, second]);
    expect(candidatesFor(delivery(9), stock)).toEqual([]);
  });
});

describe("loading", () => {
  const stock = (of: StockContainer): Scanned => ({ kind: "stock", container: of });
  const decide = (scanned: Record<string, Scanned>, ssccs: readonly string[], quantity = 20) =>
    decideLoading(delivery(quantity), new Map(Object.entries(scanned)), ssccs, today);

  test("takes what was ordered [REQ-SHIP-03]", () => {
    const scanned = { [first]: stock(container(first)), [second]: stock(container(second)) };
    expect(decide(scanned, [first, second])).toMatchObject({ ok: true, value: [{ sscc: first }, { sscc: second }] });
  });

  test.each<[string, Scanned | undefined, string]>([
    ["nobody knows", undefined, "site.container-unknown"],
    ["stands inside another", { kind: "number", parent: second, submitted: true }, "site.container-inside"],
    ["was never closed", { kind: "number", parent: null, submitted: true }, "site.container-not-closed"],
    [
      "is of an order that is not submitted",
      { kind: "number", parent: null, submitted: false },
      "site.container-not-submitted",
    ],
    ["belongs to another company", stock(container(first, { owner: "9521444000007" })), "site.container-owner"],
    ["was loaded before", stock(container(first, { deliveryId: "other" })), "site.container-loaded"],
    ["is of another lot", stock(container(first, { lot: "LOT-9" })), "site.container-not-ordered"],
    ["is of another product", stock(container(first, { gtin: "09521321000225" })), "site.container-not-ordered"],
    ["has expired", stock(container(first, { expiresOn: "2026-11-22" })), "site.container-expired"],
    ["holds more than is wanted", stock(container(first, { packs: 21 })), "site.over-pick"],
  ])("refuses a container that %s", (_, found, code) => {
    expect(decide(found === undefined ? {} : { [first]: found }, [first])).toMatchObject({
      ok: false,
      refusal: { code, at: first },
    });
  });

  test("refuses one scanned twice, and one too many [REQ-SHIP-03]", () => {
    const scanned = {
      [first]: stock(container(first)),
      [second]: stock(container(second)),
      [third]: stock(container(third)),
    };
    expect(decide(scanned, [first, first])).toMatchObject({ refusal: { code: "site.container-twice" } });
    expect(decide(scanned, [first, second, third])).toMatchObject({ refusal: { code: "site.over-pick", at: third } });
  });
});

describe("a scan of a logistic label", () => {
  test.each([
    [`]C100${first}`],
    [`00${first}`],
    [`(00)${first}`],
    [`https://id.gs1.org/00/${first}`],
    [`]d200${first}\x1d3748\x1d`],
    [` ]C100${first} `],
  ])("%j names the container", (scan) => {
    expect(readSscc(scan)).toEqual({ ok: true, value: first });
  });

  test.each([
    [`01${exampleGtin}21ABC`, "site.scan-not-sscc"],
    [`]C100${first.slice(0, -1)}${(Number(first.at(-1)) + 1) % 10}`, "gs1.check-digit"],
    ["]C10012345", "gs1.value-length"],
    ["hello", "gs1.ai-malformed"],
  ])("%j is refused", (scan, code) => {
    expect(readSscc(scan)).toMatchObject({ ok: false, refusal: { code } });
  });
});
