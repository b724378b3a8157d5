import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { distributedTables, distributionColumn, referenceTables } from "../../src/l4-enterprise/distribution.ts";
import type { Database } from "../../src/runtime/machine.ts";

// What works on one PostgreSQL and not, or worse, differently, on Citus; observed on Citus 13.2. Statements are read as
// text and judged strictly: a table whose name is put in by the program counts as a spread one.

export type SqlText = { readonly name: string; readonly text: string };

const spread = [...distributedTables, "some_table"];
const named = (tables: readonly string[]) => `(?:${tables.join("|")})`;
const ofSpread = (before: string) => new RegExp(`\\b${before}\\s+(?:only\\s+)?${named(spread)}\\b`);
const volatile = /\b(?:random|gen_random_uuid|uuidv7|clock_timestamp|nextval|timeofday)\s*\(/;

type Trap = { readonly name: string; readonly caught: (sql: string) => boolean; readonly sample: string };

const readsSpread = (sql: string) => ofSpread("(?:from|join|update|into)").test(sql);
const upserts = (sql: string, what: string) => ofSpread("insert into").test(sql) && sql.includes(`on conflict${what}`);

/** Each with a statement that it must catch. */
export const statementTraps: readonly Trap[] = [
  {
    name: "changes the column that rows are spread by",
    caught: (sql) =>
      (ofSpread("update").test(sql) || upserts(sql, "")) &&
      new RegExp(`\\bset\\b[^;]*[\\s,]${distributionColumn}\\s*=(?!=)(?![^;]*where[^;]*\\bset\\b)`).test(
        sql.replace(/\bwhere\b[\s\S]*$/, ""),
      ),
    sample: "update item set bucket = 3 where epc = $1 and bucket = $2",
  },
  {
    name: "a recursive query over spread rows",
    caught: (sql) => sql.includes("with recursive") && readsSpread(sql),
    sample:
      "with recursive up as (select parent from item where epc = $1 union all select i.parent from item i join up on i.epc = up.parent) select * from up",
  },
  {
    name: "insert … select … on conflict do nothing without returning: the count is that of the source",
    caught: (sql) => upserts(sql, "") && /do nothing/.test(sql) && /\bselect\b/.test(sql) && !/\breturning\b/.test(sql),
    sample:
      "insert into event (event_id, bucket) select * from unnest($1::uuid[], $2::smallint[]) on conflict do nothing",
  },
  {
    name: "on conflict do update with a volatile function",
    caught: (sql) => upserts(sql, "") && /do update/.test(sql) && volatile.test(sql.slice(sql.indexOf("do update"))),
    sample:
      "insert into container (epc, bucket) values ($1, $2) on conflict (epc, bucket) do update set disp = random()",
  },
  {
    name: "locks rows of several shards",
    caught: (sql) => /for (?:no key )?update|for share/.test(sql) && readsSpread(sql) && !/\bbucket = \$\d/.test(sql),
    sample: "select epc from item where epc = any($1) and bucket = any($2) order by epc for update",
  },
  {
    name: "an isolation level that holds on each node only",
    caught: (sql) => /isolation level|repeatable read|serializable/.test(sql),
    sample: "set transaction isolation level repeatable read",
  },
  {
    name: "an advisory lock, which only the node that takes it knows",
    caught: (sql) => /pg_(?:try_)?advisory_/.test(sql),
    sample: "select pg_advisory_xact_lock($1)",
  },
  {
    name: "merge",
    caught: (sql) => /\bmerge into\b/.test(sql),
    sample:
      "merge into item using (values ($1)) v(epc) on item.epc = v.epc when not matched then insert (epc) values (v.epc)",
  },
  {
    name: "joins spread tables on another column than the one they are spread by",
    caught: (sql) => {
      const tables = [...sql.matchAll(new RegExp(`\\b(?:from|join|,)\\s+${named(spread)}\\b`, "g"))];
      return (
        tables.length > 1 &&
        / join |,/.test(sql) &&
        !/\.bucket = \w+\.bucket|using \([^)]*bucket/.test(sql) &&
        !/\bunion\b|\(select count/.test(sql)
      );
    },
    sample: "select * from item i join container c on c.epc = i.parent",
  },
  {
    name: "a lateral join over spread rows",
    caught: (sql) => /\blateral\b/.test(sql) && readsSpread(sql),
    sample: "select * from item i, lateral (select 1 from container c where c.epc = i.parent) c",
  },
  {
    name: "grouping sets, rollup or cube over spread rows",
    caught: (sql) => /grouping sets|\brollup\s*\(|\bcube\s*\(/.test(sql) && readsSpread(sql),
    sample: "select disp, lot_id, count(*) from item group by grouping sets ((disp), (lot_id))",
  },
  {
    name: "copy into a spread table: one duplicate fails all of it",
    caught: (sql) => new RegExp(`^copy ${named(spread)}\\b`).test(sql),
    sample: "copy item (epc, bucket) from stdin",
  },
];

/** Names of the traps that a statement falls into. */
export function trapsOf(text: string): string[] {
  const sql = text.toLowerCase().replace(/\s+/g, " ").trim();
  return statementTraps.filter(({ caught }) => caught(sql)).map(({ name }) => name);
}

/** Every SQL text in the level's files: constants with a `text`, queries, and what is copied into. */
export function statementsIn(folder: string): SqlText[] {
  const files = readdirSync(folder, { recursive: true }).map(String);
  return files
    .filter((file) => file.endsWith(".ts") && !file.endsWith(".test.ts") && !file.endsWith(".schema.ts"))
    .flatMap((file) =>
      literalsOf(readFileSync(join(folder, file), "utf8"))
        .filter(
          (text) =>
            /^\s*(?:with|select|insert|update|delete|merge|copy|set|declare|lock)\b/i.test(text) &&
            / (?:from|into|set|isolation|table) |advisory|^update |^copy |^lock /i.test(text),
        )
        .map((text) => ({ name: file, text })),
    );
}

/** String and template literals of a program's text; what is put into a template by its own literals, else `some_table`. */
function literalsOf(source: string): string[] {
  const found: string[] = [];
  let at = 0;
  while (at < source.length) {
    const character = source[at] as string;
    if (character === "/" && source[at + 1] === "/") at = after(source, "\n", at);
    else if (character === "/" && source[at + 1] === "*") at = after(source, "*/", at);
    else if (character === '"' || character === "`") {
      const read = character === "`" ? template(source, at + 1) : quoted(source, at + 1);
      found.push(read.text);
      at = read.end;
    } else at++;
  }
  return found;
}

function after(source: string, mark: string, from: number): number {
  const found = source.indexOf(mark, from);
  return found < 0 ? source.length : found + mark.length;
}

type Read = { readonly text: string; readonly end: number };

function quoted(source: string, from: number): Read {
  let at = from;
  while (at < source.length && source[at] !== '"') at += source[at] === "\\" ? 2 : 1;
  return { text: source.slice(from, at), end: at + 1 };
}

function template(source: string, from: number): Read {
  let [text, at] = ["", from];
  while (at < source.length && source[at] !== "`") {
    if (source.startsWith("${", at)) {
      const inner = expression(source, at + 2);
      text += inner.text;
      at = inner.end;
    } else if (source[at] === "\\") {
      text += source[at + 1] ?? "";
      at += 2;
    } else text += source[at++];
  }
  return { text, end: at + 1 };
}

function expression(source: string, from: number): Read {
  const parts: string[] = [];
  let [at, depth] = [from, 0];
  while (at < source.length && !(source[at] === "}" && depth === 0)) {
    const character = source[at] as string;
    if (character === "`" || character === '"') {
      const read = character === "`" ? template(source, at + 1) : quoted(source, at + 1);
      parts.push(read.text);
      at = read.end;
      continue;
    }
    if (character === "{") depth++;
    if (character === "}") depth--;
    at++;
  }
  const code = source.slice(from, at);
  return {
    text: parts.length > 0 ? parts.join(" ") : /\btable\b/.test(code) ? "some_table" : ` ${code} `,
    end: at + 1,
  };
}

/** What of a database's schema Citus would refuse, by the tables that are to be spread. */
export async function schemaTraps(database: Pick<Database, "run">): Promise<string[]> {
  const rows = await database.run<{ trap: string }>(
    {
      text: `
with spread as (select c.oid, c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname = 'public' and c.relname = any($1)),
  everywhere as (select c.oid, c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname = 'public' and c.relname = any($2)),
  key as (select a.attrelid, a.attnum from pg_attribute a where a.attname = $3)
select 'no column to spread by: ' || s.relname as trap from spread s
  where not exists (select 1 from pg_attribute a where a.attrelid = s.oid and a.attname = $3 and a.attnotnull)
union all select 'unique without the column that rows are spread by: ' || s.relname || ', ' || i.indexrelid::regclass from spread s
  join pg_index i on i.indrelid = s.oid left join key k on k.attrelid = s.oid
  where (i.indisunique or i.indisprimary) and (k.attnum is null or not k.attnum = any(i.indkey::int2[]))
union all select 'reference from a spread table to one that is not on every node: ' || s.relname || ' to ' || r.confrelid::regclass from spread s
  join pg_constraint r on r.conrelid = s.oid and r.contype = 'f' where r.confrelid not in (select oid from everywhere)
union all select 'reference to a spread table: ' || r.conrelid::regclass || ' to ' || s.relname from spread s
  join pg_constraint r on r.confrelid = s.oid and r.contype = 'f'
union all select 'reference from every node to a table of one: ' || e.relname || ' to ' || r.confrelid::regclass from everywhere e
  join pg_constraint r on r.conrelid = e.oid and r.contype = 'f' where r.confrelid not in (select oid from everywhere)
union all select 'numbers of its own: ' || s.relname || '.' || a.attname from spread s
  join pg_attribute a on a.attrelid = s.oid left join pg_attrdef d on d.adrelid = s.oid and d.adnum = a.attnum
  where a.attnum > 0 and (a.attidentity <> '' or pg_get_expr(d.adbin, d.adrelid) like 'nextval%')
union all select 'trigger: ' || t.relname || '.' || g.tgname from (select * from spread union all select * from everywhere) t
  join pg_trigger g on g.tgrelid = t.oid and not g.tgisinternal
order by 1`,
    },
    [[...distributedTables], [...referenceTables], distributionColumn],
  );
  return rows.map(({ trap }) => trap);
}
