import type { Ai } from "../ai/ai.ts";

/** What stands where in a Digital Link URI: indexes of elements, and -1 where a fault has none. */
export type Layout =
  | { readonly fits: true; readonly path: readonly number[]; readonly query: readonly number[] }
  | {
      readonly fits: false;
      readonly code: "gs1.digital-link-key" | "gs1.digital-link-attribute";
      readonly index: number;
    };

/**
 * Lays elements out: the primary key (of several, the one given first, so that a link read and printed again stays about
 * the same thing), its qualifiers in the standard's order, the rest sorted by AI. Of alternative sequences of qualifiers the one that takes most elements
 * is used. An AI given twice stands once.
 */
export function layOut(ais: readonly Ai[]): Layout {
  let key = 0;
  while (key < ais.length && ais[key]!.qualifiers === undefined) key++;
  if (key === ais.length) return { fits: false, code: "gs1.digital-link-key", index: 0 };
  const sequences = ais[key]!.qualifiers!;
  let best: readonly string[] | undefined;
  let bestTaken = -1;
  let fault = key;
  for (let s = 0; s < sequences.length; s++) {
    const sequence = sequences[s]!;
    let taken = 0;
    let bad = -1;
    for (let i = 0; i < ais.length && bad < 0; i++) {
      if (ais[i] === ais[key]) continue;
      if (sequence.includes(ais[i]!.ai)) taken++;
      else if (!ais[i]!.attribute) bad = i;
    }
    if (bad >= 0) {
      if (s === 0) fault = bad;
    } else if (taken > bestTaken) {
      best = sequence;
      bestTaken = taken;
    }
  }
  if (best === undefined) return { fits: false, code: "gs1.digital-link-attribute", index: fault };
  return place(ais, key, best);
}

function place(ais: readonly Ai[], key: number, sequence: readonly string[]): Layout {
  const path = [key];
  for (let q = 0; q < sequence.length; q++) {
    for (let i = 0; i < ais.length; i++) {
      if (ais[i]!.ai !== sequence[q]) continue;
      path.push(i);
      break;
    }
  }
  const query: number[] = [];
  for (let i = 0; i < ais.length; i++) {
    const ai = ais[i]!;
    if (ai === ais[key] || sequence.includes(ai.ai) || ais.indexOf(ai) < i) continue;
    let at = query.length;
    while (at > 0 && ais[query[at - 1]!]!.ai > ai.ai) at--;
    query.splice(at, 0, i);
  }
  return { fits: true, path, query };
}

/** Whether the AIs after the key (path[1…count)) come in the order of one of its sequences of qualifiers. */
export function qualifiersHold(path: readonly Ai[], count: number): boolean {
  const sequences = path[0]!.qualifiers!;
  for (let s = 0; s < sequences.length; s++) {
    const sequence = sequences[s]!;
    let place = 0;
    let i = 1;
    for (; i < count; i++) {
      place = sequence.indexOf(path[i]!.ai, place) + 1;
      if (place === 0) break;
    }
    if (i === count) return true;
  }
  return false;
}

/** Whether `ai` could stand in the path beside the qualifiers that are there, so that it may not be an attribute. */
export function belongsInPath(path: readonly Ai[], ai: Ai): boolean {
  const sequences = path[0]!.qualifiers!;
  for (let s = 0; s < sequences.length; s++) {
    const sequence = sequences[s]!;
    if (!sequence.includes(ai.ai)) continue;
    let i = 1;
    while (i < path.length && sequence.includes(path[i]!.ai)) i++;
    if (i === path.length) return true;
  }
  return false;
}
