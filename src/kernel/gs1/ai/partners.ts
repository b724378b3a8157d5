import { refuse, type Refused } from "../../base/result.ts";
import type { Ai } from "./ai.ts";
import type { AiValue } from "./value.ts";

/** Which element breaks a rule between AIs, and how. */
type PartnerFault = { readonly index: number; readonly code: string; readonly message: string };

/**
 * The rules between AIs (GenSpecs 4.13): required partners, forbidden partners, and no AI twice with different
 * values. They hold over all symbols of one item, so a caller that reads several passes them together. `ais[i]` is
 * the entry of `elements[i]`, undefined for an unknown AI. Hot path: allocates only when it refuses.
 */
export function findPartnerFault(
  elements: readonly AiValue[],
  ais: readonly (Ai | undefined)[],
): PartnerFault | undefined {
  const count = ais.length;
  for (let i = 0; i < count; i++) {
    const ai = ais[i];
    if (ai === undefined) continue;
    const excludes = ai.excludes;
    for (let j = 0; j < count; j++) {
      const other = ais[j];
      if (other === undefined) continue;
      if (other === ai) {
        if (j < i && elements[j]!.value !== elements[i]!.value) return repeated(ai, i);
      } else if (excludes !== undefined && excludes[other.index] === 1) return excluded(ai, other, Math.max(i, j));
    }
  }
  for (let i = 0; i < count; i++) {
    const ai = ais[i];
    if (ai === undefined) continue;
    const requirements = ai.requirements;
    for (let r = 0; r < requirements.length; r++) {
      const { anyOf, together, text } = requirements[r]!;
      if (has(anyOf, ais) || together.some((set) => set.every((mask) => has(mask, ais)))) continue;
      return { index: i, code: "gs1.ai-requires", message: `(${ai.ai}) needs ${text.replaceAll(",", " or ")}` };
    }
    if (ai.ai === "8030" && ais.some((other, j) => lacksSerial(other, elements[j]!.value))) {
      return { index: i, code: "gs1.ai-requires", message: "(8030) needs a key with its serial number" };
    }
  }
  return undefined;
}

function repeated({ ai }: Ai, index: number): PartnerFault {
  return { index, code: "gs1.ai-repeated", message: `(${ai}) stands twice with different values` };
}

function excluded({ ai }: Ai, other: Ai, index: number): PartnerFault {
  return { index, code: "gs1.ai-excludes", message: `(${ai}) and (${other.ai}) exclude each other` };
}

/** A digital signature is of one object: GDTI, GCN and GRAI carry their serial number inside (GenSpecs, AI (8030)). */
function lacksSerial(ai: Ai | undefined, value: string): boolean {
  return ai !== undefined && (ai.ai === "253" || ai.ai === "255" || ai.ai === "8003") && value.length === ai.min;
}

function has(mask: Uint8Array, ais: readonly (Ai | undefined)[]): boolean {
  for (let i = 0; i < ais.length; i++) {
    const ai = ais[i];
    if (ai !== undefined && mask[ai.index] === 1) return true;
  }
  return false;
}

/** `findPartnerFault` as a refusal at the offset that `offsetOf` gives for the element. */
export function refusePartners(
  elements: readonly AiValue[],
  ais: readonly (Ai | undefined)[],
  offsetOf: (index: number) => number,
): Refused | undefined {
  const fault = findPartnerFault(elements, ais);
  return fault && refuse(fault.code, offsetOf(fault.index), fault.message);
}
