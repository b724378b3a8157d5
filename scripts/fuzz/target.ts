import { isDeepStrictEqual } from "node:util";
import { refusalEntry } from "../../src/contract/refusals.ts";
import type { Refusal, Result } from "../../src/kernel/base/result.ts";
import type { Grammar } from "./mutation.ts";

/** A parser under attack, with what must hold of whatever it answers. */
export type Target = Grammar & {
  readonly name: string;
  /** Gives the input to the parser and judges the answer. Returns `accepted` or the code of the refusal; throws on an escape. */
  readonly attempt: (input: string) => string;
};

export const accepted = "accepted";

/** An answer that a parser may not give. */
export class Escape extends Error {
  constructor(rule: string, detail = "") {
    super(detail === "" ? rule : `${rule}: ${detail.slice(0, 4_000)}`);
    this.name = "Escape";
  }
}

export function hold(condition: boolean, rule: string, detail?: () => string): void {
  if (!condition) throw new Escape(rule, detail?.());
}

/** How a refusal says where. */
export type Place = "offset" | "json" | "lines" | "any";

/** The code is registered, and the place is one of the input. */
export function judgeRefusal({ code, at }: Refusal, input: string, place: Place): string {
  hold(refusalEntry(code) !== undefined, "a refusal has a registered code", () => code);
  if (at === undefined) throw new Escape("a refusal marks the place", code);
  const shown = () => `${code} at ${JSON.stringify(at)}`;
  if (place === "offset") {
    const offset = Number(at);
    const inside = at !== "" && Number.isInteger(offset) && offset >= 0 && offset <= input.length;
    hold(inside, "the place is an offset into the input", shown);
  } else if (place === "json") hold(isPointer(at) || isLine(at, input), "the place is a JSON pointer or a line", shown);
  else if (place === "lines") hold(isLine(at, input), "the place is a line and a column of the input", shown);
  return code;
}

function isPointer(at: string): boolean {
  return at === "" || (at.startsWith("/") && !/~(?![01])/.test(at));
}

function isLine(at: string, input: string): boolean {
  const match = /^(\d+):(\d+)$/.exec(at);
  if (!match) return false;
  const [line, column] = [Number(match[1]), Number(match[2])];
  // XML 1.0 §2.11 and editors count CR, CR LF and LF as one break each; the last line may be marked behind its end.
  return (
    line >= 1 && column >= 1 && line <= input.split(/\r\n|[\n\r\u0085\u2028]/).length && column <= input.length + 2
  );
}

/** The usual shape: a refusal is judged, a value handed on. */
export function judge<T>(result: Result<T>, input: string, place: Place, value: (value: T) => void): string {
  if (!result.ok) return judgeRefusal(result.refusal, input, place);
  value(result.value);
  return accepted;
}

/** What a parser makes of what a printer printed; anything but a value is an escape. */
export function reparsed<T>(result: Result<T>, printed: string): T {
  if (result.ok) return result.value;
  throw new Escape("what was printed is parsed", `${result.refusal.code} at ${result.refusal.at} of ${printed}`);
}

export function same(a: unknown, b: unknown, rule: string, printed?: string): void {
  if (isDeepStrictEqual(a, b)) return;
  throw new Escape(rule, `${JSON.stringify(a)} / ${JSON.stringify(b)}${printed === undefined ? "" : ` of ${printed}`}`);
}
