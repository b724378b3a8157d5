import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { must } from "../base/result.ts";
import { writeCompressedElements } from "./digital-link/binary.ts";
import {
  glnDigitalLink,
  lgtinDigitalLink,
  parseDigitalLink,
  pglnDigitalLink,
  printDigitalLink,
  sgtinDigitalLink,
  ssccDigitalLink,
} from "./digital-link.ts";
import { parseGln, parseGtin, parseSscc } from "./key.ts";

const gtin = "09506000134352";
const id = "https://id.gs1.org";
const read = (uri: string) => must(parseDigitalLink(uri)).elements.map(({ ai, value }) => `${ai}:${value}`);

describe("reading (Digital Link URI Syntax)", () => {
  test.each([
    [`${id}/01/${gtin}`, [`01:${gtin}`]],
    [`${id}/01/${gtin}/21/12%2F3`, [`01:${gtin}`, "21:12/3"]],
    [
      `${id}/01/${gtin}/22/V/10/L/21/S?17=261231&3103=000150`,
      [`01:${gtin}`, "22:V", "10:L", "21:S", "17:261231", "3103:000150"],
    ],
    [
      `http://example.com:8080/shop/de/01/${gtin}/10/L?17=261231;linkType=gs1:pip&x#top`,
      [`01:${gtin}`, "10:L", "17:261231"],
    ],
    [`HTTPS://EXAMPLE.COM/01/${gtin}`, [`01:${gtin}`]],
    [`${id}/01/${gtin}/235/TPX?10=L`, [`01:${gtin}`, "235:TPX", "10:L"]],
    [`${id}/414/9506000134352/254/A%2Bb`, ["414:9506000134352", "254:A+b"]],
    [`${id}/00/106141412345678908?02=${gtin}&37=24`, ["00:106141412345678908", `02:${gtin}`, "37:24"]],
    [`${id}/8004/0614141A%2d1`, ["8004:0614141A-1"]],
    [`https://[::1]/01/${gtin}`, [`01:${gtin}`]],
  ])("%s", (uri, expected) => expect(read(uri)).toEqual(expected));

  test("tells the stem", () =>
    expect(must(parseDigitalLink(`https://a.example/p/q/01/${gtin}`)).stem).toBe("https://a.example/p/q"));

  test.each([
    ["", "gs1.digital-link-malformed", 0],
    ["ftp://a/01/1", "gs1.digital-link-malformed", 0],
    ["https://", "gs1.digital-link-malformed", 8],
    ["https:///01/1", "gs1.digital-link-malformed", 8],
    ["https://a.example", "gs1.digital-link-malformed", 17],
    ["https://user@a.example/", "gs1.digital-link-malformed", 12],
    ["https://a.example/", "gs1.digital-link-key", 17],
    [`https://a.example/${gtin}`, "gs1.digital-link-key", 17],
    [`https://a.example/01/${gtin}/x`, "gs1.digital-link-key", 21],
    [`${id}/10/L`, "gs1.digital-link-key", 18],
    [`${id}/gtin/${gtin}`, "gs1.digital-link-key", 19],
    [`${id}/01/${gtin}/21/S/10/L`, "gs1.digital-link-qualifier", 42],
    [`${id}/01/${gtin}/235/T/10/L`, "gs1.digital-link-qualifier", 43],
    [`${id}/01/${gtin}/254/T`, "gs1.digital-link-qualifier", 37],
    [`${id}/01/${gtin}?21=S`, "gs1.digital-link-attribute", 37],
    [`${id}/01/${gtin}?10=L`, "gs1.digital-link-attribute", 37],
    [`${id}/01/${gtin}?01=${gtin}`, "gs1.ai-repeated", 37],
    [`${id}/01/${gtin}?17=261231&05=1`, "gs1.ai-unknown", 47],
    [`${id}/01/${gtin}?17=261331`, "gs1.date", 42],
    [`${id}/01/${gtin}?17`, "gs1.value-empty", 39],
    [`${id}/01/${gtin}?3103=0001+0`, "gs1.value-character", 46],
    [`${id}/01/09506000134353`, "gs1.check-digit", 35],
    [`${id}/01/9506000134352`, "gs1.value-length", 35],
    [`${id}/01/${gtin}/21/A%2`, "gs1.percent-encoding", 41],
    [`${id}/01/${gtin}/21/A%zz`, "gs1.percent-encoding", 41],
    [`${id}/01/${gtin}/21/%41%7E`, "gs1.value-character", 43],
    [`${id}/01/${gtin}/21/`, "gs1.value-empty", 40],
    [`${id}/01/${gtin}/`, "gs1.digital-link-key", 22],
    [`${id}/01/${gtin}?99=A&99=A`, "gs1.ai-repeated", 42],
    [`${id}/415/9506000134352`, "gs1.ai-requires", 19],
    [`https://a.example/${"x".repeat(9_000)}`, "gs1.too-long", 8_192],
  ])("%s is refused with %s at %i", (uri, code, at) =>
    expect(parseDigitalLink(uri)).toMatchObject({ ok: false, refusal: { code, at: String(at) } }),
  );

  test("short GTINs only where they are asked for", () => {
    const uri = `${id}/01/9506000134352/21/S`;
    expect(must(parseDigitalLink(uri, { shortGtins: true })).elements[0]?.value).toBe(gtin);
    expect(parseDigitalLink(`${id}/01/9506000134353`, { shortGtins: true })).toMatchObject({
      refusal: { code: "gs1.check-digit", at: "34" },
    });
  });

  test("no text throws, and a refusal marks a place in it", () => {
    const piece = fc.constantFrom(
      id,
      "/",
      "01/",
      gtin,
      "/21/",
      "?",
      "17=261231",
      "&",
      "%",
      "%41",
      "#",
      "AQnYUc1gmiCNV4JG",
      "8004",
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(piece, fc.string())), (parts) => {
        const uri = parts.join("");
        const result = parseDigitalLink(uri, { shortGtins: true, compressed: true });
        if (!result.ok) expect(Number(result.refusal.at)).toBeLessThanOrEqual(uri.length);
      }),
      { numRuns: 2_000 },
    );
  });
});

