import { refusalEntry } from "../../../src/contract/refusals.ts";

/** Why a command is not possible, as a level says it: words, or the code of the refusal that pressing would meet. */
export function reasonText(reason: string | null | undefined): string | null {
  if (reason == null) return null;
  return refusalEntry(reason)?.title ?? reason;
}

/** The first thing that stands in the way: the level's rule, or the person's roles. */
export function firstReason(...reasons: readonly (string | null | undefined)[]): string | null {
  for (const reason of reasons) {
    const text = reasonText(reason);
    if (text !== null) return text;
  }
  return null;
}

/** `no-read` → `no read`; wire names stay readable without a table of their own. */
export function plainWords(name: string): string {
  return name.replaceAll(/[-_]/g, " ");
}
