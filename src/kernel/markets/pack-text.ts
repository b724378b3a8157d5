import { expiryToDate } from "../gs1/date.ts";
import { ok, refuse, type Result } from "../base/result.ts";
import type { CarrierRule, DateForm, PackFact, PackFacts } from "./market.ts";

/**
 * Application identifiers and values in the order the code has them. Refuses `markets.missing-fact` and names it;
 * a national number without its AI stays out of the code, because it is inside the GTIN then (NTIN).
 */
export function codeElements(
  rule: CarrierRule,
  facts: PackFacts,
): Result<readonly (readonly [ai: string, value: string])[]> {
  const elements: [string, string][] = [];
  for (const element of rule.elements) {
    const value = facts[element.fact];
    if (value === undefined || value === "") {
      if (element.required) return refuse("markets.missing-fact", element.fact);
      continue;
    }
    if (element.ai !== "national") elements.push([element.ai, value]);
    else if (facts.nationalAi !== undefined) elements.push([facts.nationalAi, value]);
  }
  return ok(elements);
}

/** The human-readable lines, in order. Refuses `markets.missing-fact` and `gs1.date` with its kin. */
export function textLines(rule: CarrierRule, facts: PackFacts): Result<readonly string[]> {
  const lines: string[] = [];
  for (const line of rule.lines) {
    const text = textOf(line.fact, facts, rule.dateForm);
    if (!text.ok) return text;
    if (text.value !== undefined) lines.push(`${line.label} ${text.value}`);
    else if (line.required) return refuse("markets.missing-fact", line.fact);
  }
  return ok(lines);
}

/** An AI 17 value as people read it. Refuses `gs1.date`, `gs1.value-length` and `gs1.value-character`. */
export function expiryText(yymmdd: string, form: DateForm): Result<string> {
  const date = expiryToDate(yymmdd);
  if (!date.ok) return date;
  const [year, month] = date.value.split("-");
  if (form === "MM/YYYY") return ok(`${month}/${year}`);
  return ok(yymmdd.endsWith("00") ? `${year}-${month}` : date.value);
}

function textOf(fact: PackFact, facts: PackFacts, form: DateForm): Result<string | undefined> {
  const value = facts[fact];
  if (value === undefined || value === "") return ok(undefined);
  return fact === "expiry" ? expiryText(value, form) : ok(value);
}
