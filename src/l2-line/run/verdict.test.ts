import { describe, expect, test } from "vitest";
import { testOrder } from "../../../test/simulation/line-world.ts";
import type { Read } from "./line.ts";
import { newRun, type Place, type Run } from "./run.ts";
import { causeNumber, judge, labelSscc, packCode, type RejectCause, rejectCauses } from "./verdict.ts";

const order = testOrder({ quantity: 10, packsPerCase: 5, casesPerPallet: 2, spare: 10 });
const [first, second, third] = order.numbers.pack as [string, string, string];

function runWith(places: Readonly<Record<string, Place>>): Run {
  const run = newRun(order);
  for (const [number, place] of Object.entries(places)) {
    const record = run.numbers.pack.get(number);
    if (record) Object.assign(record, { place, state: place === "gone" ? "SNInvalid" : "Encoded" });
  }
  return run;
}

type Change = { readonly gtin?: string; readonly serial?: string; readonly lot?: string; readonly expiry?: string };
const code = ({ gtin = order.gtin, serial = first, lot = order.lot, expiry = order.expiry }: Change = {}) =>
  `01${gtin}21${serial}\x1d17${expiry}10${lot}`;

function read(
  elements: string | string[],
  change: { readonly grade?: number; readonly text?: Read["text"]; readonly symbology?: string } = {},
): Read {
  const { grade = 3.5, text = { matched: true, scoreMin: 0.9 }, symbology = "]d2" } = change;
  const symbols = [elements].flat().map((each) => ({ elements: each, symbology, corners: [], grade }));
  return { type: "read", triggerId: 1, symbols, imageId: "i", ...(text ? { text } : {}) };
}

describe("LINE-002 the picture against the expected number [REQ-RUN-02]", () => {
  const run = runWith({ [first]: "belt", [second]: "belt", [third]: "gone" });
  const withDoubt = runWith({ [first]: "belt", [second]: "rejecting" });
  const withPacked = runWith({ [first]: "belt", [second]: "packed" });

  test("what was expected, well printed, is accepted", () => {
    expect(judge(run, first, read(code()))).toEqual({ verdict: "accept", serial: first, grade: 3.5 });
  });

  const rejects: readonly [string, Run, Read, RejectCause][] = [
    ["nothing read", run, read([]), "no-read"],
    ["two symbols", run, read([code(), code({ serial: second })]), "malformed"],
    ["another symbology", run, read(code(), { symbology: "]C1" }), "malformed"],
    ["no element string", run, read("hello"), "malformed"],
    ["lot left out", run, read(`01${order.gtin}21${first}\x1d17${order.expiry}`), "malformed"],
    ["another product", run, read(code({ gtin: "04012345678901" })), "wrong-gtin"],
    ["another lot", run, read(code({ lot: "L26B" })), "wrong-lot"],
    ["another expiry", run, read(code({ expiry: "281231" })), "wrong-expiry"],
    ["a serial of nobody", run, read(code({ serial: "FOREIGN" })), "unknown-number"],
    ["an invalid number revives nothing", run, read(code({ serial: third })), "invalid-number"],
    ["a skip: the next one's number", run, read(code({ serial: second })), "wrong-number"],
    ["a number never sent", run, read(code({ serial: order.numbers.pack[7] as string })), "wrong-number"],
    ["given up when the sequence was lost", withDoubt, read(code({ serial: second })), "held"],
    ["a repeat: in a case already", withPacked, read(code({ serial: second })), "duplicate-number"],
    ["text wrong", run, read(code(), { text: { matched: false, scoreMin: 0.9 } }), "text-mismatch"],
    ["text faint", run, read(code(), { text: { matched: true, scoreMin: 0.3 } }), "text-mismatch"],
    ["grade too low", run, read(code(), { grade: 1.4 }), "low-grade"],
  ];
  test.each(rejects)("%s", (_what, of, picture, cause) => {
    expect(judge(of, first, picture)).toMatchObject({ verdict: "reject", cause });
  });

  test("a picture without its text check is no accept where the recipe wants the text", () => {
    const { text: _text, ...without } = read(code());
    expect(judge(run, first, without)).toMatchObject({ cause: "text-mismatch" });
  });

  test("every cause has its own number for the conveyor, and none has zero", () => {
    expect(rejectCauses.map(causeNumber)).toEqual(rejectCauses.map((_, index) => index + 1));
    expect(causeNumber(undefined)).toBe(0);
  });

  test("elements in any order are the same pack", () => {
    expect(packCode(`01${order.gtin}17${order.expiry}10${order.lot}\x1d21${first}`)).toEqual(packCode(code()));
  });

  test.each([
    ["an SSCC alone", "00195212340000000003", "195212340000000003"],
    ["more than the SSCC", "0019521234000000000310L1", undefined],
    ["a wrong check digit", "00195212340000000004", undefined],
  ])("a label: %s", (_what, elements, sscc) => {
    expect(labelSscc(read(elements, { symbology: "]C1" }))).toBe(sscc);
  });
});
