/** What the command's exit code says; `docs/command-line.md` has the same table. */
export const exitCodes = {
  ok: 0,
  /** The command ran and its answer is no: a refused input, an invalid document, a violated invariant. */
  failed: 1,
  /** The command was not understood. */
  usage: 2,
  /** Something it needs was not to be had: a port, a database, a file. */
  unavailable: 3,
} as const;
