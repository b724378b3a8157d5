import type { Environment } from "../../contract/envelope.ts";
import type { Sql, Statement } from "../../runtime/machine.ts";
import { copyText } from "../../runtime/postgres/copy-text.ts";
import type { Reads } from "../site.ts";
import {
  levelCode,
  type NumberState,
  type PackagingLevel,
  packagingLevels,
  stateCode,
  stateOfCode,
} from "./packaging-level.ts";

/** Everything that is known of one number of an order; `…Seq` is the journal entry that said so. */
export type NumberRow = {
  readonly level: PackagingLevel;
  readonly number: string;
  readonly state: NumberState;
  readonly cause: string | null;
  readonly sentSeq: number | null;
  readonly encodedSeq: number | null;
  /** The first verdict of the camera on a pack that bears it. */
  readonly judgedSeq: number | null;
  /** A camera's accepting verdict named it. */
  readonly verifiedSeq: number | null;
  readonly commissionedSeq: number | null;
  readonly parent: string | null;
  /** Of containers: the entry that closed it, and how many are inside. */
  readonly closedSeq: number | null;
  readonly children: number | null;
};

export type NumberBlock = {
  readonly workOrderId: string;
  readonly owner: string;
  readonly environment: Environment;
  /** GTIN of packs; SSCCs stand alone. */
  readonly gtin: string;
  readonly level: PackagingLevel;
  readonly state: NumberState;
};

const columns = `level, number, state, cause, sent_seq as "sentSeq", encoded_seq as "encodedSeq", judged_seq as "judgedSeq", verified_seq as "verifiedSeq",
  commissioned_seq as "commissionedSeq", parent, closed_seq as "closedSeq", children`;

const HELD: Statement = {
  name: "number-held",
  text: "select number from number where level = $1 and item = $2 and number = any($3) limit 1",
};
const NEXT_ORDINAL: Statement = {
  name: "number-next-ordinal",
  text: "select coalesce(max(ordinal), -1) + 1 as next from number where work_order_id = $1 and level = $2",
};
const COPY = "copy number (level, item, number, owner, environment, work_order_id, ordinal, state) from stdin";
export const NUMBERS_BY_NAME: Statement = {
  name: "number-by-name",
  text: `select ${columns} from number where level = $1 and item = $2 and number = any($3) and work_order_id = $4`,
};
export const NUMBERS_SAVE: Statement = {
  name: "number-save",
  text: `update number n set state = v.state, cause = v.cause, sent_seq = v.sent_seq, encoded_seq = v.encoded_seq, judged_seq = v.judged_seq,
  verified_seq = v.verified_seq, commissioned_seq = v.commissioned_seq, parent = v.parent, closed_seq = v.closed_seq, children = v.children
from unnest($3::text[], $4::smallint[], $5::text[], $6::bigint[], $7::bigint[], $8::bigint[], $9::bigint[], $10::bigint[], $11::text[], $12::bigint[], $13::int[])
  as v(number, state, cause, sent_seq, encoded_seq, judged_seq, verified_seq, commissioned_seq, parent, closed_seq, children)
where n.level = $1 and n.item = $2 and n.number = v.number`,
};
export const NUMBERS_OF_ORDER: Statement = {
  name: "number-of-order",
  text: `select ${columns} from number where work_order_id = $1 and level = $2 and ($3::smallint is null or state = $3) order by ordinal limit $4`,
};
const BLOCK: Statement = {
  name: "number-block",
  text: "select number from number where work_order_id = $1 and level = $2 and state = $3 and sent_seq is null order by ordinal",
};
const MOVE_ALL: Statement = {
  name: "number-move-all",
  text: `update number set state = $3, cause = $4 where work_order_id = $1 and state = any($2) and (not $5 or sent_seq is null)`,
};

/** The column that tells one product's serials from another's. */
function itemOf(level: PackagingLevel, gtin: string): string {
  return level === "pack" ? gtin : "";
}

/** One of these numbers that the site has held before, for whatever order; undefined when none. */
export async function heldNumber(
  sql: Reads,
  block: Pick<NumberBlock, "level" | "gtin">,
  numbers: readonly string[],
): Promise<string | undefined> {
  const [row] = await sql.run<{ number: string }>(HELD, [
    levelCode(block.level),
    itemOf(block.level, block.gtin),
    numbers,
  ]);
  return row?.number;
}

