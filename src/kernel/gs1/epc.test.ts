import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { must } from "../base/result.ts";
import { lgtinEpc, parseEpc, pglnEpc, printEpc, sglnEpc, sgtinEpc, ssccEpc } from "./epc.ts";
import { epcSchemes } from "./key-table.ts";
import { parseGln, parseGtin, parseSscc } from "./key.ts";

/** TDS 2.0 §6.3, mostly its own examples: the URI, its elements, the length of the company prefix. */
const known: readonly (readonly [string, readonly (readonly [string, string])[], number])[] = [
  [
    "urn:epc:id:sgtin:0614141.112345.400",
    [
      ["01", "10614141123459"],
      ["21", "400"],
    ],
    7,
  ],
  [
    "urn:epc:id:sgtin:0614141.112345.32a%2Fb",
    [
      ["01", "10614141123459"],
      ["21", "32a/b"],
    ],
    7,
  ],
  [
    "urn:epc:id:sgtin:061414112345.0.1.2",
    [
      ["01", "00614141123452"],
      ["21", "1.2"],
    ],
    12,
  ],
  [
    "urn:epc:class:lgtin:4012345.012345.998877",
    [
      ["01", "04012345123456"],
      ["10", "998877"],
    ],
    7,
  ],
  ["urn:epc:id:sscc:0614141.1234567890", [["00", "106141412345678908"]], 7],
  [
    "urn:epc:id:sgln:0614141.12345.400",
    [
      ["414", "0614141123452"],
      ["254", "400"],
    ],
    7,
  ],
  ["urn:epc:id:sgln:0614141.12345.0", [["414", "0614141123452"]], 7],
  ["urn:epc:id:sgln:061414112345..0", [["414", "0614141123452"]], 12],
  ["urn:epc:id:pgln:0614141.12345", [["417", "0614141123452"]], 7],
  ["urn:epc:id:grai:0614141.12345.400", [["8003", "00614141123452400"]], 7],
  ["urn:epc:id:giai:0614141.12345400", [["8004", "061414112345400"]], 7],
  ["urn:epc:id:gsrn:0614141.1234567890", [["8018", "061414112345678902"]], 7],
  ["urn:epc:id:gsrnp:0614141.1234567890", [["8017", "061414112345678902"]], 7],
  ["urn:epc:id:gdti:0614141.12345.400", [["253", "0614141123452400"]], 7],
  [
    "urn:epc:id:cpi:0614141.5PQ7%2FZ43.12345",
    [
      ["8010", "06141415PQ7/Z43"],
      ["8011", "12345"],
    ],
    7,
  ],
  ["urn:epc:id:sgcn:4012345.67890.04711", [["255", "401234567890104711"]], 7],
  ["urn:epc:id:ginc:0614141.xyz3311cba", [["401", "0614141xyz3311cba"]], 7],
  ["urn:epc:id:gsin:0614141.123456789", [["402", "06141411234567890"]], 7],
  [
    "urn:epc:id:itip:4012345.012345.04.04.987",
    [
      ["8006", "040123451234560404"],
      ["21", "987"],
    ],
    7,
  ],
  [
    "urn:epc:id:upui:1234567.098765.51qIgY)%3C%26Jp3*j7",
    [
      ["01", "01234567987651"],
      ["235", "51qIgY)<&Jp3*j7"],
    ],
    7,
  ],
  ["urn:epc:idpat:sgtin:0614141.112345.*", [["01", "10614141123459"]], 7],
  ["urn:epc:idpat:grai:0614141.12345.*", [["8003", "00614141123452"]], 7],
  ["urn:epc:idpat:itip:4012345.012345.04.04.*", [["8006", "040123451234560404"]], 7],
  ["urn:epc:idpat:cpi:0614141.5PQ7.*", [["8010", "06141415PQ7"]], 7],
];

