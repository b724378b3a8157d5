import { describe, expect, test } from "vitest";
import type { Company } from "../../contract/network-api.ts";
import { activeCompany, checkPrefixes, mayReport, mayUseConnection, responsibleFor } from "./company.ts";

const company = (gln: string, companyPrefixes: string[], state: Company["state"] = "active"): Company => ({
  gln,
  name: gln,
  role: "manufacturer",
  companyPrefixes,
  state,
  evidence: [],
});
const short = company("1", ["03999"]);
const long = company("2", ["0399999"]);
const other = company("3", ["9521321"]);

describe("who answers for a number", () => {
  test.each([
    ["00399999100014", "2"],
    ["10399912345674", "1"],
    ["09521321000100", "3"],
    ["04012345123456", undefined],
  ])("%s", (gtin, expected) => {
    expect(responsibleFor(gtin, [short, long, other])?.gln).toBe(expected);
  });
});

describe("two companies never answer for one number [REQ-SHARE-03]", () => {
  test.each([
    ["the same prefix", ["0399999"], false],
    ["a longer one inside", ["03999991"], false],
    ["a shorter one around", ["0399"], false],
    ["another", ["0388888"], true],
  ])("%s", (_, prefixes, allowed) => {
    expect(checkPrefixes(company("9", prefixes), [long]).ok).toBe(allowed);
  });

  test("a company's own prefixes and those of a suspended one are free", () => {
    expect(checkPrefixes(long, [long]).ok).toBe(true);
    expect(checkPrefixes(company("9", ["0399999"]), [company("2", ["0399999"], "suspended")]).ok).toBe(true);
  });
});

test("only who was admitted and is not suspended takes part [REQ-SHARE-04]", () => {
  expect(activeCompany(undefined, "1")).toMatchObject({
    ok: false,
    refusal: { code: "network.unknown-company", at: "1" },
  });
  expect(activeCompany(company("1", [], "suspended"), "1")).toMatchObject({
    ok: false,
    refusal: { code: "network.inactive-company" },
  });
  expect(activeCompany(company("1", [], "invited"), "1").ok).toBe(false);
  expect(activeCompany(short, "1").ok).toBe(true);
});

test("a connection is for what it says and nothing else [REQ-SHARE-04]", () => {
  const connection = { documents: true, trace: false, verification: false };
  expect(mayUseConnection(connection, "documents").ok).toBe(true);
  expect(mayUseConnection(connection, "trace")).toMatchObject({
    ok: false,
    refusal: { code: "network.not-connected", at: "trace" },
  });
  expect(mayUseConnection(undefined, "documents").ok).toBe(false);
});

test("a company reports packs that it answers for, and no others [REQ-REP-01]", () => {
  expect(mayReport("2", "00399999100014", [short, long]).ok).toBe(true);
  expect(mayReport("1", "00399999100014", [short, long])).toMatchObject({
    ok: false,
    refusal: { code: "network.not-responsible", at: "00399999100014" },
  });
  expect(mayReport("2", "04012345123456", [short, long]).ok).toBe(false);
});

test("a prefix that went to another company is answered for by that one [REQ-SHARE-03]", () => {
  const gone = company("2", ["0399999"], "suspended");
  const now = company("9", ["0399999"]);
  expect(responsibleFor("00399999100014", [gone, now])?.gln).toBe("9");
  expect(responsibleFor("00399999100014", [gone])?.gln).toBe("2");
});
