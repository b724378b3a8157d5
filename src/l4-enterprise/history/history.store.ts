import type { Sql, Statement } from "../../runtime/machine.ts";

type Scope = { readonly owner: string; readonly environment: string };

/** What came of one file. `numbers`: serials that were not known yet; `registered`: of those, in domains of our pools. */
export type HistoryFile = {
  readonly sha256: string;
  readonly name: string;
  readonly kind: "events" | "numbers";
  readonly events: number;
  readonly captured: number;
  readonly duplicate: number;
  readonly exceptions: number;
  readonly numbers: number;
  readonly registered: number;
};

const FILE: Statement = {
  name: "history_file",
  text: "select sha256, name, kind, body from history_file where owner = $1 and environment = $2 and sha256 = $3",
};
const INSERT_FILE: Statement = {
  name: "history_file_insert",
  text: "insert into history_file (owner, environment, sha256, name, kind, body, imported_at) values ($1, $2, $3, $4, $5, $6, $7)",
};

export async function loadHistoryFile(
  sql: Sql,
  { owner, environment }: Scope,
  sha256: string,
): Promise<HistoryFile | undefined> {
  type Row = Pick<HistoryFile, "sha256" | "name" | "kind"> & { body: Omit<HistoryFile, "sha256" | "name" | "kind"> };
  const [row] = await sql.run<Row>(FILE, [owner, environment, sha256]);
  return row && { sha256: row.sha256, name: row.name, kind: row.kind, ...row.body };
}

export async function insertHistoryFile(
  sql: Sql,
  { owner, environment }: Scope,
  { sha256, name, kind, ...body }: HistoryFile,
  at: number,
): Promise<void> {
  await sql.run(INSERT_FILE, [owner, environment, sha256, name, kind, JSON.stringify(body), at]);
}