describe("EPC URIs (TDS 2.0 §6)", () => {
  test.each(known)("%s both ways", (urn, pairs, digits) => {
    const parsed = must(parseEpc(urn));
    expect(parsed.elements.map(({ ai, value }) => [ai, value])).toEqual(pairs);
    expect(parsed.companyPrefix).toHaveLength(digits);
    expect(must(printEpc(parsed.elements, digits))).toBe(urn);
  });

  test("a serial number may be an asterisk: only a pattern makes one a wildcard", () => {
    const parsed = must(parseEpc("urn:epc:id:sgtin:0614141.112345.*"));
    expect(parsed).toMatchObject({ kind: "id", elements: [{ ai: "01" }, { ai: "21", value: "*" }] });
    expect(must(printEpc(parsed.elements, 7))).toBe("urn:epc:id:sgtin:0614141.112345.*");
  });

  test("every scheme has an example here", () =>
    expect(new Set(known.map(([urn]) => urn.split(":")[3]))).toEqual(new Set(epcSchemes.map(({ name }) => name))));

  test("a pattern of a company fixes nothing", () =>
    expect(must(parseEpc("urn:epc:idpat:sgtin:0614141.*.*"))).toEqual({
      kind: "idpat",
      scheme: "sgtin",
      companyPrefix: "0614141",
      elements: [],
    }));

  test("of keys already parsed", () => {
    const gtin = must(parseGtin("10614141123459"));
    const gln = must(parseGln("0614141123452"));
    expect(must(sgtinEpc(gtin, "400", 7))).toBe("urn:epc:id:sgtin:0614141.112345.400");
    expect(must(lgtinEpc(gtin, "L/1", 7))).toBe("urn:epc:class:lgtin:0614141.112345.L%2F1");
    expect(must(ssccEpc(must(parseSscc("106141412345678908")), 8))).toBe("urn:epc:id:sscc:06141412.134567890");
    expect(must(sglnEpc(gln, 7))).toBe("urn:epc:id:sgln:0614141.12345.0");
    expect(must(sglnEpc(gln, 7, "400"))).toBe("urn:epc:id:sgln:0614141.12345.400");
    expect(must(pglnEpc(gln, 7))).toBe("urn:epc:id:pgln:0614141.12345");
    expect(sgtinEpc(gtin, "", 7)).toMatchObject({ refusal: { code: "gs1.value-empty" } });
    expect(sgtinEpc(gtin, "4", 5)).toMatchObject({ refusal: { code: "gs1.company-prefix-length" } });
    expect(sgtinEpc(gtin, "4", 7.5)).toMatchObject({ refusal: { code: "gs1.company-prefix-length" } });
  });

  test.each([
    ["", "gs1.epc-malformed", 0],
    ["urn:uuid:1", "gs1.epc-malformed", 0],
    ["urn:epc:tag:sgtin-96:3.0614141.812345.6789", "gs1.epc-malformed", 8],
    ["urn:epc:id:sgtin", "gs1.epc-malformed", 11],
    ["urn:epc:id:gid:1.2.3", "gs1.epc-scheme", 11],
    ["urn:epc:id:lgtin:4012345.012345.998877", "gs1.epc-scheme", 11],
    ["urn:epc:class:sgtin:4012345.012345.998877", "gs1.epc-scheme", 14],
    ["urn:epc:idpat:lgtin:4012345.012345.*", "gs1.epc-scheme", 14],
    ["urn:epc:id:sgtin:0614141.112345", "gs1.epc-malformed", 31],
    ["urn:epc:id:sgtin:06141X1.112345.400", "gs1.value-character", 22],
    ["urn:epc:id:sgtin:06141.11234567.400", "gs1.company-prefix-length", 17],
    ["urn:epc:id:sgtin:0614141.11234.400", "gs1.value-length", 25],
    ["urn:epc:id:sgtin:0614141.11234X.400", "gs1.value-character", 30],
    ["urn:epc:id:sgtin:0614141.112345.", "gs1.value-empty", 32],
    ["urn:epc:id:sgtin:0614141.112345.a/b", "gs1.epc-character", 33],
    ["urn:epc:id:sgtin:0614141.112345.a%2", "gs1.percent-encoding", 33],
    ["urn:epc:id:sgtin:0614141.112345.a b", "gs1.value-character", 33],
    ["urn:epc:id:sgtin:0614141.112345.%2F%2Fa~", "gs1.value-character", 39],
    ["urn:epc:id:sgtin:0614141.*.1", "gs1.value-character", 25],
    ["urn:epc:idpat:sgtin:0614141.*.400", "gs1.epc-malformed", 30],
    ["urn:epc:idpat:sgtin:0614141.112345.400", "gs1.epc-malformed", 35],
    ["urn:epc:id:giai:0614141.", "gs1.epc-malformed", 24],
    ["urn:epc:id:grai:0614141.12345.", "gs1.value-empty", 30],
    ["urn:epc:id:itip:4012345.012345.4.04.987", "gs1.value-length", 31],
    ["urn:epc:id:itip:4012345.012345.05.04.987", "gs1.piece-of-total", 24],
    [`urn:epc:id:sgtin:0614141.112345.${"4".repeat(300)}`, "gs1.too-long", 256],
  ])("%s is refused with %s at %i", (urn, code, at) =>
    expect(parseEpc(urn)).toMatchObject({ ok: false, refusal: { code, at: String(at) } }),
  );

  test("elements without a key of an EPC are refused", () =>
    expect(printEpc([{ ai: "02", value: "09506000134352" }], 7)).toMatchObject({ refusal: { code: "gs1.epc-none" } }));

  test("no text throws; what is read is printed again [REQ-GS1-02]", () => {
    const piece = fc.constantFrom(
      "urn:epc:",
      "id:",
      "idpat:",
      "class:",
      "sgtin:",
      "giai:",
      "0614141",
      ".",
      "112345",
      "*",
      "%2F",
      "%",
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(piece, fc.string())), (parts) => {
        const urn = parts.join("");
        const parsed = parseEpc(urn);
        if (!parsed.ok || parsed.value.elements.length === 0) return;
        expect(parseEpc(must(printEpc(parsed.value.elements, parsed.value.companyPrefix.length)))).toEqual(parsed);
      }),
      { numRuns: 2_000 },
    );
  });
});
