import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { PrintRecord } from "../../contract/device-port.ts";
import { decode } from "../dataman/decode.ts";
import { labelLayout, packLayout } from "../raster/layout.ts";
import { fnc1 } from "../raster/symbol.ts";
import { readHexDump } from "../wire/hex-dump.ts";
import { labelFormat, parseHostStatus, replyFramer, type PrinterReply } from "./protocol.ts";
import { draw } from "./simulator.ts";
import { parseFormat, zplFramer, type PrinterInput } from "./zpl.ts";

const dump = (name: string) => readHexDump(new URL(`fixtures/${name}.hex`, import.meta.url));

const status = {
  paperOut: false,
  paused: false,
  formatsInBuffer: 2,
  bufferFull: false,
  headUp: false,
  ribbonOut: false,
  labelWaiting: true,
  labelsRemaining: 3,
};

const garbage = (text: string) => ({ type: "garbage", text: expect.stringContaining(text) });

describe("what a printer says [REQ-DEV-01]", () => {
  const table: readonly [dump: string, replies: readonly unknown[]][] = [
    ["host-status", [{ type: "status", status }]],
    ["host-status.field-missing", [garbage("00000003,1")]],
    ["host-status.letter", [garbage("0O2")]],
    ["host-status.cut", []],
    ["host-status.ribbon-out", [{ type: "status", status: { ...status, ribbonOut: true } }]],
    ["echo-printed", [{ type: "printed", seq: 17 }]],
    ["echo-printed.short", [garbage("PRINTED=000000017")]],
    ["echo-printed.other-header", [garbage("EPC[")]],
    ["odometer", [{ type: "variable", value: "4711" }]],
    ["odometer.unquoted", [garbage("4711")]],
  ];
  test.each(table)("%s", (name, replies) => {
    expect(replyFramer()(dump(name))).toEqual(replies);
  });

  test("bytes may come in any pieces", () => {
    const bytes = Buffer.concat([dump("host-status"), dump("echo-printed"), dump("odometer")]);
    const whole = replyFramer()(bytes);
    fc.assert(
      fc.property(fc.array(fc.nat(bytes.length)), (cuts) => {
        const framer = replyFramer();
        const ends = [...cuts, bytes.length].sort((a, b) => a - b);
        let from = 0;
        const replies: PrinterReply[] = [];
        for (const end of ends) {
          replies.push(...framer(bytes.subarray(from, end)));
          from = end;
        }
        expect(replies).toEqual(whole);
      }),
      { numRuns: 50 },
    );
  });
});

describe("what a printer takes", () => {
  const read = (name: string): PrinterInput[] => zplFramer()(dump(name));
  const symbolText = (name: string) =>
    read(name)
      .flatMap((input) =>
        input.type === "format" ? input.format.fields.filter((field) => field.kind === "datamatrix") : [],
      )
      .map((field) => field.text);

  test.each([
    ["label", [`${fnc1}01040123456789012112345${fnc1}1729053110LOT7`]],
    ["label.no-fnc1", [`01040123456789012112345${fnc1}1729053110LOT7`]],
    ["label.other-escape", ["_101040123456789012112345_11729053110LOT7"]],
    ["label.unterminated", []],
  ])("%s", (name, text) => {
    expect(symbolText(name)).toEqual(text);
  });

  test("commands act in the order in which they came, and in any pieces", () => {
    const stream = Buffer.concat([
      Buffer.from("~HS\n"),
      dump("label"),
      Buffer.from('! U1 getvar "odometer.total_label_count"\r\n~JA~HS'),
    ]);
    const kinds = (inputs: readonly PrinterInput[]) => inputs.map((input) => input.type);
    const expected = ["status-request", "format", "getvar", "cancel-all", "status-request"];
    expect(kinds(zplFramer()(stream))).toEqual(expected);
    const framer = zplFramer();
    expect([...stream].flatMap((byte) => kinds(framer(Uint8Array.of(byte))))).toEqual(expected);
  });

  test("a format that never ends is given up, and the next one is taken", () => {
    const framer = zplFramer();
    framer(Buffer.from("^XA"));
    const inputs = Array.from({ length: 80 }, () => framer(Buffer.from(`^FD${"x".repeat(1000)}^FS`))).flat();
    expect(inputs).toContainEqual({ type: "ignored", text: "format too long" });
    expect(framer(dump("label")).some((input) => input.type === "format")).toBe(true);
  });
});