export async function insertNumbers(sql: Sql, block: NumberBlock, numbers: readonly string[]): Promise<void> {
  const { workOrderId, owner, environment, level, gtin, state } = block;
  const [row] = await sql.run<{ next: number }>(NEXT_ORDINAL, [workOrderId, levelCode(level)]);
  const first = row?.next ?? 0;
  const lines = numbers.map((number, index) =>
    copyText([
      levelCode(level),
      itemOf(level, gtin),
      number,
      owner,
      environment,
      workOrderId,
      first + index,
      stateCode(state),
    ]),
  );
  await sql.copyIn(COPY, lines);
}

type StoredNumber = {
  level: number;
  number: string;
  state: number;
  cause: string | null;
  sentSeq: string | null;
  encodedSeq: string | null;
  judgedSeq: string | null;
  verifiedSeq: string | null;
  commissionedSeq: string | null;
  parent: string | null;
  closedSeq: string | null;
  children: number | null;
};

function numberOf(row: StoredNumber): NumberRow {
  const seq = (text: string | null) => (text === null ? null : Number(text));
  return {
    level: packagingLevels[row.level] as PackagingLevel,
    number: row.number,
    state: stateOfCode(row.state),
    cause: row.cause,
    sentSeq: seq(row.sentSeq),
    encodedSeq: seq(row.encodedSeq),
    judgedSeq: seq(row.judgedSeq),
    verifiedSeq: seq(row.verifiedSeq),
    commissionedSeq: seq(row.commissionedSeq),
    parent: row.parent,
    closedSeq: seq(row.closedSeq),
    children: row.children,
  };
}

/** Those of these numbers that are of this order. */
export async function numbersByName(
  sql: Reads,
  of: { workOrderId: string; gtin: string; level: PackagingLevel },
  numbers: readonly string[],
): Promise<NumberRow[]> {
  if (numbers.length === 0) return [];
  const rows = await sql.run<StoredNumber>(NUMBERS_BY_NAME, [
    levelCode(of.level),
    itemOf(of.level, of.gtin),
    numbers,
    of.workOrderId,
  ]);
  return rows.map(numberOf);
}

export async function saveNumbers(sql: Sql, gtin: string, rows: readonly NumberRow[]): Promise<void> {
  for (const level of packagingLevels) {
    const mine = rows.filter((row) => row.level === level);
    if (mine.length === 0) continue;
    const column = <T>(of: (row: NumberRow) => T): T[] => mine.map(of);
    await sql.run(NUMBERS_SAVE, [
      levelCode(level),
      itemOf(level, gtin),
      column((row) => row.number),
      column((row) => stateCode(row.state)),
      column((row) => row.cause),
      column((row) => row.sentSeq),
      column((row) => row.encodedSeq),
      column((row) => row.judgedSeq),
      column((row) => row.verifiedSeq),
      column((row) => row.commissionedSeq),
      column((row) => row.parent),
      column((row) => row.closedSeq),
      column((row) => row.children),
    ]);
  }
}

/** An order's numbers of one level, in the order of their allocation. */
export async function numbersOfOrder(
  sql: Reads,
  of: { workOrderId: string; level: PackagingLevel; state?: NumberState; limit: number },
): Promise<NumberRow[]> {
  const state = of.state === undefined ? null : stateCode(of.state);
  return (await sql.run<StoredNumber>(NUMBERS_OF_ORDER, [of.workOrderId, levelCode(of.level), state, of.limit])).map(
    numberOf,
  );
}

/** Numbers in a state that never left for a device, in the order of their allocation. */
export async function untouchedNumbers(
  sql: Reads,
  workOrderId: string,
  level: PackagingLevel,
  state: NumberState,
): Promise<string[]> {
  const rows = await sql.run<{ number: string }>(BLOCK, [workOrderId, levelCode(level), stateCode(state)]);
  return rows.map(({ number }) => number);
}

/** Moves all of an order's numbers that stand in one of `from`; with `untouched` only those never sent to a device. */
export async function moveAll(
  sql: Sql,
  workOrderId: string,
  move: {
    readonly from: readonly NumberState[];
    readonly to: NumberState;
    readonly cause: string;
    readonly untouched: boolean;
  },
): Promise<void> {
  await sql.run(MOVE_ALL, [workOrderId, move.from.map(stateCode), stateCode(move.to), move.cause, move.untouched]);
}
