import { ok, refuse, type Refused, type Result } from "../base/result.ts";
import { type Ai, findAi } from "./ai/ai.ts";
import { type ElementRules, scanCharactersMax } from "./element-string.ts";
import { refusePartners } from "./ai/partners.ts";
import { type AiValue, type Gs1Element, refuseValue } from "./ai/value.ts";

/**
 * `(01)09506000134352(21)ABC` as people type it. An opening bracket inside a value is written `\(`, because set 82
 * holds brackets and not the backslash. Blanks and line ends around values are allowed, so that human readable
 * interpretation (GenSpecs 4.14) is read too: `(01) 09506000134352 (21) ABC`. Refuses with the offset in `text`.
 */
export function parseBracketed(text: string, rules: ElementRules = {}): Result<readonly Gs1Element[]> {
  if (text.length > scanCharactersMax) return refuse("gs1.too-long", scanCharactersMax);
  const elements: Gs1Element[] = [];
  const ais: Ai[] = [];
  const starts: number[] = [];
  let at = skipBlanks(text, 0);
  if (at >= text.length) return refuse("gs1.empty", at);
  while (at < text.length) {
    if (text.charAt(at) !== "(") return refuse("gs1.bracket", at);
    const close = text.indexOf(")", at);
    if (close < 0 || close > at + 5) return refuse("gs1.bracket", at);
    const code = text.slice(at + 1, close);
    if (!/^\d{2,4}$/.test(code)) return refuse("gs1.ai-malformed", at + 1);
    const ai = findAi(code);
    if (ai === undefined) return refuse("gs1.ai-unknown", at + 1);
    starts.push(at);
    ais.push(ai);
    const from = skipBlanks(text, close + 1);
    const next = nextBracket(text, from);
    const value = readValue(ai, text, from, next);
    if (!value.ok) return value;
    elements.push({ ai: code, title: ai.title, value: value.value });
    at = next;
  }
  if (rules.partners === false) return ok(elements);
  return refusePartners(elements, ais, (index) => starts[index]!) ?? ok(elements);
}

function readValue(ai: Ai, text: string, from: number, next: number): Result<string> {
  let to = next;
  while (to > from && isBlank(text, to - 1)) to--;
  if (!text.slice(from, to).includes("\\(")) {
    return refuseValue(ai, text, from, to) ?? ok(text.slice(from, to));
  }
  const value = text.slice(from, to).replaceAll("\\(", "(");
  const refused = refuseValue(ai, value, 0, value.length);
  return refused ? atEscaped(refused, text, from) : ok(value);
}

/** The refusal of an unescaped value, at the offset that its character had before its brackets lost the backslash. */
function atEscaped(refused: Refused, text: string, from: number): Refused {
  let at = from;
  for (let i = Number(refused.refusal.at); i > 0; i--) at += text.startsWith("\\(", at) ? 2 : 1;
  return refuse(refused.refusal.code, at, refused.refusal.message);
}

function nextBracket(text: string, from: number): number {
  let at = text.indexOf("(", from);
  while (at > from && text.charAt(at - 1) === "\\") at = text.indexOf("(", at + 1);
  return at < 0 ? text.length : at;
}

function isBlank(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code === 32 || code === 9 || code === 10 || code === 13;
}

function skipBlanks(text: string, from: number): number {
  let at = from;
  while (at < text.length && isBlank(text, at)) at++;
  return at;
}

/** `(01)09506000134352(21)ABC`: the canonical bracketed form of elements already parsed. */
export function printBracketed(elements: readonly AiValue[]): string {
  let text = "";
  for (const { ai, value } of elements) text += `(${ai})${value.includes("(") ? value.replaceAll("(", "\\(") : value}`;
  return text;
}

/** Human readable interpretation on one line (GenSpecs 4.14): `(01) 09506000134352 (21) ABC`. */
export function printHri(elements: readonly AiValue[]): string {
  return elements.map(({ ai, value }) => `(${ai}) ${value.replaceAll("(", "\\(")}`).join(" ");
}
