import { describe, expect, test } from "vitest";
import { parseSubject } from "./subject.ts";

const pack = { kind: "pack", gtin: "09521234543213", serial: "A1B2C3", lot: undefined, expiry: undefined };
const labelled = { ...pack, lot: "L26A", expiry: "281100" };
const container = { kind: "container", sscc: "095212340000020011" };
const lot = { kind: "lot", gtin: "09521234543213", lot: "L26A" };
const place = { kind: "place", gln: "9521234000013", extension: undefined };

describe("what somebody looks for is found in every spelling [REQ-TRC-01]", () => {
  test.each([
    ["scanned", "]d2010952123454321321A1B2C3\u001d10L26A\u001d17281100", labelled],
    ["without a symbology identifier", "010952123454321321A1B2C3\u001d10L26A\u001d17281100", labelled],
    ["in brackets", "(01)09521234543213(21)A1B2C3", pack],
    ["as it is printed for people", "(01) 09521234543213 (21) A1B2C3", pack],
    [
      "a Digital Link of the brand's own domain",
      "https://example.com/shop/01/09521234543213/10/L26A/21/A1B2C3?17=281100",
      labelled,
    ],
    ["a Digital Link", "https://id.gs1.org/01/09521234543213/21/A1B2C3", pack],
    ["an EPC URN", "urn:epc:id:sgtin:9521234.054321.A1B2C3", pack],
    ["GTIN and serial side by side", " 09521234543213 A1B2C3 ", pack],
    ["GTIN-13 and serial", "9521234543213,A1B2C3", pack],
    ["SSCC bare", "095212340000020011", container],
    ["SSCC with its AI", "00095212340000020011", container],
    ["SSCC as a URN", "urn:epc:id:sscc:9521234.0000002001", container],
    ["SSCC in brackets", "(00)095212340000020011", container],
    ["lot in brackets", "(01)09521234543213(10)L26A", lot],
    ["LGTIN", "urn:epc:class:lgtin:9521234.054321.L26A", lot],
    ["lot as a Digital Link", "https://id.gs1.org/01/09521234543213/10/L26A", lot],
    ["GLN bare", "9521234000013", place],
    ["SGLN", "urn:epc:id:sgln:9521234.00001.0", place],
    ["SGLN with an extension", "urn:epc:id:sgln:9521234.00001.A7", { ...place, extension: "A7" }],
    ["a place as a Digital Link", "https://id.gs1.org/414/9521234000013/254/A7", { ...place, extension: "A7" }],
  ])("%s", (_, text, expected) => {
    expect(parseSubject(text)).toEqual({ ok: true, value: expected });
  });

  test.each([
    ["nothing", "", "gs1.empty"],
    ["a product alone", "(01)09521234543213", "gs1.subject"],
    ["an SSCC with a wrong check digit", "(00)095212340000020012", "gs1.check-digit"],
    ["words", "Auroxin", "gs1.ai-malformed"],
  ])("%s is refused", (_, text, code) => {
    expect(parseSubject(text)).toMatchObject({ ok: false, refusal: { code } });
  });
});
