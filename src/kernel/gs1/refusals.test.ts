import { expect, test } from "vitest";
import { gs1Refusals } from "../../contract/refusals/gs1.ts";
import type { Result } from "../base/result.ts";
import { parseBracketed } from "./bracketed.ts";
import { readCompanyPrefixTable } from "./company-prefix.ts";
import { parseDigitalLink, printDigitalLink } from "./digital-link.ts";
import { parseElementString } from "./element-string.ts";
import { parseEpc, printEpc } from "./epc.ts";
import { findAi } from "./ai/ai.ts";
import { parseFormat06 } from "./pack-scan/format-06.ts";
import { parseKey } from "./key.ts";
import { lints } from "./ai/lint.ts";
import { readPackScan } from "./pack-scan/pack-scan.ts";
import { parseSpelling, printSpelling } from "./spelling.ts";
import { parseSubject } from "./subject.ts";
import { refuseValue } from "./ai/value.ts";

const value = (ai: string, text: string) => refuseValue(findAi(ai)!, text, 0, text.length);
const gtin = "09506000134352";

/** One way to be refused with each code. */
const provoked: Readonly<Record<keyof typeof gs1Refusals, () => Result<unknown> | undefined>> = {
  "gs1.empty": () => parseElementString(""),
  "gs1.too-long": () => parseElementString("1".repeat(5_000)),
  "gs1.symbology-unsupported": () => parseElementString("]A0X"),
  "gs1.ai-malformed": () => parseElementString("X"),
  "gs1.ai-unknown": () => parseElementString("05X"),
  "gs1.ai-repeated": () => parseBracketed(`(01)${gtin}(10)A(10)B`),
  "gs1.ai-requires": () => parseBracketed("(10)A"),
  "gs1.ai-excludes": () => parseBracketed(`(01)${gtin}(37)1`),
  "gs1.value-empty": () => value("10", ""),
  "gs1.value-length": () => value("01", "1"),
  "gs1.value-character": () => value("10", " "),
  "gs1.check-digit": () => parseKey("gtin", "9506000134353"),
  "gs1.check-characters": () => parseKey("gmn", "1987654Ad4X4bL5ttr2310c2J"),
  "gs1.company-prefix": () => parseKey("giai", "06A4"),
  "gs1.company-prefix-length": () => printEpc([{ ai: "01", value: gtin }], 13),
  "gs1.company-prefix-unknown": () => printSpelling([{ ai: "01", value: gtin }], "epc"),
  "gs1.company-prefix-table": () => readCompanyPrefixTable({}),
  // Behind check characters that may all be digits too: reached by the rule itself.
  "gs1.letter-missing": () => ({
    ok: false,
    refusal: { code: lints["hasnondigit"]!.find("12", 0, 2) === 0 ? lints["hasnondigit"]!.code : "" },
  }),
  "gs1.date": () => value("17", "261301"),
  "gs1.time": () => value("7003", "2601012401"),
  "gs1.country": () => value("422", "000"),
  "gs1.currency": () => value("3910", "0001"),
  "gs1.percent-encoding": () => value("4300", "%"),
  "gs1.coupon": () => value("8110", "7"),
  "gs1.zero": () => value("8001", "00000000000000"),
  "gs1.not-zero": () => value("8003", "19506000134352"),
  "gs1.leading-zero": () => value("8011", "01"),
  "gs1.winding": () => value("8001", "11111111111121"),
  "gs1.piece-of-total": () => parseKey("itip", `${gtin}0201`),
  "gs1.iban": () => value("8007", "DE00370400440532013000"),
  "gs1.importer-index": () => value("7040", "1AA+"),
  "gs1.package-type": () => value("7041", "XYZ"),
  "gs1.media-type": () => value("7241", "50"),
  "gs1.sex": () => value("7252", "5"),
  "gs1.birth-sequence": () => value("7258", "2/1"),
  "gs1.latitude": () => value("4309", "99999999990000000000"),
  "gs1.longitude": () => value("4309", "00000000009999999999"),
  "gs1.yes-no": () => value("4321", "2"),
  "gs1.hyphen": () => value("4330", "000000+"),
  "gs1.bracket": () => parseBracketed("01"),
  "gs1.digital-link-malformed": () => parseDigitalLink("x"),
  "gs1.digital-link-key": () => parseDigitalLink("https://a/b"),
  "gs1.digital-link-qualifier": () => parseDigitalLink(`https://a/01/${gtin}/21/A/10/B`),
  "gs1.digital-link-attribute": () =>
    printDigitalLink([
      { ai: "01", value: gtin },
      { ai: "7040", value: "1AAA" },
    ]),
  "gs1.epc-malformed": () => parseEpc("x"),
  "gs1.epc-scheme": () => parseEpc("urn:epc:id:gid:1.2.3"),
  "gs1.epc-character": () => parseEpc("urn:epc:id:sgtin:0614141.112345.<"),
  "gs1.epc-none": () => printEpc([{ ai: "90", value: "A" }], 7),
  "gs1.subject": () => parseSubject(`(01)${gtin}`),
  "gs1.epc-pattern": () => parseSpelling("urn:epc:idpat:sgtin:0614141.*.*"),
  "gs1.format-06-malformed": () => parseFormat06("x"),
  "gs1.product-code-missing": () => readPackScan("90A"),
  "gs1.scan-ambiguous": () => readPackScan("80040123456789012345"),
  "gs1.separator-lost": () => readPackScan(`01${gtin}21A1726123110B1726123110C`),
};

test.each(Object.entries(provoked))("%s is reached", (code, provoke) => {
  const result = provoke();
  expect(result?.ok === false && result.refusal.code).toBe(code);
});

test("every rule on values refuses with a listed code", () => {
  for (const { code } of Object.values(lints)) expect(Object.keys(gs1Refusals)).toContain(code);
});
