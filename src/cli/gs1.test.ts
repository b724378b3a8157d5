import { describe, expect, test } from "vitest";
import { UsageError } from "./arguments.ts";
import { gs1Command } from "./gs1.ts";

async function run(
  args: readonly string[],
  lines: readonly string[] = [],
  files: Readonly<Record<string, string>> = {},
) {
  const out: string[] = [];
  const err: string[] = [];
  const code = await gs1Command(args, {
    out: (line) => out.push(line),
    err: (line) => err.push(line),
    async *stdin() {
      yield* lines;
    },
    async *readFile(path) {
      yield new TextEncoder().encode(files[path]);
    },
  });
  return { code, out, err };
}

describe("gs1 parse", () => {
  test("prints one object", async () => {
    const { code, out } = await run(["parse", "]d20109506000134352211A\x1d17261231"]);
    expect(code).toBe(0);
    expect(out).toHaveLength(1);
    expect(JSON.parse(out[0]!)).toEqual({
      symbology: "]d2",
      elements: [
        { ai: "01", title: "GTIN", value: "09506000134352" },
        { ai: "21", title: "SERIAL", value: "1A" },
        { ai: "17", title: "USE BY or EXPIRY", value: "261231" },
      ],
      digitalLink: "https://id.gs1.org/01/09506000134352/21/1A?17=261231",
      epc: "urn:epc:id:sgtin:9506000.013435.1A",
      hri: "(01) 09506000134352 (21) 1A (17) 261231",
    });
  });

  test("says null for what cannot be said", async () => {
    const { out } = await run(["parse", "(90)A"]);
    expect(JSON.parse(out[0]!)).toMatchObject({ symbology: null, digitalLink: null, epc: null, hri: "(90) A" });
  });

  test("keeps the company prefix of an EPC URI", async () => {
    const { out } = await run(["parse", "urn:epc:id:sgtin:06141419.01234.1"]);
    expect(JSON.parse(out[0]!)).toMatchObject({ epc: "urn:epc:id:sgtin:06141419.01234.1" });
  });

  test("prints a refusal and answers 1", async () => {
    expect(await run(["parse", "(01)09506000134353"])).toEqual({
      code: 1,
      out: ['{"error":{"code":"gs1.check-digit","at":17}}'],
      err: [],
    });
    expect((await run(["parse", ""])).out).toEqual(['{"error":{"code":"gs1.empty","at":0}}']);
  });
});

describe("gs1 convert", () => {
  const pack = "(01)09506000134352(21)1A(17)261231";

  test.each([
    ["element", "0109506000134352211A\x1d17261231"],
    ["bracketed", pack],
    ["hri", "(01) 09506000134352 (21) 1A (17) 261231"],
    ["digital-link", "https://id.gs1.org/01/09506000134352/21/1A?17=261231"],
    ["epc", "urn:epc:id:sgtin:9506000.013435.1A"],
  ])("to %s", async (to, expected) =>
    expect(await run(["convert", "--to", to, pack])).toEqual({ code: 0, out: [expected], err: [] }),
  );

  test("one line per line of standard input; a refused one says so", async () =>
    expect(
      await run(["convert", "--to", "epc", "--gcp-length", "6"], [pack, "(00)106141412345678908", "foo", "(90)A"]),
    ).toEqual({
      code: 1,
      out: [
        "urn:epc:id:sgtin:950600.0013435.1A",
        "urn:epc:id:sscc:061414.11234567890",
        "! gs1.ai-malformed",
        "! gs1.epc-none",
      ],
      err: [],
    }));

  test("takes lengths of company prefixes from GS1's table", async () => {
    const table = '{"GCPPrefixFormatList":{"entry":[{"prefix":"950","gcpLength":9}]}}';
    expect(
      await run(["convert", "--to", "epc", "--gcp-table", "t.json", pack, "(00)106141412345678908"], [], {
        "t.json": table,
      }),
    ).toMatchObject({
      code: 1,
      out: ["urn:epc:id:sgtin:950600013.0435.1A", "! gs1.company-prefix-unknown"],
    });
  });
});

test.each([
  [[]],
  [["guess"]],
  [["parse"]],
  [["parse", "a", "b"]],
  [["convert", "x"]],
  [["convert", "--to", "morse", "x"]],
  [["convert", "--to", "epc", "--gcp-length", "x", "x"]],
  [["convert", "--to", "epc", "--gcp-table", "bad.json", "x"]],
  [["parse", "--colour", "x"]],
])("%j is not understood", async (args) => {
  await expect(run(args, [], { "bad.json": "{" })).rejects.toBeInstanceOf(UsageError);
});

describe("gs1 scan", () => {
  const scan = async (...args: string[]) => {
    const { code, out } = await run(["scan", ...args]);
    expect(out).toHaveLength(1);
    return { exit: code, ...(JSON.parse(out[0]!) as object) };
  };

  test("reads a PPN in Format 06", async () => {
    expect(await scan("[)>\x1e06\x1d9N110375286414\x1d1TL1\x1dD270131\x1dSA1\x1e\x04")).toMatchObject({
      exit: 0,
      scheme: "ppn",
      ppn: "110375286414",
      serial: "A1",
      lot: "L1",
      expiry: "270131",
    });
  });

  test("says that separators were lost", async () => {
    expect(await scan("]d201095060001343521726123110ABC\x1d21X")).toMatchObject({
      scheme: "gs1",
      flags: { separators: "kept" },
    });
    expect(await scan("01095060001343521726123110ABC21X")).toMatchObject({
      scheme: "gs1",
      flags: { separators: "restored" },
    });
  });

  test("takes twenty digits for a Chinese code, where they cannot be GS1 data or it is told to", async () => {
    expect(await scan("81901234567890123456")).toMatchObject({ exit: 0, scheme: "chinese", product: "8190123" });
    expect(await scan("80030000000000000012")).toMatchObject({ exit: 1, error: { at: 0 } });
    expect(await scan("--chinese", "80030000000000000012")).toMatchObject({ exit: 0, scheme: "chinese" });
  });

  test("marks the place of a refusal, and takes one TEXT", async () => {
    expect(await scan("0109506000134353")).toEqual({ exit: 1, error: { code: "gs1.check-digit", at: 15 } });
    await expect(run(["scan"])).rejects.toThrow(UsageError);
  });
});
