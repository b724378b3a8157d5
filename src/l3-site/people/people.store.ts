import type { Environment } from "../../contract/envelope.ts";
import type { Sql, Statement } from "../../runtime/machine.ts";
import type { Reads } from "../site.ts";

const PASSED_ON: Statement = {
  name: "people-passed-on",
  text: `select line_id as "lineId", revision from people_passed_on`,
};
const SAVE: Statement = {
  name: "people-passed-on-save",
  text: `insert into people_passed_on (line_id, environment, revision) values ($1, $2, $3)
on conflict (line_id) do update set revision = greatest(people_passed_on.revision, $3)`,
};

/** The revision that each line was told last. */
export async function passedOn(sql: Reads): Promise<Map<string, number>> {
  const rows = await sql.run<{ lineId: string; revision: string }>(PASSED_ON);
  return new Map(rows.map(({ lineId, revision }) => [lineId, Number(revision)]));
}

export async function savePassedOn(
  sql: Sql,
  lineId: string,
  environment: Environment,
  revision: number,
): Promise<void> {
  await sql.run(SAVE, [lineId, environment, revision]);
}
