import type { Command } from "./commands.ts";

export function mainHelp(commands: readonly Command[]): string {
  const width = Math.max(...commands.map((each) => each.name.length)) + 2;
  return [
    "packtrail <command> [options]",
    "",
    "Serialises medicine packs and follows each from the printer on a packaging line to the patient.",
    "",
    ...commands.map((each) => `  ${each.name.padEnd(width)}${each.summary}`),
    "",
    "packtrail <command> --help tells more of one. Exit codes: 0 done, 1 the answer is no (refused, invalid,",
    "violated), 2 not understood, 3 something needed is not to be had.",
  ].join("\n");
}

export function commandHelp(command: Command): string {
  return [`packtrail ${command.usage}`, "", command.summary, ...(command.details ? ["", ...command.details] : [])].join(
    "\n",
  );
}
