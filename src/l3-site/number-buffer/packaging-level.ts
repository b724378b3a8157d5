import type { Static } from "typebox";
import type { NumberState as NumberStateSchema } from "../../contract/journal.ts";
import { invariant } from "../../kernel/base/invariant.ts";
import { serialStates } from "../../kernel/serials/states.ts";

export type NumberState = Static<typeof NumberStateSchema>;

/** Innermost first; a level's place in this list is its number in the database. */
export const packagingLevels = ["pack", "case", "pallet"] as const;
export type PackagingLevel = (typeof packagingLevels)[number];
export type ContainerLevel = Exclude<PackagingLevel, "pack">;

export function levelCode(level: PackagingLevel): number {
  return packagingLevels.indexOf(level);
}

export function levelOfCode(code: number): PackagingLevel {
  const level = packagingLevels[code];
  invariant(level !== undefined, `packaging level ${code}`);
  return level;
}

export function childLevel(level: ContainerLevel): PackagingLevel {
  return level === "case" ? "pack" : "case";
}

/** A state's number is that of OPC 30260. */
export function stateCode(state: NumberState): number {
  return serialStates.indexOf(state);
}

export function stateOfCode(code: number): NumberState {
  const state = serialStates[code];
  invariant(state !== undefined, `number state ${code}`);
  return state;
}
