import { refuse, type Refused } from "../../kernel/base/result.ts";
import type { Command } from "./line.ts";
import { palletsAside, type Run } from "./run.ts";
import { act, record, type Turn } from "./turn.ts";

type JudgeAgain = Extract<Command, { readonly name: "judgeAgain" }>;

/** Refuses `line.no-pallet-aside` (at: the index) and `line.pallet-content` (at: the scan). */
export function judgeAgainProblem(run: Run, { index, cases }: JudgeAgain): Refused | undefined {
  if (!palletsAside(run).includes(index)) return refuse("line.no-pallet-aside", index);
  const loose = new Set(run.looseCases);
  const wrong = cases.findIndex((sscc, at) => !loose.has(sscc) || cases.indexOf(sscc) < at);
  if (wrong >= 0) return refuse("line.pallet-content", `/cases/${wrong}`, cases[wrong]);
  const { casesPerPallet } = run.order.recipe;
  return cases.length === 0 || cases.length > casesPerPallet
    ? refuse("line.pallet-content", "/cases", `${cases.length} cases, the recipe allows ${casesPerPallet}`)
    : undefined;
}

/** What was scanned on the pallet is its content, in the order of the belt; it takes a label like every pallet. */
export function judgeAgain(turn: Turn, { index, cases, by, reason }: JudgeAgain): void {
  const inside = new Set(cases);
  const numbers = turn.run.looseCases.filter((sscc) => inside.has(sscc));
  record(turn, { kind: "container-judged", level: "pallet", index, verdict: "accept", numbers, by, reason });
  act(turn, { type: "judge-container", level: "pallet", index, verdict: "accept" });
}