describe("printing", () => {
  test.each([
    [
      [
        ["21", "S"],
        ["17", "261231"],
        ["10", "L"],
        ["01", gtin],
      ],
      `${id}/01/${gtin}/10/L/21/S?17=261231`,
    ],
    [
      [
        ["01", gtin],
        ["3103", "000150"],
        ["17", "261231"],
      ],
      `${id}/01/${gtin}?17=261231&3103=000150`,
    ],
    [
      [
        ["01", gtin],
        ["21", "!\"%&'()*+,-./:;<=>?_"],
      ],
      `${id}/01/${gtin}/21/%21%22%25%26%27%28%29%2A%2B%2C-.%2F%3A%3B%3C%3D%3E%3F_`,
    ],
    [
      [
        ["37", "24"],
        ["02", gtin],
        ["00", "106141412345678908"],
      ],
      `${id}/00/106141412345678908?02=${gtin}&37=24`,
    ],
    [
      [
        ["01", gtin],
        ["10", "L"],
        ["235", "T"],
      ],
      `${id}/01/${gtin}/235/T?10=L`,
    ],
    [
      [
        ["01", gtin],
        ["10", "L"],
        ["10", "L"],
      ],
      `${id}/01/${gtin}/10/L`,
    ],
    [
      [
        ["8020", "R"],
        ["415", "9506000134352"],
      ],
      `${id}/415/9506000134352/8020/R`,
    ],
    // Of two keys the one given first: reading a link and printing it must not change what it is about.
    [
      [
        ["8004", "0614141A"],
        ["01", gtin],
      ],
      `${id}/8004/0614141A?01=${gtin}`,
    ],
  ])("%j", (pairs, uri) => {
    const elements = pairs.map(([ai, value]) => ({ ai: ai!, value: value! }));
    expect(must(printDigitalLink(elements))).toBe(uri);
    expect(parseDigitalLink(uri)).toMatchObject({ ok: true });
  });

  test.each([
    [[["90", "X"]], "gs1.digital-link-key", "0"],
    [
      [
        ["01", gtin],
        ["7040", "1ABC"],
      ],
      "gs1.digital-link-attribute",
      "1",
    ],
    [
      [
        ["01", gtin],
        ["05", "X"],
      ],
      "gs1.ai-unknown",
      "1",
    ],
    [
      [
        ["01", gtin],
        ["10", ""],
      ],
      "gs1.value-empty",
      "1",
    ],
    [
      [
        ["01", gtin],
        ["37", "1"],
      ],
      "gs1.ai-excludes",
      "1",
    ],
  ])("%j is refused", (pairs, code, at) =>
    expect(printDigitalLink(pairs.map(([ai, value]) => ({ ai: ai!, value: value! })))).toMatchObject({
      refusal: { code, at },
    }),
  );

  test("under another stem", () =>
    expect(must(printDigitalLink([{ ai: "01", value: gtin }], { stem: "https://a.example/p" }))).toBe(
      `https://a.example/p/01/${gtin}`,
    ));

  test("of keys already parsed", () => {
    const parsed = must(parseGtin(gtin));
    const gln = must(parseGln("9506000134352"));
    expect(must(sgtinDigitalLink(parsed, "A/1"))).toBe(`${id}/01/${gtin}/21/A%2F1`);
    expect(must(lgtinDigitalLink(parsed, "L"))).toBe(`${id}/01/${gtin}/10/L`);
    expect(ssccDigitalLink(must(parseSscc("106141412345678908")))).toBe(`${id}/00/106141412345678908`);
    expect(must(glnDigitalLink(gln))).toBe(`${id}/414/9506000134352`);
    expect(must(glnDigitalLink(gln, "A"))).toBe(`${id}/414/9506000134352/254/A`);
    expect(pglnDigitalLink(gln)).toBe(`${id}/417/9506000134352`);
    expect(sgtinDigitalLink(parsed, "A B")).toMatchObject({ refusal: { code: "gs1.value-character", at: "1" } });
  });
});

