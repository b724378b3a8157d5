import { checkDigit, hasCheckDigit } from "../gs1/check-digit.ts";
import { invariant } from "../base/invariant.ts";
import { ok, refuse, type Result } from "../base/result.ts";
import type { CounterRange } from "./allocation.ts";

/**
 * SSCCs of one company, in order: extension digit, company prefix, fixed digits that set sequences of one prefix
 * apart (a site, a line), and a counter that only goes up. GenSpecs 3.2.1; never used again, though GS1 would
 * allow it after a year, because some authorities do not.
 */
export type SsccSequence = {
  readonly extensionDigit: number;
  readonly companyPrefix: string;
  readonly fixed: string;
  /** The first counter never yet allocated. */
  readonly next: number;
};

const ssccLength = 18;
export const ssccsPerCallMax = 100_000;

/**
 * A new sequence beside the others of the company. Refuses `serials.extension-digit`, `serials.company-prefix`
 * (4 to 12 digits), `serials.fixed-digits` (digits; at least two left for the counter) and `serials.pool-overlap`.
 */
export function ssccSequence(
  definition: { readonly extensionDigit: number; readonly companyPrefix: string; readonly fixed?: string },
  others: readonly SsccSequence[] = [],
): Result<SsccSequence> {
  const { extensionDigit, companyPrefix, fixed = "" } = definition;
  if (!Number.isInteger(extensionDigit) || extensionDigit < 0 || extensionDigit > 9)
    return refuse("serials.extension-digit", "/extensionDigit");
  if (!/^[0-9]{4,12}$/.test(companyPrefix)) return refuse("serials.company-prefix", "/companyPrefix");
  const sequence = { extensionDigit, companyPrefix, fixed, next: 0 };
  if (!/^[0-9]*$/.test(fixed) || counterDigits(sequence) < 2) return refuse("serials.fixed-digits", "/fixed");
  const head = headOf(sequence);
  const overlap = others.findIndex((other) => headOf(other).startsWith(head) || head.startsWith(headOf(other)));
  return overlap >= 0 ? refuse("serials.pool-overlap", overlap) : ok(sequence);
}

/** SSCCs that the sequence can ever give. */
export function ssccSpace(sequence: SsccSequence): number {
  return 10 ** counterDigits(sequence);
}

/** The next block and what `next` becomes. Refuses `serials.quantity` and `serials.pool-exhausted`. */
export function nextSsccs(sequence: SsccSequence, quantity: number): Result<CounterRange & { readonly next: number }> {
  if (!Number.isInteger(quantity) || quantity < 1) return refuse("serials.quantity", "/quantity");
  const from = sequence.next;
  const to = from + quantity;
  if (to > ssccSpace(sequence)) return refuse("serials.pool-exhausted", ssccSpace(sequence) - from);
  return ok({ from, to, next: to });
}

/** The SSCCs (18 digits) of counters `from` to `from + count`. */
export function ssccsOf(sequence: SsccSequence, from: number, count: number): string[] {
  invariant(count >= 0 && count <= ssccsPerCallMax, `${count} SSCCs in one call`);
  invariant(from >= 0 && from + count <= ssccSpace(sequence), `SSCC counters ${from}..${from + count}`);
  const head = headOf(sequence);
  const width = counterDigits(sequence);
  return Array.from({ length: count }, (_, index) => {
    const body = head + String(from + index).padStart(width, "0");
    return body + String(checkDigit(body));
  });
}

/** The counter of an SSCC. Refuses `serials.not-of-pool` at the first digit that is another's, a wrong check digit included. */
export function ssccCounterOf(sequence: SsccSequence, sscc: string): Result<number> {
  const head = headOf(sequence);
  let at = 0;
  while (at < head.length && sscc[at] === head[at]) at++;
  if (at < head.length) return refuse("serials.not-of-pool", at);
  const digits = /^[0-9]{0,18}/.exec(sscc)?.[0].length ?? 0;
  if (digits !== ssccLength || sscc.length !== ssccLength) return refuse("serials.not-of-pool", digits);
  if (!hasCheckDigit(sscc)) return refuse("serials.not-of-pool", ssccLength - 1);
  return ok(Number(sscc.slice(head.length, ssccLength - 1)));
}

function headOf(sequence: SsccSequence): string {
  return `${sequence.extensionDigit}${sequence.companyPrefix}${sequence.fixed}`;
}

function counterDigits(sequence: SsccSequence): number {
  return ssccLength - 1 - headOf(sequence).length;
}