describe("from the record to the print and back", () => {
  const set82 = Array.from("!\"%&'()*+,-./0123456789:;<=>?ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz");
  const value = (length: number) =>
    fc.array(fc.constantFrom(...set82), { minLength: 1, maxLength: length }).map((chars) => chars.join(""));

  test("every character of GS1's set 82 survives ZPL's escapes, in the symbol and in the text", async () => {
    await fc.assert(
      fc.asyncProperty(value(20), value(20), fc.nat(9_999_999), async (serial, lot, seq) => {
        const record: PrintRecord = {
          seq,
          symbol: "gs1-datamatrix",
          elements: `010401234567890121${serial}\x1d10${lot}`,
          lines: [`(21)${serial}`, `(10)${lot} ^~\\`.slice(0, 25)],
        };
        const [input] = zplFramer()(Buffer.from(labelFormat(record, packLayout)));
        if (input?.type !== "format") throw new Error("no format");
        const texts = input.format.fields.filter((field) => field.kind === "text").map((field) => field.text);
        expect(texts.slice(0, 2)).toEqual(record.lines);
        expect(input.format.numbered.get(1)).toBe(String(seq).padStart(10, "0"));
        const [symbol] = await decode(draw(input.format.fields, packLayout), {
          symbol: "gs1-datamatrix",
          symbolsMax: 1,
        });
        expect(symbol).toMatchObject({ elements: record.elements, symbology: "]d2" });
      }),
      { numRuns: 40 },
    );
  });

  test("a long element string keeps clear of the text under it", async () => {
    const tail = "u6Yx1q+Z/8mAq0nV7rT2bK4dL9sW3eF5gH1jC6pX0o==".padEnd(44, "A");
    const elements = `010401234567890121Ab3dEf6hIj9kL\x1d91EE06\x1d92${tail}`;
    const record: PrintRecord = { seq: 1, symbol: "gs1-datamatrix", elements, lines: ["LOT 7"] };
    const format = parseFormat(labelFormat(record, packLayout).replace(/^\^XA/, ""));
    const [symbol] = await decode(draw(format.fields, packLayout), { symbol: "gs1-datamatrix", symbolsMax: 1 });
    expect(symbol).toMatchObject({ elements, modules: 36 });
    expect(Math.max(...(symbol?.corners.filter((_, i) => i % 2 === 1) ?? []))).toBeLessThan(packLayout.textTop);
  });

  test.each([
    ["an SSCC", "00340123456700000017"],
    ["contents of a case", "020401234567890115290531371210LOT7"],
    ["a separator", "3712\x1d10LOT>7"],
  ])("GS1-128: %s", async (_, elements) => {
    const record: PrintRecord = { seq: 1, symbol: "gs1-128", elements, lines: [] };
    const format = parseFormat(
      labelFormat(record, labelLayout)
        .replace(/^\^XA/, "")
        .replace(/\^XZ\s*$/, ""),
    );
    const [symbol] = await decode(draw(format.fields, labelLayout), { symbol: "gs1-128", symbolsMax: 1 });
    expect(symbol).toMatchObject({ elements, symbology: "]C1" });
  });
});

test("a count of more digits than a printer has is no status", () => {
  const strings = (formats: string) => [
    `030,0,0,0240,${formats},0,0,0,000,0,0,0`,
    "000,0,0,0,1,4,0,0,00000012,1,000",
    "1234,0",
  ];
  expect(parseHostStatus(strings("003"))?.formatsInBuffer).toBe(3);
  expect(parseHostStatus(strings("3".repeat(22)))).toBeUndefined();
});