describe("compression", () => {
  /** As three other implementations write them, without one-byte sequences. */
  test.each([
    ["AN2yxDhfaiaw", "00/998440410914660971"],
    ["AQnYUc1gmg", "01/05412345000013"],
    ["AQnYUc1gmiCNV4JG", "01/05412345000013/10/ABC123"],
    ["AQnYUc1gmiCNV4JGQhcNT6K6cibQCWN9Pee9tT-PQ", "01/05412345000013/22/AJY3095721P49/10/ABC123/21/72292641703"],
    ["AQnYUc1gmkax7ipGrOHDPC5YNI8hMz", "01/05412345000013/235/8TFV883a904GH%263"],
    ["JTLIetaiHYA", "253/3060077601309"],
    ["JVUqG5hJ5wA", "255/5678409730535"],
    ["QBl2DVoxZM2jVm3ZOWEFoxTR5HDgzZg", "401/0541234537290A41%26GHpp33"],
    ["QCJZyW9mC6Z4", "402/21173492661712079"],
    ["JUa0T-eifdtOO9UFEmlYwv3Q", "414/5060917510004/254/RP56J920471"],
    ["QUSaVjC_dHBAVlCrg", "414/5060917510004/7040/5KFX"],
    ["gAMJCAXukTMA", "8003/04965031954585"],
    ["gBN05060917511473062B98T", "8013/5060917511473062B98T"],
    ["gBe1ajAd9ATDmAGXPRfk", "8017/817019610850151481/8019/4003812"],
    ["gBCVYNWjFkzaNWbdk5YQWjFHHkM2cAI0xdvpGo", "8010/0541234537290A41%23GH33/8011/6639047221"],
    [
      "01/05412345000013/EEarwSMhC4an0V05E2gEsb6e897an8eg",
      "01/05412345000013/22/AJY3095721P49/10/ABC123/21/72292641703",
    ],
    ["417/5060917510004/cEBWUKu", "417/5060917510004/7040/5KFX"],
  ])("%s is %s", (compressed, plain) => {
    const link = must(parseDigitalLink(`https://a.example/p/${compressed}`, { compressed: true }));
    expect(link).toEqual({
      ...must(parseDigitalLink(`${id}/${plain}`)),
      compressed: true,
      stem: "https://a.example/p",
    });
    const written = writeCompressedElements(link.elements);
    expect(must(parseDigitalLink(`${id}/${written}`, { compressed: true })).elements).toEqual(link.elements);
  });

  test("one-byte sequences are written where they are shorter, and read", () => {
    const elements = [
      { ai: "01", value: gtin },
      { ai: "10", value: "L" },
      { ai: "21", value: "0007" },
      { ai: "17", value: "261231" },
    ];
    const written = writeCompressedElements(elements);
    expect(written.charAt(0)).toBe("G"); // 0x1A in its first six bits
    const readBack = must(parseDigitalLink(`${id}/${written}`, { compressed: true }));
    expect(must(printDigitalLink(readBack.elements))).toBe(must(printDigitalLink(elements)));
  });

  test("foreign pairs of key and value are passed over", () => {
    // F, seven bits of length 1, key "k" in six bits; encoding 0, one digit "7" in four bits after seven bits of length.
    const foreign = ["1111", "0000001", "100100", "000", "0000001", "0111"].join("");
    const key = "00000001" + BigInt(gtin).toString(2).padStart(47, "0");
    const bits = (key + foreign).padEnd(Math.ceil((key + foreign).length / 6) * 6, "0");
    const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    const text = bits
      .match(/.{6}/g)!
      .map((six) => alphabet[Number.parseInt(six, 2)])
      .join("");
    expect(must(parseDigitalLink(`${id}/${text}`, { compressed: true })).elements).toMatchObject([
      { ai: "01", value: gtin },
    ]);
  });

  test("is read only where it is asked for, and refused where it stands", () => {
    expect(parseDigitalLink(`${id}/AQnYUc1gmg`)).toMatchObject({ refusal: { code: "gs1.digital-link-key" } });
    expect(parseDigitalLink(`${id}/BizStep-shipping`, { compressed: true })).toMatchObject({
      refusal: { code: "gs1.digital-link-key" },
    });
    expect(parseDigitalLink(`${id}/AQnYUc1gmh`, { compressed: true })).toMatchObject({
      refusal: { code: "gs1.digital-link-key" },
    });
    expect(parseDigitalLink(`${id}/AQnYUc1gmA`, { compressed: true })).toMatchObject({
      refusal: { code: "gs1.check-digit", at: "19" },
    });
  });
});
