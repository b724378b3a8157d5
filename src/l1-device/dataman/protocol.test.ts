import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { SymbolRead } from "../../contract/device-port.ts";
import { readHexDump } from "../wire/hex-dump.ts";
import { exposureFramer, printExposure } from "./optics.ts";
import {
  commandFramer,
  jobCommands,
  messageFramer,
  parseResult,
  printCommand,
  printResult,
  type CameraMessage,
} from "./protocol.ts";

const dump = (name: string) => readHexDump(new URL(`fixtures/${name}.hex`, import.meta.url));
const garbage = (code: string) => ({ type: "garbage", code, text: expect.any(String) });

const symbol = {
  symbology: "]d2",
  elements: "01040123456789012112345\x1d1729053110LOT7",
  corners: [14, 13, 100, 12, 101, 99, 14, 100],
  grade: 4,
};

describe("what a camera says [REQ-DEV-01]", () => {
  const table: readonly [dump: string, messages: readonly unknown[]][] = [
    [
      "result",
      [
        {
          type: "result",
          result: { triggerId: 42, imageId: "c3f9-12", symbols: [symbol], text: { matched: true, scoreMin: 0.943 } },
        },
      ],
    ],
    [
      "result.no-read",
      [
        {
          type: "result",
          result: { triggerId: 42, imageId: "c3f9-13", symbols: [], text: { matched: false, scoreMin: 0 } },
        },
      ],
    ],
    ["result.count", [garbage("device.result-malformed")]],
    ["result.corner", [garbage("device.result-malformed")]],
    ["result.base64", [garbage("device.result-malformed")]],
    ["result.grade", [garbage("device.result-malformed")]],
    ["result.trigger", [garbage("device.result-malformed")]],
    ["result.cut", []],
    ["answer", [{ type: "answer", id: 7, status: 0, body: "128" }]],
    ["answer.no-status", [garbage("device.frame-malformed")]],
    ["answer.checksum", [{ type: "answer", id: 7, status: 0, body: "128" }]],
    ["answer.checksum-wrong", [garbage("device.checksum")]],
    ["answer.noise", [garbage("device.frame-malformed"), { type: "answer", id: 7, status: 0, body: "128" }]],
  ];
  test.each(table)("%s", (name, messages) => {
    expect(messageFramer()(dump(name))).toEqual(messages);
  });

  test("results and answers may be interleaved and come in any pieces", () => {
    const bytes = Buffer.concat([dump("answer"), dump("result"), dump("result.no-read"), dump("answer")]);
    const framer = messageFramer();
    const messages = [...bytes].flatMap((byte) => framer(Uint8Array.of(byte)));
    expect(messages.map((message: CameraMessage) => message.type)).toEqual(["answer", "result", "result", "answer"]);
  });

  test("a refused field is named", () => {
    expect(parseResult("42|img|1|x|-")).toMatchObject({
      ok: false,
      refusal: { code: "device.result-malformed", at: "3" },
    });
  });
});

test("a result string holds any bytes that a symbol may hold", () => {
  const symbols: fc.Arbitrary<SymbolRead> = fc.record({
    symbology: fc.constantFrom("]d2", "]C1"),
    elements: fc.uint8Array({ minLength: 1, maxLength: 60 }).map((bytes) => Buffer.from(bytes).toString("latin1")),
    corners: fc.array(fc.integer({ min: -9, max: 4000 }), { minLength: 8, maxLength: 8 }),
    grade: fc.integer({ min: 0, max: 4 }),
  });
  fc.assert(
    fc.property(fc.nat(4_000_000), fc.array(symbols, { maxLength: 6 }), (triggerId, read) => {
      const printed = printResult({ triggerId, imageId: "a-1", symbols: read });
      expect(messageFramer()(Buffer.from(printed, "latin1"))).toEqual([
        { type: "result", result: { triggerId, imageId: "a-1", symbols: read } },
      ]);
    }),
  );
});

test("a job is commands; its text survives any character", () => {
  const commands = jobCommands({ symbol: "gs1-datamatrix", symbolsMax: 48, textLines: ["(21){serial}", "ü|]>"] });
  const taken = commandFramer()(
    Buffer.from(commands.map((command, i) => printCommand(i + 1, command)).join(""), "latin1"),
  );
  expect(taken.map(({ id, text, intact }) => [id, text, intact])).toEqual(
    commands.map((command, i) => [i + 1, command, true]),
  );
  const [, , , , , , line] = commands;
  expect(Buffer.from(line?.split(" ").at(-1) ?? "", "base64").toString("utf8")).toBe("ü|]>");
});

test("light comes in any pieces, and what is no light is refused", () => {
  const picture = { width: 5, height: 3, pixels: Uint8Array.from({ length: 15 }, (_, i) => i * 17) };
  const bytes = Buffer.concat([
    printExposure({ triggerId: 7, pulses: 9, picture }),
    printExposure({ triggerId: 4_294_967_295, pulses: 10, picture }),
  ]);
  const framer = exposureFramer();
  const exposures = [...bytes].flatMap((byte) => framer(Buffer.of(byte)));
  expect(exposures).toEqual([
    { triggerId: 7, pulses: 9, picture },
    { triggerId: 4_294_967_295, pulses: 10, picture },
  ]);
  expect(() => exposureFramer()(Buffer.alloc(16))).toThrow("no exposure");
});

test("a corner that no picture has is malformed, and none is a zero with a sign", () => {
  const result = (corner: string) => parseResult(`7|img-7|1|]d2,MDE=,0:0:9:0:9:9:${corner}:9,3|-`);
  expect(result("1".repeat(22))).toMatchObject({ refusal: { code: "device.result-malformed", at: "3" } });
  const read = result("-0");
  expect(read.ok && read.value.symbols[0]?.corners).toEqual([0, 0, 9, 0, 9, 9, 0, 9]);
});
