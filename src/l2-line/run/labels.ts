import type { PrintRecord } from "../../contract/device-port.ts";
import type { RunOrder } from "../../contract/line-api.ts";
import { must } from "../../kernel/base/result.ts";
import { buildElementString } from "../../kernel/gs1/element-string.ts";
import { markets } from "../../kernel/markets/market.ts";
import { codeElements, textLines } from "../../kernel/markets/pack-text.ts";
import type { ReaderJobs } from "./line.ts";

/** Characters of a line that fit beside the symbol on a carton. */
const packLineCharactersMax = 25;
const labelLineCharactersMax = 50;
/** Stands for AI 21 of the symbol just read, in a camera's job. */
const serialPlaceholder = "{serial}";

/** What the pack bears: elements in the order that the market asks for, GenSpecs 2.1.3 without a digital link. */
export function packRecord(order: RunOrder, serial: string, seq: number): PrintRecord {
  const facts = { gtin: order.gtin, serial, lot: order.lot, expiry: order.expiry };
  const elements = must(codeElements(packCarrier(order), facts)).map(([ai, value]) => ({ ai, value }));
  return {
    seq,
    elements: must(buildElementString(elements)),
    symbol: "gs1-datamatrix",
    lines: packLines(order, serial),
  };
}

/**
 * Human readable lines of the market, shortened to what the panel takes. The national number is left to the carton's
 * artwork: it does not vary within a run.
 */
export function packLines(order: RunOrder, serial: string): string[] {
  const carrier = packCarrier(order);
  const varying = { ...carrier, lines: carrier.lines.filter((line) => line.fact !== "nationalNumber") };
  const facts = { gtin: order.gtin, serial, lot: order.lot, expiry: order.expiry };
  return must(textLines(varying, facts)).map((line) =>
    fitted(line, serial === serialPlaceholder ? longestSerial(order) : serial.length),
  );
}

/** `SERIAL` becomes `SN` when the number would not fit; the camera's job and the print must agree on it. */
function fitted(line: string, serialLength: number): string {
  const label = "SERIAL ";
  if (!line.startsWith(label)) return line.slice(0, packLineCharactersMax);
  return label.length + serialLength > packLineCharactersMax ? `SN ${line.slice(label.length)}` : line;
}

function longestSerial(order: RunOrder): number {
  return order.numbers.pack.reduce((longest, serial) => Math.max(longest, serial.length), 0);
}

function packCarrier(order: RunOrder) {
  return markets[order.market].carriers.pack;
}

export type LabelFacts = { readonly children: number; readonly partial: boolean };

/** A logistic label, GenSpecs 6: the SSCC as GS1-128, the rest for people. */
export function ssccRecord(
  order: RunOrder,
  level: "case" | "pallet",
  sscc: string,
  seq: number,
  facts: LabelFacts,
): PrintRecord {
  const content = level === "case" ? `${facts.children} packs` : `${facts.children} cases`;
  const lines = [
    `SSCC ${sscc}`,
    order.productName,
    `GTIN ${order.gtin}`,
    `LOT ${order.lot}  EXP ${order.expiry}`,
    facts.partial ? `${content}, PARTIAL` : content,
  ];
  return {
    seq,
    elements: must(buildElementString([{ ai: "00", value: sscc }])),
    symbol: "gs1-128",
    lines: lines.map((line) => printable(line).slice(0, labelLineCharactersMax)),
  };
}

/** Fonts of printers know ASCII. */
function printable(text: string): string {
  return text.normalize("NFD").replace(/[^ -~]/g, "");
}

export function readerJobs(order: RunOrder): ReaderJobs {
  const label = { symbol: "gs1-128", symbolsMax: 1 } as const;
  return {
    packReader: {
      symbol: "gs1-datamatrix",
      symbolsMax: 1,
      ...(order.recipe.checkText ? { textLines: packLines(order, serialPlaceholder) } : {}),
    },
    caseContentReader: { symbol: "gs1-datamatrix", symbolsMax: order.recipe.packsPerCase },
    caseLabelReader: label,
    palletLabelReader: label,
  };
}
