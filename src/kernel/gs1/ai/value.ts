import { refuse, type Refused } from "../../base/result.ts";
import type { Ai } from "./ai.ts";
import { charClass } from "./charset.ts";

/** One element of an element string: an application identifier, its data title, and its value. */
export type Gs1Element = { readonly ai: string; readonly title: string; readonly value: string };

/** As much of an element as writing it needs. */
export type AiValue = Pick<Gs1Element, "ai" | "value">;

/**
 * Judges text[from, to) as the value of an AI: length, characters, then its rules. The offset of a refusal is in
 * `text`. Hot path: allocates only when it refuses.
 */
export function refuseValue(ai: Ai, text: string, from: number, to: number): Refused | undefined {
  const length = to - from;
  if (length === 0) return refuse("gs1.value-empty", from);
  if (length > ai.max)
    return refuse("gs1.value-length", from + ai.max, `AI ${ai.ai} holds at most ${ai.max} characters`);
  let at = from;
  const components = ai.components;
  for (let i = 0; i < components.length; i++) {
    const part = components[i]!;
    const left = to - at;
    if (left === 0 && part.optional) break;
    const end = left < part.max ? to : at + part.max;
    const set = part.set;
    for (let j = at; j < end; j++) {
      const code = text.charCodeAt(j);
      if (code > 127 || (charClass[code]! & set) === 0) return refuse("gs1.value-character", j);
    }
    if (end - at < part.min) return refuse("gs1.value-length", end, `AI ${ai.ai} holds at least ${ai.min} characters`);
    const lints = part.lints;
    for (let j = 0; j < lints.length; j++) {
      const lint = lints[j]!;
      const fault = lint.find(text, at, end);
      if (fault >= 0) return refuse(lint.code, fault);
    }
    at = end;
  }
  return at < to ? refuse("gs1.value-length", at) : undefined;
}
