import { describe, expect, test } from "vitest";
import type { Party, Product } from "../../contract/enterprise-api.ts";
import { checkDocument } from "../../kernel/epcis/check.ts";
import { parseEpcisJson } from "../../kernel/epcis/json.ts";
import type { EpcisEvent } from "../../kernel/epcis/model.ts";
import { parseEpcisXml } from "../../kernel/epcis/xml.ts";
import { checkDigit } from "../../kernel/gs1/check-digit.ts";
import { announcements, orderNumber, shippingEvent } from "./own-events.ts";
import { printPartnerDocument } from "./partner-document.ts";

const party = (digits: string, name: string, role: Party["role"]): Party => ({
  gln: digits + checkDigit(digits),
  name,
  role,
  companyPrefixLength: 7,
  address: { street: "1 Example Way", city: "Springfield", state: "NJ", postalCode: "07081", countryCode: "US" },
});
const seller = party("039999900000", "Seller & Sons <maker>", "self");
const buyer = party("952144400000", "Buyer", "wholesaler");
const site = party("039999900001", "Site", "site");
const product: Product = {
  gtin: `0039999910001${checkDigit("0039999910001")}`,
  version: 1,
  companyPrefixLength: 7,
  name: 'Auralin "20" mg',
  commonName: "auralin",
  dosageForm: "TABLET",
  strength: "20 mg",
  packSize: "30",
  manufacturerName: seller.name,
  market: "us",
  nationalNumber: "99999010001",
  packsPerCase: 2,
  casesPerPallet: 1,
};
const pack = (serial: string) => `https://id.gs1.org/01/${product.gtin}/21/${serial}`;
const sscc = `https://id.gs1.org/00/00399999000000001${checkDigit("00399999000000001")}`;
const at = (seconds: number) => ({ at: Date.UTC(2026, 10, 2) + seconds * 1000, offsetMinutes: 60 });
const ilmd = [
  ["lotNumber", "L1"],
  ["itemExpirationDate", "2028-12-31"],
].map(([local = "", value = ""]) => ({ name: { namespace: "urn:epcglobal:cbv:mda", local, prefix: "cbvmda" }, value }));
const place = {
  readPoint: { id: `https://id.gs1.org/414/${site.gln}` },
  bizLocation: { id: `https://id.gs1.org/414/${site.gln}` },
};

const shipping = shippingEvent({
  when: at(10),
  eventId: "urn:uuid:01980000-0000-7000-8000-000000000001",
  ids: [sscc],
  from: seller,
  shipFrom: site,
  to: buyer,
  purchaseOrder: "PO 7/11",
  deliveryId: "01980000-0000-7000-8000-000000000002",
});
const events: EpcisEvent[] = [
  {
    type: "ObjectEvent",
    action: "ADD",
    eventTime: at(0),
    recordTime: at(5),
    bizStep: "commissioning",
    disposition: "active",
    epcList: [pack("A1"), pack("A%2F2")],
    ilmd,
    ...place,
  },
  {
    type: "ObjectEvent",
    action: "ADD",
    eventTime: at(1),
    bizStep: "commissioning",
    disposition: "active",
    epcList: [sscc],
    ...place,
  },
  {
    type: "AggregationEvent",
    action: "ADD",
    eventTime: at(2),
    bizStep: "packing",
    disposition: "in_progress",
    parentID: sscc,
    childEPCs: [pack("A1"), pack("A%2F2")],
    ...place,
  },
  shipping,
];
const document = {
  documentId: "01980000-0000-7000-8000-000000000003",
  at: at(11).at,
  events,
  products: [product],
  parties: { seller, buyer, places: [site] },
};

describe("partner's document", () => {
  test("US: EPCIS 1.2 with URNs, valid for the DSCSA profile [REQ-DOC-03]", () => {
    const { mediaType, text } = printPartnerDocument({ ...document, market: "us" });
    expect(mediaType).toBe("application/xml");
    const report = checkDocument(text, { profile: "dscsa" });
    expect(report.errors).toEqual([]);
    expect(report).toMatchObject({ valid: true, events: 4 });
    expect(text).toContain("urn:epc:id:sgtin:0399999.010001.A1");
    expect(text).not.toContain("id.gs1.org");
    expect(text).not.toContain("recordTime");
  });

  test("elsewhere: EPCIS 2.0 JSON-LD, valid", () => {
    const { mediaType, text } = printPartnerDocument({ ...document, market: "eu" });
    expect(mediaType).toBe("application/ld+json");
    expect(checkDocument(text)).toMatchObject({ valid: true, errors: [] });
  });

  test.each(["us", "eu"] as const)("the buyer finds the shipment in it, nobody else does (%s)", (market) => {
    const { text, mediaType } = printPartnerDocument({ ...document, market });
    const parsed = mediaType === "application/xml" ? parseEpcisXml(text) : parseEpcisJson(text);
    if (!parsed.ok) throw new Error(parsed.refusal.code);
    const sglnOfBuyer = "urn:epc:id:sgln:9521444.00000.0";
    const ids = parsed.value.events.map((_, index) => `event ${index}`);
    const forBuyer = announcements(parsed.value.events, ids, (uri) => uri === sglnOfBuyer);
    expect(forBuyer).toMatchObject([{ eventId: "event 3", purchaseOrder: "PO 7/11" }]);
    expect(forBuyer[0]?.ids).toHaveLength(1);
    expect(announcements(parsed.value.events, ids, () => false)).toEqual([]);
  });

  test.each([
    ["urn:epcglobal:cbv:bt:9521444000007:PO%207%2F11", "PO 7/11"],
    ["urn:epcglobal:cbv:bt:9521444000007:%ZZ", "%ZZ"],
    ["urn:epcglobal:cbv:bt:9521444000007:%00%07", "none"],
    ["urn:epcglobal:cbv:bt:9521444000007:%ED%A0%80", "%ED%A0%80"],
    [`urn:epcglobal:cbv:bt:9521444000007:${"x".repeat(300)}`, "x".repeat(100)],
    [`urn:epcglobal:cbv:bt:9521444000007:${"x".repeat(99)}%F0%9F%92%8A`, `${"x".repeat(99)}\ufffd`],
    ["plain", "plain"],
    ["", "none"],
  ])("an order's number is read from %j as %j", (transaction, expected) => {
    expect(orderNumber(transaction)).toBe(expected);
  });
});
