import { describe, expect, test } from "vitest";
import { shipment } from "../kernel/epcis/fixtures/shipment.ts";
import { parseEpcisJson, printEpcisJson } from "../kernel/epcis/json.ts";
import { parseEpcisXml, printEpcisXml12, printEpcisXml20 } from "../kernel/epcis/xml.ts";
import { UsageError } from "./arguments.ts";
import { epcisCommand } from "./epcis.ts";

const forms = {
  "a.json": printEpcisJson(shipment),
  "a.xml": printEpcisXml20(shipment).xml,
  "a12.xml": printEpcisXml12(shipment).xml,
  "bad.json": '{"type":"EPCISDocument"',
};

async function run(...args: string[]) {
  const out: string[] = [];
  const err: string[] = [];
  const written = new Map<string, string>();
  const files: Record<string, string> = forms;
  const code = await epcisCommand(args, {
    out: (line) => out.push(line),
    err: (line) => err.push(line),
    async *readFile(path) {
      const text = files[path];
      if (text === undefined) throw Object.assign(new Error(`ENOENT: ${path}`), { code: "ENOENT", syscall: "open" });
      const bytes = new TextEncoder().encode(text);
      for (let i = 0; i < bytes.length; i += 100) yield bytes.subarray(i, i + 100);
    },
    async writeFile(path, chunks) {
      let text = "";
      for await (const chunk of chunks) text += typeof chunk === "string" ? chunk : new TextDecoder().decode(chunk);
      written.set(path, text);
    },
  });
  return { code, out, err, written };
}

describe("CLI-EPCIS-01 epcis validate", () => {
  test("prints a line a file and exits 0 when all are valid", async () => {
    const { code, out } = await run("validate", "--profile", "dscsa", "a.json", "a.xml", "a12.xml");
    expect(code).toBe(0);
    expect(out.map((line) => JSON.parse(line) as unknown)).toEqual(
      ["a.json", "a.xml", "a12.xml"].map((file) => ({ file, valid: true, events: 4, errors: [], warnings: [] })),
    );
  });

  test.each([
    ["bad.json", "epcis.syntax"],
    ["none.json", "epcis.unreadable"],
  ])("%s is %s and exits 1", async (file, wanted) => {
    const { code, out } = await run("validate", "a.json", file);
    expect(code).toBe(1);
    expect(JSON.parse(out[1] as string)).toMatchObject({ file, valid: false, errors: [{ code: wanted }] });
  });
});

describe("CLI-EPCIS-01 limits", () => {
  const cases = ["a.json", "a.xml", "a12.xml"].flatMap((file) => [
    [file, "--depth-max", "3", "epcis.too-deep"] as const,
    [file, "--event-chars-max", "200", "epcis.event-too-large"] as const,
    [file, "--events-max", "3", "epcis.too-many-events"] as const,
  ]);
  test.each(cases)("%s %s %s: %s", async (file, option, value, wanted) => {
    const checked = await run("validate", file, option, value);
    expect(checked.code).toBe(1);
    expect(JSON.parse(checked.out[0] as string)).toMatchObject({ valid: false, errors: [{ code: wanted }] });
    const hashed = await run("hash", file, option, value);
    expect(hashed.code).toBe(1);
    expect(hashed.err.map((line) => (JSON.parse(line) as { code: string }).code)).toEqual([wanted]);
  });

  test("are whole numbers", async () => {
    await expect(run("validate", "a.json", "--events-max", "many")).rejects.toThrow(UsageError);
  });
});

describe("CLI-EPCIS-02 epcis hash", () => {
  test("prints the same hashes for every form, in the document's order", async () => {
    const [json, xml, old] = await Promise.all([run("hash", "a.json"), run("hash", "a.xml"), run("hash", "a12.xml")]);
    expect(json.out).toHaveLength(4);
    for (const line of json.out) expect(line).toMatch(/^ni:\/\/\/sha-256;[0-9a-f]{64}\?ver=CBV2\.0$/);
    expect([xml.out, old.out]).toEqual([json.out, json.out]);
  });

  test("--pre prints what is hashed", async () => {
    const { out } = await run("hash", "--pre", "a.json");
    expect(out[0]).toMatch(
      /^eventType=ObjectEventeventTime=2026-01-05T08:00:00\.000ZeventTimeZoneOffset=-05:00epcListepc=https:\/\/id\.gs1\.org\/01\//,
    );
  });
});

describe("CLI-EPCIS-03 epcis convert", () => {
  const plain = (value: unknown) => JSON.parse(JSON.stringify(value)) as unknown;
  test.each([
    ["a12.xml", "json"],
    ["a.json", "xml"],
    ["a.json", "xml1.2"],
    ["a.xml", "xml1.2"],
  ])("%s to %s says the same", async (file, to) => {
    const { code, out } = await run("convert", file, "--to", to);
    const back = to === "json" ? parseEpcisJson(out.join("\n")) : parseEpcisXml(out.join("\n"));
    expect(code).toBe(0);
    expect(back.ok && plain([back.value.events, back.value.header])).toEqual(plain([shipment.events, shipment.header]));
  });

  test("spells identifiers as Digital Links and back", async () => {
    const { written } = await run("convert", "a12.xml", "--to", "json", "--epc", "dl", "-o", "links.json");
    const text = written.get("links.json") as string;
    const read = parseEpcisJson(text);
    expect(read.ok && read.value.events[0]).toMatchObject({
      epcList: ["https://id.gs1.org/01/10614141073464/21/2017", "https://id.gs1.org/01/10614141073464/21/2018"],
      readPoint: { id: "https://id.gs1.org/414/0614141007776" },
    });
    Object.assign(forms, { "links.json": text });
    const { out } = await run("convert", "links.json", "--to", "json", "--epc", "urn");
    const back = parseEpcisJson(out.join("\n"));
    expect(back.ok && plain(back.value.events)).toEqual(plain(shipment.events));
  });

  test("says what was wrong with a file that cannot be read", async () => {
    const { code, err } = await run("convert", "bad.json", "--to", "xml");
    expect([code, JSON.parse(err[0] as string)]).toEqual([1, expect.objectContaining({ code: "epcis.syntax" })]);
  });
});

test.each([
  [[]],
  [["validate"]],
  [["convert", "a.json"]],
  [["convert", "a.json", "--to", "pdf"]],
  [["hash", "a", "b"]],
])("CLI-EPCIS-04 %j is not understood", async (args) => {
  await expect(run(...args)).rejects.toThrow(UsageError);
});
