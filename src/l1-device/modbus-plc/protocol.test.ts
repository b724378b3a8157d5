import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readHexDump } from "../wire/hex-dump.ts";
import { printException, printReadAnswer, printWriteAnswer, requestFramer } from "./protocol.ts";
import {
  alarmCodes,
  parseCommandBlock,
  parseEvent,
  parseVerdict,
  plcLimits,
  printCommandBlock,
  printEvent,
  printVerdict,
  register,
  verdictRegister,
  type PlcEvent,
} from "./registers.ts";

const dump = (name: string) => readHexDump(new URL(`fixtures/${name}.hex`, import.meta.url));
const registersOf = (bytes: Buffer) => Array.from({ length: bytes.length / 2 }, (_, i) => bytes.readUInt16BE(i * 2));
const base = { transaction: 1, unit: 1 };

describe("what a line asks of a PLC [REQ-DEV-01]", () => {
  const table: readonly [dump: string, result: unknown][] = [
    ["read", { requests: [{ ...base, type: "read", address: 0, count: 28 }], broken: false }],
    ["read.protocol", { requests: [], broken: true }],
    ["read.length", { requests: [], broken: true }],
    ["read.too-many", { requests: [{ ...base, type: "invalid", functionCode: 3, exception: 3 }], broken: false }],
    ["read.none", { requests: [{ ...base, type: "invalid", functionCode: 3, exception: 3 }], broken: false }],
    ["read.beyond", { requests: [{ ...base, type: "read", address: 60000, count: 28 }], broken: false }],
    ["read.function", { requests: [{ ...base, type: "invalid", functionCode: 2, exception: 1 }], broken: false }],
    ["read.cut", { requests: [], broken: false }],
    [
      "verdict",
      {
        requests: [{ transaction: 2, unit: 1, type: "write", address: 220, values: [69, 0, 1, 0], single: false }],
        broken: false,
      },
    ],
    [
      "verdict.bytes",
      { requests: [{ transaction: 2, unit: 1, type: "invalid", functionCode: 16, exception: 3 }], broken: false },
    ],
    [
      "verdict.read-only",
      {
        requests: [{ transaction: 2, unit: 1, type: "write", address: 10, values: [69, 0, 1, 0], single: false }],
        broken: false,
      },
    ],
  ];
  test.each(table)("%s", (name, result) => {
    expect(requestFramer()(dump(name))).toEqual(result);
  });

  test("requests may come in any pieces", () => {
    const framer = requestFramer();
    const bytes = Buffer.concat([dump("read"), dump("verdict"), dump("read")]);
    expect([...bytes].flatMap((byte) => framer(Uint8Array.of(byte)).requests).map((request) => request.type)).toEqual([
      "read",
      "write",
      "read",
    ]);
  });

  test("answers carry the transaction of their request (Modbus Application Protocol, sections 6.3, 6.12 and 7)", () => {
    const [read] = requestFramer()(dump("read")).requests;
    const [write] = requestFramer()(dump("verdict")).requests;
    if (read?.type !== "read" || write?.type !== "write") throw new Error("not the requests of the dumps");
    expect(printReadAnswer(read, [1, 0xffff]).toString("hex")).toBe("0001000000070103040001ffff");
    expect(printWriteAnswer(write).toString("hex")).toBe("000200000006011000dc0004");
    expect(printException(read, 3, 2).toString("hex")).toBe("000100000003018302");
  });
});

describe("the register map", () => {
  test.each([
    ["event-gate", 300, { ok: true, value: { type: "gate", trackingId: 70001, outcome: "accepted", late: false } }],
    ["event-gate.number", 300, { ok: false, refusal: { code: "device.event-number" } }],
    ["event-gate.outcome", 300, { ok: false, refusal: { code: "device.event-malformed" } }],
    ["event-gate.type", 300, { ok: false, refusal: { code: "device.event-malformed" } }],
    ["event-full", 5, { ok: true, value: { type: "container-full", level: "case", index: 12, count: 48 } }],
    ["event-full.level", 5, { ok: false, refusal: { code: "device.event-malformed" } }],
  ])("%s", (name, expected, result) => {
    expect(parseEvent(registersOf(dump(name)), expected)).toMatchObject(result);
  });

  const id = fc.integer({ min: 1, max: 2 ** 32 - 1 });
  const level = fc.constantFrom("case" as const, "pallet" as const);
  const event: fc.Arbitrary<PlcEvent> = fc.oneof(
    fc.record({ type: fc.constant("print-go" as const), trackingId: id }),
    fc.record({
      type: fc.constant("gate" as const),
      trackingId: id,
      outcome: fc.constantFrom("accepted" as const, "rejected" as const),
      late: fc.boolean(),
    }),
    fc.record({ type: fc.constant("container-full" as const), level, index: id, count: fc.nat(10_000) }),
    fc.record({ type: fc.constant("label-applied" as const), level, index: id }),
    fc.record({ type: fc.constant("alarm" as const), code: fc.constantFrom(...alarmCodes), active: fc.boolean() }),
    fc.record({ type: fc.constant("running" as const), running: fc.boolean() }),
  );

  test("every event survives its eight registers, at every number", () => {
    fc.assert(
      fc.property(event, fc.nat(2 ** 32 - 1), (told, number) => {
        const registers = printEvent(number, told);
        expect(registers).toHaveLength(plcLimits.eventRegisters);
        expect(registers.every((value) => value >= 0 && value <= 0xffff)).toBe(true);
        expect(parseEvent(registers, number)).toEqual({ ok: true, value: told });
      }),
    );
  });

  test("verdicts and commands survive their registers; slots stay inside their area", () => {
    fc.assert(
      fc.property(
        id,
        fc.constantFrom("accept" as const, "reject" as const),
        fc.nat(0xffff),
        (trackingId, verdict, cause) => {
          expect(parseVerdict(printVerdict(trackingId, verdict, cause))).toEqual({ trackingId, verdict, cause });
          const at = verdictRegister(trackingId);
          expect(at).toBeGreaterThanOrEqual(register.verdicts);
          expect(at + plcLimits.verdictRegisters).toBeLessThanOrEqual(
            register.verdicts + plcLimits.verdictSlots * plcLimits.verdictRegisters,
          );
          expect(parseCommandBlock(printCommandBlock(7, 6, [1, trackingId, 2]))).toEqual({
            sequence: 7,
            operation: 6,
            arguments: [1, trackingId, 2],
          });
        },
      ),
    );
  });
});
