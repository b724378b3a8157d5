import type { RejectCause as RejectCauseSchema } from "../../contract/journal.ts";
import type { RunOrder } from "../../contract/line-api.ts";
import { parseElementString } from "../../kernel/gs1/element-string.ts";
import type { Read } from "./line.ts";
import type { NumberRecord, Run } from "./run.ts";
import type { Static } from "typebox";

export type RejectCause = Static<typeof RejectCauseSchema>;

export type Judgement =
  | { readonly verdict: "accept"; readonly serial: string; readonly grade: number }
  /** `serial`: AI 21 as read, when the symbol is one of this order's product, lot and expiry. */
  | {
      readonly verdict: "reject";
      readonly cause: RejectCause;
      readonly serial: string | null;
      readonly grade?: number;
    };

/** On the wire to the PLC: 0 for none, else its place in this list; the order is part of the register map. */
export const rejectCauses = [
  "no-read",
  "wrong-number",
  "duplicate-number",
  "unknown-number",
  "invalid-number",
  "wrong-gtin",
  "wrong-lot",
  "wrong-expiry",
  "malformed",
  "text-mismatch",
  "low-grade",
  "late",
  "no-print",
  "held",
  "gate",
  "content",
] as const satisfies readonly RejectCause[];

export function causeNumber(cause: RejectCause | undefined): number {
  return cause === undefined ? 0 : rejectCauses.indexOf(cause) + 1;
}

export type PackCode = {
  readonly gtin: string;
  readonly serial: string;
  readonly lot: string;
  readonly expiry: string;
};

/** The four elements of a pack's code; undefined when it is malformed, or one is missing, more are there, or twice. */
export function packCode(elements: string): PackCode | undefined {
  const parsed = parseElementString(elements);
  if (!parsed.ok || parsed.value.elements.length !== 4) return undefined;
  const found = new Map(parsed.value.elements.map(({ ai, value }) => [ai, value]));
  const [gtin, serial, lot, expiry] = ["01", "21", "10", "17"].map((ai) => found.get(ai));
  if (gtin === undefined || serial === undefined || lot === undefined || expiry === undefined) return undefined;
  return { gtin, serial, lot, expiry };
}

/**
 * The camera's picture against the number that the order of prints expects here. Every field comes from the order,
 * none from what the printer says. The worst cause is named first: a foreign product before a wrong number before
 * bad print.
 */
export function judge(run: Run, expected: string | null, read: Read): Judgement {
  const [symbol] = read.symbols;
  if (!symbol) return { verdict: "reject", cause: "no-read", serial: null };
  const { grade } = symbol;
  const code = packCode(symbol.elements);
  if (read.symbols.length > 1 || symbol.symbology !== "]d2" || !code)
    return { verdict: "reject", cause: "malformed", serial: null, grade };
  const foreign = foreignField(run.order, code);
  if (foreign) return { verdict: "reject", cause: foreign, serial: null, grade };
  const reject = (cause: RejectCause): Judgement => ({ verdict: "reject", cause, serial: code.serial, grade });
  const known = run.numbers.pack.get(code.serial);
  if (!known) return reject("unknown-number");
  if (known.state === "SNInvalid" || known.state === "Inactive") return reject("invalid-number");
  if (code.serial !== expected) return reject(outOfTurn(known));
  const { gradeMin, checkText, textScoreMin } = run.order.recipe;
  if (checkText && !(read.text?.matched && read.text.scoreMin >= textScoreMin)) return reject("text-mismatch");
  if (grade < gradeMin) return reject("low-grade");
  return { verdict: "accept", serial: code.serial, grade };
}

function foreignField(order: RunOrder, code: PackCode): RejectCause | undefined {
  if (code.gtin !== order.gtin) return "wrong-gtin";
  if (code.lot !== order.lot) return "wrong-lot";
  return code.expiry === order.expiry ? undefined : "wrong-expiry";
}

/** One of ours at the wrong moment: seen before (a repeated print), given up (`held`), or not its turn (a skip). */
function outOfTurn(known: NumberRecord): RejectCause {
  switch (known.place) {
    case "rejecting":
      return known.trackingId === 0 ? "held" : "duplicate-number";
    case "block":
    case "sent":
    case "belt":
      return "wrong-number";
    default:
      return "duplicate-number";
  }
}

/** SSCC of a label that holds it and nothing else. */
export function labelSscc(read: Read): string | undefined {
  const [symbol] = read.symbols;
  if (!symbol || read.symbols.length > 1) return undefined;
  const parsed = parseElementString(symbol.elements);
  if (!parsed.ok || parsed.value.elements.length !== 1) return undefined;
  const [only] = parsed.value.elements;
  return only?.ai === "00" ? only.value : undefined;
}
